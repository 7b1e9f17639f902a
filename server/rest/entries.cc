// SPDX-License-Identifier: BSD-3-Clause
#include "rest/entries.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "api/changes.h"
#include "api/convert.h"
#include "config/config.h"
#include "image/generations/image_ref.h"
#include "image/image.h"
#include "nodes/emit.h"
#include "nodes/flatten.h"
#include "nodes/patch.h"
#include "overlay/builder.h"
#include "overlay/site.h"
#include "rest/body.h"
#include "rest/replies.h"

namespace ww::rest {

namespace {

using nodes::Node;
using nodes::Profile;
using nodes::Registry;

template <class Entry>
constexpr std::string_view kWord = fields::to_string(nodes::kKindOf<Entry>);

Result<Node> read_given(const std::string& body, const Node*) { return read_node(body); }
Result<Profile> read_given(const std::string& body, const Profile*) { return read_profile(body); }

std::string json_of(const Node& node) { return plain(nodes::node_json(node)); }
std::string json_of(const Profile& profile) { return plain(nodes::profile_json(profile)); }

Error no_such_thing(std::string_view kind, std::string_view name) {
    return {ErrorCode::InvalidArgument, fmt::format("{} '{}' does not exist", kind, name)};
}

/// What a change may not name, since it is not there; in upstream's order. What it does not
/// mention is not looked at. Errors: InvalidArgument.
Result<void> check_things(const api::Site& site, const Registry& registry, const Profile& given) {
    for (const std::string& profile : given.profiles)
        if (registry.profiles.count(profile) == 0) return no_such_thing("profile", profile);
    const image::Images images(site.conf.paths.wwchrootdir, site.conf.paths.wwprovisiondir);
    if (!given.image_name.empty() && !images.exists(image::ImageRef::from(given.image_name).name))
        return no_such_thing("image", given.image_name);
    for (const auto* overlays : {&given.system_overlay, &given.runtime_overlay})
        for (const std::string& overlay : *overlays)
            if (!overlay::find_overlay(site.overlays.folders(), overlay))
                return no_such_thing("overlay", overlay);
    return {};
}

/// Of a profile that is to go. Errors: InvalidArgument.
Result<void> check_unused(const Registry& registry, const std::string& id, const Profile*) {
    const auto count = [&](const auto& entries) {
        return std::ranges::count_if(entries, [&](const auto& each) {
            return std::ranges::find(each.second.profiles, id) != each.second.profiles.end();
        });
    };
    const auto nodes = count(registry.nodes);
    const auto profiles = count(registry.profiles);
    if (nodes + profiles == 0) return {};
    return Error(
        ErrorCode::InvalidArgument,
        fmt::format("profile '{}' is in use by {} nodes and {} profiles", id, nodes, profiles));
}
Result<void> check_unused(const Registry&, const std::string&, const Node*) { return {}; }

/// Makes the new entry of the one that is there, if any; nothing: it goes.
template <class Entry>
using Make = std::function<Result<std::optional<Entry>>(const Registry&, const Entry* now)>;

/// Commits what `make` says, and answers with what then is, or what has gone.
template <class Entry>
Result<Answer> change_one(const Call& call, const Make<Entry>& make) {
    const std::string& id = call.names[0];
    bool expected = true;
    Entry shown;
    const auto edit = [&](const Registry& registry,
                          protocol::ChangeReply&) -> Result<api::Changed<Entry>> {
        const auto& entries = api::entries_of<Entry>(registry);
        const auto found = entries.find(id);
        const Entry* now = found == entries.end() ? nullptr : &found->second;
        expected = is_expected(call.head,
                               now ? std::optional(tag_of(entry_json(call, *now))) : std::nullopt);
        if (!expected) return Error(ErrorCode::Conflict, "it is not what If-Match names");
        WW_TRY(std::optional<Entry> then, make(registry, now));
        if (then) nodes::flatten(*then);
        shown = then ? *then : *now;
        return api::Changed<Entry>{{id, std::move(then)}};
    };
    api::Call as = call.api();
    const auto changed = api::change<Entry>(as, {}, edit);
    if (!changed && !expected) return precondition_failed();
    if (!changed) return changed.error();
    std::string json = entry_json(call, shown);
    const std::string tag = tag_of(json);
    return tagged_reply(call, std::move(json), tag);
}

}  // namespace

template <class Entry>
std::string entry_json(const Call& call, const Entry& entry) {
    return json_of(api::masked(entry, call.caller));
}

template <class Entry>
Result<Answer> put_entry(const Call& call) {
    WW_TRY_VOID(check_content_type(call.head));
    WW_TRY(Entry given, read_given(call.body, static_cast<const Entry*>(nullptr)));
    return change_one<Entry>(
        call, [&](const Registry& registry, const Entry* now) -> Result<std::optional<Entry>> {
            if (now != nullptr && only_if_new(call.head))
                return Error(ErrorCode::InvalidArgument,
                             fmt::format("{} '{}' already exists", kWord<Entry>, call.names[0]));
            WW_TRY_VOID(check_things(call.site, registry, given));
            return given;
        });
}

template <class Entry>
Result<Answer> patch_entry(const Call& call) {
    WW_TRY_VOID(check_content_type(call.head));
    WW_TRY(const Entry given, read_given(call.body, static_cast<const Entry*>(nullptr)));
    return change_one<Entry>(
        call, [&](const Registry& registry, const Entry* now) -> Result<std::optional<Entry>> {
            WW_TRY_VOID(check_things(call.site, registry, given));
            if (now == nullptr) return Error(ErrorCode::NotFound, "node/profile not found");
            Entry entry = *now;
            nodes::import_over(entry, given, nodes::Unmentioned::Kept);
            return entry;
        });
}

template <class Entry>
Result<Answer> delete_entry(const Call& call) {
    return change_one<Entry>(
        call, [&](const Registry& registry, const Entry* now) -> Result<std::optional<Entry>> {
            if (now == nullptr)
                return Error(ErrorCode::NotFound,
                             fmt::format("{0} not found: {1}", kWord<Entry>, call.names[0]));
            WW_TRY_VOID(check_unused(registry, call.names[0], now));
            return std::nullopt;
        });
}

template std::string entry_json(const Call&, const Node&);
template std::string entry_json(const Call&, const Profile&);
template Result<Answer> put_entry<Node>(const Call&);
template Result<Answer> put_entry<Profile>(const Call&);
template Result<Answer> patch_entry<Node>(const Call&);
template Result<Answer> patch_entry<Profile>(const Call&);
template Result<Answer> delete_entry<Node>(const Call&);
template Result<Answer> delete_entry<Profile>(const Call&);

}  // namespace ww::rest
