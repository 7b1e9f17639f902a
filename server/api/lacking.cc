// SPDX-License-Identifier: BSD-3-Clause
#include "api/lacking.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "api/caller.h"
#include "api/convert.h"
#include "base/file.h"
#include "base/quote.h"
#include "config/config.h"
#include "image/generations/image_ref.h"
#include "image/image.h"
#include "nodes/hostlist.h"
#include "store/database.h"

namespace ww::api {

namespace {

using nodes::Node;
using nodes::Snapshot;
using Names = std::vector<std::string>;

constexpr const char* kDefaultProfile = "default";

// Of a list that does not fold, so many names are said, and so many images looked at.
constexpr size_t kShownNames = 3;
constexpr size_t kShownImages = 5;
constexpr size_t kLongestList = 60;

std::string counted(size_t number, std::string_view noun) {
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

// Names of nodes as a sentence has them, and as an argument of a command.
struct Named {
    std::string said;   // "n[1-40]", or a few and how many more
    std::string typed;  // "n[1-40]", or a word in their place
};

Named named(const Names& names) {
    std::string list = nodes::compress_hostlist(names);
    if (list.size() <= kLongestList) return {list, list};
    const auto first = std::span(names).first(std::min(names.size(), kShownNames));
    list = fmt::format("{}", fmt::join(first, ", "));
    if (names.size() > first.size())
        list += fmt::format(" and {} more", names.size() - first.size());
    return {list, "NODES"};
}

bool takes_default(const Node& node) {
    return std::find(node.profiles.begin(), node.profiles.end(), kDefaultProfile) !=
           node.profiles.end();
}

bool can_be_recognised(const Node& node) {
    return node.discoverable.value() ||
           std::any_of(node.network_devices.begin(),
                       node.network_devices.end(),
                       [](const auto& device) { return !device.second.hwaddr.empty(); });
}

// What a node must have. `flags` give it, to a node or to the profile that all of them take.
struct Need {
    bool (*met)(const Node&);
    std::string_view lacking;
    std::string_view flags;
    bool by_profile = true;  // a profile can bring it
};

constexpr std::array kNeeds = {
    Need{[](const Node& node) { return !node.profiles.empty(); },
         "without a profile",
         "--profile default",
         false},
    Need{can_be_recognised,
         "without a hardware address to be recognised by",
         "--discoverable",
         false},
    Need{[](const Node& node) { return !node.image_name.empty(); },
         "without an image",
         "--image IMAGE (wwctl image list)"},
    // The same as in the nodes.conf we ship, packaging/etc/nodes.conf.
    Need{[](const Node& node) { return !node.system_overlay.empty(); },
         "without a system overlay, which would get an empty archive",
         "--system-overlays wwinit,wwclient,hosts,fstab,hostname,ssh.host_keys,issue,resolv,"
         "udev.netname,systemd.netname,ifcfg,ifupdown,NetworkManager,wicked,ignition"},
    Need{[](const Node& node) { return !node.runtime_overlay.empty(); },
         "without a runtime overlay, which would get an empty archive",
         "--runtime-overlays hosts,ssh.authorized_keys"},
};

void look_at_nodes(const Snapshot& snapshot, Names& found) {
    for (const Need& need : kNeeds) {
        Names lacking;
        bool all_take_default = true;
        for (const Node& node : snapshot.nodes()) {
            if (need.met(node)) continue;
            lacking.push_back(node.id);
            all_take_default = all_take_default && takes_default(node);
        }
        if (lacking.empty()) continue;
        const Named names = named(lacking);
        const std::string target = need.by_profile && all_take_default
                                       ? fmt::format("profile set {}", kDefaultProfile)
                                       : fmt::format("node set {}", names.typed);
        found.push_back(fmt::format("{} ({}) {}: wwctl {} {}",
                                    counted(lacking.size(), "node"),
                                    names.said,
                                    need.lacking,
                                    target,
                                    need.flags));
    }
}

void look_at_profiles(const Snapshot& snapshot, Names& found) {
    if (snapshot.raw().profiles.count(kDefaultProfile) == 0)
        found.emplace_back(
            "no profile \"default\", which new nodes take: "
            "wwctl upgrade nodes --add-defaults --replace-overlays=false");
    if (snapshot.nodes().empty())
        found.emplace_back("no nodes: wwctl node add NODE --hwaddr ADDRESS --ipaddr ADDRESS");
}

// Images that are there, but not as nodes download them.
void look_at_images(const image::Images& images, const Snapshot& snapshot, Names& found) {
    std::map<std::string, size_t> users;
    for (const Node& node : snapshot.nodes())
        if (!node.image_name.empty()) ++users[image::ImageRef::from(node.image_name).name];
    size_t shown = 0;
    for (const auto& [image, nodes] : users) {
        if (!images.exists(image) || exists(images.built(image))) continue;
        if (++shown > kShownImages) break;
        found.push_back(fmt::format("image {}, which {} boot{}, is not built: wwctl image build {}",
                                    image,
                                    counted(nodes, "node"),
                                    nodes == 1 ? "s" : "",
                                    image));
    }
}

void look_at_address(const config::WarewulfConf& conf, const std::string& path, Names& found) {
    if (!conf.ipaddr6.empty() || (!conf.ipaddr.empty() && !conf.address_detected)) return;
    const std::string used =
        conf.ipaddr.empty()
            ? std::string("boot scripts lead nowhere")
            : fmt::format("boot scripts name {}, the address this machine has towards the world",
                          conf.ipaddr);
    found.push_back(
        fmt::format("ipaddr is not set: {}, and wwclient on nodes finds no server: "
                    "set ipaddr in {}, then systemctl restart wwd",
                    used,
                    path));
}

template <class Entries>
bool hold_a_secret(const Entries& entries) {
    return std::any_of(entries.begin(), entries.end(), [](const auto& entry) {
        return !(masked(entry.second, Caller()) == entry.second);
    });
}

void look_at_secrets(const std::string& path, const Snapshot& snapshot, Names& found) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & S_IROTH) == 0) return;
    if (hold_a_secret(snapshot.raw().profiles) || hold_a_secret(snapshot.raw().nodes))
        found.push_back(
            fmt::format("everybody can read the passwords and keys in {0}: chmod o= {0}", path));
}

/// By their names, since what tags hold nobody knows.
bool looks_like_a_secret(std::string_view tag) {
    constexpr std::array kTelling = {"passw", "passphrase", "secret", "token", "private"};
    std::string name(tag);
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return std::ranges::any_of(
        kTelling, [&](const char* word) { return name.find(word) != std::string::npos; });
}

template <class Entries>
void add_telling_tags(const Entries& entries, std::map<std::string, Names>& found) {
    const auto look = [&found](const std::string& id, const auto& tags) {
        for (const auto& [tag, value] : tags)
            if (!value.empty() && looks_like_a_secret(tag)) found[tag].push_back(id);
    };
    for (const auto& [id, entry] : entries) {
        look(id, entry.tags);
        look(id, entry.ipmi.tags);
        for (const auto& [name, device] : entry.network_devices) look(id, device.tags);
    }
}

void look_at_tags(const Snapshot& snapshot, Names& found) {
    std::map<std::string, Names> telling;  // whose they are, by tag
    add_telling_tags(snapshot.raw().profiles, telling);
    add_telling_tags(snapshot.raw().nodes, telling);
    for (const auto& [tag, names] : telling)
        found.push_back(
            fmt::format("the tag {} of {} looks like a secret, and every user of this machine can "
                        "see tags: put it into a file of an overlay with mode 0600",
                        quote(tag),
                        named(names).said));
}

}  // namespace

std::vector<std::string> what_is_lacking(const Site& site) {
    const auto snapshot = site.database.snapshot();
    const config::Paths& paths = site.conf.paths;
    Names found;
    look_at_address(site.conf, site.config, found);
    look_at_profiles(*snapshot, found);
    look_at_nodes(*snapshot, found);
    look_at_images(image::Images(paths.wwchrootdir, paths.wwprovisiondir), *snapshot, found);
    look_at_secrets(site.database.path(), *snapshot, found);
    look_at_tags(*snapshot, found);
    return found;
}

}  // namespace ww::api
