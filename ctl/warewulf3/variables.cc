// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/warewulf3/variables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/quote.h"

namespace ww::ctl::warewulf3 {

namespace {

constexpr std::string_view kBegin = "%{";
constexpr std::string_view kDevices = "NETDEVS::";

struct Variable {
    std::string_view theirs;
    std::string_view ours;
};

constexpr auto kOfNode = std::to_array<Variable>({
    {"NAME", ".Id"},
    {"NODENAME", ".Id"},
    {"CLUSTER", ".ClusterName"},
    {"GROUPS", ".Tags.groups"},
});

/// Behind "NETDEVS::DEVICE::".
constexpr auto kOfDevice = std::to_array<Variable>({
    {"IPADDR", ".Ipaddr"},
    {"NETMASK", ".Netmask"},
    {"GATEWAY", ".Gateway"},
    {"HWADDR", ".Hwaddr"},
    {"MTU", ".MTU"},
});

template <size_t Size>
std::string_view find(const std::array<Variable, Size>& table, std::string_view name) {
    const auto it = std::find_if(
        table.begin(), table.end(), [&](const Variable& row) { return row.theirs == name; });
    return it == table.end() ? std::string_view() : it->ours;
}

/// The action for a variable; empty: there is none.
std::string action(std::string_view name) {
    if (const std::string_view field = find(kOfNode, name); !field.empty())
        return fmt::format("{{{{ {} }}}}", field);
    if (!name.starts_with(kDevices)) return "";
    name.remove_prefix(kDevices.size());
    const size_t colons = name.find("::");
    if (colons == std::string_view::npos) return "";
    const std::string_view field = find(kOfDevice, name.substr(colons + 2));
    if (field.empty()) return "";
    std::string device(name.substr(0, colons));
    for (char& c : device)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    // By the device's name, whatever its key.
    return fmt::format(
        "{{{{ range .NetDevs }}}}{{{{ if eq .Device {} }}}}{{{{ {} }}}}{{{{ end "
        "}}}}{{{{ end }}}}",
        quote(device),
        field);
}

}  // namespace

Result<std::optional<std::string>> as_template(const std::string& text, const std::string& file) {
    if (text.find(kBegin) == std::string::npos) return std::optional<std::string>();
    std::string made;
    std::string_view rest = text;
    while (!rest.empty()) {
        if (rest.starts_with("{{")) {
            made += R"({{ "{{" }})";
            rest.remove_prefix(2);
            continue;
        }
        const size_t end = rest.starts_with(kBegin) ? rest.find('}') : std::string_view::npos;
        if (end == std::string_view::npos) {
            made += rest.front();
            rest.remove_prefix(1);
            continue;
        }
        const std::string_view name = rest.substr(kBegin.size(), end - kBegin.size());
        const std::string ours = action(name);
        if (ours.empty())
            return Error(ErrorCode::Unprocessable,
                         fmt::format("{}:{}: %{{{}}} is filled in by Warewulf 3 only",
                                     file,
                                     1 + std::count(text.data(), rest.data(), '\n'),
                                     name))
                .with_hint(
                    "write it as a template, with a --path that ends in .ww: wwctl overlay "
                    "info OVERLAY FILE shows what one reads");
        made += ours;
        rest.remove_prefix(end + 1);
    }
    return std::optional(std::move(made));
}

}  // namespace ww::ctl::warewulf3
