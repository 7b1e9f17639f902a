// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as the target and the headers of a call, a line each: refused, or a head within its
// bounds that finds at most one route, and whose conditions and command hold nothing odd.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/caller.h"
#include "base/check.h"
#include "protocol/command_line.h"
#include "rest/body.h"
#include "rest/head.h"
#include "rest/replies.h"
#include "rest/route.h"

namespace {

using ww::rest::Head;

constexpr std::array kHeaders = {"Authorization",
                                 "If-Match",
                                 "If-None-Match",
                                 ww::protocol::kCommandHeader,
                                 "Last-Event-ID",
                                 "Content-Type",
                                 "Accept"};

std::string_view next_line(std::string_view& rest) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    return line;
}

void check_conditions(const Head& head) {
    WW_CHECK(!is_expected(head, std::nullopt) || head.if_match.empty(),
             "what is not there is what somebody expects");
    (void)is_expected(head, "\"0123456789abcdef\"");
    (void)only_if_new(head);
    (void)ww::rest::query_flag(head, "force", false);
}

void check_command(const std::string& header) {
    ww::api::Caller caller;
    caller.take_command(header);
    const std::string& command = caller.command;
    WW_CHECK(command.size() <= ww::protocol::kMaxCommandBytes, "a command over its limit");
    WW_CHECK(std::ranges::none_of(command, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }),
             "a command that would be more than a line");
    WW_CHECK(ww::protocol::decode_command(ww::protocol::encode_command(command)) == command,
             "a command is another one when it is sent on");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    ww::http::Request request;
    request.method = "GET";
    request.target = next_line(rest);
    for (const char* name : kHeaders) {
        if (rest.empty()) break;
        request.headers.emplace_back(name, next_line(rest));
    }
    const bool is_call = ww::rest::is_call(request.target);
    const auto head = ww::rest::parse_head(request);
    if (!head) return 0;
    WW_CHECK(is_call == (!head->path.empty() && head->path[0] == "api") ||
                 !request.target.starts_with('/'),
             "what is a call is decided once");
    WW_CHECK(head->path.size() <= ww::rest::kMaxSegments, "too deep a path");
    WW_CHECK(head->query.size() <= ww::rest::kMaxQueryPairs, "too long a query");
    (void)ww::rest::match(*head);
    (void)ww::rest::check_content_type(*head);
    check_conditions(*head);
    check_command(head->command);
    return 0;
}
