// SPDX-License-Identifier: BSD-3-Clause
#include "base/net.h"

#include "support/catch.h"

using ww::Cidr;
using ww::IpAddress;

TEST_CASE("an IP address is read as Go reads it and printed canonically", "[base][net]") {
    struct Row {
        const char* text;
        const char* printed;  // nullptr: refused
    };
    const Row rows[] = {
        {"10.0.0.1", "10.0.0.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"010.0.0.1", nullptr},
        {"10.0.0.300", nullptr},
        {"10.0.0", nullptr},
        {"10.0.0.1/24", nullptr},
        {"24", nullptr},
        {"", nullptr},
        {"2001:DB8:0:0::1", "2001:db8::1"},
        {"::ffff:1.2.3.4", "1.2.3.4"},
        {"::1.2.3.4", "::102:304"},
        {"fe80::1%eth0", nullptr},
        {"::", "::"},
        {"::1", "::1"},
        {"1:0:0:2::3", "1:0:0:2::3"},
        {"10.0.0.1 ", nullptr},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto address = IpAddress::parse(row.text);
        REQUIRE(address.has_value() == (row.printed != nullptr));
        if (address) CHECK(address->to_string() == row.printed);
    }
}

TEST_CASE("masks and prefixes", "[base][net]") {
    CHECK(ww::mask_length(*IpAddress::parse("255.255.255.0")) == 24);
    CHECK(ww::mask_length(*IpAddress::parse("0.0.0.0")) == 0);
    CHECK(ww::mask_length(*IpAddress::parse("255.255.255.255")) == 32);
    CHECK_FALSE(ww::mask_length(*IpAddress::parse("255.0.255.0")).has_value());
    const auto cidr = Cidr::parse("10.1.2.3/16");
    REQUIRE(cidr);
    CHECK(cidr->network().to_string() == "10.1.0.0");
    CHECK(cidr->contains(*IpAddress::parse("10.1.255.1")));
    CHECK_FALSE(cidr->contains(*IpAddress::parse("10.2.0.1")));
    CHECK_FALSE(cidr->contains(*IpAddress::parse("fd00::1")));
    CHECK(Cidr::parse("fd00::1/64")->network().to_string() == "fd00::");
    for (const char* bad : {"10.0.0.1", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/024", "x/8"}) {
        CAPTURE(bad);
        CHECK_FALSE(Cidr::parse(bad).has_value());
    }
}

TEST_CASE("a hardware address is compared lower case with colons", "[base][net]") {
    CHECK(ww::normal_hwaddr("AA-BB-cc:00-11-22") == "aa:bb:cc:00:11:22");
    CHECK(ww::normal_hwaddr("") == "");
    CHECK(ww::normal_hwaddr("\u00C4-rger") == "\u00E4:rger");
    CHECK(ww::normal_hwaddr("\u0130-\xff") == "i:\uFFFD");
}
