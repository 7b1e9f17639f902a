// SPDX-License-Identifier: BSD-3-Clause
//
// What an import takes away, and how it is kept.
#include "site_fixture.h"

using namespace ww;
using namespace ww::protocol;
using ww::test::SiteFixture;

namespace {

constexpr const char* kSite =
    "nodes:\n"
    "  n1:\n"
    "    network devices:\n"
    "      default: {hwaddr: '02:00:00:00:00:01', ipaddr: 10.0.0.1, netmask: 255.0.0.0, tags: {a: "
    "b}}\n"
    "    disks: {/dev/vda: {partitions: {a: {number: '1'}, b: {number: '2'}}}}\n"
    "    resources: {r: {x: 1, y: {z: 2}}}\n"
    "    kernel: {version: v, args: [q]}\n"
    "    tags: {t: u}\n"
    "  n2:\n"
    "    network devices: {default: {ipaddr: 10.0.0.2, netmask: 255.0.0.0}}\n"
    "  n3:\n"
    "    network devices: {default: {ipaddr: 10.0.0.3, netmask: 255.0.0.0}}\n";

constexpr const char* kImport =
    "n1:\n"
    "  network devices: {default: {hwaddr: '02:00:00:00:00:09', tags: {c: d}}}\n"
    "  disks: {/dev/vda: {partitions: {b: {number: '3'}}}}\n"
    "  resources: {r: {y: {w: 3}}}\n"
    "  kernel: {version: w}\n"
    "  tags: {v: w}\n"
    "n2: {network devices: {default: {hwaddr: '02:00:00:00:00:02'}}}\n"
    "n3: {network devices: {default: {hwaddr: '02:00:00:00:00:03'}}}\n";

}  // namespace

TEST_CASE("an import says what it drops", "[api][import]") {
    SiteFixture site(kSite);
    ImportRequest request;
    request.text = kImport;
    request.dry_run = true;
    const auto preview = site.ask(route::NodeImport{}, request);
    REQUIRE(preview);
    CHECK(preview->warnings ==
          Names{"of n1 all this goes: disks[/dev/vda].partitions[a].partnumber, "
                "netdevs[default].ipaddr, netdevs[default].netmask, netdevs[default].tags[a], "
                "resources[r]",
                "of n[2-3] all this goes: netdevs[default].ipaddr, netdevs[default].netmask",
                "an import replaces network devices, disks, file systems and resources whole; "
                "--merge keeps what the file does not mention"});
    CHECK(preview->summary.find("netdevs[default].ipaddr: 10.0.0.1") != std::string::npos);
    CHECK(site.nodes_conf() == kSite);
    request.text = "n1: {tags: {t: x}, kernel: {args: [z]}}\n";
    CHECK(site.ask(route::NodeImport{}, request)->warnings.empty());
}

TEST_CASE("a merging import drops nothing", "[api][import]") {
    SiteFixture site(kSite);
    ImportRequest request;
    request.text = kImport;
    request.merge = true;
    const auto merged = site.ask(route::NodeImport{}, request);
    REQUIRE(merged);
    CHECK(merged->warnings.empty());
    const std::string text = site.ask(route::NodeDocument{}, {{"n1"}, "edit"})->text;
    CHECK(text ==
          "n1:\n"
          "  kernel:\n"
          "    version: w\n"
          "    args:\n"
          "      - q\n"
          "  network devices:\n"
          "    default:\n"
          "      hwaddr: \"02:00:00:00:00:09\"\n"
          "      ipaddr: 10.0.0.1\n"
          "      netmask: 255.0.0.0\n"
          "      tags:\n"
          "        a: b\n"
          "        c: d\n"
          "  tags:\n"
          "    t: u\n"
          "    v: w\n"
          "  disks:\n"
          "    /dev/vda:\n"
          "      partitions:\n"
          "        a:\n"
          "          number: \"1\"\n"
          "        b:\n"
          "          number: \"3\"\n"
          "  resources:\n"
          "    r:\n"
          "      x: 1\n"
          "      \"y\":\n"
          "        w: 3\n"
          "        z: 2\n");
}

TEST_CASE("thousands of nodes that lose values are a few lines", "[api][import]") {
    std::string text = "nodes:\n", import;
    for (int i = 0; i < 1000; ++i) {
        // No two lose the same.
        text += fmt::format("  n{0}: {{network devices: {{d{0}: {{ipaddr: 10.0.0.1}}}}}}\n", i);
        import += fmt::format("n{0}: {{network devices: {{d{0}: {{mtu: '9000'}}}}}}\n", i);
    }
    SiteFixture site(text);
    ImportRequest request;
    request.text = import;
    request.dry_run = true;
    const auto preview = site.ask(route::NodeImport{}, request);
    REQUIRE(preview);
    REQUIRE(preview->warnings.size() == 12);
    CHECK(preview->warnings[10] == "990 more nodes lose values");
}
