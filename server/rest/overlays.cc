// SPDX-License-Identifier: BSD-3-Clause
//
// /api/overlays. Source: reference/http.md §5.4.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "api/changes.h"
#include "api/overlays/files.h"
#include "base/confined_dir.h"
#include "base/path.h"
#include "overlay/builder.h"
#include "rest/body.h"
#include "rest/handlers.h"
#include "rest/replies.h"

namespace ww::rest {

namespace {

using overlay::Overlay;

constexpr mode_t kPermissions = 0777;
constexpr std::string_view kTemplateSuffix = ".ww";

Error no_overlay(const std::string& name) {
    return {ErrorCode::NotFound, fmt::format("overlay not found: {}", name)};
}

Result<Overlay> find(const Call& call, const std::string& name) {
    auto found = overlay::find_overlay(call.site.overlays.folders(), name);
    if (!found) return no_overlay(name);
    return found;
}

/// Files and links, not folders; null where there is none.
std::string files_json(const protocol::OverlayInfo& info) {
    std::string files;
    for (const protocol::OverlayEntry& entry : info.entries)
        if (!entry.path.ends_with('/'))
            files += (files.empty() ? "" : ",") + quoted("/" + entry.path);
    return files.empty() ? "null" : "[" + files + "]";
}

std::string info_json(const protocol::OverlayInfo& info) {
    return fmt::format(R"({{"files":{},"site":{}}})", files_json(info), info.is_site);
}

/// As it is now; one that has gone has no files.
Result<std::string> overlay_json(const Call& call, const std::string& name) {
    if (!find(call, name)) return std::string(R"({"files":[],"site":true})");
    api::Call as = call.api();
    WW_TRY(const protocol::OverlayListReply list, api::overlay_list(as, {{name}}));
    if (list.overlays.empty()) return no_overlay(name);
    return info_json(list.overlays[0]);
}

Result<Answer> shown(const Call& call) {
    WW_TRY(std::string json, overlay_json(call, call.names[0]));
    const std::string tag = tag_of(json);
    return tagged_reply(call, std::move(json), tag);
}

/// Errors: InvalidArgument.
Result<std::string> path_of(const Call& call) {
    const std::string* path = call.head.find_query("path");
    if (path == nullptr) return invalid_part("query:path", "missing value");
    if (path->empty()) return Error(ErrorCode::InvalidArgument, "must specify a path");
    return *path;
}

/// Errors: InvalidArgument, naming one that uses it.
Result<void> check_unused(const Call& call, const std::string& name) {
    WW_TRY(const auto snapshot, api::current(call.site));
    const auto look = [&](std::string_view kind, const auto& entries) -> Result<void> {
        for (const auto& [id, entry] : entries)
            for (const auto* list : {&entry.system_overlay, &entry.runtime_overlay})
                if (std::ranges::find(*list, name) != list->end())
                    return Error(ErrorCode::InvalidArgument,
                                 fmt::format("overlay '{}' is in use by {} {}", name, kind, id));
        return {};
    };
    WW_TRY_VOID(look("node", snapshot->raw().nodes));
    return look("profile", snapshot->raw().profiles);
}

/// A file as it is. Errors: NotFound, PermissionDenied.
Result<std::string> file_json(const Call& call, const std::string& name, const std::string& path) {
    api::Call as = call.api();
    WW_TRY(const protocol::Document file,
           api::overlay_file(as, {.overlay = name, .path = path, .node = {}}));
    WW_TRY(const Overlay overlay, find(call, name));
    WW_TRY(const ConfinedDir root, ConfinedDir::open(overlay.content_root()));
    const auto clean = path_beneath(path);
    if (!clean) return Error(ErrorCode::NotFound, "the path leaves the overlay");
    WW_TRY(const auto status, root.status(*clean));
    return fmt::format(R"({{"overlay":{},"path":{},"contents":{},"perms":{},"uid":{},"gid":{}}})",
                       quoted(name),
                       quoted(path),
                       quoted(file.text),
                       status.st_mode & kPermissions,
                       status.st_uid,
                       status.st_gid);
}

/// All that a template makes as one text, as upstream shows it.
std::string rendered_text(const render::Rendered& rendered) {
    std::string text;
    for (size_t i = 0; i < rendered.outputs.size(); ++i) {
        const render::Output& output = rendered.outputs[i];
        if (rendered.write ? !rendered.written(i) : i > 0) continue;
        if (!output.name.empty()) text += fmt::format("Filename: {}\n", output.name);
        text += output.is_link ? fmt::format("Symlink: {}\n", output.target) : output.text;
    }
    if (!rendered.write) text += "Aborted\n";
    return text;
}

Result<Answer> rendered_file(const Call& call, const std::string& path, const std::string& node) {
    const std::string& name = call.names[0];
    if (!call.caller.is_admin)
        return Error(ErrorCode::PermissionDenied,
                     "what a template makes may hold secrets: only administrators may see it");
    if (!path.ends_with(kTemplateSuffix))
        return Error(
            ErrorCode::InvalidArgument,
            fmt::format("{} is no template: its name does not end in {}", path, kTemplateSuffix));
    WW_TRY(const auto snapshot, api::current(call.site));
    if (snapshot->find(node) == nullptr)
        return Error(ErrorCode::NotFound, fmt::format("node not found: {}", node));
    api::Call as = call.api();
    WW_TRY(const render::Rendered rendered,
           api::render_overlay_file(as, {.overlay = name, .path = path, .node = node}));
    return json_reply(
        fmt::format(R"({{"overlay":{},"path":{},"contents":{},"perms":0,"uid":0,"gid":0}})",
                    quoted(name),
                    quoted(path),
                    quoted(rendered_text(rendered))));
}

/// Between the look at a file and its change no other call changes one.
std::mutex& file_changes() {
    static std::mutex mutex;
    return mutex;
}

/// Whether the file is what the client thinks it is. Errors: AlreadyExists.
Result<bool> is_as_wished(const Call& call, const std::string& path) {
    const auto now = file_json(call, call.names[0], path);
    if (now && only_if_new(call.head))
        return Error(ErrorCode::AlreadyExists, fmt::format("file '{}' already exists", path));
    return is_expected(call.head, now ? std::optional(tag_of(*now)) : std::nullopt);
}

}  // namespace

Result<Answer> get_overlays(const Call& call) {
    api::Call as = call.api();
    WW_TRY(protocol::OverlayListReply list, api::overlay_list(as, {}));
    std::ranges::sort(list.overlays, {}, &protocol::OverlayInfo::name);
    std::string json = "{";
    for (const protocol::OverlayInfo& info : list.overlays)
        json +=
            fmt::format("{}{}:{}", json.size() > 1 ? "," : "", quoted(info.name), info_json(info));
    return json_reply(json + "}");
}

Result<Answer> get_overlay(const Call& call) {
    WW_TRY(const Overlay overlay, find(call, call.names[0]));
    return shown(call);
}

Result<Answer> put_overlay(const Call& call) {
    const std::string& name = call.names[0];
    if (find(call, name))
        return Error(ErrorCode::AlreadyExists, fmt::format("{} overlay already exists", name));
    api::Call as = call.api();
    WW_TRY_VOID(api::overlay_create(as, {.overlay = name}));
    return shown(call);
}

Result<Answer> delete_overlay(const Call& call) {
    WW_TRY(const bool force, query_flag(call.head, "force", false));
    const std::string& name = call.names[0];
    WW_TRY(const Overlay overlay, find(call, name));
    if (!overlay.is_site)
        return Error(ErrorCode::InvalidArgument, fmt::format("distribution overlay: {}", name));
    WW_TRY(const std::string now, overlay_json(call, name));
    if (!is_expected(call.head, tag_of(now))) return precondition_failed();
    if (!force) WW_TRY_VOID(check_unused(call, name));
    api::Call as = call.api();
    WW_TRY_VOID(api::overlay_delete(as, {.overlay = name, .force = force}));
    return shown(call);
}

Result<Answer> get_overlay_file(const Call& call) {
    WW_TRY(const std::string path, path_of(call));
    WW_TRY(const Overlay overlay, find(call, call.names[0]));
    const std::string* node = call.head.find_query("render");
    if (node != nullptr && !node->empty()) return rendered_file(call, path, *node);
    WW_TRY(std::string json, file_json(call, overlay.name, path));
    const std::string tag = tag_of(json);
    return tagged_reply(call, std::move(json), tag);
}

Result<Answer> put_overlay_file(const Call& call) {
    WW_TRY(const std::string path, path_of(call));
    WW_TRY_VOID(check_content_type(call.head));
    WW_TRY(const Document body, Document::read(call.body));
    WW_TRY_VOID(body.require("content"));
    WW_TRY(const std::string content, body.text("content"));
    WW_TRY(const Overlay overlay, find(call, call.names[0]));
    const std::lock_guard lock(file_changes());
    WW_TRY(const bool wished, is_as_wished(call, path));
    if (!wished) return precondition_failed();
    api::Call as = call.api();
    WW_TRY_VOID(api::overlay_write(as,
                                   {.overlay = overlay.name,
                                    .path = path,
                                    .text = content,
                                    .parents = true,
                                    .overwrite = true}));
    return shown(call);
}

Result<Answer> delete_overlay_file(const Call& call) {
    WW_TRY(const std::string path, path_of(call));
    WW_TRY(const bool cleanup, query_flag(call.head, "cleanup", false));
    WW_TRY(const bool force, query_flag(call.head, "force", false));
    WW_TRY(const Overlay overlay, find(call, call.names[0]));
    const std::lock_guard lock(file_changes());
    WW_TRY(const bool wished, is_as_wished(call, path));
    if (!wished) return precondition_failed();
    api::Call as = call.api();
    WW_TRY_VOID(api::overlay_delete(
        as, {.overlay = overlay.name, .path = path, .force = force, .parents = cleanup}));
    return shown(call);
}

}  // namespace ww::rest
