// SPDX-License-Identifier: BSD-3-Clause
//
// wwsh pxe, dhcp and ipmi; wwinit, which set up the head node.
#include "ctl/warewulf3/by_node.h"
#include "ctl/warewulf3/options.h"
#include "ctl/warewulf3/site.h"
#include "fields/words.h"

namespace ww::ctl::warewulf3 {

namespace {

Result<Plan> pxe_update(const Line&, Site&) {
    Plan plan;
    plan.notes.emplace_back(
        "boot scripts are made when a node asks; wwctl configure tftp puts boot loaders in place");
    return plan;
}

Result<Plan> dhcp_update(const Line&, Site&) { return Plan::of({"configure", "dhcp"}); }

Result<Plan> wwinit_database(const Line&, Site&) {
    Plan plan;
    plan.notes.emplace_back("there is no database: nodes are in nodes.conf");
    return plan;
}

Result<Plan> wwinit_all(const Line&, Site&) { return Plan::of({"configure", "--all"}); }

Result<Plan> wwinit_hosts(const Line&, Site&) { return Plan::of({"configure", "hostfile"}); }

Result<Plan> wwinit_nfs(const Line&, Site&) { return Plan::of({"configure", "nfs"}); }

Result<Plan> wwinit_ssh(const Line&, Site&) { return Plan::of({"configure", "ssh"}); }

/// Warewulf 3 knew one way to talk to a controller.
constexpr std::string_view kBmcTemplate = "ipmitool.tmpl";

Result<Plan> ipmi_set(const Line& line, Site& site) {
    Plan plan;
    WW_TRY(Words flags, plain_flags(line, plan));
    if (line.options.given("autoconfig"))
        flags = joined(flags,
                       {"--ipmiwrite", is_off(line.options.text("autoconfig")) ? "false" : "true"});
    if (line.options.is_true("noautoconfig")) flags = joined(flags, {"--ipmiwrite", "false"});
    WW_TRY(const auto nodes, find_nodes(line.targets, site));
    ByNode by_node;
    for (const NodeFields& node : nodes) {
        Words own = flags;
        if (line.options.given("ipaddr") && node.effective("Ipmi.Template").empty())
            own = joined(own, {"--ipmitemplate", std::string(kBmcTemplate)});
        by_node.add(node.name, own);
    }
    by_node.put_into(plan, line.yes);
    return plan;
}

Result<Plan> ipmi_list(const Line& line, Site& site) {
    return with_targets({"node", "list", "--ipmi"}, line, site);
}

/// A word of wwctl about the controllers of nodes.
Result<Plan> ask_controllers(Words words, const Line& line, Site& site) {
    Plan plan;
    WW_TRY(const Words flags, plain_flags(line, plan));
    WW_TRY(const Words names, expand(line.targets, site));
    plan.wwctl(joined(joined(std::move(words), flags), names));
    return plan;
}

/// One that wwctl asks about before it touches many nodes.
Result<Plan> switch_nodes(Words words, const Line& line, Site& site) {
    if (line.yes) words.emplace_back("--yes");
    return ask_controllers(std::move(words), line, site);
}

Result<Plan> power_on(const Line& line, Site& site) {
    return ask_controllers({"power", "on"}, line, site);
}
Result<Plan> power_off(const Line& line, Site& site) {
    return switch_nodes({"power", "off"}, line, site);
}
Result<Plan> power_cycle(const Line& line, Site& site) {
    return switch_nodes({"power", "cycle"}, line, site);
}
Result<Plan> power_status(const Line& line, Site& site) {
    return ask_controllers({"power", "status"}, line, site);
}
Result<Plan> boot_pxe(const Line& line, Site& site) {
    return ask_controllers({"power", "bootdev", "pxe"}, line, site);
}
Result<Plan> boot_disk(const Line& line, Site& site) {
    return ask_controllers({"power", "bootdev", "disk"}, line, site);
}
Result<Plan> boot_bios(const Line& line, Site& site) {
    return ask_controllers({"power", "bootdev", "bios"}, line, site);
}
Result<Plan> identify(const Line& line, Site& site) {
    return ask_controllers({"node", "identify"}, line, site);
}
Result<Plan> sensors(const Line& line, Site& site) {
    return ask_controllers({"node", "sensors", "--full"}, line, site);
}
Result<Plan> console(const Line& line, Site& site) {
    return ask_controllers({"node", "console"}, line, site);
}

}  // namespace

std::vector<Word> service_words() {
    using enum Becomes;
    const std::vector<Option> looked{lookup_option()};
    const std::vector<Option> ipmi_values = {
        {"ipaddr", 0, Flag, "ipmiaddr"},
        {"netmask", 0, Flag, "ipminetmask"},
        {"username", 0, Flag, "ipmiuser"},
        {.name = "password", .becomes = Flag, .target = "ipmipass", .secret = true},
        {"proto", 0, Flag, "ipmiinterface"},
        {"autoconfig", 0, Own, {}, "--ipmiwrite"},
        {"noautoconfig", 0, Own, {}, "--ipmiwrite=false", FlagKind::Bool},
        lost_option("uid"),
        lookup_option(),
    };
    const std::vector<Option> asked = {
        {"fanout", 'f', Flag, "fanout"},
        {"delay", 'd', Flag, "pause"},
        {"padding", 'p', Flag, "pause"},
        lookup_option(),
    };
    std::vector<Word> words = {
        {"wwsh pxe update",
         "",
         "[NODE ...]",
         {},
         "nothing: boot scripts are made when a node asks",
         pxe_update,
         looked},
        {"wwsh dhcp update", "", "", {}, "wwctl configure dhcp", dhcp_update},
        {"wwsh dhcp restart", "", "", {}, "wwctl configure dhcp", dhcp_update},
        {"wwsh ipmi set",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl node set --ipmiaddr, …",
         ipmi_set,
         ipmi_values,
         Complete::Nodes},
        {"wwsh ipmi list",
         "ls",
         "[NODE ...]",
         {},
         "wwctl node list --ipmi",
         ipmi_list,
         looked,
         Complete::Nodes},
        {"wwsh ipmi print",
         "",
         "[NODE ...]",
         {},
         "wwctl node list --ipmi",
         ipmi_list,
         looked,
         Complete::Nodes},
        {"wwsh ipmi poweron",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl power on",
         power_on,
         asked,
         Complete::Nodes},
        {"wwsh ipmi poweroff",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl power off",
         power_off,
         asked,
         Complete::Nodes},
        {"wwsh ipmi powercycle",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl power cycle",
         power_cycle,
         asked,
         Complete::Nodes},
        {"wwsh ipmi powerstatus",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl power status",
         power_status,
         asked,
         Complete::Nodes},
        {"wwsh ipmi ident",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl node identify",
         identify,
         asked,
         Complete::Nodes},
        {"wwsh ipmi printsdr",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl node sensors --full",
         sensors,
         asked,
         Complete::Nodes},
        {"wwsh ipmi forcepxe",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl power bootdev pxe",
         boot_pxe,
         asked,
         Complete::Nodes},
        {"wwsh ipmi forcedisk",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl power bootdev disk",
         boot_disk,
         asked,
         Complete::Nodes},
        {"wwsh ipmi forcebios",
         "",
         kNodeTargets,
         kSomeTargets,
         "wwctl power bootdev bios",
         boot_bios,
         asked,
         Complete::Nodes},
        {"wwsh ipmi console",
         "",
         "NODE",
         kOneTarget,
         "wwctl node console",
         console,
         looked,
         Complete::Nodes},
        {"wwsh ipmi forcecdrom",
         "",
         kNodeTargets,
         {},
         "wwctl power status --show NODE tells how its controller is reached; ipmitool then has "
         "chassis bootdev cdrom"},
        {"wwsh ipmi noident",
         "",
         kNodeTargets,
         {},
         "wwctl power status --show NODE tells how its controller is reached; ipmitool then has "
         "chassis identify 0"},
        {"wwsh ipmi printsel",
         "",
         kNodeTargets,
         {},
         "wwctl power status --show NODE tells how its controller is reached; ipmitool then has "
         "sel list"},
        {"wwsh ipmi clearsel",
         "",
         kNodeTargets,
         {},
         "wwctl power status --show NODE tells how its controller is reached; ipmitool then has "
         "sel clear"},
    };
    const std::vector<Word> head_node = {
        {"wwinit all", "ALL", "", kNoTargets, "wwctl configure --all", wwinit_all},
        {"wwinit database",
         "DATABASE",
         "",
         kNoTargets,
         "nothing: nodes are in nodes.conf",
         wwinit_database},
        {"wwinit dhcp", "DHCP", "", kNoTargets, "wwctl configure dhcp", dhcp_update},
        {"wwinit hosts", "HOSTS", "", kNoTargets, "wwctl configure hostfile", wwinit_hosts},
        {"wwinit nfs", "NFS NFSD", "", kNoTargets, "wwctl configure nfs", wwinit_nfs},
        {"wwinit ssh_keys", "SSH_KEYS", "", kNoTargets, "wwctl configure ssh", wwinit_ssh},
        {"wwinit vnfs", "VNFS", "", kAnyTargets, "wwmkchroot, then wwvnfs"},
        {"wwinit bootstrap", "BOOTSTRAP", "", kAnyTargets, "the kernel goes with the image"},
    };
    words.insert(words.end(), head_node.begin(), head_node.end());
    return words;
}

}  // namespace ww::ctl::warewulf3
