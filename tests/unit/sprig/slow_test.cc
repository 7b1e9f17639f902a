// SPDX-License-Identifier: BSD-3-Clause
//
// Functions that take long look at the clock before they start.
#include "render.h"

using namespace ww::tmpl;

TEST_CASE("what takes long does not begin when the time is up", "[tmpl][sprig][limits]") {
    for (const char* expression : {R"(derivePassword 1 "long" "p" "u" "s")",
                                   R"(genPrivateKey "rsa")",
                                   R"(genCA "x" 1)",
                                   R"(genSelfSignedCert "x" (list) (list) 1)",
                                   R"(bcrypt "x")",
                                   R"(htpasswd "u" "x")",
                                   R"(getHostByName "localhost")",
                                   R"(regexMatch "a" "a")",
                                   R"(regexFindAll "a" "a" -1)",
                                   R"(regexSplit "a" "a" -1)",
                                   R"(regexReplaceAll "a" "a" "b")"}) {
        CAPTURE(expression);
        const auto source = parse("{{" + std::string(expression) + "}}", "t", sprig_table());
        REQUIRE(source);
        const auto late = execute(*source, {}, nullptr, {.time = std::chrono::milliseconds(-1)});
        REQUIRE_FALSE(late);
        CHECK(late.error().code() == ww::ErrorCode::Timeout);
        CHECK_THAT(late.error().message(), Catch::EndsWith("took longer than -1 ms"));
        CHECK(execute(*source, {}));
    }
}
