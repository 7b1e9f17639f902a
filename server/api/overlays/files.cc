// SPDX-License-Identifier: BSD-3-Clause
//
// A file of an overlay: as it is, what it says about itself, and rendered for a node.
#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <unistd.h>

#include <optional>

#include "api/changes.h"
#include "api/handlers.h"
#include "api/overlays/files.h"
#include "api/suggest.h"
#include "base/confined_dir.h"
#include "base/path.h"
#include "overlay/builder.h"
#include "overlay/site.h"
#include "render/template_error.h"
#include "render/template_info.h"

namespace ww::api {

namespace {

using overlay::Overlay;
using protocol::OverlayFileRequest;

constexpr std::string_view kSuffix = ".ww";

Error not_found(const Overlay& overlay, std::string_view shown) {
    return {ErrorCode::NotFound, fmt::format("{}: {} not found", overlay.name, shown)};
}

/// Where a file would be.
struct Place {
    Overlay overlay;
    ConfinedDir root;
    std::string path;  // clean, below the root

    std::string on_disk() const { return fmt::format("{}/{}", overlay.content_root(), path); }
    Error missing() const { return not_found(overlay, on_disk()); }
    bool is_file() const {
        const auto status = root.status(path);
        return status && !S_ISDIR(status->st_mode);
    }
};

/// Errors: NotFound, also for a path that leaves the overlay, whose place is not told.
Result<Place> locate(const Call& call, const OverlayFileRequest& request) {
    WW_TRY(Overlay overlay, overlay::find_overlay(call.site.overlays.folders(), request.overlay));
    WW_TRY(ConfinedDir root, ConfinedDir::open(overlay.content_root()));
    auto path = path_beneath(request.path);
    if (!path) return not_found(overlay, "");
    return Place{std::move(overlay), std::move(root), std::move(*path)};
}

/// A file whose name may be given without the suffix of templates.
Result<Place> locate_template(Call& call, const OverlayFileRequest& request) {
    WW_TRY(Place place, locate(call, request));
    if (!place.is_file()) {
        const Error missing = place.missing();
        place.path += kSuffix;
        if (!place.root.status(place.path)) return missing;
    }
    if (!place.path.ends_with(kSuffix))
        call.note({"warn",
                   fmt::format(
                       "{} is not a template: its name does not end in {}", place.path, kSuffix)});
    return place;
}

bool may_pass(const Result<struct stat>& folder) {
    return folder && (folder->st_mode & S_IXOTH) != 0;
}

/// Whether all folders between `root` and `path` below it may be passed by anybody.
bool may_reach(const ConfinedDir& root, std::string_view path) {
    for (size_t slash = path.find('/'); slash != std::string_view::npos;
         slash = path.find('/', slash + 1))
        if (!may_pass(root.status(path.substr(0, slash)))) return false;
    return true;
}

/// Where an open file is, below `folder`; nothing if it is not.
std::optional<std::string> path_below(int file, int folder) {
    const auto real = [](int fd) {
        char path[PATH_MAX];
        const ssize_t size =
            ::readlink(fmt::format("/proc/self/fd/{}", fd).c_str(), path, sizeof path);
        return std::string(path, size > 0 ? static_cast<size_t>(size) : 0);
    };
    const std::string top = real(folder) + "/";
    std::string path = real(file);
    if (!path.starts_with(top)) return std::nullopt;
    return path.substr(top.size());
}

/// Whether the file could be read by anybody, were the folder of overlays open to them: every
/// folder on the way counts, that of the overlay too, and those of what a link leads to.
bool open_to_all(const Place& place) {
    const auto overlay = ConfinedDir::open(place.overlay.folder);
    const auto file = place.root.open_file(place.path, O_PATH);
    struct stat status{};
    if (!overlay || !file || ::fstat(file->get(), &status) != 0 || (status.st_mode & S_IROTH) == 0)
        return false;
    const auto real = path_below(file->get(), overlay->fd());
    return real && may_pass(overlay->status(".")) && may_reach(*overlay, *real) &&
           may_pass(place.root.status(".")) && may_reach(place.root, place.path);
}

/// The node a template is rendered for: one of the site, or this server under a node's shape.
nodes::Node node_or_server(Call& call, const nodes::Snapshot& snapshot, const std::string& name) {
    if (const nodes::Node* node = snapshot.find(name)) return *node;
    nodes::Node server = overlay::server_as_node();
    // Compat: any name will do; "host" is what upstream's manual uses.
    if (name != "host" && name != server.id)
        call.note({"warn",
                   with_hint(fmt::format("no node {}: rendered for this server itself", name),
                             node_hint(snapshot.raw(), name))});
    return server;
}

/// The files a template makes, its own under the name it was asked for by.
protocol::RenderedReply reply_of(const render::Rendered& rendered, const std::string& asked) {
    protocol::RenderedReply reply{rendered.write, rendered.backup, {}};
    for (size_t i = 0; i < rendered.outputs.size(); ++i) {
        const render::Output& output = rendered.outputs[i];
        // After `abort` only the default slot is of interest.
        if (rendered.write ? !rendered.written(i) : i > 0) continue;
        std::string name = output.name.empty() ? asked : output.name;
        if (output.name.empty() && name.ends_with(kSuffix))
            name.resize(name.size() - kSuffix.size());
        reply.files.push_back({name, output.text, output.target, output.is_link});
    }
    return reply;
}

}  // namespace

Result<protocol::Document> overlay_file(Call& call, const OverlayFileRequest& request) {
    WW_TRY(const Place place, locate(call, request));
    if (!place.is_file()) return place.missing();
    if (!call.caller.is_admin && !open_to_all(place))
        return Error(ErrorCode::PermissionDenied, "this file is for administrators only");
    WW_TRY(std::string text, place.root.read(place.path));
    return protocol::Document{std::move(text)};
}

Result<protocol::TemplateReply> overlay_template(Call& call, const OverlayFileRequest& request) {
    if (!request.path.ends_with(kSuffix))
        return Error(
            ErrorCode::InvalidArgument,
            fmt::format(
                "{} is not a template: its name does not end in {}", request.path, kSuffix));
    WW_TRY(const protocol::Document file, overlay_file(call, request));
    const auto info = render::describe_template(file.text, std::string(base_name(request.path)));
    if (!info)
        return render::template_error(
            info.error(),
            file.text,
            fmt::format("parsing {} of overlay \"{}\"", request.path, request.overlay));
    protocol::TemplateReply reply{info->documentation, {}, {}};
    for (const render::TemplateVariable& each : info->variables)
        reply.variables.push_back({each.name, each.option, each.type, each.help});
    for (const render::TemplateFunction& each : info->functions)
        reply.functions.push_back({each.name, each.doc});
    return reply;
}

Result<render::Rendered> render_overlay_file(Call& call, const OverlayFileRequest& request) {
    WW_TRY(const Place place, locate_template(call, request));
    WW_TRY(const auto snapshot, current(call.site));
    const nodes::Node node = node_or_server(call, *snapshot, request.node);
    const std::string& overlay = place.overlay.name;
    WW_TRY(render::Rendered rendered,
           call.site.overlays.render_file(*snapshot, node, overlay, place.on_disk()),
           "showing {} of overlay \"{}\" for node {}",
           place.path,
           overlay,
           node.id);
    for (const std::string& warning : rendered.warnings) call.note({"warn", warning});
    return rendered;
}

Result<protocol::RenderedReply> overlay_render(Call& call, const OverlayFileRequest& request) {
    WW_TRY(const render::Rendered rendered, render_overlay_file(call, request));
    return reply_of(rendered, request.path);
}

}  // namespace ww::api
