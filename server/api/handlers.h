// SPDX-License-Identifier: BSD-3-Clause
//
// One handler for each row of protocol/routes.h, declared by that table. They are plain functions:
// no sockets, no JSON; a test calls them directly. Each lives in the file of its resource.
#pragma once

#include <functional>

#include "api/caller.h"
#include "api/job.h"
#include "api/site.h"
#include "api/status/watch.h"
#include "base/result.h"
#include "protocol/routes.h"

namespace ww::api {

/// Takes lines for the user that come before the reply.
using NoteSink = std::function<void(const protocol::Note&)>;

struct Plan;

/// One request being handled.
struct Call {
    const Site& site;
    Caller caller;
    NoteSink note;
    /// Where a change goes that is only looked at (api/plan/plan.h); nullptr: it is made.
    Plan* plan = nullptr;
};

/// What the handler of a row gives: its reply, or the job that will have it.
template <class Reply>
struct HandlerAnswer {
    using Type = Reply;
};
template <>
struct HandlerAnswer<protocol::JobReply> {
    using Type = JobAnswer;
};

template <>
struct HandlerAnswer<protocol::StatusNews> {
    using Type = WatchAnswer;
};

// Blocking; any thread.
// NOLINTBEGIN(bugprone-macro-parentheses): a name after :: can have none
#define WW_HANDLER(name, handler, path, access, request, reply, doc) \
    Result<HandlerAnswer<protocol::reply>::Type> handler(Call& call, \
                                                         const protocol::request& request);
// NOLINTEND(bugprone-macro-parentheses)
WW_ROUTES(WW_HANDLER)
#undef WW_HANDLER

}  // namespace ww::api
