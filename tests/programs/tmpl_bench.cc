// SPDX-License-Identifier: BSD-3-Clause
//
// Times the template engine on three of our own templates and on data of a realistic size. One line
// per template: NAME NANOSECONDS ALLOCATIONS BYTES, all per rendering. tests/bench/templates.go
// prints the same for Go's engine on the same files and data, without those that are also traced.
//
// Times are CPU time of the process in the fastest of many short rounds: other programs use the
// machine too.
//
// Usage: tmpl_bench PROJECT-FOLDER [NAME]
#include <fmt/format.h>

#include <time.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <new>
#include <optional>

#include "base/file.h"
#include "render/model.h"
#include "render/render.h"
#include "render/site_digests.h"

namespace {

std::atomic<size_t> g_allocations{0};

constexpr std::chrono::milliseconds kRound{30};
constexpr int kRounds = 40;
constexpr size_t kHosts = 5000;

ww::nodes::NetDev device(size_t number, const std::string& name, bool primary) {
    ww::nodes::NetDev device;
    device.type = "ethernet";
    device.device = name;
    device.hwaddr = fmt::format(
        "52:54:00:{:02x}:{:02x}:{:02x}", number >> 16 & 255, number >> 8 & 255, number & 255);
    device.ipaddr = ww::IpAddress::from_v4(0x0A000000U + static_cast<uint32_t>(number));
    device.netmask = ww::IpAddress::parse("255.0.0.0");
    device.gateway = ww::IpAddress::parse("10.0.0.1");
    device.mtu = "1500";
    device.primary = primary;
    return device;
}

ww::nodes::Node node(size_t number, size_t devices) {
    ww::nodes::Node node;
    node.id = fmt::format("node{:05}", number);
    node.image_name = "debian-12";
    node.tags = {{"rack", "a"}, {"role", "compute"}};
    for (size_t i = 0; i < devices; ++i) {
        auto& made = node.network_devices[fmt::format("net{}", i)] =
            device(number * devices + i, fmt::format("eth{}", i), i == 0);
        made.tags = {{"DNS1", "10.0.0.2"},
                     {"DNSSEARCH", "cluster.example;example"},
                     {"route1", "10.1.0.0/16,10.0.0.9"}};
    }
    return node;
}

class NoImages final : public ww::render::ImageFiles {
   public:
    std::string rootfs(const std::string&) const override { return {}; }
};

ww::tmpl::Template load(const std::string& path, const ww::tmpl::FunctionTable& functions) {
    const auto text = ww::read_file(path);
    if (text) {
        const auto source = ww::tmpl::parse(*text, path, functions);
        if (source) return *source;
        fmt::print(stderr, "{}\n", source.error().describe());
    } else {
        fmt::print(stderr, "{}\n", text.error().describe());
    }
    std::exit(1);
}

std::chrono::nanoseconds cpu_time() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::string g_only;  // the one to measure; empty: all

// `render` returns the size of what it made.
void measure(const std::string& name, const std::function<size_t()>& render) {
    if (!g_only.empty() && g_only != name) return;
    const size_t bytes = render();
    const size_t allocations_before = g_allocations;
    render();
    const size_t allocations = g_allocations - allocations_before;
    auto best = std::chrono::nanoseconds::max();
    for (int round = 0; round < kRounds; ++round) {
        const auto start = cpu_time();
        long count = 0;
        for (; count == 0 || cpu_time() - start < kRound; ++count) render();
        best = std::min(best, (cpu_time() - start) / count);
    }
    fmt::print("{} {} {} {}\n", name, best.count(), allocations, bytes);
}

}  // namespace

void* operator new(size_t size) {
    g_allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

int main(int count, char** arguments) {
    if (count < 2) {
        fmt::print(stderr, "usage: tmpl_bench PROJECT-FOLDER [NAME]\n");
        return 2;
    }
    const std::string project = arguments[1];
    if (count > 2) g_only = arguments[2];
    ww::nodes::Registry registry;
    for (size_t i = 0; i < kHosts; ++i)
        registry.nodes.emplace(fmt::format("node{:05}", i), node(i, 2));
    const auto snapshot = ww::nodes::Snapshot::build(std::move(registry), {}, 1);
    const ww::config::WarewulfConf conf;
    ww::render::RootData root;
    root.conf = &conf;
    root.snapshot = snapshot.value().get();
    root.node = node(1, 3);
    root.build_host = "head";
    root.derive();
    const NoImages images;
    ww::render::SiteDigests site(snapshot.value());

    const auto overlay = [&](const char* name, const std::string& path, bool traced = false) {
        const auto source = load(project + path, ww::render::overlay_functions());
        measure(name, [&] {
            ww::render::Inputs inputs;
            std::optional<ww::render::Recorder> recorder;
            if (traced) recorder.emplace(root);
            const auto made =
                ww::render::render(source, {root, images, inputs, traced ? &*recorder : nullptr});
            if (!made) {
                fmt::print(stderr, "{}\n", made.error().describe());
                std::exit(1);
            }
            size_t bytes = 0;
            for (const auto& output : made->outputs) bytes += output.text.size();
            if (traced) recorder->finish(&site);
            return bytes;
        });
    };

    ww::render::ScriptData script;
    script.id = root.node.id;
    script.image_name = root.node.image_name;
    script.hwaddr = "52:54:00:00:00:01";
    script.authority = "10.0.0.1:9873";
    script.ipaddr = "10.0.0.1";
    script.port = "9873";
    script.kernel_args = "quiet crashkernel=no";
    script.tags = &root.node.tags;
    script.network_devices = &root.node.network_devices;
    const auto ipxe =
        load(project + "/templates/ipxe/default.ipxe", ww::render::script_functions());
    measure("ipxe", [&] {
        const auto made = ww::tmpl::execute(ipxe, ww::render::script_value(script));
        if (!made) {
            fmt::print(stderr, "{}\n", made.error().describe());
            std::exit(1);
        }
        return made->text.size();
    });
    overlay("keyfile",
            "/overlays/NetworkManager/rootfs/etc/NetworkManager/system-connections/ww4-managed.ww");
    overlay("hosts", "/overlays/hosts/rootfs/etc/hosts.ww");
    overlay("keyfile-traced",
            "/overlays/NetworkManager/rootfs/etc/NetworkManager/system-connections/ww4-managed.ww",
            /*traced=*/true);
    overlay("hosts-traced", "/overlays/hosts/rootfs/etc/hosts.ww", /*traced=*/true);
    return 0;
}
