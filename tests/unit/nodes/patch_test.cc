// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/patch.h"

#include "nodes/emit.h"
#include "support/site_text.h"

using namespace ww::nodes;
using ww::test::registry;

namespace {

constexpr const char* kBefore =
    "nodeprofiles:\n"
    "  default: {comment: d}\n"
    "nodes:\n"
    "  n1:\n"
    "    comment: c\n"
    "    profiles: [default, x]\n"
    "    kernel: {version: 1, args: [quiet, crash]}\n"
    "    tags: {a: b, c: d}\n"
    "    network devices: {eth0: {device: e, ipaddr: 10.0.0.1}, ib0: {device: i}}\n"
    "    disks: {/d: {wipe_table: true}}\n"
    "    resources: {fstab: [{file: /home}], m: {x: 1, y: {z: 2}}}\n"
    "  n2: {}\n";

std::string after(std::string_view patch) {
    const auto result = apply_patch(registry(kBefore), patch, "p.yaml");
    return result ? emit_registry(*result, 2) : result.error().headline();
}

// n1 after a patch of it, as JSON so that a test is one line.
std::string node(std::string_view fields) {
    const auto result =
        apply_patch(registry(kBefore), "nodes: {n1: {" + std::string(fields) + "}}", "p.yaml");
    if (!result) return result.error().headline();
    return node_json(result->nodes.at("n1"));
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a patch that says nothing changes nothing", "[store][patch]") {
    const std::string same = emit_registry(registry(kBefore), 2);
    for (const char* patch :
         {"", "# comment\n", "{}", "nodes:\n", "nodes: {}\nnodeprofiles: {}\n", "nodes: {n1: {}}"})
        CHECK(after(patch) == same);
}

TEST_CASE("a patch replaces what it gives and leaves the rest", "[store][patch]") {
    CHECK(has(node("comment: new"), R"("comment":"new")"));
    CHECK(has(node("comment: new"), R"("tags":{"a":"b","c":"d"})"));
    CHECK(
        has(node("kernel: {version: 2}"), R"("kernel":{"version":"2","args":["quiet","crash"]})"));
    CHECK(has(node("kernel: {args: [x]}"), R"("args":["x"])"));
    CHECK(has(node("tags: {a: x, e: f}"), R"("tags":{"a":"x","c":"d","e":"f"})"));
    CHECK(has(node("network devices: {eth0: {mtu: 0900}, new: {device: n}}"),
              R"("network devices":{"eth0":{"device":"e","ipaddr":"10.0.0.1","mtu":"0900"},)"
              R"("ib0":{"device":"i"},"new":{"device":"n"}})"));
    CHECK(has(node("disks: {/d: {wipe_table: false}}"), R"("wipe_table":false)"));
    CHECK(has(node("resources: {m: {y: {w: 3}}}"), R"("m":{"x":1,"y":{"w":3,"z":2}})"));
    CHECK(has(node("resources: {fstab: []}"), R"("fstab":[])"));
    CHECK(has(node("&a comment: &b same\n, init: *b"), R"("init":"same")"));
}

TEST_CASE("null takes out", "[store][patch]") {
    CHECK_FALSE(has(node("comment: null"), "comment"));
    CHECK_FALSE(has(node("kernel: ~"), "kernel"));
    CHECK_FALSE(has(node("kernel: {version: }"), "version"));
    CHECK(has(node("tags: {a: null}"), R"("tags":{"c":"d"})"));
    CHECK(
        has(node("network devices: {eth0: null}"), R"("network devices":{"ib0":{"device":"i"}})"));
    CHECK(has(node("network devices: {eth0: {ipaddr: null}}"), R"("eth0":{"device":"e"})"));
    CHECK(has(node("resources: {m: {x: null, y: {z: null, q: 1}}}"), R"("m":{"y":{"q":1}})"));
    CHECK(has(node("resources: {m: null}"), R"("resources":{"fstab":[{"file":"/home"}]})"));
    CHECK(has(after("nodes: {n1: null}"), "nodes:\n  n2: {}\n"));
    CHECK(has(after("nodeprofiles: {default: }"), "nodeprofiles: {}\n"));
    // Of something that is not there nothing is left either.
    CHECK(after("nodes: {n9: null}") == emit_registry(registry(kBefore), 2));
}

TEST_CASE("a patch adds what is not there", "[store][patch]") {
    CHECK(has(after("nodes: {n3: {comment: new, tags: {a: null, b: c}}}"),
              "  n3:\n    comment: new\n    tags:\n      b: c\n"));
    CHECK(has(after("nodeprofiles: {p: {init: /i}}"), "  p:\n    init: /i\n"));
}

TEST_CASE("what a patch cannot do is refused with its place", "[store][patch]") {
    CHECK(node("coment: x").starts_with("p.yaml:1:14: node n1: unknown key \"coment\""));
    CHECK(node("network devices: {e: {ipaddr: 10.0.0.300}}") ==
          "p.yaml:1:44: node n1: network devices: e: ipaddr: invalid IP address: 10.0.0.300");
    CHECK(node("profiles: default").starts_with("p.yaml:1:24: "));
    CHECK(after("node: {n1: {}}").starts_with("p.yaml:1:1: unknown key \"node\""));
    CHECK(after("nodes: {}\n---\nnodes: {}\n").starts_with("p.yaml:2:"));
    CHECK(after("- a\n").starts_with("p.yaml:1:1: "));
    // All of it at once.
    const auto both = apply_patch(registry(kBefore), "nodes: {n1: {a: 1, b: 2}}", "p.yaml");
    REQUIRE_FALSE(both);
    CHECK(has(both.error().describe(), "\"a\""));
    CHECK(has(both.error().describe(), "\"b\""));
}
