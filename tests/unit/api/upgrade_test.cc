// SPDX-License-Identifier: BSD-3-Clause
#include <sys/stat.h>

#include "base/file.h"
#include "site_fixture.h"

using namespace ww;
using protocol::UpgradeRequest;
namespace route = protocol::route;

namespace {

constexpr const char* kOldNodes =
    "WW_INTERNAL: 42\nnodes:\n  n1:\n    runtime overlay: generic\n    kernel args: quiet\n";
constexpr const char* kNewNodes =
    "nodeprofiles: {}\nnodes:\n  n1:\n    runtime overlay:\n      - generic\n    kernel:\n      "
    "args:\n   "
    "     - quiet\n";

}  // namespace

TEST_CASE("a nodes.conf that does not load is upgraded in place", "[api][upgrade]") {
    test::SiteFixture site(kOldNodes);
    REQUIRE(replace_file(site.site().config, "ipaddr: 10.0.0.1\n"));
    REQUIRE(site.site().database.problem());

    const auto preview = site.ask(route::NodesUpgrade{}, {});
    REQUIRE(preview);
    CHECK(preview->text == kNewNodes);
    CHECK(preview->changed);
    CHECK(site.nodes_conf() == kOldNodes);

    UpgradeRequest request;
    request.save = true;
    request.state = preview->state;
    const auto saved = site.ask(route::NodesUpgrade{}, request);
    REQUIRE(saved);
    CHECK(site.nodes_conf() == kNewNodes);
    CHECK(saved->kept == saved->path + "-old");
    CHECK(*read_file(saved->kept) == kOldNodes);
    CHECK_FALSE(site.site().database.problem());
    CHECK(site.site().database.snapshot()->find("n1") != nullptr);
}

TEST_CASE("an upgrade that was previewed of another text is refused", "[api][upgrade]") {
    test::SiteFixture site(kOldNodes);
    REQUIRE(replace_file(site.site().config, ""));
    UpgradeRequest request;
    request.save = true;
    request.state = "of something else";
    const auto saved = site.ask(route::NodesUpgrade{}, request);
    REQUIRE_FALSE(saved);
    CHECK(saved.error().code() == ErrorCode::Conflict);
    CHECK(site.nodes_conf() == kOldNodes);
}

// The documented order: config first, nodes second. Upstream then loses the mounts.
TEST_CASE("mounts survive the documented order of upgrades", "[api][upgrade]") {
    test::SiteFixture site("nodes: {}\n");
    const std::string& config = site.site().config;
    REQUIRE(replace_file(config, "nfs: {exports: [/home]}\n", 0640));
    UpgradeRequest request;
    request.save = true;
    const auto upgraded = site.ask(route::ConfigUpgrade{}, request);
    REQUIRE(upgraded);
    CHECK(*read_file(config) == "nfs:\n  export paths:\n    - path: /home\n");
    CHECK(*read_file(config + "-old") == "nfs: {exports: [/home]}\n");
    struct stat status{};
    REQUIRE(::stat(config.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);

    const auto nodes = site.ask(route::NodesUpgrade{}, {});
    REQUIRE(nodes);
    CHECK(nodes->text.find("spec: warewulf:/home") != std::string::npos);
    REQUIRE(nodes->notes.size() == 1);
    CHECK(nodes->notes[0].starts_with(config + "-old: the mounts of nodes are taken from here"));

    // A file named on the command line is the only one that counts.
    UpgradeRequest named;
    named.config_source = "other.conf";
    const auto other = site.ask(route::NodesUpgrade{}, named);
    REQUIRE(other);
    CHECK(other->text == "nodeprofiles: {}\nnodes: {}\n");
}

TEST_CASE("old kernel overrides are looked up in the image", "[api][upgrade]") {
    test::SiteFixture site("nodes: {}\n");
    REQUIRE(replace_file(site.site().config, ""));
    const auto put = [&](const std::string& path, const char* text) {
        REQUIRE(make_directories((site.root() / path).substr(0, (site.root() / path).rfind('/'))));
        REQUIRE(replace_file(site.root() / path, text));
    };
    put("chroots/img/rootfs/boot/vmlinuz-5.14.0-70.x86_64", "k");
    put("provision/kernel/mine/version", "5.14.0-70.x86_64\n");
    put("provision/kernel/other/version", "6.1.0");
    put("secret", "s");
    const auto version = [&](const std::string& name) {
        UpgradeRequest request;
        request.source = "old.conf";
        request.text =
            "nodes: {n: {container name: img, kernel: {version: before, override: " + name + "}}}";
        const auto reply = site.ask(route::NodesUpgrade{}, request);
        REQUIRE(reply);
        const size_t at = reply->text.find("version: ");
        return reply->text.substr(at + 9, reply->text.find('\n', at) - at - 9);
    };
    CHECK(version("mine") == "/boot/vmlinuz-5.14.0-70.x86_64");
    CHECK(version("/boot/vmlinuz-5.14.0-70.x86_64") == "/boot/vmlinuz-5.14.0-70.x86_64");
    CHECK(version("other") == "before");
    CHECK(version("none") == "before");
    CHECK(version("/boot") == "before");
    CHECK(version("../../../secret") == "before");
}

TEST_CASE("only root replaces the configuration, only administrators upgrade", "[api][upgrade]") {
    test::SiteFixture site;
    REQUIRE(replace_file(site.site().config, "WW_INTERNAL: 45\n"));
    UpgradeRequest request;
    request.save = true;
    const auto refused = site.ask(route::ConfigUpgrade{}, request, {true, false});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::PermissionDenied);
    CHECK(*read_file(site.site().config) == "WW_INTERNAL: 45\n");
    CHECK(site.ask(route::ConfigUpgrade{}, {}, {true, false}));
    CHECK(route::ConfigUpgrade::access == protocol::Access::Admin);
    CHECK(route::NodesUpgrade::access == protocol::Access::Admin);
}
