// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "nodes/emit.h"
#include "nodes/reader.h"
#include "support/catch.h"
#include "upgrade/upgrade.h"

using namespace ww::nodes;
using namespace ww::upgrade;

namespace {

Upgraded upgraded(std::string_view text, const NodesUpgrade& options = {}) {
    auto result = upgrade_nodes(text, "n.conf", options);
    if (!result) FAIL(result.error().describe());
    return *std::move(result);
}

std::string whole(std::string_view before, const NodesUpgrade& options = {}) {
    return upgraded(before, options).text;
}

std::string notes(std::string_view before, const NodesUpgrade& options = {}) {
    std::string all;
    for (const ww::yaml::Warning& note : upgraded(before, options).notes)
        all += note.to_string() + "\n";
    return all;
}

// What the flow-style fields of a node become, in the same style, so that a test is one line.
std::string node(std::string_view fields) {
    const std::string text = whole(fmt::format("nodes: {{n1: {{{}}}}}", fields));
    const auto file = read_nodes(text, "n.conf");
    REQUIRE(file);
    return node_json(file->registry.nodes.at("n1"));
}
std::string node_notes(std::string_view fields) {
    return notes(fmt::format("nodes: {{n1: {{{}}}}}", fields));
}

NodesUpgrade with_kernel(const std::string& image,
                         const std::string& name,
                         const std::string& found) {
    NodesUpgrade options;
    options.kernel_override = [=](const std::string& i, const std::string& n) {
        return i == image && n == name ? found : std::string();
    };
    return options;
}

}  // namespace

TEST_CASE("fields of older nodes find their new places", "[store][upgrade]") {
    struct Row {
        const char* before;
        const char* after;
    };
    const Row row = GENERATE(values<Row>({
        {"container name: a", R"({"image name":"a"})"},
        {"container name: a, image name: b", R"({"image name":"b"})"},
        {"asset key: k", R"({"asset key":"k"})"},
        {"disabled: true, comment: c", R"({"comment":"c"})"},
        {"ipmi username: u, ipmi password: p, ipmi ipaddr: 10.0.0.1, ipmi gateway: 10.0.0.2, "
         "ipmi netmask: 255.0.0.0, ipmi port: 623, ipmi interface: i, ipmi escapechar: x, ipmi "
         "write: 1",
         R"({"ipmi":{"username":"u","password":"p","ipaddr":"10.0.0.1","gateway":"10.0.0.2",)"
         R"("netmask":"255.0.0.0","port":"623","interface":"i","escapechar":"x","write":"true"}})"},
        {"ipmi: {username: new}, ipmi username: old, ipmi port: 1",
         R"({"ipmi":{"username":"new","port":"1"}})"},
        {"ipmi: {ipaddr: 10.0.0.1}, ipmi ipaddr: 10.0.0.2", R"({"ipmi":{"ipaddr":"10.0.0.1"}})"},
        {"kernel args: a  b, kernel version: 1.2.3",
         R"({"kernel":{"version":"1.2.3","args":["a","b"]}})"},
        {"kernel: {args: \"quiet  a=b\"}", R"({"kernel":{"args":["quiet","a=b"]}})"},
        {"kernel: {args: [quiet, 1, true]}", R"({"kernel":{"args":["quiet","1","true"]}})"},
        {"kernel: {version: 1}, kernel version: 2", R"({"kernel":{"version":"1"}})"},
        {"keys: {key1: a, key2: b}, tags: {key2: c, key3: d, key4: e}, tagsdel: [key4, none]",
         R"({"tags":{"key1":"a","key2":"c","key3":"d"}})"},
        {"ipmi: {port: 1, tags: {a: b, c: d}, tagsdel: [a]}",
         R"({"ipmi":{"port":"1","tags":{"c":"d"}}})"},
        {"network devices: {e: {device: e, tags: {a: b, c: d}, tagsdel: [c]}}",
         R"({"network devices":{"e":{"device":"e","tags":{"a":"b"}}}})"},
        {"ipxe template: dracut",
         R"({"ipxe template":"default","tags":{"IPXEMenuEntry":"dracut"}})"},
        {"ipxe template: dracut, tags: {IPXEMenuEntry: x}",
         R"({"ipxe template":"dracut","tags":{"IPXEMenuEntry":"x"}})"},
        {"runtime overlay: 'a,b', system overlay: [c, d]",
         R"({"runtime overlay":["a","b"],"system overlay":["c","d"]})"},
        {"network devices: {e: {ip6addr: 'fd00::1'}}",
         R"({"network devices":{"e":{"ipaddr6":"fd00::1"}}})"},
        {"network devices: {e: {ip6addr: 'fd00::1', ipaddr6: 'fd00::2'}}",
         R"({"network devices":{"e":{"ipaddr6":"fd00::1"}}})"},
        {"network devices: {e: {ip6addr: '', ipaddr6: 'fd00::2'}}",
         R"({"network devices":{"e":{"ipaddr6":"fd00::2"}}})"},
        {"network devices: {e: {ipcidr: 10.0.0.5/20}}",
         R"({"network devices":{"e":{"ipaddr":"10.0.0.5","netmask":"255.255.240.0"}}})"},
        {"network devices: {e: {ipcidr: 10.0.0.5/20, ipaddr: 10.0.0.6}}",
         R"({"network devices":{"e":{"ipaddr":"10.0.0.6","netmask":"255.255.240.0"}}})"},
        {"network devices: {e: {ipcidr: 'fd00::5/44'}}",
         R"({"network devices":{"e":{"ipaddr":"fd00::5","netmask":"ffff:ffff:fff0::"}}})"},
        {"network devices: {a: {device: a}, b: {device: b, default: true}}",
         R"({"network devices":{"a":{"device":"a"},"b":{"device":"b"}},"primary network":"b"})"},
        {"network devices: {a: {device: a, default: 'true'}, b: {device: b, primary: 1}}",
         R"({"network devices":{"a":{"device":"a"},"b":{"device":"b"}},"primary network":"b"})"},
        {"network devices: {a: {device: a, primary: yes}}",
         R"({"network devices":{"a":{"device":"a"}}})"},
        {"network devices: {a: {device: a, default: true}}, primary network: x",
         R"({"network devices":{"a":{"device":"a"}},"primary network":"x"})"},
        {"disks: {d: {wipe_table: 1, partitions: {p: {number: 2, resize: f, should_exist: "
         "'TRUE'}}}}",
         R"({"disks":{"d":{"wipe_table":true,"partitions":{"p":{"number":"2","should_exist":true,"resize":false}}}}})"},
        {"filesystems: {f: {format: x, mount_options: [a, b], options: [c]}}",
         R"({"filesystems":{"f":{"format":"x","options":["c"],"mount_options":"a b"}}})"},
        {"discoverable: YES, network devices: {e: {device: x, onboot: no}}",
         R"({"discoverable":"true","network devices":{"e":{"onbot":"false","device":"x"}}})"},
        {"comment: UNDEF, init: /i", R"({"init":"/i"})"},
    }));
    CAPTURE(row.before);
    CHECK(node(row.before) == row.after);
}

TEST_CASE("an old kernel override becomes a version if its kernel is found", "[store][upgrade]") {
    const auto options = with_kernel("img", "old", "/boot/vmlinuz-1.2.3");
    CHECK(
        whole("nodes: {n1: {container name: img, kernel: {override: old, version: 9}}}", options) ==
        "nodeprofiles: {}\nnodes:\n  n1:\n    image name: img\n    kernel:\n      version: "
        "/boot/vmlinuz-1.2.3\n");
    CHECK(whole("nodes: {n1: {container name: img, kernel override: old}}", options) ==
          "nodeprofiles: {}\nnodes:\n  n1:\n    image name: img\n    kernel:\n      version: "
          "/boot/vmlinuz-1.2.3\n");
    const char* unknown = "nodes: {n1: {kernel: {override: other, version: 9}}}";
    CHECK(whole(unknown, options) ==
          "nodeprofiles: {}\nnodes:\n  n1:\n    kernel:\n      version: \"9\"\n");
    CHECK(notes(unknown, options) ==
          "n.conf:1:33: node n1: there is no kernel for the override other (image unknown)\n");
    // An override of one entry says nothing about the next.
    CHECK(node_notes("kernel: {override: ''}}, n2: {kernel: {version: 1}") == "");
}

TEST_CASE("profiles are upgraded like nodes, but have no asset key", "[store][upgrade]") {
    const char* text = "nodeprofiles: {p: {asset key: a, discoverable: true, kernel args: x}}";
    CHECK(whole(text) == "nodeprofiles:\n  p:\n    kernel:\n      args:\n        - x\nnodes: {}\n");
    CHECK(notes(text) ==
          "n.conf:1:31: profile p: ignore: asset key: a (only nodes have one)\n"
          "n.conf:1:48: profile p: ignore: discoverable: true (only nodes are)\n");
}

TEST_CASE("empty and almost empty files can be upgraded", "[store][upgrade]") {
    CHECK(whole("") == "nodeprofiles: {}\nnodes: {}\n");
    CHECK(whole("WW_INTERNAL: 45") == "nodeprofiles: {}\nnodes: {}\n");
    CHECK(whole("nodes: {n1: , n2: {}}") == "nodeprofiles: {}\nnodes:\n  n1: {}\n  n2: {}\n");
    // Compat: devices that say nothing but which of them is primary go; the choice stays.
    CHECK(whole("nodes: {n1: {network devices: {a: {default: false}, b: {default: true}}}}") ==
          "nodeprofiles: {}\nnodes:\n  n1:\n    primary network: b\n");
}

TEST_CASE("what goes from nodes is said, with node and place", "[store][upgrade]") {
    CHECK(notes("WW_INTERNAL: 43\n") == "n.conf:1:14: ignore: WW_INTERNAL: 43 (no longer used)\n");
    CHECK(node_notes("disabled: true") ==
          "n.conf:1:24: node n1: ignore: disabled: true (no longer used)\n");
    CHECK(node_notes("ipmi: {ipaddr: 10.0.0.300}") ==
          "n.conf:1:29: node n1: ipmi: ipaddr: ignore: 10.0.0.300 (not an IP address)\n");
    CHECK(
        node_notes("network devices: {e: {onboot: maybe, prefix: 24, ipcidr: x}}") ==
        "n.conf:1:44: node n1: network devices: e: onboot: ignore: maybe (neither true nor false)\n"
        "n.conf:1:59: node n1: network devices: e: ignore: prefix: 24 (no longer used)\n"
        "n.conf:1:71: node n1: network devices: e: ignore: ipcidr: x (not an address with a "
        "prefix)\n");
    CHECK(node_notes("ipxe template: dracut").find("now \"default\"") != std::string::npos);
    CHECK(node_notes("container name: a, image name: b") ==
          "n.conf:1:30: node n1: container name a is ignored beside image name b\n");
    // Both spellings of the IPv6 address: only a real difference is worth a word.
    CHECK(node_notes("network devices: {e: {ip6addr: 'fd00::1'}}") == "");
    CHECK(node_notes("network devices: {e: {ip6addr: 'fd00::1', ipaddr6: 'fd00::0001'}}") == "");
    CHECK(node_notes("network devices: {e: {ip6addr: 'fd00::1', ipaddr6: 'fd00::2'}}") ==
          "n.conf:1:45: node n1: network devices: e: ip6addr fd00::1 replaces ipaddr6 fd00::2\n");
    // Nothing to say about what only changes its form.
    CHECK(node_notes("kernel: {version: 1}, runtime overlay: a") == "");
}

// Upstream drops the first three without a word, and dies of the last two.
TEST_CASE("an upgrade of nodes loses nothing", "[store][upgrade]") {
    CHECK(
        whole(
            "mine: 1\nnodes: {n1: {typo: [x], network devices: {e: {device: d, why: {a: b}}}}}") ==
        "nodeprofiles: {}\nnodes:\n  n1:\n    network devices:\n      e:\n        device: d\n"
        "        why:\n          a: b\n    typo:\n      - x\nmine: 1\n");
    CHECK(node_notes("typo: x") == "n.conf:1:14: node n1: unknown key \"typo\" is kept as it is\n");
    CHECK(node("disks: {d: {wipe_table: yes}}") == R"({"disks":{"d":{"wipe_table":true}}})");
    CHECK(node("runtime overlay: [1, a]") == R"({"runtime overlay":["1","a"]})");
    CHECK(node("runtime overlay: 'a, b,'") == R"({"runtime overlay":["a","b"]})");
}

TEST_CASE("overlays are replaced once, where they were", "[store][upgrade]") {
    NodesUpgrade options;
    options.replace_overlays = true;
    const char* split =
        "wwclient\n      - fstab\n      - ssh.host_keys\n      - issue\n      - resolv\n      "
        "- udev.netname\n      - systemd.netname\n      - ifcfg\n      - ifupdown\n      - "
        "NetworkManager\n      - wicked\n      - ignition\n";
    CHECK(whole("nodes: {n1: {system overlay: [wwinit, hostname, x]}}", options) ==
          fmt::format(
              "nodeprofiles: {{}}\nnodes:\n  n1:\n    system overlay:\n      - wwinit\n      - {}"
              "      - hostname\n      - x\n",
              split));
    // Upstream leaves [wwinit, wwinit].
    const std::string once = whole("nodes: {n1: {system overlay: [wwinit, wwinit]}}", options);
    CHECK(once.find("- wwinit") == once.rfind("- wwinit"));
    const std::string generic = whole("nodes: {n1: {runtime overlay: [a, generic, b]}}", options);
    CHECK(generic.find(
              "- a\n      - hosts\n      - ssh.authorized_keys\n      - syncuser\n      - b\n") !=
          std::string::npos);
    for (const std::string& text : {once, generic}) CHECK(whole(text, options) == text);
    // wwinit counts among system overlays only, generic among runtime overlays only.
    const std::string other = "nodes: {n1: {runtime overlay: [wwinit], system overlay: [generic]}}";
    CHECK(whole(other, options) == whole(other));
}

TEST_CASE("defaults fill only what is empty", "[store][upgrade]") {
    NodesUpgrade options;
    options.add_defaults = true;
    const std::string text = whole(
        "nodeprofiles: {default: {init: /i, system overlay: [mine], resources: {fstab: []}}, "
        "net: {network devices: {a: {device: x}}}}\n"
        "nodes: {n1: {}, n2: {profiles: [net]}}",
        options);
    CHECK(text.find("    init: /i\n") != std::string::npos);
    CHECK(text.find("    system overlay:\n      - mine\n    kernel:\n") != std::string::npos);
    CHECK(text.find("      fstab: []\n") != std::string::npos);
    CHECK(text.find("      template: ipmitool.tmpl\n") != std::string::npos);
    CHECK(
        text.find("        type: ethernet\n        device: x\n        netmask: 255.255.255.0\n") !=
        std::string::npos);
    CHECK(text.find("  n1:\n    profiles:\n      - default\n  n2:\n    profiles:\n      - net\n") !=
          std::string::npos);
    CHECK(whole(text, options) == text);
    CHECK(
        notes("nodes: {n2: {profiles: [net], network devices: {a: {type: t}}}}", options) ==
        "n.conf: node n2 does not have the profile default: it gets none of the default settings\n"
        "n.conf: node n2: network device a has no netmask of its own: check that a profile gives "
        "it "
        "one\n");
}

TEST_CASE("mounts of an old warewulf.conf become a resource", "[store][upgrade]") {
    NodesUpgrade options;
    options.mounts = {{"/home", ""}, {"/opt", "ro"}};
    const std::string fresh = whole("", options);
    CHECK(
        fresh ==
        "nodeprofiles:\n  default:\n    resources:\n      fstab:\n        - file: /home\n          "
        "spec: warewulf:/home\n          vfstype: nfs\n        - file: /opt\n          mntops: "
        "ro\n    "
        "      spec: warewulf:/opt\n          vfstype: nfs\nnodes: {}\n");
    // They are there already: nothing to say.
    CHECK(whole(fresh, options) == fresh);
    CHECK(notes(fresh, options) == "");
    const char* other = "nodeprofiles: {default: {resources: {fstab: [{file: /home}]}}}";
    CHECK(whole(other, options) == whole(other));
    CHECK(notes(other, options) ==
          "n.conf: the mount of /opt is not carried over, since the profile default has a resource "
          "fstab "
          "already: add it there\n");
}

TEST_CASE("only nodes that need it count as changed", "[store][upgrade]") {
    CHECK_FALSE(upgraded("# mine\nnodes: {n1: {comment: c}}\nnodeprofiles: {}\n").changed);
    CHECK_FALSE(upgraded("nodes: {n1: {comment: c, other: d}}\n").changed);
    CHECK(upgraded("WW_INTERNAL: 45\n").changed);
    CHECK(upgraded("nodes: {n1: {runtime overlay: a}}\n").changed);
    CHECK(upgraded("nodes: {n1: {discoverable: yes}}\n").changed);
}

TEST_CASE("nodes that cannot be read are refused with their places", "[store][upgrade]") {
    const auto refusal = [](std::string_view text) {
        const auto result = upgrade_nodes(text, "n.conf", {});
        return result ? "accepted" : result.error().headline();
    };
    CHECK(refusal("- a\n") == "n.conf:1:1: the file must be a map");
    CHECK(refusal("nodes: [a]\n").starts_with("n.conf:1:8: "));
    CHECK(refusal("nodes: {n1: {profiles: default}}\n") ==
          "n.conf:1:24: node n1: profiles: must be a list");
    CHECK(refusal("nodes: {n1: {comment: [x]}}\n") ==
          "n.conf:1:23: node n1: comment: must be a single value");
    CHECK(refusal("nodes: {n1: {runtime overlay: [[x]]}}\n") ==
          "n.conf:1:32: node n1: runtime overlay: must be a single value");
    CHECK(refusal("nodes: {a: {}, a: {}}\n").find("already") != std::string::npos);
    CHECK(refusal("nodes: {}\n---\nnodes: {}\n") ==
          "n.conf:2:1: a second document starts here; it would be lost");
}
