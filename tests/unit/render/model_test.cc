// SPDX-License-Identifier: BSD-3-Clause
//
// What is empty and what is nil in the data of templates: toJson and printf show the difference.
// Expectations: upstream's own output for this site.
#include "render/model.h"

#include "support/catch.h"
#include "support/rendering.h"

namespace {

constexpr const char* kSite =
    "nodeprofiles:\n"
    "  p:\n"
    "    runtime overlay: []\n"
    "    resources: {deep: {a: [], b: {}, c: null, l: [[], {}, null]}}\n"
    "nodes:\n"
    "  bare: {}\n"
    "  full:\n"
    "    profiles: [p]\n"
    "    discoverable: 'true'\n"
    "    system overlay: [a, ~a]\n"
    "    network devices: {default: {}}\n"
    "    disks: {/dev/a: {}}\n"
    "    filesystems: {/x: {}}\n"
    "    resources: {e: [], m: {}, n: null}\n";

std::string shown(const std::string& id, const std::string& text) {
    return ww::test::rendered_for(id, kSite, text);
}

}  // namespace

TEST_CASE("empty lists are nil, tags and devices are not", "[render][model]") {
    const std::string lists =
        "{{toJson .RuntimeOverlay}} {{toJson .SystemOverlay}} {{toJson .Kernel.Args}}";
    const std::string maps =
        "{{toJson .Tags}} {{toJson .NetDevs}} {{toJson .Disks}} {{toJson .FileSystems}} {{toJson "
        ".Resources}}";
    for (const std::string& of : {std::string("bare"), std::string("full")}) {
        CAPTURE(of);
        CHECK(shown(of, lists) == "null null null");
        CHECK(shown(of, "{{with .ThisNode}}" + lists + "{{end}}") == "null null null");
    }
    CHECK(shown("bare", maps) == "{} {} null null null");
    CHECK(shown("bare", "{{with .ThisNode}}" + maps + "{{end}}") == "{} {} null null null");
    CHECK(shown("full",
                "{{range .Disks}}{{toJson .Partitions}}{{end}}{{range .FileSystems}}{{toJson "
                ".Options}}{{end}}") == "nullnull");
    CHECK(shown("bare", "{{printf \"%#v\" .RuntimeOverlay}}") == "[]string(nil)");
    CHECK(shown("bare",
                "{{range .RuntimeOverlay}}x{{else}}none{{end}} {{len .Disks}} {{.Kernel.Args | "
                "join \" \"}}.") == "none 0 .");
}

TEST_CASE("a copied resource has nil lists at every depth, a live one has empty ones",
          "[render][model]") {
    CHECK(shown("full", "{{toJson .Resources}}") ==
          R"({"deep":{"a":null,"b":{},"c":null,"l":[null,{},null]},"e":null,"m":{},"n":null})");
    CHECK(shown("full", "{{toJson .ThisNode.Resources}}") ==
          R"({"deep":{"a":[],"b":{},"c":null,"l":[[],{},null]},"e":[],"m":{},"n":null})");
    CHECK(shown("full", "{{.Resources}}") ==
          "map[deep:map[a:[] b:map[] c:<nil> l:[[] map[] <nil>]] e:[] m:map[] n:<nil>]");
}

TEST_CASE("a node as JSON has the fields of its profile, not the profile", "[render][model]") {
    CHECK(shown("bare", "{{toJson .ThisNode}}") == R"({"kernel":{},"ipmi":{}})");
    CHECK(shown("full", "{{toJson .Node}}")
              .starts_with(R"({"discoverable":"true","profiles":["p"],)"));
}
