// SPDX-License-Identifier: BSD-3-Clause
#include "base/text/base64.h"

#include "support/catch.h"

using namespace ww;

TEST_CASE("base64 is decoded, or is none", "[base]") {
    CHECK(decode_base64("") == "");
    CHECK(decode_base64("YQ==") == "a");
    CHECK(decode_base64("YWI=") == "ab");
    CHECK(decode_base64("YWJj+/8=") == "abc\xfb\xff");
    for (const char* none :
         {"YQ", "YQ=", "Y===", "====", "YQ==YQ==", "Y=Q=", "YQ\n=", "YW-_", "YQ== "})
        CHECK_FALSE(decode_base64(none));
}
