// SPDX-License-Identifier: BSD-3-Clause
#include "http/message.h"

#include <algorithm>

#include "base/ascii.h"

namespace ww::http {

std::string Peer::name() const {
    return credentials ? "user " + std::to_string(credentials->uid) : address;
}

bool Credentials::member_of(gid_t group) const {
    return gid == group || std::find(groups.begin(), groups.end(), group) != groups.end();
}

std::optional<std::string_view> find(const Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (same_ignoring_case(key, name)) return value;
    }
    return std::nullopt;
}

std::string_view Request::path() const {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Request::query() const {
    const size_t question = target.find('?');
    return question == std::string::npos ? std::string_view()
                                         : std::string_view(target).substr(question + 1);
}

Responder::~Responder() {
    if (sink_) sink_->take({500, {}, {}, {}});
}

void Responder::operator()(Reply reply) {
    // The sink is let go first: take() may run whatever comes after this request.
    const std::shared_ptr<ReplySink> sink = std::move(sink_);
    sink->take(std::move(reply));
}

FileBody whole_file(UniqueFd fd, int64_t size, int64_t mtime, std::string etag) {
    FileBody body;
    body.parts.push_back({std::make_shared<const UniqueFd>(std::move(fd)), 0, size});
    body.size = size;
    body.mtime = mtime;
    body.etag = std::move(etag);
    return body;
}

void ReplySink::read_body(size_t, Handler) { take({500, {}, {}, {}}); }

void Responder::read_body(size_t limit, Handler then) {
    const std::shared_ptr<ReplySink> sink = std::move(sink_);
    sink->read_body(limit, std::move(then));
}

void Responder::when_gone(std::function<void()> gone) { sink_->when_gone(std::move(gone)); }

Reply text_reply(int status, std::string text) {
    return {status,
            {{"Content-Type", "text/plain; charset=utf-8"}, {"X-Content-Type-Options", "nosniff"}},
            std::move(text),
            {}};
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 100:
            return "Continue";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 301:
            return "Moved Permanently";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Status";
    }
}

}  // namespace ww::http
