// SPDX-License-Identifier: BSD-3-Clause
//
// Names of what a site has, for completion.
#include <fmt/format.h>

#include <set>

#include "access/token_file.h"
#include "api/changes.h"
#include "api/handlers.h"
#include "api/overlays/node_files.h"
#include "api/reference_names.h"
#include "config/config.h"
#include "image/image.h"
#include "overlay/builder.h"

namespace ww::api {

namespace {

using KeyNames = void (*)(const nodes::Profile&, std::set<std::string>&);

template <class Map>
void add_keys(const Map& map, std::set<std::string>& names) {
    for (const auto& [key, value] : map) names.insert(key);
}

/// What gives the names of one kind that stand in an entry; nullptr if there is no such kind.
KeyNames keys_of(std::string_view kind) {
    if (kind == "network")
        return [](const nodes::Profile& entry, std::set<std::string>& names) {
            add_keys(entry.network_devices, names);
        };
    if (kind == "tag")
        return [](const nodes::Profile& entry, std::set<std::string>& names) {
            add_keys(entry.tags, names);
        };
    if (kind == "ipmi tag")
        return [](const nodes::Profile& entry, std::set<std::string>& names) {
            add_keys(entry.ipmi.tags, names);
        };
    if (kind == "network tag")
        return [](const nodes::Profile& entry, std::set<std::string>& names) {
            for (const auto& [name, device] : entry.network_devices) add_keys(device.tags, names);
        };
    return nullptr;
}

/// "file of n1": what its overlays bring. Nothing of a node that is not there.
Result<protocol::Selection> files_of_node(Call& call, const std::string& node) {
    WW_TRY(const auto snapshot, current(call.site));
    protocol::Selection found;
    const nodes::Node* known = snapshot->find(node);
    if (known == nullptr) return found;
    NodeFiles files(call.site, snapshot);
    std::set<std::string> names;
    for (const overlay::Context context : {overlay::Context::System, overlay::Context::Runtime})
        for (const auto& [path, here] : files.of(*known, context).files) names.insert("/" + path);
    found.names.assign(names.begin(), names.end());
    return found;
}

constexpr std::string_view kFileOf = "file of ";

}  // namespace

Result<protocol::Selection> name_list(Call& call, const protocol::NamesRequest& request) {
    const config::Paths& paths = call.site.conf.paths;
    protocol::Selection found;
    const bool entries = request.kind == "entry";
    if (request.kind.starts_with(kFileOf))
        return files_of_node(call, request.kind.substr(kFileOf.size()));
    if (entries || request.kind == "node" || request.kind == "profile") {
        WW_TRY(const auto snapshot, current(call.site));
        if (entries || request.kind == "node")
            for (const auto& [name, node] : snapshot->raw().nodes) found.names.push_back(name);
        if (entries || request.kind == "profile")
            for (const auto& [name, profile] : snapshot->raw().profiles)
                found.names.push_back(name);
    } else if (request.kind == "image") {
        WW_TRY(found.names, image::Images(paths.wwchrootdir, paths.wwprovisiondir).list());
    } else if (request.kind == "job") {
        for (const jobs::JobPtr& job : call.site.jobs.list())
            found.names.push_back(fmt::to_string(job->number()));
    } else if (request.kind == "token") {
        if (!call.caller.is_admin) return found;
        WW_TRY(const auto tokens, call.site.tokens.list());
        for (const access::Token& token : tokens) found.names.push_back(token.name);
    } else if (request.kind == "overlay") {
        for (const overlay::Overlay& each : overlay::list_overlays(call.site.overlays.folders()))
            found.names.push_back(each.name);
    } else if (request.kind == "ipxe") {
        found.names = ipxe_template_names(call.site);
    } else if (const KeyNames keys = keys_of(request.kind)) {
        WW_TRY(const auto snapshot, current(call.site));
        std::set<std::string> names;
        for (const auto& [id, profile] : snapshot->raw().profiles) keys(profile, names);
        for (const auto& [id, node] : snapshot->raw().nodes) keys(node, names);
        found.names.assign(names.begin(), names.end());
    } else {
        return Error(ErrorCode::InvalidArgument, fmt::format("no names of kind {}", request.kind));
    }
    return found;
}

}  // namespace ww::api
