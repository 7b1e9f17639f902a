// SPDX-License-Identifier: BSD-3-Clause
#include "fetch/url.h"

#include "support/catch.h"

using namespace ww::fetch;

TEST_CASE("URLs are taken apart", "[fetch][url]") {
    struct Row {
        std::string text, host, target;
        bool tls;
    };
    const Row rows[] = {
        {"https://bmc1", "bmc1:443", "/", true},
        {"HTTP://bmc1", "bmc1:80", "/", false},
        {"https://10.0.0.1:8443/redfish/v1/?a=b", "10.0.0.1:8443", "/redfish/v1/?a=b", true},
        {"https://[fd00::1]/x", "[fd00::1]:443", "/x", true},
        {"https://[fd00::1]:1/x", "[fd00::1]:1", "/x", true},
        {"http://h?q", "h:80", "/?q", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto url = parse_url(row.text);
        REQUIRE(url);
        CHECK(url->host.to_string() == row.host);
        CHECK(url->target == row.target);
        CHECK(url->tls == row.tls);
    }
    for (const char* text : {"",
                             "bmc1",
                             "ftp://h",
                             "https://",
                             "https://user:secret@h/",
                             "https://h:0",
                             "https://h:65536",
                             "https://h:1x",
                             "https://h:",
                             "https://[fd00::1",
                             "https://[fd00::1]x",
                             "https://h/a b",
                             "https://h/a\r\nX: y",
                             "https://h/#x"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_url(text));
    }
}

TEST_CASE("references count from the document they stand in", "[fetch][url]") {
    const Url base = *parse_url("https://h:8443/redfish/v1/");
    const auto of = [&](std::string_view reference) { return *resolve(base, reference); };
    CHECK(of("/redfish/v1/Systems/1#part").target == "/redfish/v1/Systems/1");
    CHECK(of("/x").same_origin(base));
    CHECK(of("https://H:8443/x").same_origin(base));
    CHECK_FALSE(of("https://h/x").same_origin(base));
    CHECK_FALSE(of("http://h:8443/x").same_origin(base));
    CHECK_FALSE(of("https://other:8443/x").same_origin(base));
    CHECK_FALSE(resolve(base, "//other/x"));
    CHECK_FALSE(resolve(base, "x"));
    CHECK_FALSE(resolve(base, "/a\nb"));
}

TEST_CASE("fingerprints are read in the forms programs print them in", "[fetch][url]") {
    const std::string digits(64, 'a');
    CHECK(*read_fingerprint("sha256:" + digits) == digits);
    CHECK(*read_fingerprint("SHA256:" + std::string(64, 'A')) == digits);
    std::string colons = "sha256:";
    for (int i = 0; i < 32; ++i) colons += i == 0 ? "aa" : ":AA";
    CHECK(*read_fingerprint(colons) == digits);
    for (const std::string& text : {std::string(),
                                    digits,
                                    "sha256:" + digits + "a",
                                    "sha1:" + digits,
                                    "sha256:" + std::string(64, 'g'),
                                    std::string("sha256:")})
        CHECK(read_fingerprint(text).error().message().ends_with(
            "is no fingerprint of a certificate"));
}
