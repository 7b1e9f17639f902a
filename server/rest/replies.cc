// SPDX-License-Identifier: BSD-3-Clause
#include "rest/replies.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/quote.h"
#include "golib/bool.h"
#include "http/limits.h"
#include "protocol/json.h"
#include "protocol/problem.h"
#include "rest/route.h"

namespace ww::rest {

namespace {

constexpr std::string_view kJson = "application/json";
constexpr size_t kTagDigits = 32;

/// As upstream names codes, and begins their messages. Every other code is its own: 500 without.
struct StatusRow {
    ErrorCode code;
    int status;
    std::string_view name;
    std::string_view words;
};
constexpr StatusRow kStatus[] = {
    {ErrorCode::InvalidArgument, 400, "INVALID_ARGUMENT", "invalid argument"},
    {ErrorCode::PermissionDenied, 403, "PERMISSION_DENIED", "permission denied"},
    {ErrorCode::NotFound, 404, "NOT_FOUND", "not found"},
    {ErrorCode::AlreadyExists, 409, "ALREADY_EXISTS", "already exists"},
    {ErrorCode::Conflict, 409, "ABORTED", "aborted"},
    {ErrorCode::FailedPrecondition, 409, "FAILED_PRECONDITION", "failed precondition"},
    {ErrorCode::TooLarge, 413, "RESOURCE_EXHAUSTED", "resource exhausted"},
    {ErrorCode::Unprocessable, 422, "INVALID_ARGUMENT", "invalid argument"},
    {ErrorCode::Unavailable, 503, "UNAVAILABLE", "unavailable"},
    {ErrorCode::Timeout, 504, "DEADLINE_EXCEEDED", "deadline exceeded"},
};

http::Reply with_status(int status, std::string json) {
    http::Reply reply = json_reply(std::move(json));
    reply.status = status;
    return reply;
}

http::Reply problem_reply(const Error& error) {
    const protocol::Problem problem = protocol::to_problem(error);
    http::Reply reply;
    reply.status = static_cast<int>(problem.status);
    reply.headers = {{"Content-Type", protocol::kProblemType}};
    reply.body = protocol::problem_body(problem);
    return reply;
}

/// A part of the request that is not as it should be.
http::Reply invalid_reply(const std::string& where, const std::string& why) {
    const bool is_flag = where.starts_with("query:") && why.starts_with('#');
    return with_status(
        400,
        fmt::format(R"({{"status":"INVALID_ARGUMENT","error":"invalid argument: {}",)"
                    R"("context":{{{}:[{}]}}}})",
                    is_flag ? "bad request" : "validation failed",
                    quoted(where),
                    quoted(why)));
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Whether a list of tags (RFC 9110 §13.1) names this one, or any.
bool names_tag(std::string_view list, std::string_view tag, auto&& same) {
    while (!list.empty()) {
        const size_t comma = list.find(',');
        std::string_view each = trimmed(list.substr(0, comma));
        if (each == "*") return true;
        if (each.starts_with("W/")) each.remove_prefix(2);
        if (each.size() >= 2 && same(each, tag)) return true;
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    return false;
}

/// What is stored, of the tag of something that is made of it and of more.
std::string_view stored_part(std::string_view tag) {
    tag = tag.substr(1, tag.size() - 2);
    return tag.substr(0, tag.find('.'));
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text, kQuoting);
    return out;
}

std::string plain(std::string json) {
    constexpr std::pair<std::string_view, char> kEscapes[] = {
        {"u003c", '<'}, {"u003e", '>'}, {"u0026", '&'}};
    size_t to = json.find('\\');
    if (to == std::string::npos) return json;
    for (size_t from = to; from < json.size(); ++from) {
        json[to++] = json[from];
        if (json[from] != '\\') continue;
        const std::string_view rest = std::string_view(json).substr(from + 1);
        const auto* row = std::ranges::find_if(
            kEscapes, [&](const auto& each) { return rest.starts_with(each.first); });
        if (row == std::end(kEscapes)) {
            json[to++] = json[++from];  // whatever is escaped: no escape begins with it
        } else {
            json[to - 1] = row->second;
            from += row->first.size();
        }
    }
    json.resize(to);
    return json;
}

http::Reply json_reply(std::string json) {
    json += '\n';
    http::Reply reply;
    reply.headers = {{"Content-Type", std::string(kJson)}};
    reply.body = std::move(json);
    return reply;
}

std::string tag_of(std::string_view content) {
    return fmt::format("\"{}\"", sha256_hex(content).substr(0, kTagDigits));
}

http::Reply tagged_reply(const Call& call, std::string json, const std::string& tag) {
    const auto same = [](std::string_view a, std::string_view b) { return a == b; };
    const bool has_it = call.head.method == Method::Get && !call.head.if_none_match.empty() &&
                        names_tag(call.head.if_none_match, tag, same);
    http::Reply reply = has_it ? http::Reply{304, {}, {}, {}} : json_reply(std::move(json));
    reply.headers.emplace_back("ETag", tag);
    return reply;
}

bool is_expected(const Head& head, const std::optional<std::string>& tag) {
    if (head.if_match.empty()) return true;
    return tag && names_tag(head.if_match, *tag, [](std::string_view a, std::string_view b) {
               return stored_part(a) == stored_part(b);
           });
}

bool only_if_new(const Head& head) { return trimmed(head.if_none_match) == "*"; }

http::Reply precondition_failed() {
    http::Reply reply = problem_reply(
        Error(ErrorCode::Conflict, "somebody has changed it since: it is not what If-Match names")
            .with_hint("read it again, and change what it is now"));
    reply.status = 412;
    return reply;
}

http::Reply error_reply(const Route& route, const Error& error) {
    if (route.dialect == Dialect::Problem) return problem_reply(error);
    if (const std::string& where = error.place().file;
        where == kBody || where.starts_with("query:"))
        return invalid_reply(where, error.message());
    const auto* row =
        std::ranges::find_if(kStatus, [&](const auto& each) { return each.code == error.code(); });
    if (row == std::end(kStatus))
        return with_status(500, fmt::format(R"({{"error":{}}})", quoted(error.headline())));
    http::Reply reply =
        with_status(row->status,
                    fmt::format(R"({{"status":"{}","error":{}}})",
                                row->name,
                                quoted(fmt::format("{}: {}", row->words, error.headline()))));
    if (row->status == 503)
        reply.headers.emplace_back("Retry-After", std::to_string(http::kRetryAfterSeconds));
    return reply;
}

Error invalid_part(std::string where, std::string why) {
    return Error(ErrorCode::InvalidArgument, std::move(why)).with_place({std::move(where), 0, 0});
}

Result<bool> query_flag(const Head& head, std::string_view name, bool fallback) {
    const std::string* text = head.find_query(name);
    if (text == nullptr || text->empty()) return fallback;
    if (*text == "yes" || *text == "on") return true;
    if (*text == "no" || *text == "off") return false;
    if (const auto value = golib::parse_bool(*text)) return *value;
    return invalid_part(
        fmt::format("query:{}", name),
        fmt::format("#: invalid boolean value '{}' type 'bool' namespace '{}'", *text, name));
}

}  // namespace ww::rest
