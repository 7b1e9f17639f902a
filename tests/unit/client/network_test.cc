// SPDX-License-Identifier: BSD-3-Clause
//
// What needs no second machine; the rest is in tests/e2e/test_wwclient_network.py.
#include "client/network.h"

#include "client/socket_address.h"
#include "support/catch.h"

using ww::IpAddress;
using ww::client::SocketAddress;

TEST_CASE("socket addresses give back what they were made of", "[client][network]") {
    for (const char* text : {"10.1.2.3", "fd00::1", "255.255.255.255", "::"}) {
        INFO(text);
        const IpAddress address = *IpAddress::parse(text);
        CHECK(SocketAddress(address, 80).address() == address);
    }
}

TEST_CASE("this machine knows its own addresses", "[client][network]") {
    CHECK(ww::client::is_own_address(*IpAddress::parse("127.0.0.1")));
    CHECK_FALSE(ww::client::is_own_address(*IpAddress::parse("192.0.2.1")));  // RFC 5737
    CHECK(ww::client::has_route_to(*IpAddress::parse("127.0.0.1")));
}
