// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/hwaddr_index.h"

#include <fmt/format.h>

#include "support/catch.h"

using namespace ww::nodes;

namespace {

NodePointer node(const std::string& cluster, const std::string& id) {
    Node made;
    made.id = id;
    made.cluster_name = cluster;
    return std::make_shared<const MergedNode>(std::move(made));
}

constexpr auto kMac = "02:00:00:00:00:01";

}  // namespace

TEST_CASE("a hardware address finds its node among thousands", "[store][hwaddr_index]") {
    HwaddrIndex index;
    std::vector<NodePointer> nodes;
    const auto address = [](size_t i) {
        return fmt::format("02:00:00:00:{:02x}:{:02x}", i / 256, i % 256);
    };
    for (size_t i = 0; i < 10'000; ++i) {
        nodes.push_back(node("", fmt::format("n{}", i)));
        index.add(address(i), nodes.back());
    }
    std::vector<std::string> texts;
    for (size_t i = 0; i < nodes.size(); ++i) texts.push_back(address(i));
    for (size_t i = 0; i < nodes.size(); ++i) REQUIRE(index.find(texts[i]) == nodes[i].get());
    CHECK(index.find("02:00:00:00:ff:ff") == nullptr);
    CHECK(index.find("") == nullptr);

    std::vector<std::string_view> several{"02:00:00:00:ff:ff", ""};
    several.insert(several.end(), texts.begin(), texts.end());
    const std::vector<const Node*> found = index.find(several);
    REQUIRE(found.size() == nodes.size() + 2);
    CHECK(found[0] == nullptr);
    CHECK(found[1] == nullptr);
    for (size_t i = 0; i < nodes.size(); ++i) REQUIRE(found[i + 2] == nodes[i].get());
}

TEST_CASE("of nodes with one hardware address the last counts, and all are known",
          "[store][hwaddr_index]") {
    HwaddrIndex index;
    const NodePointer a = node("one", "z"), b = node("two", "a"), c = node("two", "b");
    for (const NodePointer& each : {c, a, b}) index.add(kMac, each);
    index.add(kMac, b);  // two devices of one node
    CHECK(index.find(kMac) == c.get());

    CHECK(index.all(kMac) == std::vector<const Node*>{a.get(), b.get(), c.get()});
    CHECK(index.all("02:00:00:00:00:02").empty());

    index.remove(kMac, c);
    CHECK(index.find(kMac) == b.get());
}

TEST_CASE("a copy of the index keeps what the original loses", "[store][hwaddr_index]") {
    HwaddrIndex index;
    const NodePointer only = node("", "n1");
    index.add(kMac, only);
    const HwaddrIndex copy = index;
    index.remove(kMac, only);
    index.remove("no:such", only);
    CHECK(index.find(kMac) == nullptr);
    CHECK(copy.find(kMac) == only.get());
}
