// SPDX-License-Identifier: BSD-3-Clause
#include "api/lacking.h"

#include <sys/stat.h>

#include <algorithm>

#include "site_fixture.h"
#include "support/catch.h"

using namespace ww::protocol;
using ww::test::SiteFixture;

namespace {

std::string shipped_nodes() {
    const auto text = ww::read_file(WW_SOURCE_DIR "/packaging/etc/nodes.conf");
    REQUIRE(text);
    return *text;
}

bool mentions(const Names& lines, std::string_view part) {
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.find(part) != std::string::npos;
    });
}

Names lacking(SiteFixture& site) {
    const auto status = site.ask(route::ServerState{}, {});
    REQUIRE(status);
    return status->lacking;
}

}  // namespace

TEST_CASE("an empty site lacks a profile and nodes, and is told the commands", "[api][lacking]") {
    SiteFixture site("");
    CHECK(lacking(site) ==
          Names{"no profile \"default\", which new nodes take: "
                "wwctl upgrade nodes --add-defaults --replace-overlays=false",
                "no nodes: wwctl node add NODE --hwaddr ADDRESS --ipaddr ADDRESS"});
}

TEST_CASE("a node of the nodes.conf we ship lacks nothing but an image", "[api][lacking]") {
    SiteFixture site(shipped_nodes());
    AddRequest add;
    add.names = {"n1"};
    add.edit.values = {{"hwaddr", "52:54:00:00:00:01"}};
    REQUIRE(site.ask(route::NodeAdd{}, add));
    CHECK(lacking(site) == Names{"1 node (n1) without an image: wwctl profile set default --image "
                                 "IMAGE (wwctl image list)"});
    SetRequest set;
    set.names = {"default"};
    set.edit.values = {{"image", "deb"}};
    REQUIRE(site.ask(route::ProfileSet{}, set));
    CHECK(lacking(site).empty());
    REQUIRE(ww::make_directories(site.site().conf.paths.wwchrootdir + "/deb/rootfs"));
    CHECK(lacking(site) ==
          Names{"image deb, which 1 node boots, is not built: wwctl image build deb"});
}

TEST_CASE("nodes that lack the same are one line, with the flags to give them", "[api][lacking]") {
    SiteFixture site(
        "nodeprofiles: {default: {}}\n"
        "nodes:\n"
        "  n1: {image name: x}\n"
        "  n2: {image name: x, discoverable: true}\n"
        "  n3: {image name: x, profiles: [default], runtime overlay: [hosts], discoverable: "
        "true}\n");
    const Names found = lacking(site);
    CHECK(mentions(found, "2 nodes (n[1-2]) without a profile: wwctl node set n[1-2] --profile"));
    CHECK(mentions(found, "1 node (n1) without a hardware address"));
    CHECK(mentions(found,
                   "3 nodes (n[1-3]) without a system overlay, which would get an empty archive: "
                   "wwctl node set n[1-3] --system-overlays wwinit,wwclient,"));
    CHECK(mentions(found, "2 nodes (n[1-2]) without a runtime overlay"));
}

TEST_CASE("however many nodes lack something, a few lines say it", "[api][lacking]") {
    std::string text = "nodeprofiles: {default: {}}\nnodes:\n";
    constexpr int kNodes = 10'000;
    for (int i = 0; i < kNodes; ++i) text += fmt::format("  x{:05}y: {{image name: i{}}}\n", i, i);
    SiteFixture site(text);
    for (int i = 0; i < 100; ++i)
        REQUIRE(ww::make_directories(
            fmt::format("{}/i{}/rootfs", site.site().conf.paths.wwchrootdir, i)));
    const Names found = lacking(site);
    CHECK(mentions(found,
                   "10000 nodes (x00000y, x00001y, x00002y and 9997 more) without a profile: "
                   "wwctl node set NODES --profile default"));
    CHECK(found.size() <= 10);
    for (const std::string& line : found) CHECK(line.size() < 300);
}

TEST_CASE("a server without an address of its own is told where to write it", "[api][lacking]") {
    SiteFixture site(shipped_nodes());
    ww::config::WarewulfConf conf = site.site().conf;
    const auto look = [&] {
        const ww::api::Site same{.config = site.site().config,
                                 .conf = conf,
                                 .database = site.site().database,
                                 .overlays = site.site().overlays,
                                 .jobs = site.site().jobs,
                                 .tokens = site.site().tokens};
        return ww::api::what_is_lacking(same);
    };
    CHECK_FALSE(mentions(look(), "ipaddr is not set"));
    conf.address_detected = true;
    CHECK(mentions(look(), "boot scripts name 10.0.0.1, the address"));
    conf.ipaddr.clear();
    CHECK(mentions(look(), "ipaddr is not set: boot scripts lead nowhere"));
    CHECK(mentions(look(), "set ipaddr in " + site.site().config));
    conf.ipaddr6 = "fd00::1";
    CHECK_FALSE(mentions(look(), "ipaddr is not set"));
}

TEST_CASE("secrets that everybody can read are spoken of", "[api][lacking]") {
    const auto readable = [](const std::string& text, mode_t mode) {
        SiteFixture site(text);
        REQUIRE(::chmod((site.root() / "etc/warewulf/nodes.conf").c_str(), mode) == 0);
        return mentions(lacking(site), "everybody can read the passwords and keys in");
    };
    CHECK(readable("nodeprofiles: {p: {ipmi: {password: x}}}\n", 0644));
    CHECK(readable("nodes: {n: {asset key: x}}\n", 0664));
    CHECK_FALSE(readable("nodes: {n: {asset key: x}}\n", 0640));
    CHECK_FALSE(readable("nodes: {n: {ipmi: {username: x}}}\n", 0644));
}

TEST_CASE("tags that look like secrets are spoken of, and what is to be done", "[api][lacking]") {
    SiteFixture site(
        "nodeprofiles: {p: {tags: {RootPassword: x}}}\n"
        "nodes:\n"
        "  n1: {tags: {api_token: x, rack: a}}\n"
        "  n2: {tags: {api_token: y}}\n"
        "  n3: {network devices: {default: {tags: {wifi-passphrase: x}}}, tags: {secret: ''}}\n");
    const Names found = lacking(site);
    CHECK(mentions(found,
                   "the tag \"api_token\" of n[1-2] looks like a secret, and every user of this "
                   "machine can see tags: put it into a file of an overlay with mode 0600"));
    CHECK(mentions(found, "the tag \"RootPassword\" of p looks"));
    CHECK(mentions(found, "the tag \"wifi-passphrase\" of n3 looks"));
    CHECK_FALSE(mentions(found, "the tag \"rack\""));
    CHECK_FALSE(mentions(found, "the tag \"secret\""));
}
