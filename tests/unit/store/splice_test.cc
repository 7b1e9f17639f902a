// SPDX-License-Identifier: BSD-3-Clause
#include "store/splice.h"

#include <functional>

#include "nodes/emit.h"
#include "support/site_text.h"

using namespace ww::nodes;
using namespace ww::store;

namespace {

using Edit = std::function<void(Registry&)>;

using Source = std::shared_ptr<const SourceFile>;

Source source(std::string_view text, bool whole = false) {
    auto read = whole ? SourceFile::read_whole(std::string(text), "nodes.conf")
                      : SourceFile::read(std::string(text), "nodes.conf");
    if (!read) FAIL(read.error().describe());
    return *read;
}

// Edited block by block and as a whole, which must come to the same.
std::string edited(std::string_view text, const Edit& edit) {
    std::string texts[2];
    for (const bool whole : {false, true}) {
        const Source file = source(text, whole);
        Registry after = file->registry();
        edit(after);
        const auto out = splice(*file, after);
        if (!out) FAIL(out.error().describe());
        texts[whole] = (*out)->text();
    }
    CHECK(texts[0] == texts[1]);
    return texts[0];
}

Edit comment(const std::string& id, const std::string& text) {
    return [=](Registry& registry) { registry.nodes[id].comment = text; };
}

const char* const kSite =
    "# the cluster in the cellar\n"
    "nodeprofiles:\n"
    "  default:\n"
    "    comment: \"for all\"   # everybody\n"
    "    runtime overlay: [hosts]\n"
    "\n"
    "# the nodes\n"
    "nodes:\n"
    "  # rack one\n"
    "  n1:\n"
    "    comment: first   # the oldest\n"
    "    profiles:\n"
    "    - default        # needed\n"
    "    - extra\n"
    "    rack: 7          # not ours\n"
    "    network devices:\n"
    "      eth0:\n"
    "        # soldered in\n"
    "        hwaddr: AA:BB:CC:00:11:22\n"
    "  # rack two\n"
    "  n3:\n"
    "    comment: third\n"
    "    # n3 is slow\n"
    "\n"
    "  n5: {comment: fifth, colour: red}\n"
    "# the end\n";

// kSite with one piece replaced.
std::string with(std::string_view from, std::string_view to) {
    std::string out = kSite;
    const size_t at = out.find(from);
    REQUIRE(at != std::string::npos);
    return out.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a changed value is replaced alone", "[store][splice]") {
    CHECK(edited(kSite, [](Registry&) {}) == kSite);
    CHECK(edited(kSite, comment("n1", "second")) == with("comment: first ", "comment: second "));
    CHECK(edited(kSite, comment("n1", "a: b")) == with("comment: first ", "comment: 'a: b' "));
    CHECK(edited(kSite, [](Registry& r) { r.profiles["default"].comment = "true"; }) ==
          with("\"for all\"", "\"true\""));
    CHECK(edited(kSite, comment("n1", "two\nlines")) ==
          with("comment: first   # the oldest\n",
               "comment: |-   # the oldest\n      two\n      lines\n"));
}

TEST_CASE("what stands beside a value that is written anew stays", "[store][splice]") {
    CHECK(edited("nodes:\n  'n1': {comment: x}  # one\n  n2:\n    profiles: [a]   # two\n",
                 [](Registry& r) {
                     r.nodes["n1"].comment = "z";
                     r.nodes["n2"].profiles = {"b"};
                 }) ==
          "nodes:\n  'n1':  # one\n    comment: z\n  n2:\n    profiles:   # two\n      - b\n");
    CHECK(edited("nodes:\n  n1:\n    comment:  # c\n      x\n    init: /a\n", comment("n1", "z")) ==
          "nodes:\n  n1:\n    comment: z  # c\n    init: /a\n");
}

TEST_CASE("fields come and go in the order of the schema", "[store][splice]") {
    CHECK(edited(kSite, [](Registry& r) { r.nodes["n1"].cluster_name = "west"; }) ==
          with("# the oldest\n", "# the oldest\n    cluster name: west\n"));
    CHECK(edited(kSite, [](Registry& r) { r.nodes["n1"].discoverable.text = "true"; }) ==
          with("  n1:\n", "  n1:\n    discoverable: \"true\"\n"));
    CHECK(edited(kSite, comment("n1", "")) == with("    comment: first   # the oldest\n", ""));
    CHECK(edited(kSite, [](Registry& r) { r.nodes["n1"].tags["a"] = "1"; }) ==
          with("AA:BB:CC:00:11:22\n", "AA:BB:CC:00:11:22\n    tags:\n      a: \"1\"\n"));
}

TEST_CASE("list items that stay keep their lines", "[store][splice]") {
    const auto profiles = [](const StringList& list) {
        return [list](Registry& r) { r.nodes["n1"].profiles = list; };
    };
    CHECK(edited(kSite, profiles({"default", "extra", "more"})) ==
          with("    - extra\n", "    - extra\n    - more\n"));
    CHECK(edited(kSite, profiles({"default", "new", "extra"})) ==
          with("    - extra\n", "    - new\n    - extra\n"));
    CHECK(edited(kSite, profiles({"default"})) == with("    - extra\n", ""));
    CHECK(edited(kSite, profiles({"x", "extra"})) ==
          with("    - default        # needed\n", "    - x\n"));
    CHECK(edited(kSite, profiles({})) ==
          with("    profiles:\n    - default        # needed\n    - extra\n", ""));
    CHECK(
        edited(kSite, [](Registry& r) { r.profiles["default"].runtime_overlay.push_back("b"); }) ==
        with("    runtime overlay: [hosts]\n", "    runtime overlay:\n      - hosts\n      - b\n"));
}

TEST_CASE("new entries go where natural order puts them", "[store][splice]") {
    const auto add = [](const std::string& id) { return comment(id, "new"); };
    CHECK(edited(kSite, add("n0")) == with("nodes:\n", "nodes:\n  n0:\n    comment: new\n"));
    CHECK(edited(kSite, add("n2")) ==
          with("  # rack two\n", "  n2:\n    comment: new\n  # rack two\n"));
    CHECK(edited(kSite, add("n4")) ==
          with("    # n3 is slow\n", "    # n3 is slow\n  n4:\n    comment: new\n"));
    CHECK(edited(kSite, add("n10")) ==
          with("# the end\n", "  n10:\n    comment: new\n# the end\n"));
    CHECK(
        edited(kSite, [&](Registry& r) {
            add("n6")(r);
            add("n7")(r);
        }) == with("# the end\n", "  n6:\n    comment: new\n  n7:\n    comment: new\n# the end\n"));
    CHECK(edited(kSite, [](Registry& r) { r.profiles["gpu"]; }) ==
          with("[hosts]\n", "[hosts]\n  gpu: {}\n"));
}

TEST_CASE("a deleted entry takes its own lines along", "[store][splice]") {
    CHECK(edited(kSite, [](Registry& r) { r.nodes.erase("n3"); }) ==
          with("  n3:\n    comment: third\n    # n3 is slow\n", ""));
    CHECK(edited(kSite, [](Registry& r) { r.nodes.erase("n5"); }) ==
          with("  n5: {comment: fifth, colour: red}\n", ""));
    CHECK(edited("nodes:\n  # retired: n1\n  n2:   # last\n    comment: x\n",
                 [](Registry& r) { r.nodes.clear(); }) == "nodes: {}\n  # retired: n1\n");
    CHECK(edited("nodes:\n  n1:  # here\n    comment: x\n", comment("n1", "")) ==
          "nodes:\n  n1: {}  # here\n");
}

TEST_CASE("keys nobody knows survive", "[store][splice]") {
    // In a flow entry the whole entry is written anew.
    CHECK(edited(kSite, comment("n5", "5")) ==
          with("  n5: {comment: fifth, colour: red}\n",
               "  n5:\n    comment: \"5\"\n    colour: red\n"));
    CHECK(edited("extra: {a: 1}\nnodes: {n1: {x: [1, {y: ~}], comment: c}, n2: {z: 0x10}}\n",
                 comment("n1", "d")) ==
          "extra: {a: 1}\nnodes:\n  n1:\n    comment: d\n    x:\n      - 1\n      - \"y\": null\n  "
          "n2:\n    z: 16\n");
    // A section stays for the sake of an unknown key in it.
    CHECK(edited("nodes:\n  n1:\n    kernel:\n      version: 5\n      override: x\n",
                 [](Registry& r) { r.nodes["n1"].kernel = {}; }) ==
          "nodes:\n  n1:\n    kernel:\n      override: x\n");
    CHECK(edited("nodes:\n  n1:\n    kernel:\n      version: 5\n",
                 [](Registry& r) { r.nodes["n1"].kernel = {}; }) == "nodes:\n  n1: {}\n");
}

TEST_CASE("places without a value are filled", "[store][splice]") {
    CHECK(edited("", comment("n1", "x")) == "nodeprofiles: {}\nnodes:\n  n1:\n    comment: x\n");
    CHECK(edited("# hello\n", comment("n1", "x")) ==
          "# hello\nnodeprofiles: {}\nnodes:\n  n1:\n    comment: x\n");
    CHECK(edited("nodes:   # none yet\n", comment("n1", "x")) ==
          "nodes:   # none yet\n  n1:\n    comment: x\n");
    CHECK(edited("nodes: {}\n", comment("n1", "x")) == "nodes:\n  n1:\n    comment: x\n");
    CHECK(edited("nodes:\n  n1:\n", comment("n1", "x")) == "nodes:\n  n1:\n    comment: x\n");
    CHECK(edited("nodes:\n  n1: {}", comment("n1", "x")) == "nodes:\n  n1:\n    comment: x\n");
    CHECK(edited("nodes:\n  n1:\n    comment: x", comment("n2", "z")) ==
          "nodes:\n  n1:\n    comment: x\n  n2:\n    comment: z\n");
    CHECK(edited("nodeprofiles:\n  p: {}\n", comment("n1", "x")) ==
          "nodeprofiles:\n  p: {}\nnodes:\n  n1:\n    comment: x\n");
    CHECK(edited("nodes:\n  n1: {}\n", [](Registry& r) { r.profiles["p"]; }) ==
          "nodeprofiles:\n  p: {}\nnodes:\n  n1: {}\n");
}

TEST_CASE("the style of the file is kept", "[store][splice]") {
    CHECK(edited("nodes:\n    n1:\n        comment: x\n",
                 [](Registry& r) { r.nodes["n1"].kernel.args = {"a"}; }) ==
          "nodes:\n    n1:\n        comment: x\n        kernel:\n            args:\n               "
          " - a\n");
    CHECK(edited("nodes:\r\n  n1:\r\n    comment: x\r\n", [](Registry& r) {
              r.nodes["n1"].comment = "z";
              r.nodes["n2"];
          }) == "nodes:\r\n  n1:\r\n    comment: z\r\n  n2: {}\r\n");
    CHECK(edited("\xEF\xBB\xBFnodes:\n  n1:\n    comment: größer # ü\n", comment("n1", "x")) ==
          "\xEF\xBB\xBFnodes:\n  n1:\n    comment: x # ü\n");
    CHECK(edited("---\nnodes:\n  n1:\n    comment: x\n...\n", comment("n1", "z")) ==
          "---\nnodes:\n  n1:\n    comment: z\n...\n");
}

TEST_CASE("anchors, aliases and merges never leak a change", "[store][splice]") {
    const char* text =
        "nodes:\n"
        "  a: &a\n"
        "    comment: shared\n"
        "    image name: rocky\n"
        "  b: *a\n"
        "  c:\n"
        "    <<: *a\n"
        "    init: /init\n";
    // A field of the alias's own entry: the entry is written out.
    CHECK(edited(text, comment("b", "mine")) ==
          "nodes:\n  a: &a\n    comment: shared\n    image name: rocky\n  b:\n    comment: mine\n  "
          "  image name: rocky\n"
          "  c:\n    <<: *a\n    init: /init\n");
    // A merged field is overridden in place.
    CHECK(edited(text, comment("c", "mine")) ==
          "nodes:\n  a: &a\n    comment: shared\n    image name: rocky\n  b: *a\n"
          "  c:\n    comment: mine\n    <<: *a\n    init: /init\n");
    // Without a merged field, the entry is written out.
    CHECK(edited(text, comment("c", "")) ==
          "nodes:\n  a: &a\n    comment: shared\n    image name: rocky\n  b: *a\n"
          "  c:\n    image name: rocky\n    init: /init\n");
    // The anchored entry itself cannot: the others would change with it.
    const Source file = source(text);
    Registry after = file->registry();
    comment("a", "mine")(after);
    const auto refused = splice(*file, after);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ww::ErrorCode::FailedPrecondition);
    CHECK(refused.error().message() ==
          "node a carries the anchor &a, which line 5 uses as well: what is changed here would "
          "change there, too");
    CHECK(refused.error().place().line == 2);
    // Unless the file is written anew.
    const auto anew = splice(*file, after, Form::Anew);
    REQUIRE(anew);
    CHECK((*anew)->text() ==
          "nodeprofiles: {}\nnodes:\n  a:\n    comment: mine\n    image name: rocky\n  b:\n    "
          "comment: shared\n    image name: rocky\n"
          "  c:\n    comment: shared\n    image name: rocky\n    init: /init\n");
}

TEST_CASE("a second document survives, or the edit is refused", "[store][splice]") {
    CHECK(edited("nodes:\n  n1:\n    comment: x\n---\nother: 1\n", comment("n1", "z")) ==
          "nodes:\n  n1:\n    comment: z\n---\nother: 1\n");
    const char* flow = "{nodes: {n1: {comment: x}}}\n---\nother: 1\n";
    const Source file = source(flow);
    Registry after = file->registry();
    comment("n1", "y")(after);
    const auto out = splice(*file, after);
    REQUIRE_FALSE(out);
    CHECK(out.error().code() == ww::ErrorCode::FailedPrecondition);
    CHECK(out.error().place().line == 2);
}

TEST_CASE("a file in upstream's form stays in it", "[store][splice]") {
    const char* text =
        "nodeprofiles:\n  default:\n    comment: c\nnodes:\n  n1:\n    profiles:\n      - default\n"
        "    network devices:\n      default:\n        device: eth0\n        ipaddr: 10.0.0.1\n  "
        "n10: {}\n";
    const Edit edits[] = {
        comment("n1", "x"),
        comment("n2", "x"),
        comment("n10", "x"),
        [](Registry& r) { r.nodes.erase("n1"); },
        [](Registry& r) { r.nodes.clear(); },
        [](Registry& r) { r.nodes["n1"] = {}; },
        [](Registry& r) { r.profiles.clear(); },
        [](Registry& r) { r.profiles["a"]; },
        [](Registry& r) { r.nodes["n1"].network_devices["default"].hwaddr = "00:00:00:00:00:01"; },
        [](Registry& r) { r.nodes["n1"].network_devices["ib"].type = "infiniband"; },
        [](Registry& r) { r.nodes["n1"].network_devices.clear(); },
        [](Registry& r) { r.nodes["n1"].network_devices["default"] = {}; },
        [](Registry& r) { r.nodes["n1"].profiles = {"a", "default", "b"}; },
        [](Registry& r) { r.nodes["n1"].ipmi.write.text = "true"; },
        [](Registry& r) {
            r.nodes["n1"].resources["fstab"] =
                ww::yaml::Value::List{ww::yaml::Value::Map{{"a", 1}}};
        },
        [](Registry& r) { r.nodes["n1"].disks["/d"].partitions["p"].resize = false; },
    };
    for (const Edit& edit : edits) {
        Registry after = ww::test::registry(text);
        edit(after);
        CHECK(edited(text, edit) == emit_registry(after, 2));
    }
}
