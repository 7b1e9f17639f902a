// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/update.h"

#include <fmt/format.h>

#include "nodes/diff.h"
#include "nodes/emit.h"
#include "nodes/flatten.h"
#include "nodes/schema.h"
#include "support/site_text.h"

using namespace ww::nodes;
using ww::test::registry;

namespace {

// n1 as written after an edit of the given text.
std::string after_set(std::string_view entry, const SetRequest& request) {
    Registry raw = registry(fmt::format("nodes: {{n1: {}}}", entry));
    Node& node = raw.nodes["n1"];
    const auto done = apply_set(node, request);
    return done ? emit_nodes({{"n1", node}}, 2) : done.error().message();
}

std::string after_unset(std::string_view entry, const UnsetRequest& request) {
    Registry raw = registry(fmt::format("nodes: {{n1: {}}}", entry));
    Node& node = raw.nodes["n1"];
    auto done = check_unset(request);
    if (done) done = apply_unset(node, request);
    return done ? emit_nodes({{"n1", node}}, 2) : done.error().message();
}

SetRequest set(const std::string& flag, StringList values) {
    SetRequest request;
    request.fields.push_back({flag, std::move(values)});
    return request;
}

Node node_of(std::string_view entry) {
    return registry(fmt::format("nodes: {{n: {}}}", entry)).nodes.at("n");
}

std::string changes(std::string_view before, std::string_view after) {
    return format_changes({{"n1", diff(node_of(before), node_of(after))}});
}

}  // namespace

TEST_CASE("every flag of the schema sets its field", "[store][update]") {
    for (const FieldInfo& info : field_catalogue()) {
        if (info.flag.empty()) continue;
        CAPTURE(info.flag);
        SetRequest request = set(info.flag, {info.type == FieldType::Ip ? "10.0.0.9" : "true"});
        const bool partition = info.scope == Scope::Partition;
        if (partition || info.scope == Scope::Disk) request.selectors.diskname = "/dev/d";
        if (partition) request.selectors.partname = "p";
        if (info.scope == Scope::FileSystem) request.selectors.fsname = "/dev/f";
        Node node;
        REQUIRE(apply_set(node, request));
        CHECK_FALSE(node == Node());
        UnsetRequest back;
        back.selectors = request.selectors;
        back.fields = {info.flag};
        REQUIRE(check_unset(back));
        REQUIRE(apply_unset(node, back));
        CHECK(emit_nodes({{"n1", node}}, 2) == "n1: {}\n");
        Profile profile;
        CHECK(apply_set(profile, request).has_value() != info.node_only);
    }
}

TEST_CASE("fields are set on the entry the selectors name", "[store][update]") {
    SetRequest request = set("ipaddr", {"10.0.0.1"});
    CHECK(after_set("{}", request) ==
          "n1:\n  network devices:\n    default:\n      ipaddr: 10.0.0.1\n");
    request.selectors.netname = "ib";
    CHECK(after_set("{network devices: {ib: {device: ib0}}}", request) ==
          "n1:\n  network devices:\n    ib:\n      device: ib0\n      ipaddr: 10.0.0.1\n");
    SetRequest disk = set("partnumber", {"1"});
    disk.selectors = {"default", false, "/dev/vda", "var", "var"};
    disk.fields.push_back({"fspath", {"/var"}});
    CHECK(after_set("{}", disk) ==
          "n1:\n  disks:\n    /dev/vda:\n      partitions:\n        var:\n          number: \"1\"\n"
          "  filesystems:\n    /dev/disk/by-partlabel/var:\n      path: /var\n");
}

TEST_CASE("a network device is left alone if none of its fields is given a value",
          "[store][update]") {
    const char* entry = "{comment: x, network devices: {default: {ipaddr: 10.0.0.1}}}";
    const std::string same =
        "n1:\n  comment: x\n  network devices:\n    default:\n      ipaddr: 10.0.0.1\n";
    CHECK(after_set(entry, set("ipaddr", {""})) == same);
    CHECK(after_set(entry, set("ipaddr", {"0.0.0.0"})) == same);
    CHECK(after_set("{comment: x}", set("mtu", {""})) == "n1:\n  comment: x\n");
    SetRequest request = set("ipaddr", {""});
    request.fields.push_back({"mtu", {"9000"}});
    CHECK(after_set(entry, request) ==
          "n1:\n  comment: x\n  network devices:\n    default:\n      mtu: \"9000\"\n");
}

TEST_CASE("naming a partition makes it", "[store][update]") {
    SetRequest request = set("diskwipe", {"true"});
    request.selectors.diskname = "/dev/d";
    request.selectors.partname = "p";
    CHECK(after_set("{}", request) ==
          "n1:\n  disks:\n    /dev/d:\n      wipe_table: true\n      partitions:\n        p: {}\n");
}

TEST_CASE("values are checked as their type asks", "[store][update]") {
    CHECK(after_set("{}", set("discoverable", {"YES"})) == "n1:\n  discoverable: \"true\"\n");
    CHECK(after_set("{}", set("discoverable", {"maybe"})) == "must be true or false: \"maybe\"");
    CHECK(after_set("{discoverable: x}", set("discoverable", {"delete"})) ==
          "n1:\n  discoverable: delete\n");
    CHECK(after_set("{discoverable: x}", set("discoverable", {"UNSET"})) == "n1: {}\n");
    CHECK(after_set("{}", set("ipmiaddr", {"0.0.0.0"})) == "n1:\n  ipmi:\n    ipaddr: 0.0.0.0\n");
    CHECK(after_set("{}", set("ipaddr", {"10.0.1"})) == "failed to parse IP: \"10.0.1\"");
    CHECK(after_set("{ipmi: {ipaddr: 10.0.0.1}}", set("ipmiaddr", {""})) == "n1: {}\n");
    CHECK(after_set("{comment: x}", set("comment", {"UNDEF"})) == "n1: {}\n");
    CHECK(after_set("{kernel: {args: [a]}}", set("kernelargs", {"x", "UNSET"})) == "n1: {}\n");
    CHECK(after_set("{ipmi: {write: 'true'}}", set("ipmiwrite", {"UNDEF"})) == "n1: {}\n");
    CHECK(after_set("{}", set("nonsense", {"1"})) == "no field has the flag --nonsense");
    SetRequest wipe = set("diskwipe", {"maybe"});
    CHECK(after_set("{}", wipe) == "--diskname must be specified with --diskwipe");
    wipe.selectors.diskname = "/dev/d";
    CHECK(after_set("{}", wipe) == "must be true or false: \"maybe\"");
    wipe.selectors.diskname = "";
    wipe.selectors.partname = "p";
    CHECK(after_set("{}", wipe) == "partition and disk must be specified");
    SetRequest fs = set("fspath", {"/"});
    fs.selectors.fsname = "dev/vda1";
    CHECK(after_set("{}", fs) == "filesystems need to have a underlying blockdev");
}

TEST_CASE("tags are added and deleted", "[store][update]") {
    SetRequest request;
    request.tags = {{"a", "1"}};
    request.ipmi_tags = {{"b", "2"}};
    request.net_tags = {{"c", "3"}};
    CHECK(after_set("{}", request) ==
          "n1:\n  ipmi:\n    tags:\n      b: \"2\"\n  network devices:\n    default:\n      "
          "tags:\n        c: \"3\"\n"
          "  tags:\n    a: \"1\"\n");
    SetRequest drop;
    // Tags of a profile do not find their way into its devices.
    Profile profile;
    profile.network_devices["default"].device = "eth0";
    SetRequest own;
    own.tags = {{"a", "1"}};
    own.net_tags = {{"c", "3"}};
    REQUIRE(apply_set(profile, own));
    CHECK(profile.network_devices["default"].tags == StringMap{{"c", "3"}});
    drop.net_tag_del = {"dns1", "dns2"};
    CHECK(after_set("{network devices: {default: {tags: {dns1: a, dns2: b}}}}", drop) ==
          "n1: {}\n");
}

TEST_CASE("entries are deleted, and missing ones refused", "[store][update]") {
    const char* entry =
        "{profiles: [p], disks: {/dev/vda: {partitions: {var: {number: '1'}}}, /dev/vdb: "
        "{partitions: {var: }}}}";
    SetRequest request;
    request.part_del = {"var"};
    CHECK(after_set(entry, request) ==
          "n1:\n  profiles:\n    - p\n  disks:\n    /dev/vda: {}\n    /dev/vdb: {}\n");
    request.selectors.diskname = "/dev/vdc";
    CHECK(after_set(entry, request) == "disk doesn't exist: /dev/vdc");
    request = {};
    request.part_del = {"x"};
    CHECK(after_set(entry, request) == "partition doesn't exist: x");
    request = {};
    request.net_del = {"x"};
    CHECK(after_set(entry, request) == "network device name doesn't exist: x");
    request = {};
    request.fs_del = {"x"};
    CHECK(after_set(entry, request) == "filesystem doesn't exist: x");
    request = {};
    request.disk_del = {"/dev/vda", "/dev/vdb"};
    CHECK(after_set(entry, request) == "n1:\n  profiles:\n    - p\n");
}

TEST_CASE("unset clears fields and drops what is empty then", "[store][update]") {
    UnsetRequest request;
    CHECK(after_unset("{}", request) == "no fields specified to unset");
    request.fields = {"ipaddr"};
    CHECK(after_unset("{network devices: {default: {ipaddr: 10.0.0.1}, x: {device: e}}}",
                      request) == "n1:\n  network devices:\n    x:\n      device: e\n");
    CHECK(after_unset("{comment: c}", request) == "n1:\n  comment: c\n");
    request.fields = {"partnumber"};
    CHECK(after_unset("{}", request) ==
          "--diskname and --partname must be specified with --partnumber");
    request.fields = {"fsformat"};
    CHECK(after_unset("{}", request) == "--fsname must be specified with --fsformat");
    request = {};
    request.selectors.partname = "swap";
    CHECK(after_unset("{disks: {a: {partitions: {swap: {number: '1'}}}, b: {wipe_table: true, "
                      "partitions: {swap: }}}}",
                      request) == "n1:\n  disks:\n    b:\n      wipe_table: true\n");
    CHECK(after_unset("{}", request) == "partition doesn't exist: swap");
    CHECK(unset_warnings(request) ==
          StringList{"partition \"swap\" will be removed from all disks"});
    request = {};
    request.selectors.netname = "ib";
    request.selectors.netname_given = true;
    CHECK(after_unset("{network devices: {ib: {device: x}}, comment: c}", request) ==
          "n1:\n  comment: c\n");
    CHECK(after_unset("{comment: c}", request) == "n1:\n  comment: c\n");
    CHECK(unset_warnings(request) == StringList{"network device \"ib\" will be removed entirely"});
    request.net_tags = {"t"};
    CHECK(unset_warnings(request).empty());
}

TEST_CASE("addresses count up over a range of nodes", "[store][update]") {
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

TEST_CASE("flattening follows upstream's order of fields", "[store][update]") {
    const auto flat = [](std::string_view entry) {
        Node node = node_of(entry);
        flatten(node);
        return emit_nodes({{"n1", node}}, 2);
    };
    CHECK(flat("{network devices: {eth0: {}}}") == "n1: {}\n");
    CHECK(flat("{comment: c, network devices: {eth0: {}}}") ==
          "n1:\n  comment: c\n  network devices:\n    eth0: {}\n");
    CHECK(flat("{tags: {x: ''}}") == "n1: {}\n");
    CHECK(flat("{tags: {x: '', y: z}}") == "n1:\n  tags:\n    x: \"\"\n    \"y\": z\n");
    CHECK(flat("{comment: c, disks: {d: {partitions: {p: {}}}}}") ==
          "n1:\n  comment: c\n  disks:\n    d: {}\n");
    CHECK(flat("{profiles: [x, UNDEF], init: UNSET, root: undef, ipmi: {}, kernel: {args: []}}") ==
          "n1:\n  root: undef\n");
    CHECK(flat("{tags: {x: UNDEF}}") == "n1:\n  tags:\n    x: UNDEF\n");
    CHECK(flat("{network devices: {e: {ipaddr: 0.0.0.0}}}") ==
          "n1:\n  network devices:\n    e:\n      ipaddr: 0.0.0.0\n");
    CHECK(flat("{network devices: {e: {device: d, ipaddr: 0.0.0.0}}}") ==
          "n1:\n  network devices:\n    e:\n      device: d\n      ipaddr: 0.0.0.0\n");
}

TEST_CASE("a change is shown by the names of flags", "[store][diff]") {
    CHECK(changes("{}", "{}") == "");
    CHECK(changes("{kernel: {args: [wwinit, wwclient]}, comment: old, network devices: {a: "
                  "{ipaddr: 10.0.0.1}}}",
                  "{discoverable: 'true', kernel: {args: []}, network devices: {a: {}, default: "
                  "{device: e0}},"
                  " tags: {k: v, e: ''}, disks: {/d: {partitions: {p: {number: '1', start_mib: "
                  "'2', resize: false}}}},"
                  " filesystems: {/f: {options: [x, 'y']}}, resources: {r: [1]}, ipmi: {tags: {a: "
                  "b}}}") ==
          "n1:\n"
          "  comment: \"old\" → <unset>\n"
          "  discoverable: <unset> → \"true\"\n"
          "  disks[/d].partitions[p].partnumber: <unset> → \"1\"\n"
          "  disks[/d].partitions[p].resizep: <unset> → false\n"
          "  disks[/d].partitions[p].startmib: <unset> → \"2\"\n"
          "  filesystems[/f].options: [] → [x, y]\n"
          "  ipmi.tags[a]: <unset> → \"b\"\n"
          "  kernel.kernelargs: [wwinit, wwclient] → []\n"
          "  netdevs[a].ipaddr: 10.0.0.1 → <unset>\n"
          "  netdevs[default].netdev: <unset> → \"e0\"\n"
          "  resources[r]: <unset> → [1]\n"
          "  tags[e]: <unset> → \"\"\n"
          "  tags[k]: <unset> → \"v\"\n");
    // A false goes without a word with the entry it belongs to.
    CHECK(changes("{disks: {/d: {wipe_table: false, partitions: {p: {number: '1'}}}}}", "{}") ==
          "n1:\n  disks[/d].partitions[p].partnumber: \"1\" → <unset>\n");
    CHECK(changes("{comment: x, disks: {/d: {wipe_table: false}}}",
                  "{comment: x, disks: {/d: {}}}") ==
          "n1:\n  disks[/d].diskwipe: false → <unset>\n");
    CHECK(changes("{disks: {/d: {wipe_table: true}}}", "{}") ==
          "n1:\n  disks[/d].diskwipe: true → false\n");
    CHECK(changes("{}", "{disks: {/d: {wipe_table: true}}}") ==
          "n1:\n  disks[/d].diskwipe: false → true\n");
    CHECK(changes("{comment: \"\u00a0x\u00e9\u2028\U000e0001\"}", "{}") ==
          "n1:\n  comment: \"\\u00a0x\u00e9\\u2028\\U000e0001\" → <unset>\n");
    CHECK(changes("{comment: \"a\\tb\\\"\"}", "{}") == "n1:\n  comment: \"a\\tb\\\"\" → <unset>\n");
}

TEST_CASE("entries with the same change share a heading", "[store][diff]") {
    const auto same = diff(Node(), node_of("{comment: x}"));
    const auto other = diff(Node(), node_of("{comment: y}"));
    CHECK(
        format_changes({{"n01", same}, {"n02", same}, {"n03", other}, {"n04", {}}, {"a1", same}}) ==
        "a1,n[01-02]:\n  comment: <unset> → \"x\"\n\nn03:\n  comment: <unset> → \"y\"\n");
}
