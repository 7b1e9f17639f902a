// SPDX-License-Identifier: BSD-3-Clause
//
// From a path and a JSON body to the handler, and back to a reply: the part of the API that knows
// about permission and JSON, but not about sockets.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api/caller.h"
#include "api/handlers.h"
#include "api/site.h"
#include "http/message.h"
#include "protocol/problem.h"

namespace ww::api {

struct Reply {
    int status = 200;
    std::string content_type;
    std::string body;
    std::unique_ptr<http::BodySource> stream = {};  // in place of the body, of a job
};

/// For a server.
http::Reply to_http(Reply reply);

/// Where lines of a reply go while the handler still works. Empty: they are put before the reply.
using LineSink = std::function<void(const std::string& line)>;

/// Blocking; any thread.
Reply dispatch(const Site& site,
               const Caller& caller,
               std::string_view path,
               std::string_view body,
               const LineSink& lines = {});

/// The job that a request starts, as the daemon handed it on: in the process of that job. Nothing
/// is said of what the daemon has said already. Blocking. Errors: of reading it; those of the
/// handler; NotFound, if no job comes of such a request.
Result<JobAnswer> start_order(const Site& site,
                              const Caller& caller,
                              std::string_view path,
                              std::string_view body);

/// The reply to a request that fails before there is a site.
Reply problem_reply(const Error& error);

/// For the UNIX socket: credentials of the peer decide. The site must outlive the handler.
http::BlockingHandler handler(const Site& site);

}  // namespace ww::api
