// SPDX-License-Identifier: BSD-3-Clause
//
// The last section of docs/nodes.md and the fields of nodes.conf(5) are written from the table of
// fields: WW_ACCEPT=1 replaces them.
#include <fmt/format.h>

#include "nodes/schema.h"
#include "support/made_document.h"
#include "support/roff.h"

using namespace ww::nodes;

namespace {

constexpr std::string_view kBegin =
    R"(## Fields

<!-- Made from server/fields/table.h: WW_ACCEPT=1 build/dev/bin/nodes_test "[reference]" -->

What a node or profile can hold in `nodes.conf`, how templates call it, and the option of `wwctl node set` and `wwctl profile set`.
`wwctl node list -a` shows the names of templates. Fields without an option are set by `wwctl node edit`, `import` or `apply`, tags also by
`--tagadd`, `--nettagadd` and `--ipmitagadd`. Secrets are shown to administrators only.

| in nodes.conf | in templates | option | what it is |
|---|---|---|---|
)";

// "network devices: NAME: ipaddr"
std::string spelled(const std::string& keys) {
    std::string out;
    for (const char c : keys) out += c == '*' ? "NAME" : c == '.' ? ": " : std::string(1, c);
    return out;
}

std::string option(const ww::fields::Field& field) {
    if (field.flag.empty()) return "";
    if (field.letter == 0) return fmt::format("`--{}`", field.flag);
    return fmt::format("`--{}`, `-{}`", field.flag, field.letter);
}

std::string row(const FieldKeys& each) {
    const ww::fields::Field& field = *each.field;
    return fmt::format("| `{}` | `{}` | {} | {}{}{} |\n",
                       spelled(each.keys),
                       field.name,
                       option(field),
                       field.help,
                       field.node_only ? " (nodes only)" : "",
                       field.secret ? " (secret)" : "");
}

std::string man_item(const FieldKeys& each) {
    const ww::fields::Field& field = *each.field;
    std::string text(field.help);
    text += field.node_only ? " (nodes only)" : "";
    text += field.secret ? " (secret)" : "";
    if (!field.flag.empty()) text += fmt::format(" [{}]", option(field));
    return fmt::format(
        ".TP\n.B \"{}\"\n{}\n", ww::test::roff(spelled(each.keys)), ww::test::roff(text));
}

}  // namespace

TEST_CASE("docs/nodes.md lists every field", "[nodes][reference]") {
    const auto committed = ww::read_file(WW_SOURCE_DIR "/docs/nodes.md");
    REQUIRE(committed);
    std::string made = committed->substr(0, committed->find("## Fields\n"));
    if (!made.ends_with("\n\n")) made += "\n";
    made += kBegin;
    for (const FieldKeys& each : field_keys()) made += row(each);
    ww::test::check_made("docs/nodes.md", made, "nodes_test");
}

TEST_CASE("nodes.conf(5) lists every field", "[nodes][reference]") {
    const std::string path = "packaging/man/nodes.conf.5";
    const auto committed = ww::read_file(WW_SOURCE_DIR "/" + path);
    REQUIRE(committed);
    std::string items;
    for (const FieldKeys& each : field_keys()) items += man_item(each);
    ww::test::check_made(path, ww::test::with_made_part(*committed, "fields", items), "nodes_test");
}
