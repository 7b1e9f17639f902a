// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/merge.h"

#include "nodes/field_lister.h"
#include "support/site_text.h"

using namespace ww::nodes;
using ww::test::merged;
using ww::test::registry;

namespace {

// "source|value" of a listed field, "-" if it is not listed.
std::string field(const Registry& registry, const std::string& name, const std::string& id = "n1") {
    const auto fields = FieldLister(registry).node(id);
    if (!fields) FAIL(fields.error().describe());
    for (const FieldValue& value : *fields)
        if (value.name == name) return value.source + "|" + value.value;
    return "-";
}

}  // namespace

TEST_CASE("the order of profiles", "[store][merge]") {
    struct Row {
        const char* text;
        StringList order;
    };
    const Row rows[] = {
        {"nodes: {n1: {}}", {}},
        {"nodes: {n1: {profiles: [p1, p2]}}", {"p1", "p2"}},
        {"nodeprofiles: {p2: {profiles: [~p1]}}\nnodes: {n1: {profiles: [p1, p2]}}", {"p2"}},
        {"nodeprofiles: {p1: , p2: {profiles: [~p3]}}\nnodes: {n1: {profiles: [p1, p2]}}",
         {"p1", "p2"}},
        {"nodeprofiles: {p1: {profiles: [p2]}, p2: {profiles: [p3]}}\nnodes: {n1: {profiles: "
         "[p1]}}",
         {"p3", "p2", "p1"}},
        {"nodeprofiles: {p2: {profiles: [~p1]}, p3: {profiles: [~p1]}}\nnodes: {n1: {profiles: "
         "[p1, p2, p3]}}",
         {"p2", "p3"}},
        {"nodeprofiles: {p1: {profiles: [p2]}, p2: {profiles: [p3]}, p3: {profiles: [p1]}}\nnodes: "
         "{n1: {profiles: [p1]}}",
         {"p3", "p2", "p1"}},
        {"nodeprofiles: {p1: {profiles: [p2]}, p2: {profiles: [~p1, p3]}, p3: {profiles: "
         "[p1]}}\nnodes: {n1: {profiles: [p1]}}",
         {"p3", "p2"}},
        {"nodeprofiles: {pa1: {profiles: [pa2]}, pb1: {profiles: [~pa2, pb2]}, pb2: {profiles: "
         "[pa2]}}\nnodes: {n1: {profiles: [pa1, pb1]}}",
         {"pa1", "pb2", "pb1"}},
        {"nodeprofiles: {p1: {profiles: [p2]}, p2: {profiles: [p3]}, p4: {profiles: "
         "[~p2]}}\nnodes: {n1: {profiles: [p1, p4]}}",
         {"p3", "p1", "p4"}},
        {"nodeprofiles: {b: {profiles: [a]}}\nnodes: {n1: {profiles: [b, a]}}", {"a", "b"}},
        {"nodes: {n1: {profiles: [~a, a]}}", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const Registry raw = registry(row.text);
        CHECK(expand_profiles(raw, raw.nodes.at("n1").profiles) == row.order);
    }
}

TEST_CASE("later layers win, and the list says who", "[store][merge]") {
    Registry raw = registry(
        "nodeprofiles:\n"
        "  default: {root: root_d, comment: not inherited}\n"
        "  profile_a: {root: root_a}\n"
        "nodes:\n"
        "  n1: {profiles: [default, profile_a], root: root_n1}\n"
        "  n2: {profiles: [default, profile_a]}\n"
        "  n3: {root: own}\n");
    CHECK(merged(raw, "n1").root == "root_n1");
    CHECK(field(raw, "Root") == "SUPERSEDED|root_n1");
    CHECK(field(raw, "Root", "n2") == "profile_a|root_a");
    CHECK(field(raw, "Root", "n3") == "|own");
    CHECK(merged(raw, "n1").comment.empty());
    CHECK(field(raw, "Comment") == "-");
    CHECK(field(raw, "Profiles") == "|default,profile_a");
}

TEST_CASE("lists append and ~x takes every x out", "[store][merge]") {
    const Registry raw = registry(
        "nodeprofiles: {default: {runtime overlay: [ro1, ro2], kernel: {args: [quiet, quiet, "
        "crash]}}}\n"
        "nodes: {n1: {profiles: [default], runtime overlay: [~ro1, ro3], kernel: {args: [~quiet, "
        "new, ~zzz]}}}\n");
    const Node node = merged(raw, "n1");
    CHECK(node.runtime_overlay == StringList{"ro2", "ro3"});
    CHECK(node.kernel.args == StringList{"crash", "new"});
    CHECK(field(raw, "RuntimeOverlay") == "default,n1|ro1,ro2,~ro1,ro3");
    CHECK(field(raw, "Kernel.Args") == "default,n1|quiet,quiet,crash,~quiet,new,~zzz");
    CHECK(without_negated({"tok1", "tok2", "~tok3", "~tok4"}) == StringList{"tok1", "tok2"});
    CHECK(without_negated({"tok1", "tok3", "~tok3", "tok2"}) == StringList{"tok1", "tok2"});
}

TEST_CASE("options of a file system are no overlay list", "[store][merge]") {
    CHECK(merged("nodes: {n1: {filesystems: {/dev/x: {options: [a, ~a]}}}}")
              .filesystems.at("/dev/x")
              .options == StringList{"a", "~a"});
}

TEST_CASE("what is empty, false or zero", "[store][merge]") {
    const Registry raw = registry(
        "nodeprofiles:\n"
        "  default: {init: /sbin/init, tags: {a: x}, network devices: {e: {onboot: true}},\n"
        "            disks: {/d: {wipe_table: true}}, ipmi: {ipaddr: 10.0.0.1}}\n"
        "nodes:\n"
        "  n1: {profiles: [default], init: '', tags: {a: ''}, network devices: {e: {onboot: "
        "false}},\n"
        "       disks: {/d: {wipe_table: false}}, ipmi: {ipaddr: 0.0.0.0}}\n");
    const Node node = merged(raw, "n1");
    CHECK(node.init == "/sbin/init");
    CHECK(field(raw, "Init") == "default|/sbin/init");
    CHECK(node.network_devices.at("e").onboot.text == "false");
    CHECK(node.disks.at("/d").wipe_table == false);
    CHECK(node.tags.at("a").empty());
    CHECK(field(raw, "Tags[a]") == "default|x");
    CHECK(field(raw, "Ipmi.Ipaddr") == "SUPERSEDED|0.0.0.0");
    CHECK(field(raw, "Disks[/d].WipeTable") == "SUPERSEDED|false");
}

TEST_CASE("the word UNDEF in the file is a value", "[store][merge]") {
    const Registry raw = registry(
        "nodeprofiles: {default: {init: /sbin/init}}\nnodes: {n1: {profiles: [default], init: "
        "UNDEF}}\n");
    CHECK(merged(raw, "n1").init == "UNDEF");
    CHECK(field(raw, "Init") == "SUPERSEDED|UNDEF");
}

TEST_CASE("network devices are composed field by field", "[store][merge]") {
    const Registry raw = registry(
        "nodeprofiles: {p: {network devices: {o: {device: ib0, type: profile}}}}\n"
        "nodes: {n1: {profiles: [p], network devices: {o: {device: ib1}, eth0.100: {type: "
        "vlan}}}}\n");
    const NetDev device = merged(raw, "n1").network_devices.at("o");
    CHECK(device.device == "ib1");
    CHECK(device.type == "profile");
    CHECK(field(raw, "NetDevs[o].Type") == "p|profile");
    CHECK(field(raw, "NetDevs[o].Device") == "SUPERSEDED|ib1");
    CHECK(field(raw, "NetDevs[eth0.100].Type") == "|vlan");
}

TEST_CASE("resources unite, append or replace", "[store][merge]") {
    const Registry raw = registry(
        "nodeprofiles:\n"
        "  default: {resources: {fstab: [a], m: {x: 1, l: [1], t: true}, n: [1]}}\n"
        "nodes:\n"
        "  n1: {profiles: [default], resources: {fstab: [b], m: {y: 2, l: [2], t: false}, n: "
        "null}}\n");
    const Node node = merged(raw, "n1");
    CHECK(ww::yaml::to_json(node.resources.at("fstab")) == R"(["a","b"])");
    CHECK(ww::yaml::to_json(node.resources.at("m")) == R"({"l":[1,2],"t":false,"x":1,"y":2})");
    CHECK(node.resources.at("n").is_null());
    CHECK(field(raw, "Resources[fstab]") == R"(default,n1|["a","b"])");
    CHECK(field(raw, "Resources[m]") == R"(SUPERSEDED|{"l":[1,2],"t":false,"x":1,"y":2})");
    CHECK(field(raw, "Resources[n]") == "default|[1]");
}

TEST_CASE("a list cannot be laid over a map", "[store][merge]") {
    const Registry raw = registry(
        "nodeprofiles: {p: {resources: {r: {a: 1}}}}\nnodes: {n1: {profiles: [p], resources: {r: "
        "[1]}}}\n");
    const auto node = Merger(raw).merge("n1");
    REQUIRE_FALSE(node);
    CHECK(node.error().describe() ==
          "resource r: cannot append a list to what an earlier layer holds, which is none\n  while "
          "merging node n1");
}

TEST_CASE("the primary network exists", "[store][merge]") {
    CHECK(merged("nodes: {n1: {network devices: {net1: , net0: }}}").primary_network == "net0");
    CHECK(merged("nodes: {n1: {network devices: {net1: , net0: }, primary network: net1}}")
              .primary_network == "net1");
    CHECK(merged("nodes: {n1: {network devices: {net1: , net0: }, primary network: net3}}")
              .primary_network == "net0");
    CHECK(merged("nodes: {n1: {primary network: net3}}").primary_network == "net3");
    const Node node =
        merged("nodes: {n1: {network devices: {net1: , net0: }, primary network: net1}}");
    CHECK(node.network_devices.at("net1").primary);
    CHECK_FALSE(node.network_devices.at("net0").primary);
}

TEST_CASE("merging one node leaves the next as it was", "[store][merge]") {
    const Registry raw =
        registry("nodes: {a: {kernel: {version: 1}, ipmi: {username: u}}, b: {}}\n");
    Merger merger(raw);
    CHECK(merger.merge("a")->kernel.present);
    const auto b = merger.merge("b");
    CHECK_FALSE(b->kernel.present);
    CHECK_FALSE(b->ipmi.present);
    CHECK(merger.merge("c").error().code() == ww::ErrorCode::NotFound);
}

TEST_CASE("a profile's own fields, unset ones too", "[store][merge]") {
    const Registry raw = registry("nodeprofiles: {p: {root: r, tags: {a: b}}}");
    const auto fields = profile_fields(raw.profiles.at("p"));
    CHECK(std::find(fields.begin(), fields.end(), FieldValue{"Root", "", "r"}) != fields.end());
    CHECK(std::find(fields.begin(), fields.end(), FieldValue{"Init", "", ""}) != fields.end());
    CHECK(std::find(fields.begin(), fields.end(), FieldValue{"Tags[a]", "", "b"}) != fields.end());
    for (const FieldValue& value : fields) CHECK_FALSE(value.name.starts_with("Kernel."));
}

TEST_CASE("addresses with their prefix", "[store][merge]") {
    NetDev device;
    CHECK(device.ip_cidr().empty());
    device.ipaddr = ww::IpAddress::parse("192.168.1.1");
    CHECK(device.ip_cidr().empty());
    device.netmask = ww::IpAddress::parse("255.255.255.0");
    CHECK(device.ip_cidr() == "192.168.1.1/24");
    device.netmask = ww::IpAddress::parse("255.0.255.0");
    CHECK(device.ip_cidr() == "192.168.1.1/ff00ff00");
    device.ipaddr6 = ww::IpAddress::parse("fd00:10::1");
    for (const char* bad : {"", "string", "129", "-1"}) {
        device.prefixlen6 = bad;
        CHECK(device.ip_cidr6().empty());
    }
    device.prefixlen6 = "64";
    CHECK(device.ip_cidr6() == "fd00:10::1/64");
    device.ipaddr6 = ww::IpAddress::parse("10.0.0.1");
    CHECK(device.ip_cidr6().empty());
}
