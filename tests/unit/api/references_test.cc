// SPDX-License-Identifier: BSD-3-Clause
//
// What is said of references that lead nowhere: when they are made, and as long as they stand.
#include "api/references.h"

#include "site_fixture.h"

using namespace ww;
using namespace ww::protocol;
using ww::test::SiteFixture;

namespace {

constexpr const char* kSite =
    "nodeprofiles:\n"
    "  default: {}\n"
    "  gpu: {network devices: {default: {netmask: 255.255.0.0, gateway: 10.0.0.254}}}\n"
    "nodes:\n"
    "  n1: {network devices: {default: {hwaddr: '02:00:00:00:00:01', ipaddr: 10.0.1.1}}}\n"
    "  n2: {}\n";

/// A site with an image, overlays and templates.
class FullSite : public SiteFixture {
   public:
    explicit FullSite(const std::string& nodes_conf = kSite) : SiteFixture(nodes_conf) {
        REQUIRE(make_directories(root() / "chroots/deb/rootfs/boot"));
        REQUIRE(replace_file(root() / "chroots/deb/rootfs/boot/vmlinuz-6.1.0-18", "kernel"));
        REQUIRE(make_directories(root() / "overlays/hosts/rootfs"));
        REQUIRE(make_directories(root() / "etc/warewulf/ipxe"));
        REQUIRE(replace_file(root() / "etc/warewulf/ipxe/default.ipxe", "x"));
        REQUIRE(make_directories(root() / "share/warewulf/bmc"));
        REQUIRE(replace_file(root() / "share/warewulf/bmc/ipmitool.tmpl", "x"));
    }

    /// What is noted when this is set.
    Names set(const Names& nodes, std::map<std::string, std::string> values) {
        SetRequest request;
        request.names = nodes;
        request.edit.values = std::move(values);
        return said(route::NodeSet{}, request);
    }
    Names set_list(const Names& nodes, const std::string& field, const Names& items) {
        SetRequest request;
        request.names = nodes;
        request.edit.lists[field] = items;
        return said(route::NodeSet{}, request);
    }
    Names stands() { return ask(route::ServerState{}, {})->warnings; }

    template <class Route>
    Names said(Route route, const typename Route::Request& request) {
        const auto reply = ask(route, request);
        REQUIRE(reply);
        std::erase_if(notes, [](const std::string& note) { return note.starts_with("debug"); });
        return notes;
    }
};

}  // namespace

TEST_CASE("a reference is checked when it is made, and as long as it stands", "[api][references]") {
    FullSite site;
    CHECK(site.stands().empty());
    const std::string image = "no image \"dbe\"; did you mean \"deb\"?";
    CHECK(site.set({"n1", "n2"}, {{"image", "dbe"}}) == Names{"warn: nodes n[1-2]: " + image});
    // What was so before is not said again.
    CHECK(site.set({"n1"}, {{"comment", "x"}}).empty());
    CHECK(site.stands() == Names{"nodes n[1-2]: " + image});
    CHECK(site.set({"n1", "n2"}, {{"image", "deb"}}).empty());
    CHECK(site.stands().empty());
}

TEST_CASE("every kind of reference is checked", "[api][references]") {
    FullSite site;
    CHECK(site.set_list({"n1"}, "profile", {"gpv", "~zz"}) ==
          Names{"warn: node n1: no profile \"gpv\"; did you mean \"gpu\"?"});
    CHECK(site.set_list({"n2"}, "system-overlays", {"hosts", "host", "~x"}) ==
          Names{"warn: node n2: no overlay \"host\"; did you mean \"hosts\"?"});
    CHECK(site.set_list({"n2"}, "runtime-overlays", {"nothing"}) ==
          Names{"warn: node n2: no overlay \"nothing\""});
    CHECK(site.set({"n2"}, {{"ipxe", "defualt"}}) ==
          Names{"warn: node n2: no iPXE template \"defualt\"; did you mean \"default\"?"});
    CHECK(site.set({"n2"}, {{"ipmitemplate", "ipmitool"}}) ==
          Names{"warn: node n2: no IPMI template \"ipmitool\""});
    CHECK(site.set({"n2"}, {{"ipmitemplate", "ipmitool.tmpl"}}).empty());
    CHECK(site.set({"n1"}, {{"image", "deb"}, {"kernelversion", "6.1"}}).empty());
    CHECK(site.set({"n1"}, {{"kernelversion", "6.2.0-18"}}) ==
          Names{"warn: node n1: image \"deb\" has no kernel \"6.2.0-18\"; did you mean "
                "\"6.1.0-18\"?"});
    CHECK(site.set({"n2"}, {{"hwaddr", "zz"}}) ==
          Names{"warn: node n2: \"zz\" is no hardware address: no machine is known by it"});
    CHECK(site.set({"n2"}, {{"hwaddr", "UNDEF"}}).empty());
    CHECK(site.set({"n2"}, {{"hwaddr", "AA-bb-cc-00-11-22"}}).empty());
    CHECK(site.stands().size() == 5);
}

TEST_CASE("addresses that two nodes have are told", "[api][references]") {
    FullSite site;
    CHECK(site.set({"n2"}, {{"hwaddr", "02-00-00-00-00-01"}}) ==
          Names{"warn: nodes n[1-2] have the same hardware address, 02:00:00:00:00:01; what has it "
                "boots as n2"});
    CHECK(site.set({"n2"}, {{"ipaddr", "10.0.1.1"}}) ==
          Names{"warn: nodes n[1-2] have the same address, 10.0.1.1"});
    CHECK(site.stands().size() == 2);
}

TEST_CASE("addresses that lead nowhere are told", "[api][references]") {
    FullSite site;
    // The gateway comes from the profile.
    CHECK(site.set_list({"n1"}, "profile", {"gpu"}).empty());
    CHECK(site.set({"n1"}, {{"ipaddr", "10.9.1.1"}}) ==
          Names{"warn: node n1: 10.9.1.1/16 and its gateway 10.0.0.254 are not in one network"});
    CHECK(site.set({"n2"}, {{"ipaddr", "10.9.1.2"}, {"netmask", "255.255.0.0"}}) ==
          Names{"warn: node n2: 10.9.1.2/16 cannot reach this server, 10.0.0.1: it is another "
                "network, without a gateway"});
    // A change of a profile tells of its nodes.
    SetRequest request;
    request.names = {"gpu"};
    request.edit.values = {{"gateway", "10.9.0.254"}};
    CHECK(site.said(route::ProfileSet{}, request).empty());
    request.edit.values = {{"gateway", "10.8.0.254"}};
    CHECK(site.said(route::ProfileSet{}, request) ==
          Names{"warn: node n1: 10.9.1.1/16 and its gateway 10.8.0.254 are not in one network"});
}

TEST_CASE("profiles that go round in a circle are told", "[api][references]") {
    FullSite site("nodeprofiles: {c: {profiles: [a]}, b: {profiles: [c]}, a: {}}\nnodes: {}\n");
    SetRequest request;
    request.names = {"a"};
    request.edit.lists["profile"] = {"b"};
    CHECK(site.said(route::ProfileSet{}, request) ==
          Names{"warn: profiles inherit from each other in a circle: a, b, c, a"});
    CHECK(site.stands() == Names{"profiles inherit from each other in a circle: a, b, c, a"});
}

TEST_CASE("a profile that goes is missed where it is named", "[api][references]") {
    FullSite site("nodeprofiles: {p: {}}\nnodes: {n1: {profiles: [p]}}\n");
    ApplyRequest request;
    request.text = "nodeprofiles: {p: null}\n";
    CHECK(site.said(route::Apply{}, request) == Names{"warn: node n1: no profile \"p\""});
}

TEST_CASE("a preview tells, and what was confirmed is not told again", "[api][references]") {
    FullSite site;
    SetRequest request;
    request.names = {"n1"};
    request.edit.values = {{"image", "dbe"}};
    request.dry_run = true;
    const auto preview = site.ask(route::NodeSet{}, request);
    REQUIRE(preview);
    CHECK(site.notes.size() == 1);
    request.dry_run = false;
    request.state = preview->state;
    CHECK(site.said(route::NodeSet{}, request).empty());
}

TEST_CASE("ten thousand odd references are a bounded number of lines", "[api][references]") {
    std::string text = "nodeprofiles: {}\nnodes:\n";
    for (int i = 0; i < 1000; ++i) text += fmt::format("  n{0}: {{image name: i{0}}}\n", i);
    FullSite site(text);
    const Names lines = site.stands();
    REQUIRE(lines.size() == 21);
    CHECK(lines.back() == "and 980 more of this kind");
}

TEST_CASE("names that cannot be folders are refused", "[api][references]") {
    FullSite site;
    for (const char* name : {"a/b", "..", ".", "a b", "", "a\tb"}) {
        CAPTURE(name);
        AddRequest request;
        request.names = {name};
        const auto refused = site.ask(route::ProfileAdd{}, request);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message().find("cannot be the name of a profile") !=
              std::string::npos);
        ImportRequest import;
        import.text = fmt::format("\"{}\": {{}}\n", name == std::string("a\tb") ? "a\\tb" : name);
        CHECK_FALSE(site.ask(route::NodeImport{}, import));
    }
    AddRequest request;
    request.names = {"a/b"};
    const auto refused = site.ask(route::NodeAdd{}, request);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message() ==
          "\"a/b\" cannot be the name of a node, since it names a folder: it has a \"/\" in it");
}
