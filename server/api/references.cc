// SPDX-License-Identifier: BSD-3-Clause
#include "api/references.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "api/reference_names.h"
#include "base/net.h"
#include "config/config.h"
#include "fields/words.h"
#include "nodes/hostlist.h"

namespace ww::api {

namespace {

using fields::EntryKind;
using nodes::Node;
using nodes::Profile;
using nodes::Registry;
using nodes::Snapshot;

/// Sentences, each with the entries it is true of.
class Findings {
   public:
    void add(EntryKind kind, const std::string& name, const std::string& text) {
        names_[text][kind].push_back(name);
    }
    /// A sentence that names its entries itself.
    void add(const std::string& text) { names_[text]; }

    std::vector<std::string> lines(size_t most) const {
        std::vector<std::string> lines;
        for (const auto& [text, by_kind] : names_) {
            if (lines.size() == most) {
                lines.push_back(fmt::format("and {} more of this kind", names_.size() - most));
                break;
            }
            std::string who;
            for (const auto& [kind, names] : by_kind)
                who += fmt::format("{}{}{} {}",
                                   who.empty() ? "" : " and ",
                                   to_string(kind),
                                   names.size() == 1 ? "" : "s",
                                   shown(names));
            lines.push_back(who.empty() ? text : fmt::format("{}: {}", who, text));
        }
        return lines;
    }

    /// Names folded; of many that do not fold, the first and their number.
    static std::string shown(const std::vector<std::string>& names) {
        constexpr size_t kNames = 200, kWidth = 60;
        std::string folded = nodes::compress_hostlist(names);
        if (names.size() <= kNames || folded.size() <= kWidth) return folded;
        return fmt::format("{} and {} more", names.front(), names.size() - 1);
    }

   private:
    std::map<std::string, std::map<EntryKind, std::vector<std::string>>> names_;
};

/// Whether a text refers to anything.
bool is_set(const std::string& text) { return !text.empty() && !fields::clears_text(text); }

class Check {
   public:
    Check(const Site& site, const Snapshot& before, const Snapshot& now)
        : conf_(site.conf), names_(site), before_(before), now_(now) {}

    Findings run() {
        compare(before_.raw().profiles, now_.raw().profiles, EntryKind::Profile);
        compare(before_.raw().nodes, now_.raw().nodes, EntryKind::Node);
        users_of_gone_profiles();
        merged_nodes();
        return std::move(findings_);
    }

   private:
    // ---- what an entry says itself

    template <class Entries>
    void compare(const Entries& before, const Entries& now, EntryKind kind) {
        Entries::compare(before, now, [&](const auto& was, const auto& is) {
            using Entry = typename Entries::mapped_type;
            static const Entry nothing;
            if (is)
                entry(kind, is->first, was ? was->second : nothing, is->second);
            else if (kind == EntryKind::Profile)
                gone_.insert(was->first);
        });
    }

    void entry(EntryKind kind, const std::string& name, const Profile& was, const Profile& is) {
        const auto say = [&](const std::string& text) { findings_.add(kind, name, text); };
        const auto one = [&](const std::string& old, const std::string& text, auto missing) {
            if (text != old && is_set(text))
                if (const auto problem = (names_.*missing)(text)) say(*problem);
        };
        const auto list = [&](const nodes::StringList& old,
                              const nodes::StringList& items,
                              const auto& problem_of) {
            if (items == old) return;
            for (const std::string& item : items) {
                if (item.starts_with('~') || !is_set(item)) continue;
                if (std::find(old.begin(), old.end(), item) != old.end()) continue;
                if (const auto problem = problem_of(item)) say(*problem);
            }
        };
        const auto overlay = [&](const std::string& item) { return names_.no_overlay(item); };
        list(was.profiles, is.profiles, [&](const std::string& item) {
            return names_.no_profile(now_.raw(), item);
        });
        list(was.system_overlay, is.system_overlay, overlay);
        list(was.runtime_overlay, is.runtime_overlay, overlay);
        one(was.image_name, is.image_name, &ReferenceNames::no_image);
        one(was.ipxe_template, is.ipxe_template, &ReferenceNames::no_ipxe_template);
        one(was.ipmi.template_name, is.ipmi.template_name, &ReferenceNames::no_ipmi_template);
        for (const auto& [device, of] : is.network_devices) {
            const auto old = was.network_devices.find(device);
            if (old != was.network_devices.end() && old->second.hwaddr == of.hwaddr) continue;
            if (is_set(of.hwaddr) && !is_hwaddr(of.hwaddr))
                say(fmt::format("\"{}\" is no hardware address: no machine is known by it",
                                of.hwaddr));
        }
        if (kind == EntryKind::Profile && is.profiles != was.profiles) loop(name);
    }

    /// Whether a profile's profiles lead back to it.
    void loop(const std::string& name) {
        std::vector<std::string> path;
        std::set<std::string> seen;
        if (!leads_to(name, name, path, seen)) return;
        // The same words whichever of them is looked at.
        std::rotate(path.begin(), std::min_element(path.begin(), path.end()), path.end());
        path.push_back(path.front());
        findings_.add(
            fmt::format("profiles inherit from each other in a circle: {}", fmt::join(path, ", ")));
    }

    bool leads_to(const std::string& target,
                  const std::string& from,
                  std::vector<std::string>& path,
                  std::set<std::string>& seen) {
        const auto at = now_.raw().profiles.find(from);
        if (at == now_.raw().profiles.end() || !seen.insert(from).second) return false;
        path.push_back(from);
        for (const std::string& next : at->second.profiles)
            if (next == target || leads_to(target, next, path, seen)) return true;
        path.pop_back();
        return false;
    }

    void users_of_gone_profiles() {
        if (gone_.empty()) return;
        const auto look = [&](const auto& entries, EntryKind kind) {
            for (const auto& [name, entry] : entries)
                for (const std::string& profile : entry.profiles)
                    if (gone_.contains(profile))
                        findings_.add(kind, name, *names_.no_profile(now_.raw(), profile));
        };
        look(now_.raw().profiles, EntryKind::Profile);
        look(now_.raw().nodes, EntryKind::Node);
    }

    // ---- what comes of an entry and its profiles together

    /// Nodes that are not the very same objects before and now. Both lists are in one order.
    void merged_nodes() {
        const nodes::NodeList was = before_.nodes(), is = now_.nodes();
        size_t old = 0;
        const auto rank = [](const Node& each) { return std::tie(each.cluster_name, each.id); };
        for (const Node& node : is) {
            while (old < was.size() && &was[old] != &node && rank(was[old]) < rank(node)) ++old;
            if (old < was.size() && &was[old] == &node) {
                ++old;
                continue;
            }
            merged(before_.find(node.id), node);
        }
    }

    void merged(const Node* was, const Node& is) {
        static const Node nothing;
        const Node& old = was != nullptr ? *was : nothing;
        const auto say = [&](const std::string& text) {
            findings_.add(EntryKind::Node, is.id, text);
        };
        if (is_set(is.kernel.version) && is_set(is.image_name) &&
            (old.kernel.version != is.kernel.version || old.image_name != is.image_name))
            if (const auto problem = names_.no_kernel(is.image_name, is.kernel.version))
                say(*problem);
        for (const auto& [name, device] : is.network_devices) {
            static const nodes::NetDev none;
            const auto at = old.network_devices.find(name);
            const nodes::NetDev& before = at == old.network_devices.end() ? none : at->second;
            const auto place = [](const nodes::NetDev& of) {
                return std::tie(of.ipaddr, of.netmask, of.gateway, of.primary);
            };
            if (place(before) != place(device))
                if (const auto problem = lost(device)) say(*problem);
            shared(before, device);
        }
    }

    /// Why a device reaches less than it should.
    std::optional<std::string> lost(const nodes::NetDev& device) const {
        if (!device.ipaddr || !device.ipaddr->is_v4() || device.ipaddr->is_unspecified()) return {};
        const auto server = IpAddress::parse(conf_.ipaddr);
        const auto mask = device.netmask ? device.netmask : IpAddress::parse(conf_.netmask);
        const auto length = mask ? mask_length(*mask) : std::nullopt;
        if (!length) return {};
        const Cidr network{*device.ipaddr, *length};
        if (device.gateway && !device.gateway->is_unspecified()) {
            if (network.contains(*device.gateway)) return {};
            return fmt::format("{}/{} and its gateway {} are not in one network",
                               device.ipaddr->to_string(),
                               *length,
                               device.gateway->to_string());
        }
        // A server on loopback is one that is tried out.
        const bool is_real = server && server->is_v4() && server->v4() >> 24 != 127;
        if (!device.primary || !is_real || network.contains(*server)) return {};
        return fmt::format(
            "{}/{} cannot reach this server, {}: it is another network, without a "
            "gateway",
            device.ipaddr->to_string(),
            *length,
            server->to_string());
    }

    /// Says which nodes share a device's new addresses.
    void shared(const nodes::NetDev& was, const nodes::NetDev& is) {
        const auto look = [&](const std::vector<const Node*>& nodes,
                              std::string_view what,
                              const std::string& address,
                              bool boots) {
            if (nodes.size() < 2 || !told_.insert(address).second) return;
            std::vector<std::string> ids;
            for (const Node* node : nodes) ids.push_back(node->id);
            std::string text =
                fmt::format("nodes {} have the same {}, {}", Findings::shown(ids), what, address);
            if (boots) text += fmt::format("; what has it boots as {}", ids.back());
            findings_.add(text);
        };
        for (const auto address : {&nodes::NetDev::ipaddr, &nodes::NetDev::ipaddr6})
            if (is.*address && is.*address != was.*address && !(is.*address)->is_unspecified())
                look(now_.all_by_ip(*(is.*address)), "address", (is.*address)->to_string(), false);
        if (is.hwaddr.empty() || is.hwaddr == was.hwaddr) return;
        const std::string hwaddr = normal_hwaddr(is.hwaddr);
        look(now_.all_by_hwaddr(hwaddr), "hardware address", hwaddr, true);
    }

    const config::WarewulfConf& conf_;
    ReferenceNames names_;
    const Snapshot& before_;
    const Snapshot& now_;
    std::set<std::string> gone_;  // profiles
    std::set<std::string> told_;  // addresses
    Findings findings_;
};

}  // namespace

std::vector<std::string> odd_references(const Site& site, const Snapshot& now, size_t lines) {
    return odd_references(site, *Snapshot::empty(), now, lines);
}

std::vector<std::string> odd_references(const Site& site,
                                        const Snapshot& before,
                                        const Snapshot& after,
                                        size_t lines) {
    return Check(site, before, after).run().lines(lines);
}

}  // namespace ww::api
