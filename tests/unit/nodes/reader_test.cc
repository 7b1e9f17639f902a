// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/reader.h"

#include "nodes/emit.h"
#include "support/site_text.h"

using namespace ww::nodes;
using ww::test::read_nodes;
using ww::test::registry;

namespace {

std::string refusal(std::string_view text) {
    const auto file = ww::nodes::read_nodes(text, "nodes.conf");
    return file ? "accepted" : file.error().headline();
}

}  // namespace

TEST_CASE("an empty file is an empty registry", "[store][read]") {
    for (const char* text :
         {"", "# nothing\n", "{}\n", "nodes:\nnodeprofiles: {}\n", "~\n", "---\n"}) {
        CAPTURE(text);
        CHECK(registry(text) == Registry());
    }
}

TEST_CASE("a text is the text of any scalar", "[store][read]") {
    const Registry raw = registry(
        "nodes: {n1: {comment: true, init: 2.50, root: 0755, cluster name: 1_000, image name: ~}}");
    const Node& node = raw.nodes.at("n1");
    CHECK(node.comment == "true");
    CHECK(node.init == "2.50");
    CHECK(node.root == "0755");
    CHECK(node.cluster_name == "1_000");
    CHECK(node.image_name.empty());
}

TEST_CASE("lists, tags and text booleans", "[store][read]") {
    const Registry raw = registry(
        "nodes:\n"
        "  7:\n"
        "    profiles: [a, ~, 1, ~b]\n"
        "    runtime overlay: []\n"
        "    tags: {x: , 5: 0x10, ~: gone}\n"
        "    discoverable: yes\n"
        "    network devices: {e: {onboot: maybe}}\n");
    const Node& node = raw.nodes.at("7");
    CHECK(node.profiles == StringList{"a", "1", "~b"});
    CHECK(node.runtime_overlay.empty());
    CHECK(node.tags == StringMap{{"x", ""}, {"5", "0x10"}});
    CHECK(node.discoverable.text == "yes");
    CHECK(node.network_devices.at("e").onboot.text == "maybe");
}

TEST_CASE("text booleans are evaluated in two ways", "[store][read]") {
    struct Row {
        const char* text;
        bool value;
        bool default_true;
    };
    const Row rows[] = {{"", false, true},
                        {"TRUE", true, true},
                        {"t", true, true},
                        {"1", true, true},
                        {"Yes", true, true},
                        {"false", false, false},
                        {"F", false, false},
                        {"0", false, false},
                        {"no", false, false},
                        {"UNDEF", false, false},
                        {"nil", false, false},
                        {"--", false, false},
                        {"0.0.0.0", false, false},
                        {"on", false, true},
                        {"off", false, true},
                        {"maybe", false, true}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(WWbool{row.text}.value() == row.value);
        CHECK(WWbool{row.text}.default_true() == row.default_true);
    }
}

TEST_CASE("real booleans know the words of YAML 1.1", "[store][read]") {
    const Registry raw = registry(
        "nodes: {n: {disks: {a: {wipe_table: true}, b: {wipe_table: 'no'}, c: {wipe_table: ON}, d: "
        "{wipe_table: }}}}");
    const auto& disks = raw.nodes.at("n").disks;
    CHECK(disks.at("a").wipe_table == true);
    CHECK(disks.at("b").wipe_table == false);
    CHECK(disks.at("c").wipe_table == true);
    CHECK(disks.at("d").wipe_table == std::nullopt);
    CHECK(refusal("nodes: {n: {disks: {a: {wipe_table: 'true'}}}}") ==
          "nodes.conf:1:37: node n: disks: a: wipe_table: must be true or false (without quotes), "
          "not `true`");
}

TEST_CASE("null entries are empty entries", "[store][read]") {
    const Registry raw = registry(
        "nodeprofiles: {p: }\nnodes:\n  n1:\n  n2: {network devices: {e: }, disks: {d: }, kernel: "
        ", ipmi: {}}\n");
    CHECK(raw.profiles.at("p") == Profile());
    CHECK(raw.nodes.at("n1") == Node());
    const Node& node = raw.nodes.at("n2");
    CHECK(node.network_devices.at("e") == NetDev());
    CHECK(node.disks.at("d") == Disk());
    CHECK_FALSE(node.kernel.present);
    CHECK(node.ipmi.present);
}

TEST_CASE("all bad entries are reported at once, with place, entry and field", "[store][read]") {
    CHECK(refusal("nodes:\n"
                  "  n1:\n"
                  "    network devices: {e: {ipaddr: 10.0.0.300, netmask: 24}}\n"
                  "    profiles: default\n"
                  "  n2:\n"
                  "    kernel: 5.14\n"
                  "    comment: [a]\n"
                  "    ipmi: {gateway: 010.0.0.1}\n"
                  "    tags: {a: {}}\n") ==
          "nodes.conf:3:35: node n1: network devices: e: ipaddr: invalid IP address: 10.0.0.300\n"
          "nodes.conf:3:56: node n1: network devices: e: netmask: invalid IP address: 24\n"
          "nodes.conf:4:15: node n1: profiles: must be a list, not a single value\n"
          "nodes.conf:6:13: node n2: kernel: must be a map, not a single value\n"
          "nodes.conf:7:14: node n2: comment: must be a single value, not a list\n"
          "nodes.conf:8:21: node n2: ipmi: gateway: invalid IP address: 010.0.0.1\n"
          "nodes.conf:9:15: node n2: tags: a: must be a single value, not a map");
    CHECK(refusal("[a]\n") == "nodes.conf:1:1: the file must be a map, not a list");
    CHECK(refusal("nodes: [a]\n") == "nodes.conf:1:8: nodes must be a map, not a list");
    CHECK(refusal("nodes: {a: {}, a: {}}\n") ==
          "nodes.conf:1:16: mapping key \"a\" already defined at line 1");
    CHECK(refusal("nodes: {n: {resources: {r: !!int x}}}\n") ==
          "nodes.conf:1:28: cannot decode !!str `x` as a !!int");
}

TEST_CASE("keys nobody knows are warnings with their place", "[store][read]") {
    const NodesFile file = read_nodes(
        "WW_INTERNAL: 45\n"
        "nodes:\n"
        "  n1:\n"
        "    container name: rocky\n"
        "    network devices:\n"
        "      eth0: {default: true}\n"
        "    ~: x\n"
        "---\n"
        "nodes: {}\n");
    std::vector<std::string> texts;
    for (const ww::yaml::Warning& warning : file.warnings) texts.push_back(warning.to_string());
    CHECK(
        texts ==
        std::vector<std::string>{
            "nodes.conf:1:1: unknown key \"WW_INTERNAL\" (no longer used)",
            "nodes.conf:7:5: a null key is ignored; quote it to use it as a name",
            "nodes.conf:4:5: node n1: unknown key \"container name\" (now \"image name\")",
            "nodes.conf:6:14: node n1: network devices: eth0: unknown key \"default\"",
            "nodes.conf:8:1: what follows here is not read: it is no part of the first document"});
}

TEST_CASE("addresses of either family go anywhere, empty ones are unset", "[store][read]") {
    const Registry raw = registry(
        "nodes: {n: {network devices: {e: {ipaddr: 2001:DB8::1, ipaddr6: 10.0.0.1, gateway: '', "
        "netmask: , gateway6: '::ffff:1.2.3.4'}}}}");
    const NetDev& device = raw.nodes.at("n").network_devices.at("e");
    CHECK(device.ipaddr->to_string() == "2001:db8::1");
    CHECK(device.ipaddr6->to_string() == "10.0.0.1");
    CHECK_FALSE(device.gateway);
    CHECK_FALSE(device.netmask);
    CHECK(device.gateway6->to_string() == "1.2.3.4");
}

TEST_CASE("anchors and merge keys work in entries", "[store][read]") {
    const Registry raw = registry(
        "nodes:\n"
        "  a: &a {comment: x, tags: &t {k: v}}\n"
        "  b: *a\n"
        "  c: {<<: *a, comment: y}\n"
        "  d: {tags: *t}\n");
    CHECK(raw.nodes.at("b") == raw.nodes.at("a"));
    CHECK(raw.nodes.at("c").comment == "y");
    CHECK(raw.nodes.at("c").tags == raw.nodes.at("a").tags);
    CHECK(raw.nodes.at("d").tags == raw.nodes.at("a").tags);
}

TEST_CASE("a registry is written in upstream's form and reads back the same", "[store][emit]") {
    const char* text =
        "nodeprofiles:\n"
        "  default:\n"
        "    comment: all\n"
        "    runtime overlay:\n"
        "      - hosts\n"
        "    kernel:\n"
        "      version: 5.14.0\n"
        "      args:\n"
        "        - quiet\n"
        "    resources:\n"
        "      fstab:\n"
        "        - file: /home\n"
        "          spec: warewulf:/home\n"
        "nodes:\n"
        "  n1:\n"
        "    discoverable: \"true\"\n"
        "    asset key: k\n"
        "    profiles:\n"
        "      - default\n"
        "    ipmi:\n"
        "      username: root\n"
        "      ipaddr: 10.0.0.1\n"
        "      write: \"true\"\n"
        "    network devices:\n"
        "      default:\n"
        "        onboot: \"yes\"\n"
        "        hwaddr: \"00:00:00:00:00:01\"\n"
        "        ipaddr: 10.1.0.1\n"
        "        ipaddr6: fd00::1\n"
        "        mtu: \"9000\"\n"
        "    tags:\n"
        "      \"n\": v\n"
        "    disks:\n"
        "      /dev/sda:\n"
        "        wipe_table: false\n"
        "        partitions:\n"
        "          root:\n"
        "            number: \"1\"\n"
        "            should_exist: true\n"
        "    filesystems:\n"
        "      /dev/sda1:\n"
        "        path: /\n"
        "  n2: {}\n"
        "  n10: {}\n";
    const Registry raw = registry(text);
    CHECK(emit_registry(raw, 2) == text);
    CHECK(registry(emit_registry(raw, 4)) == raw);
    CHECK(emit_registry(Registry(), 2) == "nodeprofiles: {}\nnodes: {}\n");
    CHECK(emit_nodes({}, 4) == "{}\n");
    CHECK(
        node_json(raw.nodes.at("n1")) ==
        R"({"discoverable":"true","asset key":"k","profiles":["default"],)"
        R"("ipmi":{"username":"root","ipaddr":"10.0.0.1","write":"true"},)"
        R"("network devices":{"default":{"onbot":"yes","hwaddr":"00:00:00:00:00:01","ipaddr":"10.1.0.1",)"
        R"("ipaddr6":"fd00::1","mtu":"9000"}},"tags":{"n":"v"},)"
        R"("disks":{"/dev/sda":{"wipe_table":false,"partitions":{"root":{"number":"1","should_exist":true}}}},)"
        R"("filesystems":{"/dev/sda1":{"path":"/"}}})");
    CHECK(node_json(Node()) == "{}");
}
