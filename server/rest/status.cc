// SPDX-License-Identifier: BSD-3-Clause
//
// What nodes were sent, as it changes: server-sent events, which go on from Last-Event-ID.
#include "api/status/watch.h"
#include "rest/handlers.h"

namespace ww::rest {

Result<Answer> get_status_events(const Call& call) {
    protocol::StatusWatchRequest request{.since = call.head.last_event_id};
    for (const auto& [name, value] : call.head.query)
        if (name == "node") request.names.push_back(value);
    api::Call asked = call.api();
    WW_TRY(api::WatchAnswer watch, api::watch_status(asked, request, api::StatusForm::Events));
    http::Reply reply;
    reply.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}};
    reply.body = std::move(watch.stream);
    return Answer(std::move(reply));
}

}  // namespace ww::rest
