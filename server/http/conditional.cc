// SPDX-License-Identifier: BSD-3-Clause
#include "http/conditional.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "base/ascii.h"
#include "http/date.h"

namespace ww::http {

namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string_view opaque(std::string_view etag) {
    return etag.starts_with("W/") ? etag.substr(2) : etag;
}

// One entity tag is neither empty nor weak: RFC 9110 §8.8.3.2.
bool strongly_equal(std::string_view a, std::string_view b) {
    return a == b && !a.empty() && !a.starts_with("W/");
}

// Calls `matches` with each tag of If-Match or If-None-Match until it says yes. Tags may hold
// commas.
template <class Matches>
bool any_tag(std::string_view list, Matches matches) {
    while (true) {
        list = trim(list);
        if (list.starts_with(',')) {
            list.remove_prefix(1);
            continue;
        }
        const size_t open = list.starts_with("W/") ? 2 : 0;
        if (list.size() <= open || list[open] != '"') return false;
        const size_t close = list.find('"', open + 1);
        if (close == std::string_view::npos) return false;
        if (matches(list.substr(0, close + 1))) return true;
        list.remove_prefix(close + 1);
    }
}

bool is_get_or_head(const Request& request) {
    return request.method == "GET" || request.method == "HEAD";
}

std::optional<int64_t> date_header(const Request& request, std::string_view name) {
    const auto text = find(request.headers, name);
    return text ? parse_date(trim(*text)) : std::nullopt;
}

// 304 or 412, or nothing when the body is to be sent.
std::optional<int> failed_condition(const Request& request, const Validators& file) {
    if (const auto tags = find(request.headers, "If-Match")) {
        const bool match = trim(*tags) == "*" || any_tag(*tags, [&](std::string_view tag) {
                               return strongly_equal(tag, file.etag);
                           });
        if (!match) return 412;
    } else if (const auto date = date_header(request, "If-Unmodified-Since");
               date && file.mtime != 0) {
        if (file.mtime > *date) return 412;
    }
    if (const auto tags = find(request.headers, "If-None-Match")) {
        const bool match = trim(*tags) == "*" || any_tag(*tags, [&](std::string_view tag) {
                               return !file.etag.empty() && opaque(tag) == opaque(file.etag);
                           });
        if (match) return is_get_or_head(request) ? 304 : 412;
    } else if (const auto date = date_header(request, "If-Modified-Since");
               date && file.mtime != 0) {
        if (is_get_or_head(request) && file.mtime <= *date) return 304;
    }
    return std::nullopt;
}

bool range_is_current(const Request& request, const Validators& file) {
    const auto condition = find(request.headers, "If-Range");
    if (!condition) return true;
    const std::string_view text = trim(*condition);
    if (text.starts_with('"') || text.starts_with("W/")) return strongly_equal(text, file.etag);
    return file.mtime != 0 && parse_date(text) == file.mtime;
}

// Digits only; too large for 63 bits is the largest number, which lies behind the end of any file.
std::optional<int64_t> parse_position(std::string_view digits) {
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    int64_t value = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return result.ec == std::errc() ? value : std::numeric_limits<int64_t>::max();
}

struct Range {
    int64_t first = 0;
    int64_t length = 0;  // 0: unsatisfiable
};

// The one range of "bytes=1-2", "bytes=1-" or "bytes=-2"; nothing if it must be ignored.
std::optional<Range> parse_range(std::string_view header, int64_t size) {
    constexpr std::string_view kUnit = "bytes=";
    if (!same_ignoring_case(header.substr(0, kUnit.size()), kUnit)) return std::nullopt;
    const std::string_view spec = header.substr(kUnit.size());
    const size_t dash = spec.find('-');
    // Several ranges: the comma makes the last position no number.
    if (dash == std::string_view::npos) return std::nullopt;
    const std::string_view from = trim(spec.substr(0, dash));
    const std::string_view to = trim(spec.substr(dash + 1));
    if (from.empty()) {
        const auto suffix = parse_position(to);
        if (!suffix) return std::nullopt;
        const int64_t length = std::min(*suffix, size);
        return Range{size - length, length};
    }
    const auto first = parse_position(from);
    const auto last = to.empty() ? std::numeric_limits<int64_t>::max() : parse_position(to);
    if (!first || !last || *last < *first) return std::nullopt;
    if (*first >= size) return Range{};
    return Range{*first, std::min(*last, size - 1) - *first + 1};
}

}  // namespace

bool is_weak(std::string_view etag) { return etag.starts_with("W/"); }

FilePlan plan_file(const Request& request, const Validators& file) {
    if (const auto status = failed_condition(request, file)) return {*status, 0, 0};
    const FilePlan whole{200, 0, file.size};
    // Compat: the method has no say. Of an empty file no range can be satisfied; clients that
    // always ask for one are better off with the empty body.
    if (file.size == 0 || is_weak(file.etag)) return whole;
    const auto header = find(request.headers, "Range");
    if (!header || !range_is_current(request, file)) return whole;
    const auto range = parse_range(trim(*header), file.size);
    if (!range) return whole;
    if (range->length == 0) return {416, 0, 0};
    return {206, range->first, range->length};
}

}  // namespace ww::http
