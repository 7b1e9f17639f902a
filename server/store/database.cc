// SPDX-License-Identifier: BSD-3-Clause
#include "store/database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/guarded.h"
#include "base/kept_copy.h"
#include "base/log.h"
#include "base/net.h"
#include "store/nodes_file.h"
#include "store/recorder.h"
#include "store/source_file.h"
#include "store/splice.h"

namespace ww::store {

namespace {

constexpr mode_t kNodesConfMode = 0644;

// How long a writer waits for another program of the site to finish its edit.
constexpr auto kLockPatience = std::chrono::seconds(30);
constexpr int kLockLookEveryMs = 5;

// How long one waits for a program that is writing nodes.conf: who has something to show instead,
// who has not, and who wants to change the file.
constexpr auto kReaderPatience = std::chrono::milliseconds(200);
constexpr auto kFirstPatience = std::chrono::milliseconds(2000);
constexpr auto kWriterPatience = std::chrono::milliseconds(5000);

// The site's lock, held while this lives. flock(2) knows no deadline, hence the looking again.
Result<UniqueFd> lock_site(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    const auto deadline = std::chrono::steady_clock::now() + kLockPatience;
    while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return Error::from_errno(errno, "lock " + path);
        if (std::chrono::steady_clock::now() > deadline)
            return Error(ErrorCode::Unavailable,
                         fmt::format(
                             "another program has held {} for {} s", path, kLockPatience.count()))
                .with_hint("it is changing this site; try again when it is done");
        ::poll(nullptr, 0, kLockLookEveryMs);
    }
    return fd;
}

}  // namespace

struct Database::Data {
    std::string path;
    std::string lock_path;
    std::string state_folder;
    std::unique_ptr<Recorder> recorder;  // nullptr: no journal is kept
    std::atomic<std::shared_ptr<const nodes::Snapshot>> snapshot;
    Guarded<Version> version;
    Guarded<std::optional<Error>> problem;

    std::mutex writer;      // guards what follows; held for a whole reload or commit
    FileIdentity identity;  // of the file at the last look
    std::shared_ptr<const SourceFile> source;  // what `snapshot` was made from; null before
    // Kept so that it is taken apart here, by the next writer, and not by the last reader.
    std::shared_ptr<const nodes::Snapshot> previous;
    uint64_t revision = 0;

    Result<bool> read_if_changed(std::chrono::milliseconds patience);
    Result<std::shared_ptr<const nodes::Snapshot>> load(FileText file);
    Result<Commit> write(const nodes::Registry& after, Form form, const Origin& origin);
    Result<std::shared_ptr<const nodes::Snapshot>> built_from(const SourceFile& file) const;
    void publish(std::shared_ptr<const SourceFile> file,
                 std::shared_ptr<const nodes::Snapshot> built,
                 const std::string& digest);
    std::optional<Revision> catch_up(const Author& author = kHandEdit);
};

// Called with `writer` held.
Result<bool> Database::Data::read_if_changed(std::chrono::milliseconds patience) {
    const auto set_problem = [&](std::optional<Error> error) {
        problem.with([&](auto& current) { current = std::move(error); });
    };
    auto file = read_settled(path, patience);
    if (!file) {
        // Somebody is writing it: that is no fault of the file.
        if (file.error().code() != ErrorCode::Unavailable || revision == 0)
            set_problem(file.error());
        return file.error();
    }
    const bool changed = source == nullptr || file->text != source->text();
    if (changed) {
        if (auto loaded = load(*std::move(file)); !loaded) {
            set_problem(loaded.error());
            return loaded.error();
        }
    } else {
        identity = file->identity;
    }
    set_problem(std::nullopt);
    return changed;
}

Result<std::shared_ptr<const nodes::Snapshot>> Database::Data::load(FileText file) {
    WW_TRY(auto read, SourceFile::read(std::move(file.text), path, source.get()));
    WW_TRY(auto built, built_from(*read), "reading {}", path);
    identity = file.identity;
    const std::string digest = sha256_hex(read->text());
    publish(std::move(read), built, digest);
    return built;
}

// The site lock and `writer` are held, and the file has just been read.
std::optional<Revision> Database::Data::catch_up(const Author& author) {
    if (!recorder) return std::nullopt;
    const Version now = version.with([](const Version& current) { return current; });
    auto done = recorder->catch_up({source->text(), now.digest, source->registry()}, author);
    if (done.was_killed)
        if (const auto left = recover_nodes_file(path, state_folder); !left)
            log::warn("store.recovery {}", left.error().describe());
    return std::move(done.recorded);
}

// The site lock and `writer` are held.
Result<Commit> Database::Data::write(const nodes::Registry& after,
                                     Form form,
                                     const Origin& origin) {
    const Version before = version.with([](const Version& current) { return current; });
    WW_TRY(auto edited, splice(*source, after, form));
    edited = reworded(std::move(edited), *source, origin.wording);
    WW_TRY(auto built, built_from(*edited), "checking the change");
    Commit commit{before.snapshot, built, 0, {}};
    const std::string digest = sha256_hex(edited->text());
    if (recorder)
        commit.revision = recorder->begin(origin,
                                          {source->text(), before.digest, source->registry()},
                                          {edited->text(), digest, edited->registry()},
                                          commit.warnings);
    const auto replaced = replace_nodes_file(path, source->text(), edited->text(), state_folder);
    if (recorder) recorder->end(commit.revision, replaced.has_value(), commit.warnings);
    if (!replaced) return replaced.error();
    if (*replaced == Replacing::InPlace)
        commit.warnings.push_back(
            fmt::format("{} cannot be replaced by a rename (is it a mount point?) and was "
                        "rewritten in place; a "
                        "program that read it meanwhile may have seen half of it",
                        path));
    identity = {};  // not known until the next look
    publish(std::move(edited), built, digest);
    return commit;
}

Result<std::shared_ptr<const nodes::Snapshot>> Database::Data::built_from(
    const SourceFile& file) const {
    return nodes::Snapshot::build(
        file.registry(), file.warnings(), revision + 1, snapshot.load().get());
}

void Database::Data::publish(std::shared_ptr<const SourceFile> file,
                             std::shared_ptr<const nodes::Snapshot> built,
                             const std::string& digest) {
    ++revision;
    source = std::move(file);
    version.with([&](Version& current) { current = {built, digest}; });
    previous = snapshot.exchange(std::move(built));
}

Database::Database() : data_(std::make_unique<Data>()) {}

Database::~Database() = default;

std::unique_ptr<Database> Database::open(std::string path,
                                         std::string lock_path,
                                         const std::string& state_folder) {
    std::unique_ptr<Database> database(new Database);
    Data& data = *database->data_;
    data.path = std::move(path);
    data.lock_path = std::move(lock_path);
    data.state_folder = state_folder;
    if (!state_folder.empty()) data.recorder = std::make_unique<Recorder>(state_folder);
    data.snapshot.store(nodes::Snapshot::empty());
    data.version.with([&](Version& current) { current = {data.snapshot.load(), ""}; });
    if (needs_recovery(state_folder)) (void)database->record();
    (void)database->reload();  // problem() has the reason
    return database;
}

const std::string& Database::path() const { return data_->path; }

std::shared_ptr<const nodes::Snapshot> Database::snapshot() const { return data_->snapshot.load(); }

Version Database::version() const {
    return data_->version.with([](const Version& current) { return current; });
}

Journal* Database::journal() const {
    return data_->recorder ? &data_->recorder->journal() : nullptr;
}

std::optional<Error> Database::problem() const {
    return data_->problem.with([](const auto& current) { return current; });
}

Result<bool> Database::reload() {
    const std::lock_guard lock(data_->writer);
    if (const auto now = identity_of(data_->path); now && *now == data_->identity && !problem())
        return false;
    const bool first = data_->revision == 0;
    auto read = data_->read_if_changed(first ? kFirstPatience : kReaderPatience);
    // Half a file is nobody's business; what was read before is.
    if (!read && !first && read.error().code() == ErrorCode::Unavailable) return false;
    return read;
}

Result<std::optional<Revision>> Database::record() {
    const std::lock_guard lock(data_->writer);
    WW_TRY(const UniqueFd site, lock_site(data_->lock_path), "recording {}", data_->path);
    if (needs_recovery(data_->state_folder))
        WW_TRY_VOID(recover_nodes_file(data_->path, data_->state_folder));
    WW_TRY_VOID(data_->read_if_changed(kWriterPatience));
    return data_->catch_up();
}

Result<Commit> Database::commit(const Change& change, Form form, const Origin& origin) {
    const std::lock_guard lock(data_->writer);
    WW_TRY(const UniqueFd site, lock_site(data_->lock_path), "waiting to change {}", data_->path);
    if (auto read = data_->read_if_changed(kWriterPatience); !read) {
        if (read.error().code() == ErrorCode::Unavailable) return read.error();
        return read.error()
            .with_code(ErrorCode::FailedPrecondition)
            .with_frame(fmt::format("reading {} before changing it", data_->path))
            .with_hint("mend the file first; it has not been touched");
    }
    (void)data_->catch_up();
    const std::shared_ptr<const nodes::Snapshot> before = snapshot();
    nodes::Registry registry = before->raw();
    WW_TRY_VOID(change(registry));
    if (registry == before->raw()) return Commit{before, before, 0, {}};
    WW_TRY(Commit commit, data_->write(registry, form, origin), "changing {}", data_->path);
    return commit;
}

Result<Database::Rewritten> Database::rewrite(const Rewrite& rewrite, const Author& author) {
    const std::lock_guard lock(data_->writer);
    WW_TRY(const UniqueFd site, lock_site(data_->lock_path), "waiting to change {}", data_->path);
    auto old = read_settled(data_->path, kWriterPatience);
    const bool exists = old.has_value();
    if (!exists && old.error().code() != ErrorCode::NotFound) return old.error();
    const std::string before = exists ? std::move(old->text) : std::string();
    WW_TRY(std::string after, rewrite(before));
    if (exists && after == before) return Rewritten{};
    WW_TRY(auto file, SourceFile::read(std::move(after), data_->path, data_->source.get()));
    WW_TRY(auto built, data_->built_from(*file), "checking the new {}", data_->path);
    Rewritten done;
    if (exists) {
        WW_TRY(done.kept, keep_copy(data_->path));
    }
    if (exists) {
        WW_TRY_VOID(replace_nodes_file(data_->path, before, file->text(), data_->state_folder));
    } else {
        WW_TRY_VOID(replace_file(data_->path, file->text(), kNodesConfMode));
    }
    data_->identity = {};  // not known until the next look
    const std::string digest = sha256_hex(file->text());
    data_->publish(std::move(file), std::move(built), digest);
    data_->problem.with([](auto& current) { current.reset(); });
    (void)data_->catch_up(author);
    return done;
}

Result<void> Database::while_locked(const std::function<Result<void>()>& work) {
    const std::lock_guard lock(data_->writer);
    WW_TRY(const UniqueFd site, lock_site(data_->lock_path), "waiting for the site's lock");
    return work();
}

namespace {

const nodes::Node* acceptable(const nodes::Snapshot& snapshot, const Database::Accept& accept) {
    if (snapshot.next_discoverable() == nullptr) return nullptr;
    for (const nodes::Node& node : snapshot.nodes())
        if (node.discoverable.value() && !node.network_devices.empty() && (!accept || accept(node)))
            return &node;
    return nullptr;
}

}  // namespace

Result<Database::Claim> Database::claim_discoverable(std::string_view hwaddr,
                                                     const Accept& accept) {
    const std::string address = normal_hwaddr(hwaddr);
    const Error nobody(ErrorCode::NotFound, "no discoverable node is left for " + address);
    // Strangers are frequent: without a candidate they cost no lock and no look at the disk.
    const std::shared_ptr<const nodes::Snapshot> seen = snapshot();
    if (const nodes::Node* known = seen->by_hwaddr(address)) return Claim{seen, known, false};
    if (acceptable(*seen, accept) == nullptr) return nobody;

    std::string id;
    const auto take = [&](nodes::Registry& registry) -> Result<void> {
        const std::shared_ptr<const nodes::Snapshot> current =
            snapshot();  // what `registry` holds, merged
        if (current->by_hwaddr(address) != nullptr) return {};
        const nodes::Node* candidate = acceptable(*current, accept);
        if (candidate == nullptr) return nobody;
        id = candidate->id;
        nodes::Node& node = registry.nodes[id];
        node.network_devices[candidate->primary_network].hwaddr = address;
        node.discoverable = {};
        return {};
    };
    WW_TRY(Commit done,
           commit(take, Form::Keep, {{"discovery", -1, "", "hardware address " + address}, 0, {}}));
    const nodes::Node* node = id.empty() ? done.after->by_hwaddr(address) : done.after->find(id);
    return Claim{done.after, node, !id.empty()};
}

namespace {

template <class T>
Change add_entry(nodes::SharedMap<std::string, T> nodes::Registry::* map, std::string id, T entry) {
    return [map, id = std::move(id), entry = std::move(entry)](
               nodes::Registry& registry) -> Result<void> {
        if (!(registry.*map).emplace(id, entry).second)
            return Error(ErrorCode::AlreadyExists,
                         fmt::format("{} already exists: {}", to_string(nodes::kKindOf<T>), id));
        return {};
    };
}

template <class T>
Change put_entry(nodes::SharedMap<std::string, T> nodes::Registry::* map, std::string id, T entry) {
    return [map, id = std::move(id), entry = std::move(entry)](
               nodes::Registry& registry) -> Result<void> {
        (registry.*map)[id] = entry;
        return {};
    };
}

template <class T>
Change remove_entry(nodes::SharedMap<std::string, T> nodes::Registry::* map, std::string id) {
    return [map, id = std::move(id)](nodes::Registry& registry) -> Result<void> {
        if ((registry.*map).erase(id) == 0)
            return Error(ErrorCode::NotFound,
                         fmt::format("{} not found: {}", to_string(nodes::kKindOf<T>), id));
        return {};
    };
}

}  // namespace

Change add_node(std::string id, nodes::Node node) {
    return add_entry(&nodes::Registry::nodes, std::move(id), std::move(node));
}
Change put_node(std::string id, nodes::Node node) {
    return put_entry(&nodes::Registry::nodes, std::move(id), std::move(node));
}
Change remove_node(std::string id) { return remove_entry(&nodes::Registry::nodes, std::move(id)); }
Change add_profile(std::string id, nodes::Profile profile) {
    return add_entry(&nodes::Registry::profiles, std::move(id), std::move(profile));
}
Change put_profile(std::string id, nodes::Profile profile) {
    return put_entry(&nodes::Registry::profiles, std::move(id), std::move(profile));
}
Change remove_profile(std::string id) {
    return remove_entry(&nodes::Registry::profiles, std::move(id));
}

}  // namespace ww::store
