// SPDX-License-Identifier: BSD-3-Clause
//
// From the nodes.conf of an older release to today's, after OldNodesReader has read it: the profile
// `default` gets what warewulf.conf no longer says and, if asked for, what newer releases expect.
#include <fmt/format.h>

#include <algorithm>

#include "nodes/emit.h"
#include "nodes/entry_tree.h"
#include "nodes/flatten.h"
#include "nodes/reader.h"
#include "upgrade/extras.h"
#include "upgrade/nodes/reader.h"
#include "upgrade/upgrade.h"
#include "yaml/writer.h"

namespace ww::upgrade {

namespace {

constexpr const char* kDefault = "default";
constexpr const char* kFstab = "fstab";

const nodes::StringList& split_wwinit() {
    static const nodes::StringList names = {"wwinit",
                                            "wwclient",
                                            "fstab",
                                            "hostname",
                                            "ssh.host_keys",
                                            "issue",
                                            "resolv",
                                            "udev.netname",
                                            "systemd.netname",
                                            "ifcfg",
                                            "ifupdown",
                                            "NetworkManager",
                                            "wicked",
                                            "ignition"};
    return names;
}
const nodes::StringList& split_generic() {
    static const nodes::StringList names = {"hosts", "ssh.authorized_keys", "syncuser"};
    return names;
}

bool contains(const nodes::StringList& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

/// The first `old_name` becomes `names`, without those that are there already; further ones go.
void replace_overlay(nodes::StringList& list,
                     const std::string& old_name,
                     const nodes::StringList& names) {
    const auto at = std::find(list.begin(), list.end(), old_name);
    if (at == list.end()) return;
    const auto position = at - list.begin();
    std::erase(list, old_name);
    nodes::StringList added;
    std::copy_if(
        names.begin(), names.end(), std::back_inserter(added), [&](const std::string& name) {
            return !contains(list, name);
        });
    list.insert(list.begin() + position, added.begin(), added.end());
}

yaml::Value fstab_row(const NfsMount& mount) {
    yaml::Value row{yaml::Value::Map{}};
    row.set("spec", "warewulf:" + mount.path);
    row.set("file", mount.path);
    row.set("vfstype", "nfs");
    if (!mount.options.empty()) row.set("mntops", mount.options);
    return row;
}

yaml::Value fstab_of(const std::vector<NfsMount>& mounts) {
    yaml::Value::List rows;
    for (const NfsMount& mount : mounts) rows.push_back(fstab_row(mount));
    return rows;
}

bool mounts_path(const yaml::Value& fstab, const std::string& path) {
    const auto* rows = fstab.get<yaml::Value::List>();
    return rows != nullptr && std::any_of(rows->begin(), rows->end(), [&](const yaml::Value& row) {
               const yaml::Value* file = row.find("file");
               return file != nullptr && *file == yaml::Value(path);
           });
}

class NodesUpgrader {
   public:
    NodesUpgrader(nodes::Registry& registry,
                  std::vector<yaml::Warning>& notes,
                  const NodesUpgrade& options,
                  const std::string& name)
        : registry_(registry), notes_(notes), options_(options), name_(name) {}

    void run() {
        registry_.profiles.edit_each([&](const std::string&, nodes::Profile& profile) {
            if (options_.replace_overlays) replace_overlays(profile);
            if (options_.add_defaults) add_device_defaults(profile);
        });
        registry_.nodes.edit_each([&](const std::string& name, nodes::Node& node) {
            if (options_.replace_overlays) replace_overlays(node);
            if (options_.add_defaults) check_defaults(name, node);
        });
        add_mounts();
        if (options_.add_defaults) add_defaults(registry_.profiles[kDefault]);
    }

   private:
    void note(std::string text) { notes_.push_back({{name_, 0, 0}, std::move(text)}); }

    static void replace_overlays(nodes::Profile& entry) {
        replace_overlay(entry.system_overlay, "wwinit", split_wwinit());
        replace_overlay(entry.runtime_overlay, "generic", split_generic());
    }

    static void add_device_defaults(nodes::Profile& profile) {
        constexpr int kUsualPrefix = 24;
        for (auto& [name, device] : profile.network_devices) {
            if (device.type.empty()) device.type = "ethernet";
            if (!device.netmask) device.netmask = mask_of(kUsualPrefix);
        }
    }

    void check_defaults(const std::string& id, nodes::Node& node) {
        if (node.profiles.empty()) node.profiles = {kDefault};
        if (!contains(node.profiles, kDefault))
            note(fmt::format(
                "node {} does not have the profile default: it gets none of the default "
                "settings",
                id));
        for (const auto& [name, device] : node.network_devices) {
            const auto check = [&](bool given, std::string_view what) {
                if (!given)
                    note(
                        fmt::format("node {}: network device {} has no {} of its own: check that a "
                                    "profile gives it one",
                                    id,
                                    name,
                                    what));
            };
            check(!device.type.empty(), "type");
            check(device.netmask.has_value(), "netmask");
        }
    }

    void add_mounts() {
        if (options_.mounts.empty()) return;
        auto& resources = registry_.profiles[kDefault].resources;
        const auto present = resources.find(kFstab);
        if (present == resources.end()) {
            resources[kFstab] = fstab_of(options_.mounts);
            return;
        }
        // Compat: what is there is left alone, as upstream does; but each mount is named.
        for (const NfsMount& mount : options_.mounts)
            if (!mounts_path(present->second, mount.path))
                note(fmt::format(
                    "the mount of {} is not carried over, since the profile default has "
                    "a resource fstab already: add it there",
                    mount.path));
    }

    static void add_defaults(nodes::Profile& profile) {
        const auto text = [](std::string& value, const char* usual) {
            if (value.empty()) value = usual;
        };
        if (profile.system_overlay.empty()) profile.system_overlay = split_wwinit();
        if (profile.runtime_overlay.empty()) profile.runtime_overlay = split_generic();
        if (profile.kernel.args.empty())
            profile.kernel.args = {"quiet", "crashkernel=no", "net.ifnames=1"};
        text(profile.init, "/sbin/init");
        text(profile.root, "initramfs");
        text(profile.ipxe_template, "default");
        text(profile.ipmi.template_name, "ipmitool.tmpl");
        if (profile.resources.count(kFstab) == 0)
            profile.resources[kFstab] =
                fstab_of({{"/home", "defaults,nofail"}, {"/opt", "defaults,noauto,nofail,ro"}});
    }

    nodes::Registry& registry_;
    std::vector<yaml::Warning>& notes_;
    const NodesUpgrade& options_;
    const std::string& name_;
};

void flatten_all(nodes::Registry& registry) {
    const auto each = [](const std::string&, auto& entry) { nodes::flatten(entry); };
    registry.profiles.edit_each(each);
    registry.nodes.edit_each(each);
}

// Whether today's reader makes the same of both texts.
bool says_the_same(std::string_view before, const nodes::Registry& after, const std::string& name) {
    auto old = nodes::read_nodes(before, name);
    if (!old) return false;
    flatten_all(old->registry);
    return nodes::emit_registry(old->registry, 2) == nodes::emit_registry(after, 2);
}

}  // namespace

Result<Upgraded> upgrade_nodes(std::string_view text,
                               const std::string& name,
                               const NodesUpgrade& options) {
    constexpr int kIndent = 2;
    WW_TRY(const yaml::Document document, read_old_file(text, name));
    WW_TRY(OldNodes old, read_old_nodes(document, options.kernel_override));
    NodesUpgrader(old.registry, old.notes, options, name).run();
    flatten_all(old.registry);
    yaml::OutNode tree = nodes::out_tree(old.registry);
    put_back(tree, std::move(old.unknown));
    Upgraded out{yaml::write(tree, kIndent), std::move(old.notes), old.legacy};
    out.changed = out.changed || !says_the_same(text, old.registry, name);
    if (const auto check = nodes::read_nodes(out.text, name); !check)
        return check.error().with_frame(fmt::format("checking the upgraded {}", name));
    note_lost_comments(text, name, out.notes);
    return out;
}

}  // namespace ww::upgrade
