// SPDX-License-Identifier: BSD-3-Clause
#include "enter/unpack.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <map>

#include "archive/cpio_reader.h"
#include "base/path.h"

namespace ww::enter {

namespace {

using archive::CpioRecord;

class Unpacker {
   public:
    explicit Unpacker(const ConfinedDir& root) : root_(root) {}

    Result<void> put(const CpioRecord& record) {
        WW_TRY(const std::string path, archive::safe_cpio_path(record.path));
        if (path.empty()) return {};  // the root stays what it is
        WW_TRY(const UniqueFd folder,
               root_.open_file(parent_of(path), O_RDONLY | O_DIRECTORY),
               "making /{}",
               path);
        const std::string name(base_name(path));
        if (S_ISDIR(record.mode)) return put_folder(record, path, folder.get(), name);
        if (::unlinkat(folder.get(), name.c_str(), 0) != 0 && errno != ENOENT)
            return Error::from_errno(errno, "replace /" + path);
        if (S_ISREG(record.mode)) return put_file(record, path, folder.get(), name);
        return put_special(record, path, folder.get(), name);
    }

   private:
    Result<void> put_folder(const CpioRecord& record,
                            const std::string& path,
                            int folder,
                            const std::string& name) {
        if (::mkdirat(folder, name.c_str(), 0755) != 0 && errno != EEXIST)
            return Error::from_errno(errno, "make /" + path);
        WW_TRY(const UniqueFd made, root_.open_file(path, O_RDONLY | O_DIRECTORY));
        return give_attributes(record, path, made.get());
    }

    Result<void> put_file(const CpioRecord& record,
                          const std::string& path,
                          int folder,
                          const std::string& name) {
        // All names of a file come with its number, the content with the last of them.
        if (record.links > 1) {
            const auto [first, is_new] = first_names_.try_emplace(record.inode, path);
            if (!is_new) return put_name(record, path, folder, name, first->second);
        }
        const UniqueFd file(::openat(
            folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!file.valid()) return Error::from_errno(errno, "make /" + path);
        WW_TRY_VOID(write_all(file.get(), record.data, path));
        return give_attributes(record, path, file.get());
    }

    Result<void> put_name(const CpioRecord& record,
                          const std::string& path,
                          int folder,
                          const std::string& name,
                          const std::string& first) {
        WW_TRY(const UniqueFd there, root_.open_file(parent_of(first), O_RDONLY | O_DIRECTORY));
        const std::string first_name(base_name(first));
        if (::linkat(there.get(), first_name.c_str(), folder, name.c_str(), 0) != 0)
            return Error::from_errno(errno, "link /" + path);
        if (record.data.empty()) return {};
        WW_TRY(const UniqueFd file, root_.open_file(first, O_WRONLY | O_TRUNC | O_NOFOLLOW));
        return write_all(file.get(), record.data, path);
    }

    static Result<void> put_special(const CpioRecord& record,
                                    const std::string& path,
                                    int folder,
                                    const std::string& name) {
        const dev_t device = makedev(record.rdev_major, record.rdev_minor);
        const int made =
            S_ISLNK(record.mode)
                ? ::symlinkat(std::string(record.data).c_str(), folder, name.c_str())
                : ::mknodat(folder, name.c_str(), record.mode & (S_IFMT | 07777), device);
        if (made != 0 ||
            ::fchownat(folder, name.c_str(), record.uid, record.gid, AT_SYMLINK_NOFOLLOW) != 0)
            return Error::from_errno(errno, "make /" + path);
        return {};
    }

    /// Owner first: changing it clears set-user-id.
    static Result<void> give_attributes(const CpioRecord& record, const std::string& path, int fd) {
        const timespec time{static_cast<time_t>(record.mtime), 0};
        const timespec times[] = {time, time};
        if (::fchown(fd, record.uid, record.gid) != 0 || ::fchmod(fd, record.mode & 07777) != 0 ||
            ::futimens(fd, times) != 0)
            return Error::from_errno(errno, "give /" + path + " its owner and mode");
        return {};
    }

    const ConfinedDir& root_;
    std::map<uint32_t, std::string> first_names_;
};

}  // namespace

Result<void> unpack(const std::string& archive, const ConfinedDir& root) {
    WW_TRY(const std::string bytes, read_file(archive, kMostArchive));
    archive::CpioReader reader(bytes);
    CpioRecord record;
    Unpacker unpacker(root);
    for (;;) {
        WW_TRY(const bool more, reader.next(record));
        if (!more) return {};
        WW_TRY_VOID(unpacker.put(record));
    }
}

}  // namespace ww::enter
