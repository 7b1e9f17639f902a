// SPDX-License-Identifier: BSD-3-Clause
#include "store/database.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/guarded.h"
#include "base/kept_copy.h"
#include "base/log.h"
#include "store/nodes_file.h"
#include "store/recorder.h"
#include "store/source_file.h"
#include "store/splice.h"
#include "store/wording.h"
#include "store/writer_lock.h"

namespace ww::store {

namespace {

// How long one waits for a program that is writing nodes.conf: who has something to show instead,
// who has not, and who wants to change the file.
constexpr auto kReaderPatience = std::chrono::milliseconds(200);
constexpr auto kFirstPatience = std::chrono::milliseconds(2000);
constexpr auto kWriterPatience = std::chrono::milliseconds(5000);

// How often a change is made anew because the file was saved by hand while it was being made.
constexpr int kTriesBesideEditors = 5;

// Comments and blank lines at most.
bool says_nothing(std::string_view text) {
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        const size_t word = text.substr(0, end).find_first_not_of(" \t\r");
        if (word != std::string_view::npos && text[word] != '#') return false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

enum class OldText {
    Replaced,
    Kept,  // in a copy beside it
};

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
    std::string digest;                        // of its text
    // Kept so that it is taken apart by the next writer or forget_previous(), and not by the last
    // reader.
    std::shared_ptr<const nodes::Snapshot> previous;
    uint64_t generation = 0;  // of `snapshot`

    struct Saved {
        int64_t revision = 0;
        std::string kept;  // a copy of what was there
        std::vector<std::string> warnings;
    };

    FileState state() const { return {digest, source.get()}; }
    Result<LockFile> lock_site_for(std::string_view what) const;
    Result<bool> read_if_changed(std::chrono::milliseconds patience);
    Result<void> read_to_change();
    Result<void> check_not_emptied(const FileText& file);
    void take_from_journal();
    Result<std::shared_ptr<const nodes::Snapshot>> load(FileText file);
    Result<Commit> write(const nodes::Registry& after, Form form, const Origin& origin);
    Result<Saved> replace(const FileState& before,
                          std::string_view text_before,
                          std::shared_ptr<const SourceFile> edited,
                          std::shared_ptr<const nodes::Snapshot> built,
                          const Origin& origin,
                          OldText old = OldText::Replaced);
    Result<std::shared_ptr<const nodes::Snapshot>> built_from(const SourceFile& file) const;
    void publish(std::shared_ptr<const SourceFile> file,
                 std::shared_ptr<const nodes::Snapshot> built,
                 std::string digest_of_it);
    std::optional<Revision> catch_up(const FileState& now);
};

// The site's lock. What a crash left half done is completed first: what is read under the lock is
// whole.
Result<LockFile> Database::Data::lock_site_for(std::string_view what) const {
    WW_TRY(LockFile site, lock_for_writing(lock_path), "{} {}", what, path);
    if (needs_recovery(path, state_folder)) WW_TRY_VOID(recover_nodes_file(path, state_folder));
    return site;
}

// Called with `writer` held.
Result<bool> Database::Data::read_if_changed(std::chrono::milliseconds patience) {
    const auto set_problem = [&](std::optional<Error> error) {
        problem.with([&](auto& current) { current = std::move(error); });
    };
    auto file = read_settled(path, patience);
    // A file that nobody made yet is an empty one. One that was there and had entries is not:
    // whoever moves it away to edit it would take the cluster away.
    const bool had_entries =
        source && (!source->registry().nodes.empty() || !source->registry().profiles.empty());
    if (!file && file.error().code() == ErrorCode::NotFound && !had_entries) file = FileText{};
    if (!file) {
        // Somebody is writing it: that is no fault of the file.
        if (file.error().code() != ErrorCode::Unavailable || generation == 0)
            set_problem(file.error());
        return file.error();
    }
    if (const auto checked = check_not_emptied(*file); !checked) {
        set_problem(checked.error());
        return checked.error();
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

// A file without a word is what a full disk, a power failure or a slip leaves of one: whoever wants
// no nodes says so. At the start, what the journal knew last is what was there before.
Result<void> Database::Data::check_not_emptied(const FileText& file) {
    if (!says_nothing(file.text)) return {};
    if (generation == 0 && recorder) take_from_journal();
    const size_t held = snapshot.load()->nodes().size();
    if (held == 0) return {};
    return Error(ErrorCode::FailedPrecondition,
                 fmt::format("{} is empty, and {} nodes were in it", path, held))
        .with_hint(
            "put the file back; if no node is wanted, write \"nodes: {}\" into it, and wwctl undo "
            "brings them back even then");
}

void Database::Data::take_from_journal() {
    const auto known = recorder->journal().changes_to(EntryTexts());
    if (!known) return log::warn("store.journal {}", known.error().describe());
    nodes::Registry registry;
    for (const EntryChange& entry : *known) {
        if (!entry.before) continue;
        if (entry.id.is_node()) {
            if (auto node = read_node_text(entry.id, *entry.before))
                registry.nodes[entry.id.name] = std::move(*node);
        } else if (auto profile = read_profile_text(entry.id, *entry.before)) {
            registry.profiles[entry.id.name] = std::move(*profile);
        }
    }
    if (registry.nodes.empty()) return;
    auto built = nodes::Snapshot::build(registry, {}, generation + 1, nullptr);
    if (built) publish(nullptr, std::move(*built), "");
}

Result<std::shared_ptr<const nodes::Snapshot>> Database::Data::load(FileText file) {
    WW_TRY(auto read, SourceFile::read(std::move(file.text), path, source.get()));
    WW_TRY(auto built, built_from(*read), "reading {}", path);
    identity = file.identity;
    std::string digest_of_it = sha256_hex(read->text());
    publish(std::move(read), built, std::move(digest_of_it));
    return built;
}

// The site lock and `writer` are held, and the file has just been read.
std::optional<Revision> Database::Data::catch_up(const FileState& now) {
    if (!recorder) return std::nullopt;
    // First: the journal forgets that somebody was killed.
    if (recorder->was_killed())
        if (const auto left = recover_nodes_file(path, state_folder); !left)
            log::warn("store.recovery {}", left.error().describe());
    return recorder->catch_up(now);
}

// The site lock and `writer` are held.
Result<Commit> Database::Data::write(const nodes::Registry& after,
                                     Form form,
                                     const Origin& origin) {
    const std::shared_ptr<const nodes::Snapshot> before = snapshot.load();
    WW_TRY(auto edited, splice(*source, after, form));
    edited = reworded(std::move(edited), *source, origin.wording);
    WW_TRY(auto built, built_from(*edited), "checking the change");
    WW_TRY(Saved saved, replace(state(), source->text(), std::move(edited), built, origin));
    return Commit{before, built, saved.revision, std::move(saved.warnings)};
}

// The site lock and `writer` are held, and the journal has caught up with `before`, which the file
// holds. `built` is made of `edited`.
Result<Database::Data::Saved> Database::Data::replace(const FileState& before,
                                                      std::string_view text_before,
                                                      std::shared_ptr<const SourceFile> edited,
                                                      std::shared_ptr<const nodes::Snapshot> built,
                                                      const Origin& origin,
                                                      OldText old) {
    Saved saved;
    const std::string digest_after = sha256_hex(edited->text());
    const FileState after{digest_after, edited.get()};
    if (recorder) saved.revision = recorder->begin(origin, before, after, saved.warnings);
    const auto write = [&]() -> Result<Replacing> {
        if (old == OldText::Kept) {
            WW_TRY(saved.kept, keep_copy(path));
        }
        return replace_nodes_file(path, text_before, edited->text(), state_folder);
    };
    const auto replaced = write();
    if (recorder) recorder->end(saved.revision, replaced ? &after : nullptr, saved.warnings);
    if (!replaced) return replaced.error();
    if (*replaced == Replacing::InPlace)
        saved.warnings.push_back(
            fmt::format("{} cannot be replaced by a rename (is it a mount point?) and was "
                        "rewritten in place; a "
                        "program that read it meanwhile may have seen half of it",
                        path));
    identity = {};  // not known until the next look
    publish(std::move(edited), std::move(built), digest_after);
    return saved;
}

Result<std::shared_ptr<const nodes::Snapshot>> Database::Data::built_from(
    const SourceFile& file) const {
    return nodes::Snapshot::build(
        file.registry(), file.warnings(), generation + 1, snapshot.load().get());
}

void Database::Data::publish(std::shared_ptr<const SourceFile> file,
                             std::shared_ptr<const nodes::Snapshot> built,
                             std::string digest_of_it) {
    ++generation;
    source = std::move(file);
    digest = std::move(digest_of_it);
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
    if (needs_recovery(data.path, state_folder)) (void)database->record();
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
    const bool first = data_->generation == 0;
    auto read = data_->read_if_changed(first ? kFirstPatience : kReaderPatience);
    // Half a file is nobody's business; what was read before is.
    if (!read && !first && read.error().code() == ErrorCode::Unavailable) return false;
    return read;
}

Result<std::optional<Revision>> Database::record() {
    const std::lock_guard lock(data_->writer);
    WW_TRY(const LockFile site, data_->lock_site_for("recording"));
    WW_TRY_VOID(data_->read_if_changed(kWriterPatience));
    return data_->catch_up(data_->state());
}

// The site lock and `writer` are held.
Result<void> Database::Data::read_to_change() {
    const auto read = read_if_changed(kWriterPatience);
    if (read) return {};
    if (read.error().code() == ErrorCode::Unavailable) return read.error();
    const Error error = read.error()
                            .with_code(ErrorCode::FailedPrecondition)
                            .with_frame(fmt::format("reading {} before changing it", path));
    return error.hint().empty() ? error.with_hint("mend the file first; it has not been touched")
                                : error;
}

Result<Commit> Database::commit(const Change& change, Form form, const Origin& origin) {
    const std::lock_guard lock(data_->writer);
    WW_TRY(const LockFile site, data_->lock_site_for("waiting to change"));
    for (int left = kTriesBesideEditors;; --left) {
        WW_TRY_VOID(data_->read_to_change());
        (void)data_->catch_up(data_->state());
        const std::shared_ptr<const nodes::Snapshot> before = snapshot();
        nodes::Registry registry = before->raw();
        WW_TRY_VOID(change(registry));
        if (registry == before->raw()) return Commit{before, before, 0, {}};
        auto commit = data_->write(registry, form, origin);
        if (commit) return commit;
        const bool meanwhile = commit.error().code() == ErrorCode::Conflict;
        if (!meanwhile || left == 1)
            return commit.error().with_frame(fmt::format("changing {}", data_->path));
    }
}

Result<Database::Rewritten> Database::rewrite(const Rewrite& rewrite, const Author& author) {
    const std::lock_guard lock(data_->writer);
    WW_TRY(const LockFile site, data_->lock_site_for("waiting to change"));
    const auto old = read_settled(data_->path, kWriterPatience);
    const bool exists = old.has_value();
    if (!exists && old.error().code() != ErrorCode::NotFound) return old.error();
    const std::string text = exists ? old->text : std::string();
    WW_TRY(std::string wanted, rewrite(text));
    if (exists && wanted == text) return Rewritten{};
    WW_TRY(auto file, SourceFile::read(std::move(wanted), data_->path, data_->source.get()));
    WW_TRY(auto built, data_->built_from(*file), "checking the new {}", data_->path);
    const std::string digest = sha256_hex(text);
    const auto loaded = SourceFile::read(text, data_->path, data_->source.get());
    const FileState before{digest, loaded ? loaded->get() : nullptr};
    (void)data_->catch_up(before);
    WW_TRY(auto saved,
           data_->replace(before,
                          text,
                          std::move(file),
                          std::move(built),
                          {author, 0, {}},
                          exists ? OldText::Kept : OldText::Replaced));
    data_->problem.with([](auto& current) { current.reset(); });
    return Rewritten{std::move(saved.kept), saved.revision, std::move(saved.warnings)};
}

Result<int64_t> Database::record_files(const Origin& origin, std::vector<FileChange> files) {
    if (!data_->recorder) return Error(ErrorCode::FailedPrecondition, "no history is kept");
    const std::lock_guard lock(data_->writer);
    WW_TRY(const LockFile site, lock_for_writing(data_->lock_path), "waiting for the site's lock");
    return data_->recorder->record_files(origin, std::move(files));
}

void Database::forget_previous() {
    std::shared_ptr<const nodes::Snapshot> previous;  // goes without the lock
    if (const std::unique_lock lock(data_->writer, std::try_to_lock); lock)
        previous = std::move(data_->previous);
}

Result<void> Database::while_locked(const std::function<Result<void>()>& work) {
    const std::lock_guard lock(data_->writer);
    WW_TRY(const LockFile site, lock_for_writing(data_->lock_path), "waiting for the site's lock");
    return work();
}

}  // namespace ww::store
