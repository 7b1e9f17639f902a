// SPDX-License-Identifier: BSD-3-Clause
#include "client/attributes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/xattr.h>

#include <cerrno>
#include <optional>
#include <vector>

#include "archive/attribute_list.h"

namespace ww::client {

namespace {

Result<void> apply_to(const ConfinedDir& root, const archive::FileAttributes& file) {
    WW_TRY(const UniqueFd fd, root.open_file(file.path, O_PATH | O_NOFOLLOW));
    // By this name the system finds the file itself, be it a link or a device.
    const std::string self = fmt::format("/proc/self/fd/{}", fd.get());
    // One that this kernel has no place for takes no other with it.
    std::optional<Error> failure;
    for (const archive::Attribute& attribute : file.attributes)
        if (::setxattr(self.c_str(),
                       attribute.name.c_str(),
                       attribute.value.data(),
                       attribute.value.size(),
                       0) != 0 &&
            !failure)
            failure = Error::from_errno(
                errno == ENOENT ? EIO : errno,
                fmt::format("set the attribute {} of {}", attribute.name, file.path));
    return failure ? Result<void>(*failure) : Result<void>();
}

}  // namespace

Result<AttributeOutcome> apply_attributes(const ConfinedDir& root, std::string_view list) {
    WW_TRY(const std::vector<archive::FileAttributes> files, archive::parse_attribute_list(list));
    AttributeOutcome applied;
    for (const archive::FileAttributes& file : files) {
        const Result<void> done = apply_to(root, file);
        if (done) {
            ++applied.files;
        } else if (done.error().code() == ErrorCode::NotFound) {
            ++applied.missing;
        } else if (++applied.failed == 1) {
            applied.failure = done.error().message();
        }
    }
    return applied;
}

}  // namespace ww::client
