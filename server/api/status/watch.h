// SPDX-License-Identifier: BSD-3-Clause
//
// The board of what nodes were sent, followed: as lines of the protocol, or as the events that
// browsers read.
#pragma once

#include <memory>

#include "base/result.h"
#include "http/message.h"
#include "protocol/status.h"

namespace ww::api {

struct Call;

/// What the handler of a watch gives in place of a reply: a body without end.
struct WatchAnswer {
    std::unique_ptr<http::BodySource> stream;
};

enum class StatusForm {
    Lines,   // {"reply":{…}}, of protocol/json.h
    Events,  // text/event-stream: "id: MARK", "data: {…}" (the reply). Source: HTML, §9.2
};

/// Errors: Unavailable (no nodes are served here, or too many watch), InvalidArgument (names).
Result<WatchAnswer> watch_status(Call& call,
                                 const protocol::StatusWatchRequest& request,
                                 StatusForm form);

}  // namespace ww::api
