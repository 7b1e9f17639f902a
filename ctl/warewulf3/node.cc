// SPDX-License-Identifier: BSD-3-Clause
//
// wwsh node. Warewulf 3 calls a network device by its name in the system; ours have a key beside
// it, and the one a node boots from is "default", as the import of dumps has it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/machine/architecture.h"
#include "ctl/warewulf3/by_node.h"
#include "ctl/warewulf3/options.h"
#include "ctl/warewulf3/site.h"
#include "fields/warewulf3.h"

namespace ww::ctl::warewulf3 {

namespace {

namespace lost = fields::warewulf3;
constexpr std::string_view kDefaultDevice = "default";

/// The key of a node's device that the system calls `device`; a new one's is its name, unless it is
/// the first.
std::string device_key(const NodeFields& node, const std::string& device) {
    constexpr std::string_view kBegin = "NetDevs[";
    constexpr std::string_view kEnd = "].Device";
    bool has_devices = false;
    for (const auto& [field, value] : node.all) {
        if (!field.starts_with(kBegin)) continue;
        has_devices = true;
        if (field.ends_with(kEnd) && value == device)
            return field.substr(kBegin.size(), field.size() - kBegin.size() - kEnd.size());
    }
    // One that was made without a name is what the first -D is about.
    const std::string own_name = fmt::format("NetDevs[{}].Device", kDefaultDevice);
    return !has_devices || node.effective(own_name).empty() ? std::string(kDefaultDevice) : device;
}

Words device_flags(const std::string& key, const std::string& device) {
    Words flags{"--netname", key, "--netdev", device};
    if (lost::is_infiniband(device)) flags.insert(flags.end(), {"--type", "infiniband"});
    return flags;
}

Result<Words> tag_flags(const Line& line) {
    Words flags;
    if (const std::string word = line.options.text("arch"); !word.empty()) {
        const auto architecture = architecture_from(word);
        if (!architecture)
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("--arch: {} is no architecture", word))
                .with_hint("such as x86_64, aarch64");
        flags.insert(flags.end(), {"--tagadd", fmt::format("arch={}", to_string(*architecture))});
    }
    if (line.options.given("groups"))
        flags.insert(
            flags.end(),
            {"--tagadd", fmt::format("{}={}", lost::kGroupsTag, line.options.text("groups"))});
    return flags;
}

/// The groups of one node as they are to be.
Words group_flags(const NodeFields& node, const Line& line) {
    if (!line.options.given("groupadd") && !line.options.given("groupdel")) return {};
    Words groups = cut(node.effective(fmt::format("Tags[{}]", lost::kGroupsTag)), ",");
    for (const std::string& group : cut(line.options.text("groupadd"), ","))
        if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
    for (const std::string& group : cut(line.options.text("groupdel"), ","))
        std::erase(groups, group);
    if (groups.empty()) return {"--tagdel", std::string(lost::kGroupsTag)};
    return {"--tagadd", fmt::format("{}={}", lost::kGroupsTag, fmt::join(groups, ","))};
}

Result<Plan> node_new(const Line& line, Site&) {
    Plan plan;
    WW_TRY(const Words flags, plain_flags(line, plan));
    WW_TRY(const Words tags, tag_flags(line));
    Words words = joined({"node", "add"}, line.targets);
    if (const std::string device = line.options.text("netdev"); !device.empty())
        words = joined(words, device_flags(std::string(kDefaultDevice), device));
    plan.wwctl(joined(joined(words, flags), tags));
    return plan;
}

Result<Plan> node_set(const Line& line, Site& site) {
    Plan plan;
    WW_TRY(const Words flags, plain_flags(line, plan));
    WW_TRY(const Words tags, tag_flags(line));
    const std::string device = line.options.text("netdev");
    const bool deletes = line.options.is_true("netdel");
    if (deletes && device.empty())
        return Error(ErrorCode::InvalidArgument, "--netdel needs the device: --netdev NAME");
    WW_TRY(const auto nodes, find_nodes(line.targets, site));
    ByNode by_node;
    for (const NodeFields& node : nodes) {
        Words own = group_flags(node, line);
        if (deletes)
            own = joined(own, {"--netdel", device_key(node, device)});
        else if (!device.empty())
            own = joined(own, device_flags(device_key(node, device), device));
        by_node.add(node.name, joined(joined(own, flags), tags));
    }
    by_node.put_into(plan, line.yes);
    return plan;
}

Result<Plan> node_list(const Line& line, Site& site) {
    return with_targets({"node", "list", "--net"}, line, site);
}

Result<Plan> node_print(const Line& line, Site& site) {
    return with_targets({"node", "list", "--all"}, line, site);
}

Result<Plan> node_delete(const Line& line, Site& site) {
    Plan plan;
    WW_TRY(const auto nodes, find_nodes(line.targets, site));
    Words words{"node", "delete"};
    if (line.yes) words.emplace_back("--yes");
    for (const NodeFields& node : nodes) words.push_back(node.name);
    plan.wwctl(std::move(words));
    return plan;
}

std::vector<Option> node_values() {
    using enum Becomes;
    std::vector<Option> options = {
        {"netdev", 'D', Own, {}, "--netdev, of the network device that has this name"},
        {"ipaddr", 'I', Flag, "ipaddr"},
        {"netmask", 'M', Flag, "netmask"},
        {"gateway", 'G', Flag, "gateway"},
        {"hwaddr", 'H', Flag, "hwaddr"},
        {"mtu", 'm', Flag, "mtu"},
        {"cluster", 'c', Flag, "cluster"},
        {"arch", 'a', Own, {}, "--tagadd arch=…: x86_64, aarch64"},
        {"groups", 'g', Own, {}, "--tagadd groups=…"},
        {"network", 'N', Nothing, "it follows from address and netmask"},
        {"enabled", 'e', Nothing, "every node is served"},
        {"name", 'n', Refused, "wwctl node export OLD, then wwctl node import under the new name"},
    };
    constexpr std::pair<std::string_view, char> kWithoutPlace[] = {
        {"fqdn", 'f'}, {"hwprefix", 'p'}, {"domain", 'd'}};
    for (const auto& [name, letter] : kWithoutPlace) options.push_back(lost_option(name, letter));
    return options;
}

std::vector<Option> node_set_values() {
    using enum Becomes;
    std::vector<Option> options = node_values();
    const std::vector<Option> more = {
        {"groupadd", 0, Own, {}, "More groups in the tag"},
        {"groupdel", 0, Own, {}, "Groups to take out of the tag"},
        {"netdel", 0, Own, {}, "--netdel, with the device of --netdev", FlagKind::Bool},
        {"netrename", 0, Refused, "--netdel and --netdev anew"},
    };
    options.insert(options.end(), more.begin(), more.end());
    options.push_back(lookup_option());
    return options;
}

}  // namespace

std::vector<Word> node_words() {
    const std::vector<Option> looked{lookup_option()};
    return {
        {"wwsh node new",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl node add",
         node_new,
         node_values()},
        {"wwsh node set",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl node set",
         node_set,
         node_set_values(),
         Complete::Nodes},
        {"wwsh node list",
         "ls",
         "[NODE ...]",
         kAnyTargets,
         "wwctl node list --net",
         node_list,
         looked,
         Complete::Nodes},
        {"wwsh node print",
         "",
         "[NODE ...]",
         kAnyTargets,
         "wwctl node list --all",
         node_print,
         looked,
         Complete::Nodes},
        {"wwsh node delete",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl node delete",
         node_delete,
         looked,
         Complete::Nodes},
        {"wwsh node clone",
         "",
         "NODE NEW_NODE",
         kAnyTargets,
         "wwctl node export NODE > FILE; change the name in it; wwctl node import --merge FILE"},
    };
}

}  // namespace ww::ctl::warewulf3
