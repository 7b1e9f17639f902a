// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as the target and one header of a call: refused, or a head within its bounds that finds
// at most one route.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "rest/head.h"
#include "rest/route.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const size_t line = all.find('\n');
    ww::http::Request request;
    request.method = "GET";
    request.target = all.substr(0, line);
    if (line != std::string_view::npos)
        request.headers = {{"Authorization", std::string(all.substr(line + 1))}};
    const bool is_call = ww::rest::is_call(request.target);
    const auto head = ww::rest::parse_head(request);
    if (!head) return 0;
    WW_CHECK(is_call == (!head->path.empty() && head->path[0] == "api") ||
                 !request.target.starts_with('/'),
             "what is a call is decided once");
    WW_CHECK(head->path.size() <= ww::rest::kMaxSegments, "too deep a path");
    WW_CHECK(head->query.size() <= ww::rest::kMaxQueryPairs, "too long a query");
    (void)ww::rest::match(*head);
    return 0;
}
