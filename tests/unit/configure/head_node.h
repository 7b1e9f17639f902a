// SPDX-License-Identifier: BSD-3-Clause
//
// A head node in a temporary folder: a site with the stock overlay `host`, programs to boot, and a
// service manager that remembers what it was told.
#pragma once

#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "configure/carry_out.h"
#include "configure/plan.h"
#include "overlay/builder.h"
#include "support/catch.h"
#include "support/site.h"

namespace ww::test {

class FakeServices : public configure::Services {
   public:
    Result<void> available() override {
        return running ? Result<void>()
                       : Error(ErrorCode::FailedPrecondition, "systemd does not run here");
    }
    configure::Unit look(const std::string& name) override {
        const auto found = units.find(name);
        if (!running) return {.name = name};
        if (found == units.end())
            return {.name = name, .presence = configure::Unit::Presence::Missing};
        return found->second;
    }
    Result<void> run(const std::string& verb, const std::string& name) override {
        told.push_back(verb + " " + name);
        if (fails.contains(told.back()))
            return Error(ErrorCode::FailedPrecondition, told.back() + ": failed");
        if (verb == "restart") units[name].active = true;
        if (verb == "enable") units[name].disabled = false;
        return {};
    }
    void install(const std::string& name) {
        units[name] = {.name = name,
                       .presence = configure::Unit::Presence::Found,
                       .active = false,
                       .disabled = true};
    }

    bool running = true;
    std::map<std::string, configure::Unit> units;
    std::map<std::string, bool> fails;
    std::vector<std::string> told;
};

struct NoImages final : render::ImageFiles {
    std::string rootfs(const std::string&) const override { return {}; }
};

class HeadNode {
   public:
    explicit HeadNode(std::string_view nodes = "nodes: {}\n", std::string_view server = "")
        : site(nodes, server),
          builder({site.conf(), images, [](const nodes::Node&) { return std::string(); }}) {
        machine = {.root = site.path("root"), .home = "/root", .is_root = true};
        REQUIRE(make_directories(site.path("usr/share/warewulf/overlays")));
        REQUIRE(make_directories(machine.root));
        REQUIRE(::symlink(WW_SOURCE_DIR "/overlays/host",
                          site.path("usr/share/warewulf/overlays/host").c_str()) == 0);
        for (const char* unit : {"dnsmasq", "nfs-server", "wwd"}) services.install(unit);
        put("/usr/lib/ipxe/undionly.kpxe", "bios");
        put("/usr/lib/ipxe/snponly.efi", "x64");
        put("/usr/share/ipxe/snp-arm64.efi", "arm");
        put("/proc/filesystems", "nodev\tnfsd\n");
        put("/etc/os-release", "ID=debian\n");
        record.emplace(std::move(*configure::Record::open(site.path("state"))));
    }

    void put(const std::string& path, const std::string& text) const {
        const std::string full = machine.at(path);
        REQUIRE(make_directories(full.substr(0, full.rfind('/'))));
        REQUIRE(replace_file(full, text));
    }
    /// Empty for a file that is not there.
    std::string get(const std::string& path) const {
        return read_file(machine.at(path)).value_or("");
    }

    configure::Situation situation() {
        snapshot = site.snapshot();
        return {site.conf(), conf_file, *snapshot, builder, machine, services, *record};
    }

    /// Carries out what `plan` gives; what is said is in `said`.
    Result<bool> carry_out(const Result<configure::Plan>& plan) {
        said.clear();
        services.told.clear();
        if (!plan) return plan.error();
        return configure::carry_out(
            *plan, services, *record, [&](const std::string& level, const std::string& text) {
                said.push_back(level + ": " + text);
            });
    }
    bool was_said(std::string_view part) const {
        for (const std::string& line : said)
            if (line.find(part) != std::string::npos) return true;
        return false;
    }

    Site site;
    std::string conf_file = site.path("etc/warewulf/warewulf.conf");
    NoImages images;
    overlay::Builder builder;
    configure::Machine machine;
    FakeServices services;
    std::optional<configure::Record> record;
    std::shared_ptr<const nodes::Snapshot> snapshot;
    std::vector<std::string> said;
};

}  // namespace ww::test
