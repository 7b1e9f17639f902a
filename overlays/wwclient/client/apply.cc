// SPDX-License-Identifier: BSD-3-Clause
#include "client/apply.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <utility>

#include "archive/cpio_reader.h"
#include "base/path.h"

namespace ww::client {

namespace {

using archive::CpioRecord;

constexpr mode_t kPermissions = 07777;
constexpr const char* kLabel = "security.selinux";

struct Entry {
    std::string path;  // below the root, without a leading "/"
    CpioRecord record;
};

/// The whole archive, so that a damaged one is noticed before anything is changed. Hard links
/// become files of their own: newc carries their data with the last name only.
Result<std::vector<Entry>> read_entries(std::string_view bytes) {
    std::vector<Entry> entries;
    std::map<std::pair<uint64_t, uint32_t>, std::string_view> shared;
    auto key = [](const CpioRecord& r) {
        return std::pair((uint64_t{r.device_major} << 32) | r.device_minor, r.inode);
    };
    archive::CpioReader reader(bytes);
    CpioRecord record;
    while (true) {
        WW_TRY(bool more, reader.next(record));
        if (!more) break;
        WW_TRY(std::string path, archive::safe_cpio_path(record.path));
        if (path.empty()) continue;  // the root keeps its own mode and owner
        if (record.links > 1 && !record.data.empty()) shared[key(record)] = record.data;
        entries.push_back({std::move(path), record});
    }
    for (Entry& entry : entries) {
        if (!S_ISREG(entry.record.mode) || entry.record.links < 2 || !entry.record.data.empty())
            continue;
        if (auto found = shared.find(key(entry.record)); found != shared.end())
            entry.record.data = found->second;
    }
    return entries;
}

Result<UniqueFd> open_below(int root, bool is_real_root, const std::string& path, int flags) {
    const char* name = path.empty() ? "." : path.c_str();
    open_how how{};
    how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_IN_ROOT;
    long fd = syscall(SYS_openat2, root, name, &how, sizeof(how));
    // Kernels before 5.6 do not know it; on a node's real root there is nothing outside to reach.
    if (fd < 0 && errno == ENOSYS && is_real_root) fd = openat(root, name, flags | O_CLOEXEC);
    if (fd < 0) return Error::from_errno(errno, fmt::format("open /{}", path));
    return UniqueFd(static_cast<int>(fd));
}

/// One entry and the open folder it belongs in.
class Placement {
   public:
    Placement(int folder, std::string name, const Entry& entry)
        : folder_(folder), name_(std::move(name)), entry_(entry), record_(entry.record) {
        exists_ = fstatat(folder_, name_.c_str(), &now_, AT_SYMLINK_NOFOLLOW) == 0;
    }

    /// Whether anything was changed.
    Result<bool> place() {
        if (S_ISDIR(record_.mode)) return place_folder();
        if (exists_ && S_ISDIR(now_.st_mode)) {
            return Error(ErrorCode::FailedPrecondition,
                         fmt::format("/{} is a folder here", entry_.path));
        }
        if (same_kind() && same_content() && same_attributes()) return false;
        WW_TRY_VOID(replace());
        return true;
    }

   private:
    bool same_kind() const { return exists_ && (now_.st_mode & S_IFMT) == (record_.mode & S_IFMT); }

    bool same_attributes() const {
        bool mode =
            S_ISLNK(record_.mode) || (now_.st_mode & kPermissions) == (record_.mode & kPermissions);
        return mode && now_.st_uid == record_.uid && now_.st_gid == record_.gid;
    }

    bool same_content() const {
        if (S_ISLNK(record_.mode)) {
            std::string target(static_cast<size_t>(now_.st_size) + 1, '\0');
            ssize_t length = readlinkat(folder_, name_.c_str(), target.data(), target.size());
            return length >= 0 &&
                   std::string_view(target.data(), static_cast<size_t>(length)) == record_.data;
        }
        if (S_ISCHR(record_.mode) || S_ISBLK(record_.mode)) {
            return now_.st_rdev == makedev(record_.rdev_major, record_.rdev_minor);
        }
        if (!S_ISREG(record_.mode)) return true;
        if (now_.st_size != static_cast<off_t>(record_.data.size())) return false;
        UniqueFd fd(openat(folder_, name_.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
        if (!fd.valid()) return false;
        Result<std::string> bytes = read_fd(fd.get(), name_, now_.st_size + 1);
        return bytes && *bytes == record_.data;
    }

    Result<bool> place_folder() {
        bool made = false;
        if (!exists_) {
            if (mkdirat(folder_, name_.c_str(), 0700) != 0) return failed("mkdir");
            made = true;
        }
        // A link in its place is used as it is: /lib may be one to usr/lib.
        UniqueFd fd(
            openat(folder_, name_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!fd.valid() && errno == ENOTDIR && exists_ && S_ISLNK(now_.st_mode)) return false;
        if (!fd.valid() || fstat(fd.get(), &now_) != 0) return failed("open");
        if (!made && same_attributes()) return false;
        WW_TRY_VOID(own(fd.get()));
        return true;
    }

    Result<void> replace() {
        std::string temporary = fmt::format(".{}.wwclient-{}", name_.substr(0, 200), getpid());
        unlinkat(folder_, temporary.c_str(), 0);
        Result<void> done = make(temporary);
        if (done && renameat(folder_, temporary.c_str(), folder_, name_.c_str()) != 0)
            done = failed("rename");
        if (!done) unlinkat(folder_, temporary.c_str(), 0);
        return done;
    }

    Result<void> make(const std::string& name) {
        if (S_ISLNK(record_.mode)) {
            if (symlinkat(std::string(record_.data).c_str(), folder_, name.c_str()) != 0)
                return failed("symlink");
            if (fchownat(folder_, name.c_str(), record_.uid, record_.gid, AT_SYMLINK_NOFOLLOW) !=
                0) {
                return failed("chown");
            }
            return {};
        }
        if (!S_ISREG(record_.mode)) {
            dev_t device = makedev(record_.rdev_major, record_.rdev_minor);
            if (mknodat(folder_, name.c_str(), record_.mode & S_IFMT, device) != 0)
                return failed("mknod");
            if (fchownat(folder_, name.c_str(), record_.uid, record_.gid, AT_SYMLINK_NOFOLLOW) !=
                0) {
                return failed("chown");
            }
            return fchmodat(folder_, name.c_str(), record_.mode & kPermissions, 0) == 0
                       ? Result<void>()
                       : failed("chmod");
        }
        UniqueFd fd(openat(
            folder_, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!fd.valid()) return failed("create");
        WW_TRY_VOID(write_all(fd.get(), record_.data, entry_.path));
        WW_TRY_VOID(own(fd.get()));
        keep_label(fd.get());
        timespec times[2] = {{record_.mtime, 0}, {record_.mtime, 0}};
        futimens(fd.get(), times);
        return {};
    }

    /// The owner first: changing it clears the set-user-id bit.
    Result<void> own(int fd) {
        if (fchown(fd, record_.uid, record_.gid) != 0) return failed("chown");
        if (fchmod(fd, record_.mode & kPermissions) != 0) return failed("chmod");
        return {};
    }

    /// A replaced file keeps its SELinux label; a new one has what the policy gives to new files
    /// there.
    void keep_label(int fd) {
        if (!same_kind()) return;
        UniqueFd old(openat(folder_, name_.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
        char label[256];
        ssize_t length = old.valid() ? fgetxattr(old.get(), kLabel, label, sizeof(label)) : -1;
        if (length > 0) fsetxattr(fd, kLabel, label, static_cast<size_t>(length), 0);
    }

    Error failed(const char* call) const {
        return Error::from_errno(errno, fmt::format("{} /{}", call, entry_.path));
    }

    int folder_;
    std::string name_;
    const Entry& entry_;
    const CpioRecord& record_;
    struct stat now_{};
    bool exists_ = false;
};

}  // namespace

Result<Target> Target::open(const std::string& root) {
    Target target;
    target.root_ = UniqueFd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!target.root_.valid()) return Error::from_errno(errno, fmt::format("open {}", root));
    target.is_real_root_ = root == "/";
    return target;
}

Result<Applied> Target::apply(std::string_view archive) const {
    WW_TRY(std::vector<Entry> entries, read_entries(archive), "reading the runtime overlay");
    Applied applied;
    for (const Entry& entry : entries) {
        std::string folder_path(parent_of(entry.path));
        std::string name(base_name(entry.path));
        Result<UniqueFd> folder =
            open_below(root_.get(), is_real_root_, folder_path, O_RDONLY | O_DIRECTORY);
        Result<bool> changed =
            folder ? Placement(folder->get(), name, entry).place() : folder.error();
        if (!changed) {
            applied.failures.push_back(changed.error());
        } else if (*changed) {
            applied.changed.push_back("/" + entry.path);
        } else {
            ++applied.unchanged;
        }
    }
    return applied;
}

}  // namespace ww::client
