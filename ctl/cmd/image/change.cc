// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl image import, build, copy, rename, delete, syncuser. What they say comes from wwd as it
// works.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "base/quote.h"
#include "ctl/cmd/handlers.h"
#include "ctl/follow.h"
#include "ctl/prompt.h"
#include "protocol/proxy_variables.h"

namespace ww::ctl::cmd {

namespace {

/// Words before a path that is on this machine.
constexpr std::array<std::string_view, 4> kPathPrefixes{
    "file://", "docker-archive:", "oci-archive:", "oci:"};
/// Words before what is no path.
constexpr std::array<std::string_view, 5> kOtherPrefixes{
    "docker:", "docker-daemon:", "containers-storage:", "http://", "https://"};

/// A path means the caller's folder, not the daemon's.
Result<std::string> absolute_source(const std::string& source) {
    std::string_view prefix;
    for (const std::string_view other : kOtherPrefixes)
        if (source.starts_with(other)) return source;
    for (const std::string_view word : kPathPrefixes)
        if (source.starts_with(word)) prefix = word;
    std::string path = source.substr(prefix.size());
    if (prefix.ends_with(':') && path.starts_with("//")) path.erase(0, 2);
    if (path.starts_with('/') || path.empty()) return fmt::format("{}{}", prefix, path);
    std::error_code error;
    const std::filesystem::path here = std::filesystem::current_path(error);
    if (error) return Error::from_errno(error.value(), "current folder");
    return fmt::format("{}{}/{}", prefix, here.string(), path);
}

std::string text_of_environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

/// The flag, its other spelling, or what the environment says.
std::string first_of(const FlagValues& flags,
                     const char* flag,
                     const char* alias,
                     const char* environment) {
    for (const char* name : {flag, alias})
        if (name != nullptr && !flags.text(name).empty()) return flags.text(name);
    return text_of_environment(environment);
}

/// Where podman and skopeo keep what `login` was told, if there is such a file.
std::string auth_file() {
    std::vector<std::string> places{text_of_environment("REGISTRY_AUTH_FILE")};
    if (const std::string folder = text_of_environment("XDG_RUNTIME_DIR"); !folder.empty())
        places.push_back(folder + "/containers/auth.json");
    if (const std::string folder = text_of_environment("DOCKER_CONFIG"); !folder.empty())
        places.push_back(folder + "/config.json");
    for (const std::string& place : places)
        if (place.starts_with('/') && exists(place)) return place;
    return {};
}

protocol::Names proxies() {
    protocol::Names proxies;
    for (const char* name : protocol::kProxyVariables)
        if (const std::string value = text_of_environment(name); !value.empty())
            proxies.push_back(fmt::format("{}={}", name, value));
    return proxies;
}

/// As Go's ParseBool reads it.
Result<bool> no_https(const FlagValues& flags) {
    if (flags.is_true("nohttps")) return true;
    constexpr const char* kName = "WAREWULF_OCI_NOHTTPS";
    const std::string text = text_of_environment(kName);
    if (text.empty()) return false;
    const auto value = parse_bool(text);
    if (!value)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{}: {} is neither true nor false", kName, quote(text)));
    return *value;
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
    request.platform = first_of(flags, "platform", "arch", "WAREWULF_OCI_PLATFORM");
    request.user = first_of(flags, "username", nullptr, "WAREWULF_OCI_USERNAME");
    request.password = first_of(flags, "password", "passwd", "WAREWULF_OCI_PASSWORD");
    WW_TRY(request.no_https, no_https(flags));
    if (!context.is_remote()) {
        request.auth_file = auth_file();
        request.environment = proxies();
    }
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
                       .detach = flags.is_true("detach"),
                       .compression = flags.text("compression")});
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
    if (!context.flags().is_true("yes") && !context.is_planning() &&
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
