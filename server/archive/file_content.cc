// SPDX-License-Identifier: BSD-3-Clause
#include "archive/file_content.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "archive/attribute_list.h"

namespace ww::archive {

namespace {

constexpr size_t kCopyBuffer = 256 << 10;
/// Between two steps: less than a slow disk takes a second for.
constexpr off_t kStep = 8 << 20;

Error shrunk(std::string_view name) {
    return Error(ErrorCode::Conflict, fmt::format("{} became shorter while it was copied", name));
}

Result<void> copy_by_reading(int from, int to, off_t offset, off_t end, std::string_view name) {
    std::vector<char> buffer(kCopyBuffer);
    while (offset < end) {
        const size_t wanted = std::min<size_t>(buffer.size(), static_cast<size_t>(end - offset));
        const ssize_t got = ::pread(from, buffer.data(), wanted, offset);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::from_errno(errno, fmt::format("read {}", name));
        if (got == 0) return shrunk(name);
        for (ssize_t done = 0; done < got;) {
            const ssize_t put =
                ::pwrite(to, buffer.data() + done, static_cast<size_t>(got - done), offset + done);
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return Error::from_errno(errno, fmt::format("write {}", name));
            done += put;
        }
        offset += got;
    }
    return {};
}

Result<void> copy_range(int from, int to, off_t offset, off_t end, std::string_view name) {
    off_t from_at = offset;
    off_t to_at = offset;
    while (from_at < end) {
        const ssize_t got =
            ::copy_file_range(from, &from_at, to, &to_at, static_cast<size_t>(end - from_at), 0);
        if (got > 0) continue;
        if (got < 0 && errno == EINTR) continue;
        // 0 may be the end or, on some file systems, a refusal: reading tells.
        const bool refused =
            got == 0 || errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS;
        if (!refused) return Error::from_errno(errno, fmt::format("copy {}", name));
        return copy_by_reading(from, to, from_at, end, name);
    }
    return {};
}

/// The file system has no place for such an attribute, or not on such a file.
bool has_no_place(int error) { return error == ENOTSUP || error == EPERM; }

}  // namespace

Result<void> copy_content(
    int from, int to, uint64_t size, std::string_view name, const CopyStep& step) {
    if (size == 0) return {};
    if (::ioctl(to, FICLONE, from) == 0) return step(size);
    const off_t end = static_cast<off_t>(size);
    off_t offset = 0;
    while (offset < end) {
        off_t data = ::lseek(from, offset, SEEK_DATA);
        if (data < 0 && errno == ENXIO) break;  // a hole up to the end
        off_t hole = data < 0 ? -1 : ::lseek(from, data, SEEK_HOLE);
        if (data < 0) data = offset;  // no notion of holes here
        if (hole < 0) hole = end;
        hole = std::min(hole, end);
        if (data >= end) break;  // it grew meanwhile
        // A hole counts as copied, too.
        for (off_t at = data; at < hole; offset = at) {
            const off_t next = std::min(hole, at + kStep);
            WW_TRY_VOID(copy_range(from, to, at, next, name));
            at = next;
            WW_TRY_VOID(step(static_cast<uint64_t>(at - offset)));
        }
    }
    if (::ftruncate(to, end) != 0) return Error::from_errno(errno, fmt::format("write {}", name));
    return offset < end ? step(static_cast<uint64_t>(end - offset)) : Result<void>();
}

Result<bool> copy_attributes(int from, int to, std::string_view name) {
    const auto failed = [&] {
        return Error::from_errno(errno, fmt::format("read the attributes of {}", name));
    };
    std::vector<char> names(4096);
    ssize_t length = ::flistxattr(from, names.data(), names.size());
    while (length < 0 && errno == ERANGE) {
        names.resize(names.size() * 4);
        length = ::flistxattr(from, names.data(), names.size());
    }
    if (length < 0) return errno == ENOTSUP ? Result<bool>(true) : failed();
    bool all = true;
    const AttributeFilter portable = portable_attributes();
    for (const char* at = names.data(); at < names.data() + length;
         at += std::string_view(at).size() + 1) {
        if (!portable(at) && std::string_view(at) != "trusted.overlay.opaque") continue;
        std::string value(XATTR_SIZE_MAX, '\0');
        const ssize_t size = ::fgetxattr(from, at, value.data(), value.size());
        if (size < 0) return failed();
        if (::fsetxattr(to, at, value.data(), static_cast<size_t>(size), 0) == 0) continue;
        if (!has_no_place(errno))
            return Error::from_errno(errno, fmt::format("set the attribute {} of {}", at, name));
        all = false;
    }
    return all;
}

Result<bool> copy_attributes_of(int from, int to, const char* name, std::string_view path) {
    WW_TRY(const std::vector<Attribute> attributes,
           read_attributes(from, name, path, portable_attributes()));
    const std::string place = fmt::format("/proc/self/fd/{}/{}", to, name);
    bool all = true;
    for (const auto& [attribute, value] : attributes) {
        if (::lsetxattr(place.c_str(), attribute.c_str(), value.data(), value.size(), 0) == 0)
            continue;
        if (!has_no_place(errno))
            return Error::from_errno(errno,
                                     fmt::format("set the attribute {} of {}", attribute, path));
        all = false;
    }
    return all;
}

}  // namespace ww::archive
