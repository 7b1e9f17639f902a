// SPDX-License-Identifier: BSD-3-Clause
//
// Files of older releases in today's form. Without `save` these only convert; with it they replace
// the site's own file under the site's lock, also one that today's reader would refuse.
#include "upgrade/upgrade.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/handlers.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/kept_copy.h"
#include "config/config.h"
#include "image/image.h"
#include "image/kernel.h"
#include "image/version.h"
#include "store/database.h"

namespace ww::api {

namespace {

using protocol::UpgradeReply;
using protocol::UpgradeRequest;

/// Fills in what both upgrades say. Errors: Conflict, if `before` is not what was previewed.
Result<UpgradeReply> reply_of(const UpgradeRequest& request,
                              std::string_view before,
                              upgrade::Upgraded upgraded,
                              std::string path) {
    UpgradeReply reply;
    reply.state = sha256_hex(before);
    if (!request.state.empty() && request.state != reply.state)
        return Error(ErrorCode::Conflict, "somebody else changed the file meanwhile")
            .with_hint("nothing was saved; start again");
    reply.text = std::move(upgraded.text);
    reply.changed = upgraded.changed;
    reply.path = std::move(path);
    for (const yaml::Warning& note : upgraded.notes) reply.notes.push_back(note.to_string());
    return reply;
}

/// The file system mounts of the request's warewulf.conf, else of the site's. `upgrade config`
/// takes them out of that, so its kept copy is asked next.
Result<std::vector<upgrade::NfsMount>> mounts_for(const Site& site,
                                                  const UpgradeRequest& request,
                                                  std::vector<yaml::Warning>& notes) {
    if (!request.config_source.empty())
        return upgrade::legacy_mounts(request.config_text, request.config_source);
    WW_TRY(const std::string text, read_file(site.config));
    WW_TRY(auto mounts, upgrade::legacy_mounts(text, site.config));
    const std::string old = site.config + "-old";
    if (!mounts.empty() || !exists(old)) return mounts;
    const auto old_text = read_file(old);
    const auto before = old_text ? upgrade::legacy_mounts(*old_text, old) : old_text.error();
    if (!before)
        notes.push_back(
            {{old, 0, 0},
             fmt::format("is not looked at for mounts: {}", before.error().headline())});
    else if (!before->empty())
        notes.push_back({{old, 0, 0},
                         "the mounts of nodes are taken from here, since `upgrade "
                         "config` has taken them out of warewulf.conf"});
    return before ? *before : mounts;
}

/// A file NAME/version below the folder where older releases kept kernels.
std::optional<image::Version> version_of_old_kernel(const std::string& provision,
                                                    const std::string& name) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '_';
    };
    if (name.empty() || !std::all_of(name.begin(), name.end(), plain)) return std::nullopt;
    const auto folder = ConfinedDir::open(provision + "/kernel");
    if (!folder) return std::nullopt;
    const auto text = folder->read(name + "/version");
    return text ? image::Version::find(*text) : std::nullopt;
}

std::string kernel_for(const config::Paths& paths,
                       const std::string& image_name,
                       const std::string& override_name) {
    const image::Images images(paths.wwchrootdir, paths.wwprovisiondir);
    const auto rootfs = images.open(image_name);
    if (!rootfs) return {};
    if (const auto version = version_of_old_kernel(paths.wwprovisiondir, override_name)) {
        std::string found;  // Compat: the last of several
        for (const image::Kernel& kernel : image::find_kernels(*rootfs))
            if (kernel.version_text() == version->text()) found = kernel.path;
        return found;
    }
    const auto status = rootfs->status(override_name);
    return status && S_ISREG(status->st_mode) ? override_name : std::string();
}

}  // namespace

Result<UpgradeReply> config_upgrade(Call& call, const UpgradeRequest& request) {
    const std::string& path = call.site.config;
    const auto upgrade = [&]() -> Result<UpgradeReply> {
        std::string text = request.text;
        if (request.source.empty()) {
            WW_TRY(text, read_file(path));
        }
        const std::string& name = request.source.empty() ? path : request.source;
        WW_TRY(upgrade::Upgraded upgraded, upgrade::upgrade_config(text, name));
        return reply_of(request, text, std::move(upgraded), path);
    };
    if (!request.save) return upgrade();
    // The file says which folders and users wwd works with.
    if (!call.caller.is_root)
        return Error(ErrorCode::PermissionDenied, "only root may replace " + path);
    UpgradeReply reply;
    const auto replace = [&]() -> Result<void> {
        WW_TRY(reply, upgrade());
        WW_TRY(reply.kept, keep_copy(path));
        return replace_file(path, reply.text);
    };
    WW_TRY_VOID(call.site.database.while_locked(replace));
    return reply;
}

Result<UpgradeReply> nodes_upgrade(Call& call, const UpgradeRequest& request) {
    store::Database& database = call.site.database;
    const config::Paths& paths = call.site.conf.paths;
    UpgradeReply reply;
    const auto upgrade = [&](const std::string& site_text) -> Result<std::string> {
        const bool own = request.source.empty();
        const std::string& text = own ? site_text : request.text;
        upgrade::NodesUpgrade options;
        options.add_defaults = request.add_defaults;
        options.replace_overlays = request.replace_overlays;
        options.kernel_override = [&](const std::string& image, const std::string& name) {
            return kernel_for(paths, image, name);
        };
        std::vector<yaml::Warning> notes;
        WW_TRY(options.mounts, mounts_for(call.site, request, notes));
        WW_TRY(upgrade::Upgraded upgraded,
               upgrade::upgrade_nodes(text, own ? database.path() : request.source, options));
        upgraded.notes.insert(upgraded.notes.begin(), notes.begin(), notes.end());
        WW_TRY(reply, reply_of(request, text, std::move(upgraded), database.path()));
        return reply.text;
    };
    if (request.save) {
        WW_TRY(const store::Database::Rewritten done,
               database.rewrite(upgrade, author_of(call.caller)));
        reply.kept = done.kept;
        for (const std::string& warning : done.warnings) call.note({"warn", warning});
        return reply;
    }
    std::string text;
    if (request.source.empty()) {
        WW_TRY(text, read_file(database.path()));
    }
    WW_TRY_VOID(upgrade(text));
    return reply;
}

}  // namespace ww::api
