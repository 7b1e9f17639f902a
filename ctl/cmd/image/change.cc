// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl image import, build, copy, rename, delete, syncuser. What they say comes from wwd as it
// works.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <filesystem>

#include "ctl/cmd/handlers.h"
#include "ctl/follow.h"
#include "ctl/prompt.h"

namespace ww::ctl::cmd {

namespace {

/// A path means the caller's folder, not the daemon's.
Result<std::string> absolute_source(const std::string& source) {
    if (source.find("://") != std::string::npos || source.starts_with('/')) return source;
    std::error_code error;
    const std::filesystem::path here = std::filesystem::current_path(error);
    if (error) return Error::from_errno(error.value(), "current folder");
    return fmt::format("{}/{}", here.string(), source);
}

}  // namespace

Result<int> image_import(Context& context) {
    const FlagValues& flags = context.flags();
    protocol::ImageImportRequest request;
    WW_TRY(request.source, absolute_source(context.arguments()[0]));
    if (context.arguments().size() > 1) request.name = context.arguments()[1];
    request.replace = flags.is_true("force");
    request.update = flags.is_true("update");
    request.build = flags.is_true("build");
    request.sync_users = flags.is_true("syncuser");
    request.detach = flags.is_true("detach");
    return follow_job(context, protocol::route::ImageImport{}, request);
}

Result<int> image_build(Context& context) {
    const FlagValues& flags = context.flags();
    return follow_job(context,
                      protocol::route::ImageBuild{},
                      {.names = context.arguments(),
                       .all = flags.is_true("all"),
                       .force = flags.is_true("force"),
                       .sync_users = flags.is_true("syncuser"),
                       .detach = flags.is_true("detach")});
}

Result<int> image_copy(Context& context) {
    const auto& names = context.arguments();
    return follow_job(context,
                      protocol::route::ImageCopy{},
                      {names[0], names[1], context.flags().is_true("build")});
}

Result<int> image_rename(Context& context) {
    const auto& names = context.arguments();
    return follow_job(context,
                      protocol::route::ImageRename{},
                      {names[0], names[1], context.flags().is_true("build")});
}

Result<int> image_delete(Context& context) {
    const auto& names = context.arguments();
    if (names.empty()) return Error(ErrorCode::InvalidArgument, "no images specified");
    if (!context.flags().is_true("yes") &&
        !confirm(fmt::format("Are you sure you want to delete image [{}]", fmt::join(names, " "))))
        return 0;
    return follow_job(context, protocol::route::ImageDelete{}, {names});
}

Result<int> image_syncuser(Context& context) {
    const FlagValues& flags = context.flags();
    for (const std::string& name : context.arguments()) {
        WW_TRY(
            const int ended,
            follow_job(
                context,
                protocol::route::ImageSyncUser{},
                {.name = name, .write = flags.is_true("write"), .build = flags.is_true("build")}));
        if (ended != 0) return ended;
    }
    return 0;
}

}  // namespace ww::ctl::cmd
