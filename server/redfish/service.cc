// SPDX-License-Identifier: BSD-3-Clause
#include "redfish/service.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <poll.h>

#include <algorithm>
#include <charconv>

#include "base/json_text.h"
#include "base/quote.h"
#include "redfish/problem.h"

namespace ww::redfish {

namespace {

constexpr const char* kRoot = "/redfish/v1/";
constexpr size_t kMostBody = 4 << 20;  // of a resource; the largest collections are tenths of it
constexpr std::chrono::seconds kGoodbye{2};
constexpr std::chrono::seconds kMostPause{5};  // between two looks at a task
constexpr int kMostLooks = 1000;

fetch::Limits limits_for(const Target& target) {
    return {.whole = target.patience, .wire = {.head_bytes = 64 << 10, .body_bytes = kMostBody}};
}

std::string basic_credentials(const std::string& user, const std::string& password) {
    const std::string both = user + ":" + password;
    std::string out((both.size() + 2) / 3 * 4 + 1, '\0');
    // reinterpret_cast: bytes as OpenSSL has them.
    const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(both.data()),
                                       static_cast<int>(both.size()));
    out.resize(static_cast<size_t>(size));
    return "Basic " + out;
}

bool is_success(int status) { return status >= 200 && status < 300; }

std::string field(const fetch::Reply& reply, std::string_view name) {
    const std::string* value = reply.head.find(name);
    return value == nullptr ? "" : *value;
}

std::chrono::milliseconds pause_before_next(const fetch::Reply& reply) {
    const std::string wanted = field(reply, "retry-after");
    int seconds = 1;
    std::from_chars(wanted.data(), wanted.data() + wanted.size(), seconds);
    return std::clamp(std::chrono::seconds(seconds), std::chrono::seconds(1), kMostPause);
}

/// Whether a task has ended, and how. Source: DSP0268 "Task".
Result<bool> has_ended(const Document& task) {
    const std::string state = task.text({"TaskState"});
    for (const char* bad : {"Exception", "Killed", "Cancelled", "Interrupted"}) {
        if (state != bad) continue;
        const auto messages = task.items({"Messages"});
        const std::string why = messages.empty() ? "" : messages.front().text({"Message"});
        return Error(ErrorCode::Unprocessable,
                     fmt::format("the BMC's task ended as {}{}{}",
                                 state,
                                 why.empty() ? "" : ": ",
                                 why.empty() ? "" : quote(why)));
    }
    return state == "Completed" || state.empty();
}

}  // namespace

Service::Service(const Target& target, int stop_fd)
    : target_(target),
      stop_fd_(stop_fd),
      client_({.tls = true, .host = target.host}, target.trust, limits_for(target), stop_fd) {}

Result<std::unique_ptr<Service>> Service::open(const Target& target, int stop_fd) {
    std::unique_ptr<Service> service(new Service(target, stop_fd));
    WW_TRY(const fetch::Reply reply, service->exchange("GET", kRoot));
    if (reply.status == 404)
        return Error(ErrorCode::NotFound,
                     fmt::format("{} speaks no Redfish", target.host.to_string()));
    if (!is_success(reply.status)) return problem_of(reply.status, reply.body);
    WW_TRY(service->root_, Document::parse(reply.body), "reading {}", kRoot);
    WW_TRY_VOID(service->login());
    return service;
}

Service::~Service() {
    if (session_.empty()) return;
    client_.set_patience(kGoodbye, -1);
    (void)exchange("DELETE", session_);
}

Result<void> Service::login() {
    WW_TRY(const bool has_session, begin_session());
    if (!has_session) basic_ = basic_credentials(target_.user, target_.password);
    return {};
}

// False: it has none to give.
Result<bool> Service::begin_session() {
    std::string sessions = root_.link({"Links", "Sessions"});
    if (sessions.empty()) {
        const std::string about = root_.link({"SessionService"});
        if (about.empty()) return false;
        sessions = about + (about.ends_with('/') ? "" : "/") + "Sessions";
    }
    WW_TRY(const fetch::Reply reply,
           exchange("POST",
                    sessions,
                    fmt::format(R"({{"UserName":{},"Password":{}}})",
                                json_quote(target_.user),
                                json_quote(target_.password))));
    if (is_success(reply.status)) {
        token_ = field(reply, "x-auth-token");
        if (const std::string where = field(reply, "location"); !where.empty()) {
            const fetch::Url base{.tls = true, .host = target_.host};
            const auto url = fetch::resolve(base, where);
            if (url && url->same_origin(base)) session_ = url->target;
        }
        if (const auto document = Document::parse(reply.body); session_.empty() && document)
            session_ = document->link({});
        if (!token_.empty()) return true;
        session_.clear();
        return false;
    }
    const bool has_none = reply.status == 404 || reply.status == 405 || reply.status == 501;
    if (has_none || is_session_limit(reply.status, reply.body)) return false;
    return problem_of(reply.status, reply.body);
}

Result<fetch::Reply> Service::exchange(const std::string& method,
                                       const std::string& path,
                                       const std::string& body,
                                       const std::string& etag) {
    // Paths come from the service, too.
    WW_TRY(const fetch::Url url, fetch::resolve({.tls = true, .host = target_.host}, path));
    fetch::Request request{.method = method,
                           .target = url.target,
                           .fields = {{"Accept", "application/json"}, {"OData-Version", "4.0"}},
                           .body = body};
    if (!body.empty()) request.fields.emplace_back("Content-Type", "application/json");
    if (!etag.empty()) request.fields.emplace_back("If-Match", etag);
    if (!token_.empty()) request.fields.emplace_back("X-Auth-Token", token_);
    if (!basic_.empty()) request.fields.emplace_back("Authorization", basic_);
    return client_.send(request);
}

Result<Resource> Service::get(const std::string& path) {
    WW_TRY(const fetch::Reply reply, exchange("GET", path));
    if (!is_success(reply.status))
        return problem_of(reply.status, reply.body).with_frame("reading " + path);
    Resource resource;
    WW_TRY(resource.document, Document::parse(reply.body), "reading {}", path);
    resource.etag = field(reply, "etag");
    if (resource.etag.empty()) resource.etag = resource.document.text({"@odata.etag"});
    return resource;
}

Result<void> Service::change(const std::string& method,
                             const std::string& path,
                             const std::string& body,
                             const std::string& etag) {
    WW_TRY(const fetch::Reply reply, exchange(method, path, body, etag));
    if (reply.status == 202) return follow_task(reply);
    if (is_success(reply.status)) return {};
    return problem_of(reply.status, reply.body).with_frame("changing " + path);
}

Result<void> Service::patch(const std::string& path,
                            const std::string& body,
                            const std::string& etag) {
    return change("PATCH", path, body, etag);
}

Result<void> Service::post(const std::string& path, const std::string& body) {
    return change("POST", path, body, "");
}

// Accepted, and done later: there is a monitor to look at until it is.
Result<void> Service::follow_task(const fetch::Reply& accepted) {
    std::string monitor = field(accepted, "location");
    if (const auto task = Document::parse(accepted.body); monitor.empty() && task)
        monitor = task->link({});
    if (monitor.empty()) return {};  // it does not say where
    const fetch::Url base{.tls = true, .host = target_.host};
    WW_TRY(const fetch::Url where, fetch::resolve(base, monitor));
    if (!where.same_origin(base))
        return Error(ErrorCode::PermissionDenied, "the BMC's task is elsewhere: not followed");
    auto pause = pause_before_next(accepted);
    for (int look = 0; look < kMostLooks; ++look) {
        const fetch::Waits waits{fetch::Clock::now() + pause, stop_fd_};
        const auto waited = fetch::wait_for(-1, 0, waits);
        if (!waited && waited.error().code() != ErrorCode::Timeout) return waited.error();
        WW_TRY(const fetch::Reply reply, exchange("GET", where.target));
        pause = pause_before_next(reply);
        if (reply.status != 202 && !is_success(reply.status))
            return problem_of(reply.status, reply.body);
        const auto task = Document::parse(reply.body);
        if (!task) {
            if (reply.status == 202) continue;
            return {};
        }
        WW_TRY(const bool ended, has_ended(*task));
        if (ended && reply.status != 202) return {};
    }
    return Error(ErrorCode::Timeout, "the BMC's task does not end");
}

}  // namespace ww::redfish
