// SPDX-License-Identifier: BSD-3-Clause
#include "rest/head.h"

#include <algorithm>
#include <array>

#include "base/url/percent.h"
#include "protocol/command_line.h"

namespace ww::rest {

namespace {

constexpr std::array<std::string_view, 5> kMethods = {"GET", "PUT", "POST", "PATCH", "DELETE"};

std::string_view path_of(std::string_view target) {
    return target.substr(0, target.find_first_of("?#"));
}

/// The next segment of a path, slashes before it taken off; `rest` begins behind it.
std::string_view next_segment(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    return segment;
}

bool holds_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

struct HeaderRow {
    std::string_view name;
    std::string Head::* member;
};
constexpr std::array kHeaders = {
    HeaderRow{"Authorization", &Head::authorization},
    HeaderRow{"Content-Type", &Head::content_type},
    HeaderRow{"Accept", &Head::accept},
    HeaderRow{"If-Match", &Head::if_match},
    HeaderRow{"If-None-Match", &Head::if_none_match},
    HeaderRow{"Last-Event-ID", &Head::last_event_id},
    HeaderRow{protocol::kCommandHeader, &Head::command},
};

Error bad_target(const char* why) { return {ErrorCode::InvalidArgument, why}; }

}  // namespace

std::string_view to_string(Method method) {
    const auto index = static_cast<size_t>(method);
    return index < kMethods.size() ? kMethods[index] : std::string_view();
}

const std::string* Head::find_query(std::string_view name) const {
    for (const auto& [key, value] : query)
        if (key == name) return &value;
    return nullptr;
}

std::string Head::path_text() const {
    std::string text;
    for (const std::string& segment : path) text += "/" + segment;
    return text;
}

bool is_call(std::string_view target) {
    std::string_view rest = path_of(target);
    return rest.starts_with('/') && percent_decode(next_segment(rest), Plus::Itself) == "api";
}

Result<Head> parse_head(const http::Request& request) {
    Head head;
    const auto method = std::ranges::find(kMethods, request.method);
    head.method = static_cast<Method>(method - kMethods.begin());
    size_t bytes = 0;
    std::string_view rest = path_of(request.target);
    while (!rest.empty()) {
        const std::string_view raw = next_segment(rest);
        // Compat: upstream leads to the path without them; no client sends any.
        if (raw == "." || raw == "..") return Error(ErrorCode::NotFound, "a path that goes back");
        auto segment = percent_decode(raw, Plus::Itself);
        if (!segment || holds_nul(*segment)) return bad_target("a bad escape in the path");
        if (head.path.size() == kMaxSegments) return Error(ErrorCode::NotFound, "too deep a path");
        bytes += segment->size();
        head.path.push_back(std::move(*segment));
    }
    head.query = query_pairs(request.query());
    if (head.query.size() > kMaxQueryPairs) return bad_target("too many words in the query");
    for (const auto& [key, value] : head.query) {
        if (holds_nul(key) || holds_nul(value)) return bad_target("a NUL in the query");
        bytes += key.size() + value.size();
    }
    for (const HeaderRow& row : kHeaders) {
        if (const auto value = http::find(request.headers, row.name)) head.*row.member = *value;
        bytes += (head.*row.member).size();
    }
    if (bytes > kMaxHeadBytes) return Error(ErrorCode::TooLarge, "a head that is too long");
    head.peer_address = request.peer.address;
    head.peer_port = request.peer.port;
    head.tls = request.peer.tls;
    head.body_bytes = request.announced;
    return head;
}

}  // namespace ww::rest
