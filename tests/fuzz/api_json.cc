// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as the body of each request of the API, and as a line of each reply: refused, or read
// as what is written and read back the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "protocol/json.h"
#include "protocol/routes.h"

namespace {

template <class Route>
void check_route(std::string_view text) {
    using Json = ww::protocol::Json<Route>;
    if (const auto request = Json::read_request(text)) {
        const std::string written = Json::request(*request);
        const auto again = Json::read_request(written);
        WW_CHECK(again && Json::request(*again) == written, "a request does not read back");
    }
    if (const auto line = Json::read_reply_line(text); line && line->reply) {
        const std::string written = Json::reply_line(*line->reply);
        const auto again = Json::read_reply_line(written);
        WW_CHECK(again && again->reply && Json::reply_line(*again->reply) == written,
                 "a reply does not read back");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
#define WW_CHECK_ROUTE(name, ...) check_route<ww::protocol::route::name>(text);
    WW_ROUTES(WW_CHECK_ROUTE)
#undef WW_CHECK_ROUTE
    (void)ww::protocol::read_problem_body(text);
    return 0;
}
