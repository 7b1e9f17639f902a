// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/advance_addresses.h"

#include "support/site_text.h"

using namespace ww::nodes;
using ww::test::node_of;

TEST_CASE("addresses count up over a range of nodes", "[nodes][advance_addresses]") {
    Node node = node_of(
        "{network devices: {a: {ipaddr: 10.0.0.254, ipaddr6: 'fd00::1'}}, ipmi: {ipaddr: "
        "'fd00::ffff'}}");
    REQUIRE(advance_addresses(node, 2));
    CHECK(node.network_devices.at("a").ipaddr->to_string() == "10.0.1.0");
    CHECK(node.network_devices.at("a").ipaddr6->to_string() == "fd00::1");
    CHECK(node.ipmi.ipaddr->to_string() == "fd00::1:1");
    node = node_of("{ipmi: {ipaddr: 0.0.0.0}}");
    REQUIRE(advance_addresses(node, 2));
    CHECK(node.ipmi.ipaddr->to_string() == "0.0.0.0");
    node = node_of("{ipmi: {ipaddr: 255.255.255.255}}");
    CHECK(advance_addresses(node, 0));
    CHECK(advance_addresses(node, 1).error().message() ==
          "no address comes 1 steps after 255.255.255.255");
}
