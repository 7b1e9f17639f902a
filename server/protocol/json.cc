// SPDX-License-Identifier: BSD-3-Clause
//
// The only file of this layer that uses Boost.JSON, and only for reading.
#include "protocol/json.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/json_text.h"
#include "protocol/described.h"
#include "protocol/job_order.h"

namespace ww::protocol {

namespace {

namespace json = boost::json;

// ---- writing

// Texts may be any bytes: those that are no UTF-8 arrive as they are.
void append_string(std::string& out, std::string_view text) {
    append_json_string(out, text, {.escape_html = false, .keep_invalid = true});
}

void write(std::string& out, const std::string& value) { append_string(out, value); }
void write(std::string& out, bool value) { out += value ? "true" : "false"; }
void write(std::string& out, int64_t value) { out += fmt::to_string(value); }

template <class T>
void write(std::string& out, const std::vector<T>& list);
template <class T>
void write(std::string& out, const std::map<std::string, T>& map);
template <Described T>
void write(std::string& out, const T& value);

template <class T>
void write(std::string& out, const std::vector<T>& list) {
    out += '[';
    bool first = true;
    for (const T& item : list) {
        if (!first) out += ',';
        first = false;
        write(out, item);
    }
    out += ']';
}

template <class T>
void write(std::string& out, const std::map<std::string, T>& map) {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : map) {
        if (!first) out += ',';
        first = false;
        write(out, key);
        out += ':';
        write(out, item);
    }
    out += '}';
}

template <Described T>
void write(std::string& out, const T& value) {
    out += '{';
    bool first = true;
    T::members(value, [&]<class Member>(std::string_view name, const Member& member) {
        constexpr bool optional = IsOptional<Member>::value;
        if constexpr (optional)
            if (!member) return;
        if (!first) out += ',';
        first = false;
        append_string(out, name);
        out += ':';
        if constexpr (optional)
            write(out, *member);
        else
            write(out, member);
    });
    out += '}';
}

// ---- reading: `where` is the path of the member so far, for messages

Error wrong_type(const std::string& where, std::string_view wanted) {
    return {ErrorCode::InvalidArgument,
            fmt::format("{}: expected {}", where.empty() ? "request" : where, wanted)};
}

std::string below(const std::string& where, std::string_view name) {
    return where.empty() ? std::string(name) : fmt::format("{}.{}", where, name);
}

Result<void> read(const json::value& from, std::string& to, const std::string& where) {
    if (!from.is_string()) return wrong_type(where, "a string");
    to.assign(from.get_string().data(), from.get_string().size());
    return {};
}

Result<void> read(const json::value& from, bool& to, const std::string& where) {
    if (!from.is_bool()) return wrong_type(where, "true or false");
    to = from.get_bool();
    return {};
}

Result<void> read(const json::value& from, int64_t& to, const std::string& where) {
    if (!from.is_int64()) return wrong_type(where, "a whole number");
    to = from.get_int64();
    return {};
}

template <class T>
Result<void> read(const json::value& from, std::vector<T>& to, const std::string& where);
template <class T>
Result<void> read(const json::value& from, std::map<std::string, T>& to, const std::string& where);
template <class T>
Result<void> read(const json::value& from, std::optional<T>& to, const std::string& where);
template <Described T>
Result<void> read(const json::value& from, T& to, const std::string& where);

template <class T>
Result<void> read(const json::value& from, std::vector<T>& to, const std::string& where) {
    if (!from.is_array()) return wrong_type(where, "a list");
    to.reserve(from.get_array().size());
    for (const json::value& item : from.get_array()) {
        T& slot = to.emplace_back();
        WW_TRY_VOID(read(item, slot, where));
    }
    return {};
}

template <class T>
Result<void> read(const json::value& from, std::map<std::string, T>& to, const std::string& where) {
    if (!from.is_object()) return wrong_type(where, "an object");
    for (const auto& [key, item] : from.get_object())
        WW_TRY_VOID(read(item, to[std::string(key)], below(where, key)));
    return {};
}

template <class T>
Result<void> read(const json::value& from, std::optional<T>& to, const std::string& where) {
    return read(from, to.emplace(), where);
}

template <Described T>
Result<void> read(const json::value& from, T& to, const std::string& where) {
    if (!from.is_object()) return wrong_type(where, "an object");
    const json::object& object = from.get_object();
    Result<void> outcome;
    size_t known = 0;
    T::members(to, [&](std::string_view name, auto& member) {
        const json::value* value = object.if_contains(name);
        if (value == nullptr) return;
        ++known;
        if (outcome) outcome = read(*value, member, below(where, name));
    });
    if (!outcome || known == object.size()) return outcome;
    for (const auto& [key, item] : object) {
        bool expected = false;
        T::members(to, [&](std::string_view name, auto&) { expected |= name == key; });
        if (!expected)
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("unknown member {}", below(where, key)));
    }
    return outcome;
}

template <class T>
std::string to_json(const T& value) {
    std::string out;
    write(out, value);
    return out;
}

/// Deeper than any message of ours; a hostile one must not exhaust the stack.
constexpr int kMaxDepth = 16;

template <class T>
Result<T> from_json(std::string_view text) {
    json::parse_options options;
    options.allow_invalid_utf8 = true;
    options.max_depth = kMaxDepth;
    json::error_code error;
    json::monotonic_resource memory;
    const json::value parsed = json::parse(text, error, &memory, options);
    if (error)
        return Error(ErrorCode::InvalidArgument, fmt::format("bad JSON: {}", error.message()));
    T value;
    WW_TRY_VOID(read(parsed, value, ""));
    return value;
}

}  // namespace

template <class Route>
std::string Json<Route>::request(const Request& request) {
    return to_json(request);
}

template <class Route>
std::string Json<Route>::reply(const Reply& reply) {
    return to_json(reply);
}

template <class Route>
std::string Json<Route>::reply_line(const Reply& reply) {
    return to_json(ReplyLine<Reply>{.note = {}, .progress = {}, .reply = reply, .problem = {}});
}

template <class Route>
Result<typename Route::Request> Json<Route>::read_request(std::string_view text) {
    return from_json<Request>(text);
}

template <class Route>
Result<ReplyLine<typename Route::Reply>> Json<Route>::read_reply_line(std::string_view text) {
    return from_json<ReplyLine<Reply>>(text);
}

template <class T>
std::string Report<T>::text(const T& report) {
    return to_json(report);
}

template <class T>
Result<T> Report<T>::read(std::string_view text) {
    return from_json<T>(text);
}

template struct Report<ImageDiffReport>;
template struct Report<OverlayCheckReport>;
template struct Report<OverlaySizesReport>;
template struct Report<PlanReport>;

#define WW_JSON(name, ...) template struct Json<route::name>;
WW_ROUTES(WW_JSON)
#undef WW_JSON

std::string note_line(const Note& note) {
    return to_json(ReplyLine<Nothing>{.note = note, .progress = {}, .reply = {}, .problem = {}});
}

std::string progress_line(const Progress& progress) {
    return to_json(
        ReplyLine<Nothing>{.note = {}, .progress = progress, .reply = {}, .problem = {}});
}

std::string problem_line(const Problem& problem) {
    return to_json(ReplyLine<Nothing>{.note = {}, .progress = {}, .reply = {}, .problem = problem});
}

std::string problem_body(const Problem& problem) { return to_json(problem); }
Result<Problem> read_problem_body(std::string_view text) { return from_json<Problem>(text); }

std::string job_order_text(const JobOrder& order) { return to_json(order); }
Result<JobOrder> read_job_order(std::string_view text) { return from_json<JobOrder>(text); }

}  // namespace ww::protocol
