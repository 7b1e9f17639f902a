// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/snapshot.h"

#include <set>

#include "support/site_text.h"

using namespace ww::nodes;

namespace {

std::shared_ptr<const Snapshot> snapshot(std::string_view text) {
    NodesFile file = ww::test::read_nodes(text);
    auto built = Snapshot::build(std::move(file.registry), std::move(file.warnings), 1);
    if (!built) FAIL(built.error().describe());
    return *built;
}

std::string id(const Node* node) { return node == nullptr ? "-" : node->id; }

}  // namespace

TEST_CASE("nodes come by cluster and id, byte by byte", "[store][snapshot]") {
    const auto all = snapshot("nodes: {n10: , n2: {cluster name: b}, n1: {cluster name: a}, N: }");
    StringList order;
    for (const Node& node : all->nodes()) order.push_back(node.id);
    CHECK(order == StringList{"N", "n10", "n1", "n2"});
    CHECK(id(all->find("n2")) == "n2");
    CHECK(all->find("n3") == nullptr);
    CHECK(Snapshot::empty()->nodes().empty());
    CHECK(Snapshot::empty()->next_discoverable() == nullptr);
}

TEST_CASE("a node is found by hardware address in any spelling", "[store][snapshot]") {
    const auto all = snapshot(
        "nodeprofiles: {p: {network devices: {e: {ipaddr: 10.0.0.9}}}}\n"
        "nodes:\n"
        "  a: {network devices: {e: {hwaddr: AA-BB-CC-00-00-01, ipaddr: 10.0.0.1}}}\n"
        "  b: {network devices: {e: {hwaddr: 'aa:bb:cc:00:00:02', ipaddr6: 'fd00::2'}, f: {}}}\n"
        "  c: {network devices: {e: {hwaddr: 'aa:bb:cc:00:00:02'}}}\n"
        "  d: {discoverable: 'yes', profiles: [p], network devices: {e: {hwaddr: "
        "'aa:bb:cc:00:00:04'}}}\n");
    CHECK(id(all->by_hwaddr("aa:bb:cc:00:00:01")) == "a");
    CHECK(id(all->by_hwaddr("aa:bb:cc:00:00:02")) == "c");
    CHECK(id(all->by_hwaddr("aa:bb:cc:00:00:04")) == "-");
    CHECK(id(all->by_hwaddr("")) == "-");
    CHECK(id(all->by_ip(*ww::IpAddress::parse("10.0.0.1"))) == "a");
    CHECK(id(all->by_ip(*ww::IpAddress::parse("fd00::2"))) == "b");
    CHECK(id(all->by_ip(*ww::IpAddress::parse("10.0.0.9"))) == "d");
    const auto ids = [](const std::vector<const Node*>& nodes) {
        StringList out;
        for (const Node* node : nodes) out.push_back(node->id);
        return out;
    };
    CHECK(ids(all->all_by_hwaddr("aa:bb:cc:00:00:02")) == StringList{"b", "c"});
    CHECK(ids(all->all_by_hwaddr("aa:bb:cc:00:00:04")).empty());
    CHECK(ids(all->all_by_ip(*ww::IpAddress::parse("10.0.0.1"))) == StringList{"a"});
}

TEST_CASE("the first discoverable node with a network device is next", "[store][snapshot]") {
    const auto all = snapshot(
        "nodeprofiles: {p: {network devices: {e: }}}\n"
        "nodes:\n"
        "  a: {discoverable: 'true'}\n"
        "  b: {discoverable: 'true', cluster name: z, network devices: {e: }}\n"
        "  c: {discoverable: 't', profiles: [p]}\n"
        "  d: {discoverable: 'on', profiles: [p]}\n");
    CHECK(id(all->next_discoverable()) == "c");
}

TEST_CASE("digests tell different nodes apart", "[store][snapshot]") {
    const auto all = snapshot(
        "nodes:\n"
        "  a: {tags: {k: v}}\n"
        "  b: {tags: {k: v}}\n"
        "  c: {resources: {r: 1}}\n"
        "  d: {resources: {r: 1.0}}\n");
    const auto again = snapshot("# the same\nnodes: {a: {tags: {'k': v}}}");
    std::set<std::string> digests;
    for (const Node& node : all->nodes()) digests.insert(all->digest(node));
    CHECK(digests.size() == 4);
    CHECK(again->digest(*again->find("a")) == all->digest(*all->find("a")));
    CHECK(again->digest_all() != all->digest_all());
    Node c = *all->find("c");
    Node d = *all->find("d");
    c.id = d.id = "x";
    CHECK_FALSE(c == d);
}

TEST_CASE("resources that cannot be merged are refused", "[store][snapshot]") {
    NodesFile bad = ww::test::read_nodes(
        "nodeprofiles: {p: {resources: {r: {a: 1}}}}\n"
        "nodes: {a: {profiles: [p], resources: {r: [1]}}, b: {profiles: [p], resources: {r: [2]}}, "
        "c: {}}\n");
    const auto refused = Snapshot::build(std::move(bad.registry), {}, 1);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message() ==
          "node a: resource r: cannot append a list to what an earlier layer holds, which is none\n"
          "node b: resource r: cannot append a list to what an earlier layer holds, which is none");
}
