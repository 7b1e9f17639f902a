// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as a URL, or as a reference that a server sends: what is accepted fits into one line of
// a request, and reads the same again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "fetch/url.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const ww::fetch::Url base{.tls = true, .host = {.name = "bmc", .port = 443}};
    for (const auto& url : {ww::fetch::parse_url(text), ww::fetch::resolve(base, text)}) {
        if (!url) continue;
        WW_CHECK(url->target.starts_with('/'), "a target is no path");
        WW_CHECK(std::ranges::none_of(url->target + url->host.name,
                                      [](char c) { return c <= ' ' || c >= '\x7f'; }),
                 "a URL would become another line");
        WW_CHECK(url->host.port != 0, "no port");
        const auto again = ww::fetch::parse_url((url->tls ? "https://" : "http://") +
                                                url->host.to_string() + url->target);
        WW_CHECK(again && again->same_origin(*url) && again->target == url->target,
                 "a URL is not itself");
    }
    (void)ww::fetch::read_fingerprint(text);
    return 0;
}
