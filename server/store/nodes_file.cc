// SPDX-License-Identifier: BSD-3-Clause
#include "store/nodes_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <vector>

#include "base/admin_group.h"
#include "base/log.h"
#include "base/path.h"
#include "base/site_files.h"
#include "store/durable.h"
#include "store/exchange.h"
#include "store/recovery_copy.h"

namespace ww::store {

namespace {

// Of a file that we make: it may hold passwords, and administrators may read it.
constexpr mode_t kNodesConfMode = 0640;
constexpr int kLookEveryMs = 5;

// An empty file this young is one that somebody truncated to write it anew, perhaps opening it
// twice.
constexpr int64_t kYoungNs = 100'000'000;

// The kernel grants a read lease only while nobody has the file open for writing. Held no longer
// than one read: a writer that comes waits that long. Source: fcntl(2), F_SETLEASE.
class ReadLease {
   public:
    explicit ReadLease(int fd) : fd_(fd) {
        // Told by a signal that is ignored by default, instead of SIGIO, which kills.
        (void)::fcntl(fd, F_SETSIG, SIGURG);
        held_ = ::fcntl(fd, F_SETLEASE, F_RDLCK) == 0;
        writer_ = !held_ && errno == EAGAIN;
    }
    ~ReadLease() {
        if (held_) (void)::fcntl(fd_, F_SETLEASE, F_UNLCK);
    }
    ReadLease(const ReadLease&) = delete;
    ReadLease& operator=(const ReadLease&) = delete;

    /// False also where leases do not exist, or for a file of somebody else.
    bool somebody_writes() const { return writer_; }

   private:
    int fd_;
    bool held_ = false;
    bool writer_ = false;
};

// A FIFO whose other end nobody has would keep whoever opens it, and with him every writer.
constexpr int kNeverWait = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

Error no_file(const std::string& path, mode_t mode) {
    const char* what = S_ISDIR(mode)    ? "a folder"
                       : S_ISFIFO(mode) ? "a FIFO"
                       : S_ISSOCK(mode) ? "a socket"
                                        : "a device";
    return Error(ErrorCode::FailedPrecondition,
                 fmt::format("{} is {}, not a regular file", path, what))
        .with_hint("move it away, and put the file back");
}

int64_t age_ns(const FileIdentity& identity) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec - identity.mtime_ns;
}

// Nothing: not now.
Result<std::optional<FileText>> read_if_still(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | kNeverWait));
    if (!fd.valid() && errno == ENXIO) return no_file(path, S_IFSOCK);
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    struct stat before{};
    struct stat after{};
    if (::fstat(fd.get(), &before) != 0) return Error::from_errno(errno, "stat " + path);
    if (!S_ISREG(before.st_mode)) return no_file(path, before.st_mode);
    const ReadLease lease(fd.get());
    if (lease.somebody_writes()) return std::optional<FileText>();
    WW_TRY(std::string text, read_fd(fd.get(), path));
    if (::fstat(fd.get(), &after) != 0) return Error::from_errno(errno, "stat " + path);
    const FileIdentity identity = identity_of(after);
    if (identity != identity_of(before)) return std::optional<FileText>();
    const int64_t age = age_ns(identity);
    if (text.empty() && age >= 0 && age < kYoungNs) return std::optional<FileText>();
    return std::optional(FileText{std::move(text), identity});
}

Result<std::string> resolved(const std::string& path) {
    char target[PATH_MAX];
    if (::realpath(path.c_str(), target) == nullptr)
        return Error::from_errno(errno, "resolve " + path);
    return std::string(target);
}

// Best effort: what the file system or our rights do not allow is no reason not to save. Labels,
// ACLs and user attributes alike.
void copy_attributes(const std::string& from, int to) {
    const UniqueFd source(::open(from.c_str(), O_RDONLY | kNeverWait));
    if (!source.valid()) return;
    const ssize_t size = ::flistxattr(source.get(), nullptr, 0);
    if (size <= 0) return;
    std::vector<char> names(static_cast<size_t>(size));
    const ssize_t got = ::flistxattr(source.get(), names.data(), names.size());
    std::vector<char> value(64 << 10);
    for (ssize_t at = 0; at < got;) {
        const std::string name(names.data() + at);
        at += static_cast<ssize_t>(name.size()) + 1;
        const ssize_t length = ::fgetxattr(source.get(), name.c_str(), value.data(), value.size());
        if (length >= 0)
            (void)::fsetxattr(to, name.c_str(), value.data(), static_cast<size_t>(length), 0);
    }
}

bool may_write(const std::string& path) {
    return UniqueFd(::open(path.c_str(), O_WRONLY | kNeverWait)).valid();
}

Result<void> make_nodes_file(const std::string& path, std::string_view text) {
    WW_TRY(AtomicFile file, AtomicFile::create(path, kNodesConfMode));
    // Only root may hand a file to a group it is not in; without the group it is root's alone.
    if (const auto group = admin_group(); group && ::geteuid() == 0)
        if (::fchown(file.fd(), static_cast<uid_t>(-1), *group) != 0)
            return Error::from_errno(errno, "change the group of " + path);
    WW_TRY_VOID(write_all(file.fd(), text, path));
    return file.commit();
}

bool says(const std::string& path, std::string_view text) {
    const auto now = read_file(path);
    return now && *now == text;
}

// Editors know nothing of our lock: what was saved since we read the file is not ours to lose.
Result<void> check_still(const std::string& target, std::string_view text) {
    if (says(target, text)) return {};
    return saved_by_another(target);
}

// False: it can only be rewritten in place.
Result<bool> replace_by_rename(const std::string& target,
                               std::string_view before,
                               std::string_view text) {
    int failed = 0;
    {
        auto file = AtomicFile::create(target, kNodesConfMode);
        if (!file) return may_write(target) ? Result<bool>(false) : file.error();
        copy_attributes(target, file->fd());
        WW_TRY_VOID(write_all(file->fd(), text, target));
        WW_TRY_VOID(file->sync());
        WW_TRY_VOID(check_still(target, before));
        WW_TRY(failed, put_in_place(*file, target, before, text));
    }
    // A new file is in use already, the sync is for a power failure; and one that was of no use
    // shall not come back by one.
    if (const auto synced = sync_name(target); !synced)
        log::warn("store.sync {}", synced.error().describe());
    if (failed != 0 && failed != EBUSY && failed != EXDEV)
        return Error::from_errno(failed, "rename a new file to " + target);
    return failed == 0;
}

// ---- rewriting in place ----

Result<void> write_over(const std::string& path, std::string_view text) {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | kNeverWait));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    WW_TRY_VOID(write_all(fd.get(), text, path));
    if (::ftruncate(fd.get(), static_cast<off_t>(text.size())) != 0)
        return Error::from_errno(errno, "truncate " + path);
    if (::fsync(fd.get()) != 0) return Error::from_errno(errno, "fsync " + path);
    return {};
}

Result<void> replace_in_place(const std::string& path,
                              std::string_view before,
                              std::string_view after,
                              const std::string& state_folder) {
    const std::string folder = state_folder.empty() ? std::string(folder_of(path)) : state_folder;
    const std::string copy = recovery_file(folder);
    WW_TRY_VOID(
        replace_file(copy, RecoveryCopy{std::string(before), std::string(after)}.to_text(), 0600),
        "keeping a copy, since {} can only be rewritten in place",
        path);
    // Space first: a full disk must show before a byte is overwritten.
    if (after.size() > before.size()) {
        const UniqueFd fd(::open(path.c_str(), O_WRONLY | kNeverWait));
        const int failed =
            fd.valid() ? ::posix_fallocate(fd.get(), 0, static_cast<off_t>(after.size())) : errno;
        if (failed != 0 && failed != EOPNOTSUPP && failed != EINVAL) {
            const Error error = Error::from_errno(failed, "write " + path);
            // Bytes that were added are no part of a text; the copy says how long it was.
            if (fd.valid() && ::ftruncate(fd.get(), static_cast<off_t>(before.size())) != 0)
                return error;
            remove_durably(copy);
            return error;
        }
    }
    if (const auto written = write_over(path, after); !written) {
        if (const auto undone = write_over(path, before); !undone)
            return written.error()
                .with_frame(fmt::format("and the old text could not be put back: {}",
                                        undone.error().message()))
                .with_hint(
                    fmt::format("{} holds both texts; wwd restores it when it starts", copy));
        remove_durably(copy);
        return written.error();
    }
    remove_durably(copy);
    return {};
}

// Whether a name is that of an AtomicFile for `base` or for a copy of it (see keep_copy()).
bool is_left_file(std::string_view name, std::string_view base) {
    constexpr size_t kRandom = 7;  // with the dot
    const std::string prefix = "." + std::string(base);
    if (name.size() < prefix.size() + kRandom || !name.starts_with(prefix)) return false;
    const std::string_view rest = name.substr(prefix.size());
    const std::string_view copy = rest.substr(0, rest.size() - kRandom);
    return rest[copy.size()] == '.' && (copy.empty() || copy.starts_with("-old"));
}

// What a process that was killed leaves beside a file that it was about to replace.
void remove_left_files(const std::string& target) {
    const std::string folder(folder_of(target));
    const std::unique_ptr<DIR, int (*)(DIR*)> all(::opendir(folder.c_str()), &::closedir);
    if (!all) return;
    while (const dirent* entry = ::readdir(all.get()))
        if (entry->d_type == DT_REG && is_left_file(entry->d_name, base_name(target)))
            remove_durably(fmt::format("{}/{}", folder, entry->d_name));
}

bool has_copy(const std::string& state_folder) {
    return !state_folder.empty() && exists(recovery_file(state_folder));
}

// So that it is looked at no more.
void set_aside(const std::string& copy_path, const std::string& why) {
    const std::string aside = copy_path + ".old";
    if (::rename(copy_path.c_str(), aside.c_str()) == 0)
        log::warn("store.recovery {}: {}", why, aside);
    else
        log::warn("store.recovery {}; {}",
                  why,
                  Error::from_errno(errno, "rename " + copy_path).message());
}

}  // namespace

Result<FileText> read_settled(const std::string& path, std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (true) {
        WW_TRY(std::optional<FileText> text, read_if_still(path));
        if (text) return std::move(*text);
        if (std::chrono::steady_clock::now() >= deadline)
            return Error(ErrorCode::Unavailable, fmt::format("{} is being written", path))
                .with_hint("another program has it open; try again when that is done");
        ::poll(nullptr, 0, kLookEveryMs);
    }
}

Result<Replacing> replace_nodes_file(const std::string& path,
                                     std::string_view before,
                                     std::string_view after,
                                     const std::string& state_folder) {
    const auto found = resolved(path);
    if (!found && found.error().code() == ErrorCode::NotFound) {
        WW_TRY_VOID(make_nodes_file(path, after));
        return Replacing::ByRename;
    }
    WW_TRY(const std::string target, found);
    WW_TRY(const bool renamed, replace_by_rename(target, before, after));
    if (renamed) return Replacing::ByRename;
    WW_TRY_VOID(check_still(target, before));
    WW_TRY_VOID(replace_in_place(target, before, after, state_folder));
    return Replacing::InPlace;
}

bool needs_recovery(const std::string& path, const std::string& state_folder) {
    if (has_copy(state_folder)) return true;
    const auto target = resolved(path);
    return target && has_left_exchange(*target);
}

Result<bool> recover_nodes_file(const std::string& path, const std::string& state_folder) {
    const auto target = resolved(path);
    if (target) end_left_exchanges(*target);
    remove_left_files(target ? *target : path);
    if (!state_folder.empty()) remove_left_files(recovery_file(state_folder));
    if (!has_copy(state_folder)) return false;
    const std::string copy_path = recovery_file(state_folder);
    const auto saved = read_file(copy_path, 3 * kMaxConfigBytes);
    const auto copy = saved ? RecoveryCopy::parse(*saved) : std::nullopt;
    if (!copy) {
        set_aside(copy_path,
                  fmt::format("{} was interrupted in being written, perhaps, and the copy of it is "
                              "damaged, so it stays as it is",
                              path));
        return false;
    }
    const auto text = target ? read_file(*target) : target.error();
    if (!text && text.error().code() != ErrorCode::NotFound) return text.error();
    if (text && (*text == copy->before || *text == copy->after)) {
        remove_durably(copy_path);
        return false;
    }
    if (!text || !copy->explains(*text)) {
        set_aside(copy_path,
                  fmt::format("{} was changed since wwd was interrupted in writing it, so it stays "
                              "as it is; what was to be written is kept",
                              path));
        return false;
    }
    WW_TRY_VOID(write_over(*target, copy->after), "completing {} after an interruption", path);
    remove_durably(copy_path);
    log::warn("store.recovery {} was completed: writing it in place had been interrupted", path);
    return true;
}

}  // namespace ww::store
