// SPDX-License-Identifier: BSD-3-Clause
#include "api/dispatch.h"

#include <fmt/format.h>

#include "base/admin_group.h"
#include "base/log.h"
#include "protocol/command_line.h"
#include "protocol/json.h"

namespace ww::api {

namespace {

constexpr const char* kLinesType = "application/x-ndjson";

template <class Route>
using Answer = typename HandlerAnswer<typename Route::Reply>::Type;
template <class Route>
using Handler = Result<Answer<Route>> (*)(Call&, const typename Route::Request&);

/// `text` and what is left to say.
template <class Route>
Reply finish(std::string text, const typename Route::Reply& reply) {
    text += protocol::Json<Route>::reply_line(reply) + "\n";
    return {200, kLinesType, std::move(text)};
}
template <class Route>
Reply finish(std::string text, const JobAnswer& answer) {
    if (!answer.wait) return finish<Route>(std::move(text), detached_reply(*answer.job));
    return {200, kLinesType, {}, follow_job(answer, std::move(text))};
}
template <class Route>
Reply finish(std::string, WatchAnswer answer) {
    return {200, kLinesType, {}, std::move(answer.stream)};
}

bool may(const Caller& caller, protocol::Access access) {
    return access == protocol::Access::Everyone || caller.is_admin ||
           (access == protocol::Access::Operator && caller.is_operator);
}

template <class Route>
Reply run(Handler<Route> handler,
          const Site& site,
          const Caller& caller,
          std::string_view body,
          const LineSink& lines) {
    if (!may(caller, Route::access))
        return problem_reply(
            Error(ErrorCode::PermissionDenied,
                  fmt::format("only root and the group {} may ask for this", kAdminGroup)));
    const auto request = protocol::Json<Route>::read_request(body);
    if (!request) return problem_reply(request.error());

    std::string text;
    Call call{site, caller, [&](const protocol::Note& note) {
                  const std::string line = protocol::note_line(note) + "\n";
                  if (lines)
                      lines(line);
                  else
                      text += line;
              }};
    auto reply = handler(call, *request);
    if (reply) return finish<Route>(std::move(text), *std::move(reply));
    const Error& error = reply.error();
    // With notes already said, the status line is no longer the place for it.
    if (text.empty() && !lines) return problem_reply(error);
    text += protocol::problem_line(protocol::to_problem(error)) + "\n";
    return {200, kLinesType, std::move(text)};
}

template <class Route>
Result<JobAnswer> start(Handler<Route> handler,
                        const Site& site,
                        const Caller& caller,
                        std::string_view body) {
    if constexpr (std::is_same_v<Answer<Route>, JobAnswer>) {
        WW_TRY(const auto request, protocol::Json<Route>::read_request(body));
        Call call{site, caller, [](const protocol::Note&) {}};
        return handler(call, request);
    } else {
        return Error(ErrorCode::NotFound, fmt::format("no job comes of {}", Route::path));
    }
}

Caller caller_of(const http::Request& request) {
    Caller caller = Caller::of(request.peer.credentials);
    if (const auto command = http::find(request.headers, protocol::kCommandHeader))
        caller.take_command(*command);
    return caller;
}

}  // namespace

Reply problem_reply(const Error& error) {
    const protocol::Problem problem = protocol::to_problem(error);
    return {
        static_cast<int>(problem.status), protocol::kProblemType, protocol::problem_body(problem)};
}

Reply dispatch(const Site& site,
               const Caller& caller,
               std::string_view path,
               std::string_view body,
               const LineSink& lines) {
#define WW_RUN(name, handler, ...)           \
    if (path == protocol::route::name::path) \
        return run<protocol::route::name>(handler, site, caller, body, lines);
    WW_ROUTES(WW_RUN)
#undef WW_RUN
    return problem_reply(Error(ErrorCode::NotFound, fmt::format("no such endpoint: {}", path)));
}

Result<JobAnswer> start_order(const Site& site,
                              const Caller& caller,
                              std::string_view path,
                              std::string_view body) {
#define WW_START(name, handler, ...)         \
    if (path == protocol::route::name::path) \
        return start<protocol::route::name>(handler, site, caller, body);
    WW_ROUTES(WW_START)
#undef WW_START
    return Error(ErrorCode::NotFound, fmt::format("no such endpoint: {}", path));
}

http::Reply to_http(Reply reply) {
    http::Reply out;
    out.status = reply.status;
    out.headers = {{"Content-Type", reply.content_type}};
    if (reply.stream)
        out.body = std::move(reply.stream);
    else
        out.body = std::move(reply.body);
    return out;
}

http::BlockingHandler handler(const Site& site) {
    return [&site](const http::Request& request) {
        Reply reply;
        if (request.method == "POST")
            reply = dispatch(site, caller_of(request), request.path(), request.body);
        else
            reply = problem_reply(Error(ErrorCode::InvalidArgument, "requests are POSTs"));
        if (reply.status >= 500)
            log::error("api.failed path={} status={}", request.path(), reply.status);
        return to_http(std::move(reply));
    };
}

}  // namespace ww::api
