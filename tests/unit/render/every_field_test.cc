// SPDX-License-Identifier: BSD-3-Clause
//
// Each field of the table by itself, as templates and `overlay info` see it.
#include "fields/table.h"
#include "render/template_info.h"
#include "support/one_field.h"
#include "support/rendering.h"

using namespace ww::render;
using namespace ww::test;
using ww::fields::Field;
using ww::fields::Kind;

namespace {

// "{{ .NetDevs.sec.Ipaddr }}"
std::string template_of(const Field& field) {
    std::string name(field.name);
    for (size_t at = name.find("[]"); at != std::string::npos; at = name.find("[]"))
        name.replace(at, 2, ".sec");
    if (field.kind == Kind::Tags || field.kind == Kind::Resources) name += ".k";
    return "{{ ." + name + " }}";
}

std::string rendered(const std::string& nodes_conf, const std::string& text) {
    return ww::test::rendered_for("n1", nodes_conf, text);
}

}  // namespace

TEST_CASE("every field is seen by templates under its name", "[render][every_field]") {
    for (const auto& each : ww::nodes::field_keys()) {
        CAPTURE(each.field->name);
        std::string entry = body(each.keys, sample_yaml(each.field->kind));
        const std::string text = rendered("nodes: {n1: " + entry + "}\n", template_of(*each.field));
        CHECK_THAT(text, Catch::Contains(sample_text(each.field->kind)));
    }
}

TEST_CASE("overlay info tells option and help of every field", "[render][every_field]") {
    for (const Field& field : ww::fields::kAll) {
        if (field.kind == Kind::Tags || field.kind == Kind::Resources) continue;
        CAPTURE(field.name);
        // Below a map of sections all names are keys; a range knows what it goes over.
        std::string name(field.name);
        std::string text;
        std::string ends;
        for (size_t at = name.find("[]."); at != std::string::npos; at = name.find("[].")) {
            text += "{{ range ." + name.substr(0, at) + " }}";
            ends += "{{ end }}";
            name.erase(0, at + 3);
        }
        text += "{{ ." + name + " }}" + ends;
        const auto info = describe_template(text, "t.ww");
        REQUIRE(info);
        const auto& variables = info->variables;
        const std::string option = field.flag.empty() ? "" : "--" + std::string(field.flag);
        const bool found =
            std::any_of(variables.begin(), variables.end(), [&](const TemplateVariable& each) {
                return each.help == field.help && each.option == option;
            });
        CHECK(found);
    }
}
