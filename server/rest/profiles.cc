// SPDX-License-Identifier: BSD-3-Clause
//
// /api/profiles. Source: reference/http.md §5.4.
#include <fmt/format.h>

#include "api/changes.h"
#include "rest/entries.h"
#include "rest/handlers.h"
#include "rest/replies.h"

namespace ww::rest {

using nodes::Profile;

Result<Answer> get_profiles(const Call& call) {
    WW_TRY(const auto snapshot, api::current(call.site));
    std::string json = "{";
    for (const auto& [id, profile] : snapshot->raw().profiles)
        json += fmt::format(
            "{}{}:{}", json.size() > 1 ? "," : "", quoted(id), entry_json(call, profile));
    return json_reply(json + "}");
}

Result<Answer> get_profile(const Call& call) {
    WW_TRY(const auto snapshot, api::current(call.site));
    const auto& profiles = snapshot->raw().profiles;
    const auto found = profiles.find(call.names[0]);
    if (found == profiles.end())
        return Error(ErrorCode::NotFound,
                     fmt::format("profile not found: {} (node/profile not found)", call.names[0]));
    std::string json = entry_json(call, found->second);
    const std::string tag = tag_of(json);
    return tagged_reply(call, std::move(json), tag);
}

Result<Answer> put_profile(const Call& call) { return put_entry<Profile>(call); }
Result<Answer> patch_profile(const Call& call) { return patch_entry<Profile>(call); }
Result<Answer> delete_profile(const Call& call) { return delete_entry<Profile>(call); }

}  // namespace ww::rest
