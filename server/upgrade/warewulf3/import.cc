// SPDX-License-Identifier: BSD-3-Clause
#include "upgrade/warewulf3.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/net.h"
#include "fields/warewulf3.h"
#include "nodes/hostlist.h"

namespace ww::upgrade {

namespace {

namespace warewulf3 = fields::warewulf3;

// Of networks and profiles alike.
constexpr const char* kDefaultName = "default";

bool is_true(std::string_view word) { return word == "TRUE" || word == "1"; }

nodes::StringList words(std::string_view text, char separator) {
    nodes::StringList out;
    while (!text.empty()) {
        const size_t end = std::min(text.find(separator), text.size());
        if (end > 0) out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

/// The part of a kernel's name that nodes are told it by: "3.10.0-957" of "3.10.0-957.el7.x86_64".
/// Empty if it does not begin with a version.
std::string kernel_version(std::string_view name) {
    size_t end = 0;
    int dots = 0;
    bool release = false;
    for (size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool digit = c >= '0' && c <= '9';
        if (digit) {
            end = i + 1;
            continue;
        }
        const bool after_digit = end == i && i > 0;
        const bool next_digit = i + 1 < name.size() && name[i + 1] >= '0' && name[i + 1] <= '9';
        if (!after_digit || !next_digit) break;
        if (c == '.') {
            ++dots;
        } else if (c == '-' && dots == 2 && !release) {
            release = true;
        } else {
            break;
        }
    }
    return dots >= 2 ? std::string(name.substr(0, end)) : std::string();
}

/// What is left to do, with the nodes it is about.
class Report {
   public:
    void add(const std::string& node, std::string what) {
        const auto it = std::find_if(
            lines_.begin(), lines_.end(), [&](const auto& line) { return line.first == what; });
        if (it != lines_.end())
            it->second.push_back(node);
        else
            lines_.emplace_back(std::move(what), std::vector{node});
    }

    std::vector<std::string> lines() const {
        std::vector<std::string> out;
        for (const auto& [what, nodes] : lines_)
            out.push_back(fmt::format("{}: {}", nodes::compress_hostlist(nodes), what));
        return out;
    }

   private:
    std::vector<std::pair<std::string, std::vector<std::string>>> lines_;
};

class NodeConverter {
   public:
    NodeConverter(const std::string& id,
                  const std::map<std::string, std::string>& values,
                  nodes::Node& node,
                  Report& report)
        : id_(id), values_(values), node_(node), report_(report) {}

    void run() {
        text("CLUSTER", node_.cluster_name);
        text("VNFS", node_.image_name);
        if (const auto* groups = take("GROUPS"))
            node_.tags[std::string(warewulf3::kGroupsTag)] = *groups;
        for (const char* key : {"ID", "NAME", "NODENAME"}) take(key);
        if (const auto* arch = take("ARCH"); arch != nullptr && *arch != "x86_64")
            report_.add(
                id_, fmt::format("ARCH {}: nodes have no architecture; the image decides", *arch));
        if (const auto* enabled = take("ENABLED"); enabled != nullptr && !is_true(*enabled))
            report_.add(id_,
                        "ENABLED FALSE: no counterpart; the node will be served like the others");
        kernel();
        files();
        bootlocal();
        ipmi();
        devices();
        for (const auto& row : warewulf3::kLost)
            if (const auto* value = take(row.key); value != nullptr && *value != row.harmless)
                report_.add(id_, fmt::format("{} {}: {}", row.key, *value, row.advice));
        for (const auto& [key, value] : values_)
            if (std::find(taken_.begin(), taken_.end(), key) == taken_.end())
                report_.add(id_, fmt::format("{} {}: no counterpart", key, value));
    }

   private:
    const std::string* take(std::string_view key) {
        const auto it = values_.find(std::string(key));
        if (it == values_.end()) return nullptr;
        taken_.push_back(it->first);
        return &it->second;
    }

    void text(std::string_view key, std::string& field) {
        if (const auto* value = take(key)) field = *value;
    }

    void address(std::string_view key, std::optional<IpAddress>& field) {
        const auto* value = take(key);
        if (value == nullptr) return;
        if (const auto parsed = IpAddress::parse(*value))
            field = parsed;
        else
            report_.add(id_, fmt::format("{} {}: not an IP address", key, *value));
    }

    void kernel() {
        if (const auto* bootstrap = take("BOOTSTRAP")) {
            if (const std::string version = kernel_version(*bootstrap); !version.empty())
                node_.kernel.version = version;
            else
                report_.add(id_,
                            fmt::format("BOOTSTRAP {}: name a kernel of the image with "
                                        "--kernelversion, or none for the newest",
                                        *bootstrap));
        }
        nodes::StringList args;
        if (const auto* kargs = take("KARGS")) args = words(*kargs, ' ');
        if (const auto* console = take("CONSOLE")) args.push_back("console=" + *console);
        if (!args.empty()) node_.kernel.args = std::move(args);
        node_.kernel.present = !node_.kernel.version.empty() || !node_.kernel.args.empty();
    }

    void files() {
        const auto* names = take("FILES");
        if (names == nullptr) return;
        for (const std::string& name : words(*names, ',')) {
            const auto known = std::find_if(warewulf3::kStockFiles.begin(),
                                            warewulf3::kStockFiles.end(),
                                            [&](const auto& row) { return row.name == name; });
            report_.add(id_,
                        known != warewulf3::kStockFiles.end()
                            ? fmt::format("file {}: {}", name, known->advice)
                            : fmt::format("file {0}: wwsh file export {0} FILE; wwctl overlay "
                                          "import --parents OVERLAY FILE PATH",
                                          name));
        }
    }

    void bootlocal() {
        const auto* value = take("BOOTLOCAL");
        if (value == nullptr || *value == "FALSE") return;
        node_.ipxe_template = "localdisk";
    }

    void ipmi() {
        address("IPMI_IPADDR", node_.ipmi.ipaddr);
        address("IPMI_NETMASK", node_.ipmi.netmask);
        text("IPMI_USERNAME", node_.ipmi.username);
        text("IPMI_PASSWORD", node_.ipmi.password);
        text("IPMI_PROTO", node_.ipmi.interface);
        node_.ipmi.present = node_.ipmi.present || !(node_.ipmi == nodes::Ipmi());
    }

    void devices() {
        std::vector<std::string> names;
        for (const auto& [key, value] : values_) {
            const size_t dot = key.rfind('.');
            if (dot != std::string::npos && (names.empty() || names.back() != key.substr(0, dot)))
                names.push_back(key.substr(0, dot));
        }
        std::sort(names.begin(), names.end());
        names.erase(std::unique(names.begin(), names.end()), names.end());
        const std::string boot = boot_device(names);
        for (const std::string& name : names) device(name, name == boot ? kDefaultName : name);
    }

    /// The first with a hardware address of those that are no InfiniBand, else the first.
    std::string boot_device(const std::vector<std::string>& names) const {
        for (const std::string& name : names)
            if (values_.count(name + ".HWADDR") != 0 && !warewulf3::is_infiniband(name))
                return name;
        return names.empty() ? std::string() : names.front();
    }

    void device(const std::string& name, const std::string& key) {
        nodes::NetDev& device = node_.network_devices[key];
        device.device = name;
        if (warewulf3::is_infiniband(name)) device.type = "infiniband";
        text(name + ".HWADDR", device.hwaddr);
        address(name + ".IPADDR", device.ipaddr);
        address(name + ".NETMASK", device.netmask);
        address(name + ".GATEWAY", device.gateway);
        text(name + ".MTU", device.mtu);
        network(name, device);
        if (const auto* fqdn = take(name + ".FQDN"))
            report_.add(
                id_, fmt::format("{}.FQDN {}: no counterpart; see the overlay hosts", name, *fqdn));
        if (const auto* prefix = take(name + ".HWPREFIX"))
            report_.add(id_, fmt::format("{}.HWPREFIX {}: no counterpart", name, *prefix));
    }

    /// Follows from address and mask; only another one is worth a word.
    void network(const std::string& name, const nodes::NetDev& device) {
        const auto* network = take(name + ".NETWORK");
        if (network == nullptr) return;
        const bool v4 =
            device.ipaddr && device.netmask && device.ipaddr->is_v4() && device.netmask->is_v4();
        if (!v4 ||
            IpAddress::from_v4(device.ipaddr->v4() & device.netmask->v4()).to_string() != *network)
            report_.add(
                id_,
                fmt::format("{}.NETWORK {}: address and netmask say otherwise", name, *network));
    }

    const std::string& id_;
    const std::map<std::string, std::string>& values_;
    nodes::Node& node_;
    Report& report_;
    std::vector<std::string> taken_;
};

}  // namespace

Warewulf3Import import_warewulf3(const Warewulf3Dump& dump,
                                 nodes::Registry registry,
                                 const std::function<bool(const std::string&)>& has_image) {
    Warewulf3Import out{std::move(registry), {}};
    Report report;
    std::vector<std::string> images;
    for (const auto& [id, values] : dump.nodes) {
        const bool added = !out.registry.nodes.contains(id);
        nodes::Node& node = out.registry.nodes[id];
        if (added && out.registry.profiles.contains(kDefaultName)) node.profiles = {kDefaultName};
        NodeConverter(id, values, node, report).run();
        images.push_back(node.image_name);
    }
    std::sort(images.begin(), images.end());
    images.erase(std::unique(images.begin(), images.end()), images.end());
    for (const std::string& image : images) {
        if (image.empty() || has_image(image)) continue;
        const auto known = std::find_if(dump.images.begin(),
                                        dump.images.end(),
                                        [&](const auto& one) { return one.name == image; });
        const std::string folder =
            known == dump.images.end() || known->folder.empty() ? "FOLDER" : known->folder;
        out.report.push_back(
            fmt::format("image {}: wwctl image import {} {}", image, folder, image));
    }
    for (const auto* objects : {&dump.images, &dump.bootstraps})
        for (const auto& one : *objects)
            if (!one.architecture.empty() && one.architecture != "x86_64" &&
                one.architecture != "UNDEF")
                out.report.push_back(fmt::format(
                    "{}: architecture {} has no counterpart", one.name, one.architecture));
    const auto lines = report.lines();
    out.report.insert(out.report.end(), lines.begin(), lines.end());
    for (const std::string& line : dump.not_understood)
        out.report.push_back("not understood: " + line);
    return out;
}

}  // namespace ww::upgrade
