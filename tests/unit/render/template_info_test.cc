// SPDX-License-Identifier: BSD-3-Clause
//
// What a template says of itself without being run. Expectations follow reference/templates.md §14.
#include "render/template_info.h"

#include <fmt/format.h>

#include "support/catch.h"

using namespace ww::render;

namespace {

// One line per variable: "NAME OPTION TYPE".
std::string variables(std::string_view text) {
    const auto info = describe_template(text, "t.ww");
    if (!info) return "error: " + info.error().message();
    std::string out;
    for (const TemplateVariable& each : info->variables)
        out += fmt::format(
            "{} {} {}\n", each.name, each.option.empty() ? "-" : each.option, each.type);
    return out;
}

}  // namespace

TEST_CASE("fields are listed with option and type", "[overlay][template_info]") {
    CHECK(variables("{{ .Kernel.Args }}{{ .Ipmi.Ipaddr }}{{ .Warewulf.Port }}{{ .Id }}") ==
          ".Id - string\n.Ipmi.Ipaddr --ipmiaddr IP\n.Kernel.Args --kernelargs []string\n"
          ".Warewulf.Port - int\n");
    CHECK(variables("{{ .ImageName }}{{ .Container }}{{ .NetDevs }}{{ .Tags }}{{ .Tags.rack }}") ==
          ".Container - string\n.ImageName --image string\n"
          ".NetDevs - map[string]*node.NetDev\n.Tags - map[string]string\n.Tags.rack - string\n");
    // A root field hides the node's of the same name; below a map everything is its element.
    CHECK(variables("{{ .Ipaddr }}{{ .NetDevs.eth0.Device }}{{ .Nope }}{{ .Kernel.Nope }}") ==
          ".Ipaddr - string\n.NetDevs.eth0.Device - *node.NetDev\n");
}

TEST_CASE("variables have the types of what they were made from", "[overlay][template_info]") {
    CHECK(variables("{{ range $name, $dev := .NetDevs }}{{ $name }}{{ $dev.Hwaddr }}{{ .MTU }}"
                    "{{ $dev.OnBoot.BoolDefaultTrue }}{{ $dev.Primary }}{{ end }}") ==
          "$dev.Hwaddr --hwaddr MAC\n$dev.OnBoot --onboot wwtype.WWbool\n$dev.Primary - bool\n"
          ".MTU --mtu uint\n.NetDevs - map[string]*node.NetDev\n");
    CHECK(
        variables("{{ $node := .ThisNode }}{{ range $disk := $node.DiskList }}"
                  "{{ range $disk.PartitionList }}{{ .ShouldExist }}{{ .Id }}{{ end }}{{ end }}") ==
        "$disk.PartitionList - []*node.Partition\n$node.DiskList - []*node.Disk\n"
        ".Id - string\n.ShouldExist --partcreate bool\n.ThisNode - *node.Node\n");
    CHECK(
        variables("{{ $.Id }}{{ $all := .AllNodes }}{{ range $all }}{{ .ClusterName }}{{ end }}") ==
        "$.Id - string\n.AllNodes - []node.Node\n.ClusterName --cluster string\n");
    // As upstream: with keeps the outer dot, an unknown range is passed over.
    CHECK(variables("{{ with .Kernel }}{{ .Version }}{{ .Id }}{{ end }}"
                    "{{ range list 1 }}{{ $.Id }}{{ end }}") ==
          ".Id - string\n.Kernel - *node.KernelConf\n");
}

TEST_CASE("arguments and all branches are looked at", "[overlay][template_info]") {
    CHECK(
        variables("{{ if eq .Kernel.Version \"5\" }}{{ else if gt (len .Disks) 0 }}{{ .Hostname }}"
                  "{{ else }}{{ .Comment | upper }}{{ end }}{{ template \"x\" .Root }}"
                  "{{ define \"x\" }}{{ .Init }}{{ end }}") ==
        ".Comment --comment string\n.Disks - map[string]*node.Disk\n.Hostname - string\n"
        ".Kernel.Version --kernelversion string\n.Root --root string\n");
}

TEST_CASE("comments document variables and the template", "[overlay][template_info]") {
    const auto info = describe_template(
        "{{/* wwdoc2: second */}}{{- /* wwdoc1: first */ -}}{{/* .Id: the name: of it */}}"
        "{{/* $x: a variable */}}{{/* .Unused: nothing */}}{{ $x := .Root }}{{ $x }}{{ .Id }}",
        "t.ww");
    REQUIRE(info);
    CHECK(info->documentation == std::vector<std::string>{"first", "second"});
    REQUIRE(info->variables.size() == 3);
    CHECK(info->variables[0].name == "$x");
    CHECK(info->variables[0].help == "a variable");
    CHECK(info->variables[1].help == "the name: of it");
    CHECK_FALSE(info->variables[2].help.empty());  // .Root, from the schema
}

TEST_CASE("functions are listed wherever they are called", "[overlay][template_info]") {
    const auto info = describe_template(
        "{{ define \"d\" }}{{ nobackup }}{{ end }}{{ (index .NetDevs \"a\").Device | upper }}"
        "{{ if not (and .Id .Root) }}{{ end }}",
        "t.ww");
    REQUIRE(info);
    std::string names;
    for (const TemplateFunction& each : info->functions) names += each.name + " ";
    CHECK(names == "and index nobackup not upper ");
}

TEST_CASE("a template that does not parse is an error", "[overlay][template_info]") {
    CHECK(variables("\n{{ if }}") == "error: template: t.ww:2: missing value for if");
}
