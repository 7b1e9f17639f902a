// SPDX-License-Identifier: BSD-3-Clause
//
// Changes of nodes and profiles at once: one document, one commit.
#include "api/changes.h"
#include "api/handlers.h"
#include "nodes/patch.h"

namespace ww::api {

namespace {

constexpr const char* kDefault = "default";

}  // namespace

Result<protocol::ChangeReply> apply(Call& call, const protocol::ApplyRequest& request) {
    return change_all(
        call,
        {request.dry_run, request.state, request.rewrite},
        [&](const nodes::Registry& registry, protocol::ChangeReply&) -> Result<nodes::Registry> {
            WW_TRY(nodes::Registry after,
                   nodes::apply_patch(registry, request.text, request.source));
            if (registry.profiles.count(kDefault) > after.profiles.count(kDefault))
                return Error(ErrorCode::InvalidArgument, "can't delete the `default` profile");
            return after;
        });
}

}  // namespace ww::api
