// SPDX-License-Identifier: BSD-3-Clause
//
// docs/templates.md is written from the tables: every function with its row's documentation, every
// type of the data model with its fields and methods. This test writes it anew and compares;
// WW_ACCEPT=1 replaces the file.
#include <fmt/format.h>

#include <algorithm>

#include "fields/table.h"
#include "render/model.h"
#include "render/render.h"
#include "sprig/functions.h"
#include "support/catch.h"
#include "support/made_document.h"

using namespace ww::render;
using ww::tmpl::Field;
using ww::tmpl::Function;
using ww::tmpl::Type;

namespace {

constexpr std::string_view kBegin =
    R"(# Templates

<!-- Made from the tables in server/tmpl, server/render and server/fields: WW_ACCEPT=1 build/dev/bin/render_test "[reference]" -->

Files of overlays that end in `.ww`, iPXE scripts, `grub.cfg.ww` and BMC commands are templates in Go's template language
(text/template), with the functions below. Those of overlays are given the data of the node they are rendered for.

- `wwctl overlay show OVERLAY FILE --render NODE` shows what comes out; a mistake is shown with its line and a suggestion.
- `wwctl overlay info OVERLAY FILE` lists the variables that a template reads, `--functions` the functions it calls.
- A comment `{{/* .Tags.rack: where the node stands */}}` explains a variable there, `{{/* wwdoc: … */}}` the template.
- Where this differs from Warewulf 4: [compatibility.md](compatibility.md).

A rendering may use 64 MiB of output, 512 MiB of memory, 20 million iterations, 2,000 levels of nesting and 60 s; going
over is an error that says which.

Parameters are written as Go writes them: `any` takes everything, `...` any number of arguments. The last one is what a pipe
delivers: `{{ .Id | upper }}` is `{{ upper .Id }}`. Functions marked † depend on time, chance, the network or the server's
environment: a template that uses them may come out differently each time, so an overlay's is rendered for each request, and sent if
it does. All others are rendered when something that they read has changed. `.BuildTime` is when that was, and changes nothing by itself.
)";

constexpr std::string_view kData = R"(
## Data

The root of an overlay template is `overlay.TemplateStruct`; fields of the node are also its own (`.Tags`, `.NetDevs`, …).
Its view of the node is a copy that lost the names of entries and whether a device is primary; `.ThisNode` has them, and so
have the nodes of `.AllNodes`. iPXE and GRUB scripts have `warewulfd.templateVars`. A field that does not exist is an error,
a key that does not exist is `<no value>`, or with `index` the empty value. Options are those of `wwctl node set`.
)";

std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
    return out;
}

std::string functions(std::string_view title, std::span<const Function> rows) {
    std::vector<const Function*> sorted;
    for (const Function& row : rows) sorted.push_back(&row);
    std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->name < b->name; });
    std::string out =
        fmt::format("\n## {}\n\n| function | parameters | result |\n|---|---|---|\n", title);
    for (const Function* row : sorted) {
        const bool is_volatile = row->result == Function::Result::Volatile;
        const std::string parameters =
            row->parameters.empty() ? "" : fmt::format("`{}`", row->parameters);
        out += fmt::format("| `{}`{} | {} | {} |\n",
                           row->name,
                           is_volatile ? " †" : "",
                           parameters,
                           cell(row->doc));
    }
    return out;
}

// The row of the schema behind a field of a type; null if there is none.
const ww::fields::Field* schema_row(std::string_view type, std::string_view field) {
    static const std::map<std::string_view, std::string_view> kBelow = {
        {"node.Node", ""},
        {"node.KernelConf", "Kernel."},
        {"node.IpmiConf", "Ipmi."},
        {"node.NetDev", "NetDevs[]."},
        {"node.Disk", "Disks[]."},
        {"node.Partition", "Disks[].Partitions[]."},
        {"node.FileSystem", "FileSystems[]."}};
    const auto below = kBelow.find(type);
    if (below == kBelow.end()) return nullptr;
    if (field.ends_with('P')) field.remove_suffix(1);
    const std::string name = std::string(below->second) + std::string(field);
    for (const auto& row : ww::fields::kAll)
        if (row.name == name) return &row;
    return nullptr;
}

std::string type_table(const std::string& name) {
    const Type type = Type::parse(name);
    REQUIRE(type != Type());
    std::string out =
        fmt::format("\n### {}\n\n| name | type | option | what it is |\n|---|---|---|---|\n", name);
    const bool is_root = name == "overlay.TemplateStruct";
    for (const Field& field : type.info().fields) {
        if (field.access == Field::Access::Unexported) continue;
        if (is_root && field.access == Field::Access::Promoted) continue;  // listed with the node
        const auto* row = schema_row(name, field.name);
        out += fmt::format("| `{}` | `{}` | {} | {} |\n",
                           field.name,
                           field.type.name(),
                           row && !row->flag.empty() ? fmt::format("`--{}`", row->flag) : "",
                           row ? cell(row->help) : "");
    }
    for (const auto& method : type.info().methods)
        out += fmt::format("| `{}` | `{}` | | method |\n", method.name, method.result);
    return out;
}

std::string reference() {
    (void)root_type();
    (void)script_value({});
    std::string out(kBegin);
    out += functions("Functions of Warewulf (overlays only)", warewulf_functions());
    out += functions("Functions of Go", ww::tmpl::builtin_functions());
    out += functions("Functions of sprig", ww::sprig::functions());
    out += kData;
    for (const char* type : {"overlay.TemplateStruct",
                             "node.Node",
                             "node.KernelConf",
                             "node.IpmiConf",
                             "node.NetDev",
                             "wwtype.WWbool",
                             "node.Disk",
                             "node.Partition",
                             "node.FileSystem",
                             "config.WarewulfConf",
                             "config.DHCPConf",
                             "config.TFTPConf",
                             "config.NFSConf",
                             "config.NFSExportConf",
                             "config.SSHConf",
                             "config.BuildConfig",
                             "warewulfd.templateVars"})
        out += type_table(type);
    return out;
}

}  // namespace

TEST_CASE("docs/templates.md is what the tables say", "[overlay][reference]") {
    ww::test::check_made("docs/templates.md", reference(), "render_test");
}

TEST_CASE("every function and method says what it is", "[overlay][reference]") {
    for (const auto rows :
         {warewulf_functions(), ww::tmpl::builtin_functions(), ww::sprig::functions()})
        for (const Function& row : rows) {
            CAPTURE(row.name);
            CHECK(row.doc.size() > 3);
        }
}
