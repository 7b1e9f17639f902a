// SPDX-License-Identifier: BSD-3-Clause
//
// What each stock overlay reads, in its README: rendered for nodes that have something of
// everything, and what it read of them written down. This test writes the tables anew and compares;
// WW_ACCEPT=1 replaces them.
#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "overlay/origins/origins.h"
#include "render/follow.h"
#include "support/catch.h"
#include "support/made_document.h"
#include "support/site.h"

using namespace ww::overlay;
using ww::render::FieldRead;
using ww::test::Site;

namespace {

// One node for each way through a template.
constexpr const char* kNodes = R"(
nodeprofiles: {}
nodes:
  bare: {}
  full:
    image name: img
    root: /dev/vda1
    init: /sbin/init
    cluster name: c
    asset key: a
    kernel: {args: [quiet]}
    ipmi: {username: u, password: p, ipaddr: 10.9.0.1, netmask: 255.255.0.0, gateway: 10.9.0.254, write: 'true',
           tags: {vlan: '7', bit-rate: '57600', hwaddr: '02:00:00:00:09:01'}}
    tags: {ntp_server: a, ntp_servers: 'b,c', localtime: UTC, PasswordlessRoot: 'true', gpuMigProfiles: '0,1', Tag: x}
    primary network: eth
    network devices:
      eth: {device: eth0, hwaddr: '02:00:00:00:00:01', ipaddr: 10.0.1.1, netmask: 255.255.0.0, gateway: 10.0.0.254,
            ipaddr6: 'fd00::1', prefixlen6: '64', gateway6: 'fd00::fe', mtu: '9000',
            tags: {DNS: 1.1.1.1, DNSSEARCH: a.com, route1: '10.9.0.0/16,10.0.0.1'}}
      ib: {type: infiniband, device: ib0, hwaddr: '02:00:00:00:00:02', ipaddr: 10.1.1.1, netmask: 255.255.0.0, mtu: '2044'}
      port: {device: eth1, hwaddr: '02:00:00:00:00:03', tags: {master: bond0}}
      bond0: {type: bond, device: bond0, ipaddr: 10.2.1.1, netmask: 255.255.0.0, mtu: '9000',
              tags: {type: ethernet, mode: 802.3ad, miimon: '100', downdelay: '1', updelay: '1', xmit_hash_policy: layer2,
                     cloned-mac-address: '02:00:00:00:00:09'}}
      vlan5: {type: vlan, device: eth0.5, ipaddr: 10.5.1.1, netmask: 255.255.0.0, tags: {vlan_id: '5', parent_device: eth0}}
      six: {device: eth6, hwaddr: '02:00:00:00:00:06', onboot: 'false', tags: {ipv6_method: auto}}
    disks:
      /dev/vda: {wipe_table: true, partitions: {root: {number: '1', size_mib: '100', start_mib: '1', type_guid: t, guid: g,
                 should_exist: true, wipe_partition_entry: true, resize: true}}}
    filesystems:
      /dev/vda1: {format: ext4, path: /, wipe_filesystem: true, label: l, uuid: u, options: [-q], mount_options: rw}
      /dev/vda2: {format: swap, path: swap, wipe_filesystem: false, label: s, uuid: v}
      /dev/vda3: {format: xfs, path: /data, wipe_filesystem: true}
  given:
    image name: img
    resources:
      fstab: [{spec: 'a:/b', file: /b}]
      ignition: {storage: {disks: [{device: /dev/vda, partitions: [{label: x, number: 1, sizeMiB: 1}]}],
                           filesystems: [{device: /dev/vda1, path: /x, format: swap, label: y}, {device: /dev/vda2, path: /y, format: xfs}]}}
      sfdisk: [{device: /dev/vda, label: gpt, partitions: [{device: /dev/vda1, start: 1, size: 2, type: L, name: x}]}]
      mkfs: [{device: /dev/vda1, type: ext4, overwrite: true, options: -q, size: 9}]
      mkswap: [{device: /dev/vda2, overwrite: true, label: s}]
      localusers: [{name: u, uid: 1, gid: 1, gecos: g, home: /h, shell: /s}]
      localgroups: [{name: g, gid: 1, members: [u]}]
)";

constexpr const char* kServer =
    "ipaddr6: fd00::ff\nprefixlen6: '64'\nwarewulf: {tls: true}\nnfs: {enabled: true, export "
    "paths: [{path: /e, export options: rw}]}\n"
    "dhcp: {enabled: true, range start: 10.0.1.1, range end: 10.0.1.9, range6 start: 'fd00::1:1', "
    "range6 end: 'fd00::1:9'}\n"
    "tftp: {enabled: true, ipxe: {\"00:09\": x86_64.efi}}\nssh: {key types: [ed25519]}\n";

constexpr const char* kHeading =
    "## What it reads\n\n"
    "<!-- Made from traces: WW_ACCEPT=1 build/dev/bin/overlay_test \"[reference]\" -->\n\n";

struct OneImage final : ww::render::ImageFiles {
    std::string root;
    std::string rootfs(const std::string& image) const override {
        return image == "img" ? root : std::string();
    }
};

/// What all templates of an overlay read, by what it is.
class Reads {
   public:
    explicit Reads(const Site& site) : site_(site) {}

    void add(const ww::render::RootData& root, const ww::render::Trace& trace) {
        for (const ww::render::Path& path : trace.reads) add(path);
        for (const auto& file : trace.files.seen()) add_file(root, file.path);
    }

    std::string table() const {
        std::string out = "| what | which |\n|---|---|\n";
        for (const auto& [kind, names] : names_) {
            std::vector<std::string> quoted;
            for (const std::string& name : names) quoted.push_back("`" + name + "`");
            out += fmt::format("| {} | {} |\n", kind, fmt::join(quoted, " "));
        }
        return out;
    }
    bool empty() const { return names_.empty(); }

   private:
    void add(const ww::render::Path& path) {
        const auto field = ww::render::field_read(path);
        const bool of_others = !path.empty() && path[0].name == "AllNodes";
        if (!field) {
            const bool of_server = ww::render::is_of_server(path);
            names_[of_others   ? "of all nodes"
                   : of_server ? "of the server"
                               : "of the node"]
                .insert(generic(path));
            return;
        }
        const std::string& name = field->generic;
        const bool has_key =
            field->name.ends_with(']') && (name.ends_with("Tags") || name == "Resources");
        const std::string key = has_key ? field->name.substr(field->name.rfind('[') + 1) : "*]";
        const std::string of = of_others ? " of all nodes" : "";
        const std::string shown = key.substr(0, key.size() - 1);
        if (name == "Tags")
            names_["tags" + of].insert(shown);
        else if (name == "NetDevs[].Tags")
            names_["tags of network devices" + of].insert(shown);
        else if (name == "Ipmi.Tags")
            names_["tags of management controllers" + of].insert(shown);
        else if (name == "Resources")
            names_["resources" + of].insert(shown);
        else
            names_[of_others ? "of all nodes" : "of the node"].insert((of_others ? "" : ".") +
                                                                      name);
    }

    void add_file(const ww::render::RootData&, std::string path) {
        const std::pair<std::string, std::string> places[] = {
            {site_.path("chroots/img/rootfs"), "IMAGE"},
            {site_.path("chroots"), "IMAGES"},
            {site_.path("etc"), "SYSCONFDIR"},
            {site_.path(""), "SITE/"}};
        for (const auto& [place, name] : places)
            if (path.starts_with(place)) path = name + path.substr(place.size());
        // Whether there is such an image.
        if (!path.starts_with("IMAGES")) names_["files"].insert(path);
    }

    static std::string generic(const ww::render::Path& path) {
        return std::regex_replace(to_text(path), std::regex(R"(\[[^\]]*\])"), "[]");
    }

    const Site& site_;
    std::map<std::string, std::set<std::string>> names_;
};

struct Stock {
    Stock()
        : site(kNodes, kServer),
          folders{site.path("overlays"), WW_SOURCE_DIR "/overlays", ""},
          templates(ww::render::overlay_functions()) {
        images.root = site.path("chroots/img/rootfs");
        for (const char* file : {"passwd", "group"}) {
            site.write(std::string("chroots/img/rootfs/etc/") + file, "root:x:0:\n");
            site.write(std::string("etc/") + file, "root:x:0:\n");
        }
        site.write("etc/warewulf/tls/warewulf.crt", "certificate\n");
        for (const char* kind : {"dsa", "ecdsa", "ed25519", "rsa"}) {
            site.write(fmt::format("etc/warewulf/keys/ssh_host_{}_key", kind), "key\n");
            site.write(fmt::format("etc/warewulf/keys/ssh_host_{}_key.pub", kind), "key\n");
        }
        for (const auto& each : list_overlays(folders))
            if (ww::is_directory(each.folder + "/rootfs")) names.push_back(each.name);
    }

    Reads reads_of(const std::string& overlay) {
        const auto snapshot = site.snapshot();
        OriginFinder finder({folders, images, templates});
        Reads reads(site);
        for (const ww::nodes::Node& node : snapshot->nodes()) {
            ww::render::RootData root;
            root.conf = &site.conf();
            root.snapshot = snapshot.get();
            root.node = node;
            root.build_host = "server";
            root.arch = "x86_64";
            root.derive();
            const Origins origins = finder.find({overlay}, root);
            for (const auto& failure : origins.failures) FAIL_CHECK(failure.error.describe());
            for (const TemplateRun& run : origins.runs) {
                CHECK(run.trace.unforeseeable == std::vector<std::string>());
                reads.add(root, run.trace);
            }
        }
        return reads;
    }

    Site site;
    OneImage images;
    Folders folders;
    ww::render::TemplateCache templates;
    std::vector<std::string> names;
};

/// The page with its table replaced; that goes to its end.
std::string with_table(const std::string& page, const std::string& table) {
    const size_t at = page.find("## What it reads\n");
    std::string before = page.substr(0, at);
    while (before.ends_with("\n\n")) before.pop_back();
    if (table.empty()) return before;
    return before + "\n" + kHeading + table;
}

}  // namespace

TEST_CASE("each stock overlay's README tells what it reads", "[overlay][reference]") {
    Stock stock;
    REQUIRE(stock.names.size() > 20);
    for (const std::string& name : stock.names) {
        if (name == "debug") continue;  // everything
        CAPTURE(name);
        const Reads reads = stock.reads_of(name);
        const std::string readme = fmt::format("overlays/{}/README.md", name);
        const auto page = ww::read_file(WW_SOURCE_DIR "/" + readme);
        REQUIRE(page);
        ww::test::check_made(
            readme, with_table(*page, reads.empty() ? "" : reads.table()), "overlay_test");
    }
}

TEST_CASE("the nodes of that table meet every tag and resource a stock template names",
          "[overlay][reference]") {
    Stock stock;
    const std::regex asked(R"re((Tags|Resources) "([^"]+)"|(Tags|Resources)\.(\w+))re");
    for (const std::string& name : stock.names) {
        if (name == "debug") continue;
        CAPTURE(name);
        const std::string table = stock.reads_of(name).table();
        for (const char* part : {"rootfs", "rootfs.x86_64", "rootfs.aarch64"}) {
            const auto files =
                walk_overlay(stock.folders.distribution + "/" + name + "/" + part, nullptr);
            REQUIRE(files);
            for (const Walked& file : **files) {
                if (!file.is_template) continue;
                const std::string text = *ww::read_file(file.source);
                for (std::sregex_iterator at(text.begin(), text.end(), asked), end; at != end;
                     ++at) {
                    const std::string key = (*at)[2].matched ? (*at)[2] : (*at)[4];
                    CAPTURE(file.source, key);
                    CHECK(table.find("`" + key + "`") != std::string::npos);
                }
            }
        }
    }
}
