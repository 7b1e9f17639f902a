// SPDX-License-Identifier: BSD-3-Clause
//
// Times what nodes' overlays cost, on the stock overlays of the default profile: first answers,
// answers after edits and after a restart. One line for each figure: NAME MILLISECONDS RENDERS, of
// all nodes together unless the name says otherwise. CPU time of the process.
//
// Usage: overlay_bench PROJECT-FOLDER NODES
#include <fmt/format.h>

#include <time.h>

#include <chrono>
#include <cstdlib>
#include <functional>

#include "config/config.h"
#include "nodes/reader.h"
#include "nodes/snapshot.h"
#include "overlay/builder.h"
#include "support/temp_dir.h"

namespace {

using namespace ww;

constexpr const char* kProfile =
    "nodeprofiles:\n"
    "  default:\n"
    "    image name: debian-12\n"
    "    system overlay: [wwinit, hosts, fstab, hostname, ssh.host_keys, issue, resolv,\n"
    "      udev.netname, systemd.netname, ifcfg, ifupdown, NetworkManager, wicked, ignition]\n"
    "    runtime overlay: [hosts, ssh.authorized_keys]\n"
    "    kernel: {version: 6.1.0, args: [quiet]}\n"
    "    tags: {TAGS}\n"
    "nodes:\n";

void require(bool good, std::string_view what) {
    if (good) return;
    fmt::print(stderr, "overlay_bench: {}\n", what);
    std::exit(1);
}

class NoImages final : public render::ImageFiles {
   public:
    std::string rootfs(const std::string&) const override { return {}; }
};

class Bench {
   public:
    Bench(const std::string& project, size_t count) : count_(count) {
        require(make_directories(dir_ / "etc/warewulf").has_value() &&
                    make_directories(dir_ / "share/warewulf").has_value() &&
                    ::symlink((project + "/overlays").c_str(),
                              (dir_ / "share/warewulf/overlays").c_str()) == 0,
                "cannot make a site");
        const std::string file = dir_ / "etc/warewulf/warewulf.conf";
        require(replace_file(
                    file,
                    fmt::format("ipaddr: 10.0.0.1\nnetmask: 255.0.0.0\nnetwork: 10.0.0.0\n"
                                "paths: {{sysconfdir: {0}/etc, datadir: {0}/share, "
                                "wwoverlaydir: {0}/overlays, wwprovisiondir: {0}/provision}}\n",
                                dir_.path()))
                    .has_value(),
                "cannot write warewulf.conf");
        auto conf = config::load_config(file, config::Autodetect::Off);
        require(conf.has_value(), "warewulf.conf does not load");
        conf_ = std::move(*conf);
        write(0, "", "", "rack: r0");
        start();
    }

    /// One node has a comment, and the eighth another address.
    void write(size_t commented,
               const std::string& comment,
               const std::string& address,
               const std::string& tags) {
        std::string text = kProfile;
        text.replace(text.find("TAGS"), 4, tags);
        for (size_t i = 0; i < count_; ++i) {
            text += fmt::format("  node{:05}:\n    profiles: [default]\n", i);
            if (i == commented && !comment.empty()) text += "    comment: " + comment + "\n";
            text += fmt::format(
                "    network devices: {{default: {{device: eth0, hwaddr: "
                "'52:54:00:{:02x}:{:02x}:{:02x}', "
                "ipaddr: {}, netmask: 255.0.0.0}}}}\n",
                i >> 16 & 255,
                i >> 8 & 255,
                i & 255,
                i == 7 && !address.empty()
                    ? address
                    : fmt::format("10.{}.{}.{}", 1 + (i >> 16), i >> 8 & 255, i & 255));
        }
        auto read = nodes::read_nodes(text, "nodes.conf");
        require(read.has_value(), "nodes.conf does not load");
        auto built =
            nodes::Snapshot::build(std::move(read->registry), {}, ++generation_, snapshot_.get());
        require(built.has_value(), "nodes do not merge");
        snapshot_ = std::move(*built);
    }

    void start() {
        builder_.reset();
        builder_ = std::make_unique<overlay::Builder>(overlay::Builder::Environment{
            .conf = conf_,
            .images = images_,
            .kernel_version = [](const auto&) { return std::string(); },
            .architecture = [](const auto&) { return std::string("x86_64"); },
            .renders_folder = dir_ / "renders"});
    }

    /// Answers to `limit` nodes, of both archives or of the runtime one.
    void answer(bool system, size_t limit) {
        for (const nodes::Node& node : snapshot_->nodes()) {
            if (limit-- == 0) return;
            for (const overlay::Context context :
                 {overlay::Context::System, overlay::Context::Runtime}) {
                if (context == overlay::Context::System && !system) continue;
                if (builder_->current(snapshot_, node, context, overlay::Form::Gzip)) continue;
                const auto made =
                    builder_->ensure(snapshot_, node, context, overlay::Form::Gzip, [] {});
                require(made && *made, "an archive is not made");
            }
        }
    }

    uint64_t renders() const { return builder_->statistics(nodes::Snapshot::empty()).renders; }
    void time(const std::string& name, const std::function<void()>& work) {
        const uint64_t before = renders();
        const auto started = cpu_time();
        work();
        const std::chrono::duration<double, std::milli> took = cpu_time() - started;
        fmt::print("{} {:.3f} {}\n", name, took.count(), renders() - before);
    }
    void print_kept() const {
        const overlay::Statistics all = builder_->statistics(nodes::Snapshot::empty());
        fmt::print("kept-KiB {:.1f} {}\n", static_cast<double>(all.bytes) / 1024, all.files);
        fmt::print("disk-KiB {:.1f} {}\n", static_cast<double>(all.disk_bytes) / 1024, all.files);
    }

   private:
    static std::chrono::nanoseconds cpu_time() {
        timespec now{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
        return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
    }

    const size_t count_;
    test::TempDir dir_;
    config::WarewulfConf conf_;
    NoImages images_;
    uint64_t generation_ = 0;
    std::shared_ptr<const nodes::Snapshot> snapshot_;
    std::unique_ptr<overlay::Builder> builder_;
};

}  // namespace

int main(int count, char** arguments) {
    require(count == 3, "usage: overlay_bench PROJECT-FOLDER NODES");
    const size_t nodes = std::strtoul(arguments[2], nullptr, 10);
    Bench bench(arguments[1], nodes);
    const std::string tags = "rack: r0";
    bench.time("first-answers", [&] { bench.answer(true, nodes); });
    bench.print_kept();
    bench.time("poll", [&] { bench.answer(false, nodes); });
    bench.write(5, "a", "", tags);
    bench.time("after-comment", [&] { bench.answer(true, nodes); });
    bench.write(5, "b", "", tags);
    bench.time("after-comment-poll", [&] { bench.answer(false, nodes); });
    bench.write(5, "b", "10.250.0.1", tags);
    bench.time("after-address-64", [&] { bench.answer(false, 64); });
    bench.time("after-address-rest", [&] { bench.answer(true, nodes); });
    bench.write(5, "b", "10.250.0.1", "rack: r1");
    bench.time("after-profile-tag", [&] { bench.answer(true, nodes); });
    bench.start();
    bench.time("after-restart", [&] { bench.answer(true, nodes); });
    return 0;
}
