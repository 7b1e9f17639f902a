// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "nodes/emit.h"
#include "nodes/set.h"
#include "nodes/unset.h"
#include "support/site_text.h"

using namespace ww::nodes;
using ww::test::node_of;

namespace {

// n1 as written after an edit of the given text, or the error.
template <class Edit>
std::string after(std::string_view entry, const ww::Result<Edit>& edit) {
    if (!edit) return edit.error().message();
    Node node = node_of(entry);
    const auto done = edit->apply(node);
    return done ? emit_nodes({{"n1", node}}, 2) : done.error().message();
}
std::string after_set(std::string_view entry, const SetRequest& request) {
    return after(entry, SetEdit::of(request));
}
std::string after_unset(std::string_view entry, const UnsetRequest& request) {
    return after(entry, UnsetEdit::of(request));
}

StringList warnings(const UnsetRequest& request) { return UnsetEdit::of(request)->warnings(); }

SetRequest set(const std::string& flag, StringList values) {
    SetRequest request;
    request.fields.push_back({flag, std::move(values)});
    return request;
}

}  // namespace

TEST_CASE("fields are set on the entry the selectors name", "[nodes][set]") {
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

TEST_CASE("a network device is left alone if none of its fields is given a value", "[nodes][set]") {
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

TEST_CASE("naming a partition makes it", "[nodes][set]") {
    SetRequest request = set("diskwipe", {"true"});
    request.selectors.diskname = "/dev/d";
    request.selectors.partname = "p";
    CHECK(after_set("{}", request) ==
          "n1:\n  disks:\n    /dev/d:\n      wipe_table: true\n      partitions:\n        p: {}\n");
}

TEST_CASE("values are checked as their type asks", "[nodes][set]") {
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

TEST_CASE("the words for nothing clear a field of every kind", "[nodes][set]") {
    struct Case {
        const char* entry;
        const char* flag;
    };
    const Case nullable[] = {
        {"{disks: {d: {wipe_table: true}}}", "diskwipe"},
        {"{disks: {d: {partitions: {p: {wipe_partition_entry: true}}}}}", "partwipe"},
        {"{disks: {d: {partitions: {p: {should_exist: false}}}}}", "partcreate"},
        {"{filesystems: {/dev/f: {wipe_filesystem: true}}}", "fswipe"},
    };
    // wwctl sends the words for nothing as an empty text; other clients may send them as they are.
    for (const Case& each : nullable)
        for (const char* word : {"", "UNDEF", "UNSET", "unset", "delete", "nil", "--", "0.0.0.0"}) {
            CAPTURE(each.flag, word);
            SetRequest request = set(each.flag, {word});
            const std::string_view flag = each.flag;
            if (flag == "fswipe") request.selectors.fsname = "/dev/f";
            if (flag != "fswipe") request.selectors.diskname = "d";
            if (flag.starts_with("part")) request.selectors.partname = "p";
            CHECK(after_set(each.entry, request) == "n1: {}\n");
        }
    for (const char* word : {"", "UNDEF", "UNSET"}) {
        CAPTURE(word);
        CHECK(after_set("{init: x}", set("init", {word})) == "n1: {}\n");
        CHECK(after_set("{kernel: {args: [x]}}", set("kernelargs", {word})) ==
              (*word == 0 ? "n1:\n  kernel:\n    args:\n      - \"\"\n" : "n1: {}\n"));
        CHECK(after_set("{ipmi: {ipaddr: 10.0.0.1}}", set("ipmiaddr", {word})) == "n1: {}\n");
    }
    // An empty text is no boolean that is kept as a text.
    CHECK(after_set("{ipmi: {write: 'true'}}", set("ipmiwrite", {"UNSET"})) == "n1: {}\n");
    CHECK(after_set("{ipmi: {write: 'true'}}", set("ipmiwrite", {""})) ==
          "must be true or false: \"\"");
}

TEST_CASE("tags are added and deleted", "[nodes][set]") {
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
    REQUIRE(SetEdit::of(own)->apply(profile));
    CHECK(profile.network_devices["default"].tags == StringMap{{"c", "3"}});
    drop.net_tag_del = {"dns1", "dns2"};
    CHECK(after_set("{network devices: {default: {tags: {dns1: a, dns2: b}}}}", drop) ==
          "n1: {}\n");
}

TEST_CASE("entries are deleted, and missing ones refused", "[nodes][set]") {
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

TEST_CASE("unset clears fields and drops what is empty then", "[nodes][set]") {
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
    CHECK(warnings(request) == StringList{"partition \"swap\" will be removed from all disks"});
    request = {};
    request.selectors.netname = "ib";
    request.selectors.netname_given = true;
    CHECK(after_unset("{network devices: {ib: {device: x}}, comment: c}", request) ==
          "n1:\n  comment: c\n");
    CHECK(after_unset("{comment: c}", request) == "n1:\n  comment: c\n");
    CHECK(warnings(request) == StringList{"network device \"ib\" will be removed entirely"});
    request.net_tags = {"t"};
    CHECK(warnings(request).empty());
}
