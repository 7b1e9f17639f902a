// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/renders/segments.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "overlay/renders/codec.h"

namespace ww::overlay {

namespace {

using render::Packer;
using render::Unpacker;

constexpr std::string_view kFormat = "wwd renders 1 ";
constexpr std::string_view kPrefix = "segment.";
constexpr size_t kLengthBytes = 4;
constexpr size_t kCheckBytes = 8;
// What one record may hold: a template's whole output.
constexpr size_t kMaxRecord = size_t{128} << 20;

struct SegmentFile {
    std::string name;
    int64_t mtime_ns = 0;
    uint64_t size = 0;
};

// The newest first.
std::vector<SegmentFile> segments_in(const std::string& folder) {
    std::vector<SegmentFile> found;
    DIR* dir = ::opendir(folder.c_str());
    if (dir == nullptr) return found;
    while (const dirent* entry = ::readdir(dir)) {
        struct stat status{};
        if (!std::string_view(entry->d_name).starts_with(kPrefix)) continue;
        if (::fstatat(::dirfd(dir), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (!S_ISREG(status.st_mode)) continue;
        const FileIdentity identity = identity_of(status);
        found.push_back({entry->d_name, identity.mtime_ns, static_cast<uint64_t>(identity.size)});
    }
    ::closedir(dir);
    std::ranges::sort(found, [](const SegmentFile& a, const SegmentFile& b) {
        return std::tie(b.mtime_ns, b.name) < std::tie(a.mtime_ns, a.name);
    });
    return found;
}

// Whether it is gone: whoever writes it lives otherwise.
bool remove_if_nobody_writes(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY));
    if (!fd.valid()) return errno == ENOENT;
    return ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0 && ::unlink(path.c_str()) == 0;
}

std::string_view check_of(const std::string& digest) {
    return std::string_view(digest).substr(0, kCheckBytes);
}

uint32_t length_at(std::string_view bytes) {
    uint32_t length = 0;
    for (size_t i = 0; i < kLengthBytes; ++i)
        length |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return length;
}

Name name_from(Unpacker& in) { return Name::of_digest(in.text()); }

}  // namespace

// What segments tell, as far as it is whole.
struct Segments::Reader {
    struct Template {
        std::string path;
        FileIdentity identity;
    };
    template <class T>
    using Table = std::unordered_map<Name, T, Name::Hash>;

    void read(std::string_view bytes) {
        while (bytes.size() > kLengthBytes + kCheckBytes) {
            const size_t length = length_at(bytes);
            bytes.remove_prefix(kLengthBytes);
            if (length > bytes.size() - kCheckBytes) return;  // half-written, or no length at all
            const std::string_view check = bytes.substr(0, kCheckBytes);
            const std::string_view payload = bytes.substr(kCheckBytes, length);
            bytes.remove_prefix(kCheckBytes + length);
            const std::string digest = sha256(payload);
            if (check_of(digest) == check && !payload.empty()) take(payload);
        }
    }

    void take(std::string_view payload) {
        Unpacker in(payload.substr(1));
        const Name name = payload[0] == 'O' ? Name() : name_from(in);
        switch (payload[0]) {
            case 'T': {
                std::string path(in.text());
                const FileIdentity identity = render::get_identity(in);
                if (in.at_end()) templates.try_emplace(name, Template{std::move(path), identity});
                return;
            }
            case 'R':
                return keep(reads, name, get_reads(in));
            case 'F':
                return keep(files, name, render::Inputs::get(in));
            case 'M': {
                auto rendered = get_rendered(in);
                return keep(
                    made,
                    name,
                    rendered ? std::optional(Made{*std::move(rendered), name}) : std::nullopt);
            }
            case 'O':
                return take_outcome(in);
            default:
                return;
        }
    }

    template <class T>
    static void keep(Table<std::shared_ptr<const T>>& table,
                     const Name& name,
                     std::optional<T> value) {
        if (value) table.try_emplace(name, std::make_shared<const T>(*std::move(value)));
    }

    void take_outcome(Unpacker& in) {
        const auto source = templates.find(name_from(in));
        const auto read = reads.find(name_from(in));
        const auto looked_at = files.find(name_from(in));
        const auto content = made.find(name_from(in));
        const Name key = name_from(in);
        const auto time = static_cast<int64_t>(in.number());
        if (!in.at_end() || source == templates.end() || read == reads.end() ||
            looked_at == files.end() || content == made.end())
            return;
        each({.path = source->second.path,
              .identity = source->second.identity,
              .key = key,
              .outcome = {content->second, time, read->second, looked_at->second, {}}});
    }

    const std::function<void(Found)>& each;
    Table<Template> templates{};
    Table<ReadsPointer> reads{};
    Table<std::shared_ptr<const render::Inputs>> files{};
    Table<std::shared_ptr<const Made>> made{};
};

Segments::Segments(std::string folder, std::string made_by, const RenderLimits& limits)
    : folder_(std::move(folder)),
      header_(fmt::format("{}{}\n", kFormat, made_by)),
      limits_(limits),
      off_(folder_.empty()) {}

Segments::~Segments() {
    // What was given no content is nobody's.
    if (fd_.valid() && written_ == 0) ::unlink(path_of(name_).c_str());
}

bool Segments::is_ours(std::string_view text) const { return text.starts_with(header_); }

void Segments::load(const std::function<void(Found)>& each) {
    if (off_) return;
    std::vector<std::string> texts;
    size_t room = limits_.disk_bytes;
    for (const SegmentFile& file : segments_in(folder_)) {
        auto text = file.size <= room ? read_file(path_of(file.name), static_cast<int64_t>(room))
                                      : Result<std::string>(Error(ErrorCode::TooLarge, "no room"));
        if (!text || !is_ours(*text)) {
            remove_if_nobody_writes(path_of(file.name));
            continue;
        }
        room -= std::min(room, text->size());
        texts.push_back(std::move(*text));
    }
    crowded_ = texts.size() > limits_.segments;
    Reader reader{each};
    for (; !texts.empty(); texts.pop_back())
        reader.read(std::string_view(texts.back()).substr(header_.size()));
}

void Segments::add(const std::string& path,
                   const FileIdentity& identity,
                   const Name& key,
                   const Outcome& outcome) {
    if (off_) return;
    const auto named = [&](char kind, std::string_view bytes, const Name& name) {
        if (known_.insert(name).second) record(kind, name, bytes);
        return name;
    };
    // Kinds have names of their own: nothing read and nothing looked at are the same bytes.
    const auto of_bytes = [&](char kind, const Packer& packed) {
        return named(kind, packed.bytes(), Name::of(kind + packed.bytes()));
    };
    Packer source;
    source.text(path);
    render::put_identity(source, identity);
    Packer reads;
    put(reads, *outcome.reads);
    Packer files;
    outcome.files->put(files);
    Packer made;
    if (!known_.contains(outcome.made->name)) put(made, outcome.made->rendered);
    Packer out;
    for (const Name& name : {of_bytes('T', source),
                             of_bytes('R', reads),
                             of_bytes('F', files),
                             named('M', made.bytes(), outcome.made->name),
                             key})
        out.text(name.view());
    out.number(static_cast<uint64_t>(outcome.time));
    record('O', {}, out.bytes());
}

void Segments::record(char kind, const Name& name, std::string_view bytes) {
    Packer packed;
    if (kind != 'O') packed.text(name.view());
    const std::string payload = kind + std::string(packed.bytes()) + std::string(bytes);
    if (payload.size() > kMaxRecord) return;
    for (size_t i = 0; i < kLengthBytes; ++i)
        pending_ += static_cast<char>(payload.size() >> (8 * i));
    pending_ += check_of(sha256(payload));
    pending_ += payload;
}

bool Segments::wants_rewrite() const {
    if (off_ || !fd_.valid()) return false;
    struct stat status{};
    return bytes() > limits_.disk_bytes ||
           (::fstat(fd_.get(), &status) == 0 && status.st_nlink == 0);
}

Result<void> Segments::rewrite(const std::function<void()>& add_all) {
    if (off_) return {};
    const auto others = segments_in(folder_);
    UniqueFd old = std::move(fd_);
    name_.clear();
    known_.clear();
    pending_.clear();
    written_ = 0;
    add_all();
    WW_TRY_VOID(flush());
    old.reset();  // and with it its lock
    for (const SegmentFile& file : others) remove_if_nobody_writes(path_of(file.name));
    crowded_ = false;
    return {};
}

Result<void> Segments::begin() {
    if (auto made = make_directories(folder_, 0700); !made) return made.error();
    for (int attempt = 0;; ++attempt) {
        name_ = fmt::format("{}{}.{}", kPrefix, ::getpid(), attempt);
        fd_ = UniqueFd(::open(path_of(name_).c_str(),
                              O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                              0600));
        if (fd_.valid() || errno != EEXIST) break;
    }
    if (!fd_.valid()) return Error::from_errno(errno, "open " + path_of(name_));
    if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0)
        return Error::from_errno(errno, "lock " + path_of(name_));
    return {};
}

Result<void> Segments::flush() {
    if (off_ || pending_.empty()) return {};
    if (!fd_.valid()) {
        if (auto begun = begin(); !begun) return give_up(begun.error());
        pending_.insert(0, header_);
    }
    if (auto done = write_all(fd_.get(), pending_, path_of(name_)); !done)
        return give_up(done.error());
    written_ += pending_.size();
    pending_.clear();
    return {};
}

Result<void> Segments::give_up(Error why) {
    off_ = true;
    pending_ = {};
    known_ = {};
    return why;
}

}  // namespace ww::overlay
