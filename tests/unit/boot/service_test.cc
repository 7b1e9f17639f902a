// SPDX-License-Identifier: BSD-3-Clause
#include "boot/service.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <future>
#include <thread>

#include "boot/images.h"
#include "boot/request.h"
#include "overlay/builder.h"
#include "store/database.h"
#include "support/catch.h"
#include "support/elf.h"
#include "support/site.h"

using namespace ww::boot;
using ww::test::Site;

namespace {

constexpr const char* kNodes =
    "nodeprofiles: {}\n"
    "nodes:\n"
    "  n1:\n"
    "    image name: tiny\n"
    "    system overlay: [o]\n"
    "    network devices:\n"
    "      default: {hwaddr: '02:00:00:00:00:01'}\n"
    "  locked:\n"
    "    asset key: k\n"
    "    network devices:\n"
    "      default: {hwaddr: '02:00:00:00:00:02'}\n";

Ask ask_for(const std::string& target, uint16_t port = 40000) {
    const auto ask =
        parse_request({target, "10.0.0.7", port, false}, [](auto) { return std::nullopt; });
    REQUIRE(ask);
    return *ask;
}

// Waits for what another thread builds.
Answer answer_of(Service& service, const Ask& ask) {
    while (true) {
        const auto over = std::make_shared<std::promise<void>>();
        if (auto answer = service.answer(ask, [over] { over->set_value(); }))
            return std::move(*answer);
        over->get_future().wait();
    }
}

struct Bench {
    explicit Bench(const char* nodes = kNodes, const char* server = "warewulf:\n  secure: false\n")
        : site(nodes, server),
          images(ww::image::Images(site.path("chroots"), site.path("provision"))),
          overlays({site.conf(),
                    images,
                    [this](const ww::nodes::Node& node) {
                        ++kernel_lookups;
                        return images.default_kernel_version(node);
                    }}),
          database(
              ww::store::Database::open(site.path("etc/warewulf/nodes.conf"), site.path("lock"))),
          service(site.conf(), *database, overlays, images) {
        site.write("etc/warewulf/ipxe/default.ipxe",
                   "id={{.Id}} {{.Authority}} {{.KernelVersion}}");
        site.write("etc/warewulf/ipxe/unconfigured.ipxe", "nobody {{.Hwaddr}}");
    }

    Answer get(const std::string& target, uint16_t port = 40000) {
        auto answer = answer_of(service, ask_for(target, port));
        if (answer.recorded) service.sent(answer.record);
        return answer;
    }

    Site site;
    NodeImages images;
    std::atomic<int> kernel_lookups = 0;  // one each time it is asked whether an overlay is current
    ww::overlay::Builder overlays;
    std::unique_ptr<ww::store::Database> database;
    Service service;
};

std::string text(const Answer& answer) {
    if (const auto* body = std::get_if<std::string>(&answer.body)) return *body;
    const auto& file = std::get<FileBody>(answer.body);
    std::string out(static_cast<size_t>(file.size), '\0');
    REQUIRE(::pread(file.fd.get(), out.data(), out.size(), 0) == file.size);
    return out;
}

}  // namespace

TEST_CASE("known and unknown nodes get their scripts", "[boot][service]") {
    Bench bench;
    bench.site.write("chroots/tiny/rootfs/boot/vmlinuz-6.1.0-18-amd64", "kernel");
    CHECK(text(bench.get("/ipxe/02:00:00:00:00:01")) == "id=n1 10.0.0.1:9873 6.1.0-18");
    CHECK(text(bench.get("/ipxe/02:00:00:00:00:99")) == "nobody 02:00:00:00:00:99");
    CHECK(bench.get("/grub/02:00:00:00:00:99").status == 404);
    CHECK(bench.get("/kernel/02:00:00:00:00:99").status == 400);
}

TEST_CASE("a script's template is below its folder", "[boot][service]") {
    const auto status_with = [](const std::string& name) {
        const std::string nodes =
            "nodeprofiles: {}\nnodes:\n  n1:\n    ipxe template: " + name +
            "\n    network devices:\n      default: {hwaddr: '02:00:00:00:00:01'}\n";
        Bench bench(nodes.c_str());
        bench.site.write("etc/warewulf/ipxe/sub/own.ipxe", "own");
        bench.site.write("etc/warewulf/outside.ipxe", "outside");
        return bench.get("/ipxe/02:00:00:00:00:01").status;
    };
    CHECK(status_with("sub/own") == 200);
    CHECK(status_with("none/../sub/own") == 200);
    CHECK(status_with("../outside") == 404);
    CHECK(status_with("sub/../../outside") == 404);
}

TEST_CASE("kernels and images are sent from inside the image only", "[boot][service]") {
    Bench bench;
    CHECK(bench.get("/kernel/02:00:00:00:00:01").status == 400);
    bench.site.write("chroots/tiny/rootfs/boot/vmlinuz-6.1.0", "kernel");
    CHECK(text(bench.get("/kernel/02:00:00:00:00:01")) == "kernel");
    // A link to a file of the server is a link to nowhere in the image.
    bench.site.write("secret", "server");
    REQUIRE(::symlink(bench.site.path("secret").c_str(),
                      bench.site.path("chroots/tiny/rootfs/boot/vmlinuz-9.9.9").c_str()) == 0);
    CHECK(bench.get("/kernel/02:00:00:00:00:01").status != 200);
    CHECK(bench.get("/image/02:00:00:00:00:01").status == 404);
    bench.site.write("provision/images/tiny.img", "image");
    CHECK(text(bench.get("/image/02:00:00:00:00:01")) == "image");
    CHECK(bench.get("/image/02:00:00:00:00:01?compress=gz").status == 404);
    bench.site.write("provision/images/tiny.img.gz", "packed");
    CHECK(text(bench.get("/image/02:00:00:00:00:01?compress=gz")) == "packed");
    CHECK(bench.get("/image/02:00:00:00:00:01?compress=xz").status == 404);
}

TEST_CASE("zstd is sent where the image has it and its kernels unpack it", "[boot][service]") {
    Bench bench;
    bench.site.write("etc/warewulf/ipxe/default.ipxe", "{{.ImageCompress}}");
    bench.site.write("chroots/tiny/rootfs/boot/vmlinuz-6.1.0", "kernel");
    bench.site.write("provision/images/tiny.img", "image");
    bench.site.write("provision/images/tiny.img.gz", "by gzip");
    const auto asked = [&] { return text(bench.get("/ipxe/02:00:00:00:00:01")); };
    const auto sent = [&] { return text(bench.get("/image/02:00:00:00:00:01?compress=zstd")); };
    CHECK(asked() == "gz");
    CHECK(sent() == "by gzip");
    const auto copy = bench.site.path("provision/images/tiny.img.zst");
    bench.site.write("provision/images/tiny.img.zst", "by zstd");
    const auto set_time = [](const std::string& path, time_t seconds) {
        const std::array<timespec, 2> times{timespec{seconds, 7}, timespec{seconds, 7}};
        REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times.data(), 0) == 0);
    };
    set_time(copy, 1'700'000'000);
    CHECK(asked() == "gz");  // it is of another build
    CHECK(sent() == "by gzip");
    set_time(bench.site.path("provision/images/tiny.img"), 1'700'000'000);
    CHECK(asked() == "zstd");
    CHECK(sent() == "by zstd");
    // Who asks for gzip gets gzip; overlays know no other.
    CHECK(text(bench.get("/image/02:00:00:00:00:01?compress=gz")) == "by gzip");
    CHECK(bench.get("/system/02:00:00:00:00:01?compress=zstd").status == 404);
    // A kernel comes that cannot unpack it.
    bench.site.write("chroots/tiny/rootfs/boot/vmlinuz-5.4.0", "kernel");
    CHECK(asked() == "gz");
    CHECK(sent() == "by gzip");
    REQUIRE(::unlink(bench.site.path("provision/images/tiny.img").c_str()) == 0);
    CHECK(bench.get("/image/02:00:00:00:00:01?compress=zstd").status == 404);
}

TEST_CASE("an asset key is asked for at every stage", "[boot][service]") {
    Bench bench;
    for (const char* stage :
         {"ipxe", "grub", "kernel", "image", "initramfs", "system", "runtime"}) {
        CAPTURE(stage);
        const std::string path = std::string("/") + stage + "/02:00:00:00:00:02";
        CHECK(bench.get(path).status == 401);
        CHECK(bench.get(path + "?assetkey=wrong").status == 401);
        CHECK(bench.get(path + "?assetkey=k").status != 401);
    }
}

TEST_CASE("the runtime overlay goes to privileged ports when the site is secure",
          "[boot][service]") {
    Bench bench(kNodes, "warewulf:\n  secure: true\n");
    CHECK(bench.get("/runtime/02:00:00:00:00:01", 1024).status == 401);
    CHECK(bench.get("/runtime/02:00:00:00:00:01", 1023).status == 200);
    CHECK(bench.get("/ipxe/02:00:00:00:00:01", 1024).status == 200);
}

TEST_CASE("a discoverable node has one winner, and needs its key", "[boot][service]") {
    constexpr const char* kDiscoverable =
        "nodeprofiles: {}\n"
        "nodes:\n"
        "  d1:\n"
        "    discoverable: \"true\"\n"
        "    asset key: k\n"
        "    network devices:\n"
        "      default: {device: eth0}\n";
    Bench bench(kDiscoverable);
    const std::string before = *ww::read_file(bench.site.path("etc/warewulf/nodes.conf"));
    CHECK(bench.get("/ipxe/02:00:00:00:00:aa").status == 401);
    CHECK(bench.get("/ipxe/02:00:00:00:00:aa?assetkey=wrong").status == 401);
    CHECK(*ww::read_file(bench.site.path("etc/warewulf/nodes.conf")) == before);

    std::vector<std::thread> threads;
    std::atomic<int> served = 0;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            const std::string target = fmt::format("/ipxe/02:00:00:00:01:0{}?assetkey=k", i);
            const auto ask =
                parse_request({target, "10.0.0.7", 1, false}, [](auto) { return std::nullopt; });
            if (std::get<std::string>(answer_of(bench.service, *ask).body).starts_with("id=d1"))
                ++served;
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(served == 1);
    CHECK(bench.database->snapshot()->find("d1")->network_devices.at("default").hwaddr.starts_with(
        "02:00:00:00:01:0"));
}

TEST_CASE("only a hardware address is given a discoverable node", "[boot][service]") {
    Bench bench(
        "nodeprofiles: {}\n"
        "nodes:\n"
        "  d1: {discoverable: \"true\", network devices: {default: {device: eth0}}}\n");
    const std::string before = *ww::read_file(bench.site.path("etc/warewulf/nodes.conf"));
    for (const char* target : {"/ipxe/evil",
                               "/ipxe/?wwid=evil%0a%22x",
                               "/ipxe/?wwid=02:00:00:00:00:aa%0adhcp-option=6",
                               "/ipxe/02:00:00:00:00",
                               "/ipxe/02:00:00:00:00:aa:bb",
                               "/ipxe/02:00:00:00:00:ag"}) {
        CAPTURE(target);
        (void)bench.get(target);
        CHECK(*ww::read_file(bench.site.path("etc/warewulf/nodes.conf")) == before);
    }
    CHECK(bench.get("/ipxe/80-00-02-08-fe-80-00-00-00-00-00-00-02-00-5e-00-00-00-00-01").status ==
          200);
    CHECK(bench.database->snapshot()->find("d1")->network_devices.at("default").hwaddr ==
          "80:00:02:08:fe:80:00:00:00:00:00:00:02:00:5e:00:00:00:00:01");
}

TEST_CASE("files of the site", "[boot][service]") {
    Bench bench;
    bench.site.write("files/sub/a.txt", "a");
    bench.site.write("files/t.ww", "t {{.Id}}{{file \"x\"}}more");
    bench.site.write("outside", "server");
    REQUIRE(::symlink("../outside", bench.site.path("files/link").c_str()) == 0);
    const std::string who = "?wwid=02:00:00:00:00:01";
    CHECK(text(bench.get("/files/sub/a.txt" + who)) == "a");
    CHECK(bench.get("/files/sub/" + who).status == 404);
    Ask with_nul = ask_for("/files/sub/a.txt" + who);
    with_nul.file += std::string("\0.x", 3);
    CHECK(answer_of(bench.service, with_nul).status == 404);
    CHECK(bench.get("/files/sub" + who).status == 404);
    CHECK(bench.get("/files/link" + who).status == 404);
    CHECK(text(bench.get("/files/t" + who + "&render")) == "t n1");
    CHECK(bench.get("/files/t.ww" + who + "&render=n2").status == 400);
    CHECK(bench.get("/files/sub/a.txt" + who + "&render").status == 400);
    CHECK(bench.get("/files/sub/a.txt").status == 401);
    CHECK(bench.get("/files/sub/a.txt?wwid=02:00:00:00:00:99").status == 401);
}

TEST_CASE("what is at hand is answered at once", "[boot][service]") {
    Bench bench;
    bench.site.write("overlays/o/rootfs/f", "x");
    const auto ask = [](const char* target) {
        return *parse_request({target, "10.0.0.7", 1, false}, [](auto) { return std::nullopt; });
    };
    CHECK(bench.service.answer_at_once(ask("/ipxe/02:00:00:00:00:01")));
    CHECK_FALSE(bench.service.answer_at_once(ask("/system/02:00:00:00:00:01")));
    CHECK(answer_of(bench.service, ask("/system/02:00:00:00:00:01")).status == 200);
    bench.kernel_lookups = 0;
    CHECK(bench.service.answer_at_once(ask("/system/02:00:00:00:00:01")));
    CHECK(bench.kernel_lookups == 1);
    // Nobody builds an overlay for somebody who may not have it.
    const auto refused = bench.service.answer_at_once(ask("/system/02:00:00:00:00:02"));
    REQUIRE(refused);
    CHECK(refused->status == 401);
}

TEST_CASE("the status shows the last thing sent", "[boot][service]") {
    Bench bench;
    CHECK(bench.get("/ipxe/02:00:00:00:00:01").status == 200);
    CHECK(bench.get("/kernel/02:00:00:00:00:01").status == 400);
    const std::string status = text(bench.get("/status"));
    CHECK(status.find("\"sent\": \"BAD_REQUEST\"") != std::string::npos);
    CHECK(status.find("\"node name\": \"locked\"") != std::string::npos);
    CHECK(status.find("\"ipaddr\": \"10.0.0.7\"") != std::string::npos);
}

TEST_CASE("reading ahead changes no answer", "[boot][service]") {
    Bench bench;
    const std::vector<Ask> asks{ask_for("/ipxe/02:00:00:00:00:01"),
                                ask_for("/ipxe/02:00:00:00:00:02?assetkey=k"),
                                ask_for("/ipxe/02:00:00:00:00:ff"),
                                ask_for("/status")};
    bench.get("/ipxe/02:00:00:00:00:02?assetkey=k");  // one that was seen, one that was not
    std::vector<std::string> before;
    for (const Ask& ask : asks) before.push_back(text(answer_of(bench.service, ask)));
    bench.service.read_ahead(asks);
    bench.service.read_ahead({});
    for (size_t i = 0; i < asks.size(); ++i) {
        const auto answer = bench.service.answer_at_once(asks[i]);
        REQUIRE(answer);
        CHECK(text(*answer) == before[i]);
    }
}

namespace {

const std::string kX86Init = ww::test::elf_head(ww::test::kElfX86);
const std::string kArmInit = ww::test::elf_head(ww::test::kElfArm);

/// n1's image "tiny" has a tree for each architecture, with a kernel and something built of it.
void put_two_trees(const Site& site) {
    site.write("chroots/tiny/rootfs/sbin/init", kX86Init);
    site.write("chroots/tiny/rootfs/boot/vmlinuz-6.1.0", "kernel of x86");
    site.write("chroots/tiny/rootfs.aarch64/sbin/init", kArmInit);
    site.write("chroots/tiny/rootfs.aarch64/boot/vmlinuz-6.2.0", "kernel of arm");
    site.write("provision/images/tiny.img", "image of x86");
    site.write("provision/images/tiny@aarch64.img", "image of arm");
}

}  // namespace

TEST_CASE("a node gets the tree of its image that is for its machine", "[boot][service]") {
    Bench bench;
    put_two_trees(bench.site);
    const std::string node = "/02:00:00:00:00:01";
    // Who has not told is asked, once.
    CHECK(text(bench.get("/ipxe" + node)).find("&arch=${buildarch}") != std::string::npos);
    CHECK(text(bench.get("/grub" + node)).find("&arch=${grub_cpu}") != std::string::npos);
    CHECK(text(bench.get("/ipxe" + node + "?arch=")) == "id=n1 10.0.0.1:9873 6.1.0");
    CHECK(text(bench.get("/ipxe" + node + "?arch=arm64")) == "id=n1 10.0.0.1:9873 6.2.0");
    // What comes later need not tell again.
    CHECK(text(bench.get("/kernel" + node)) == "kernel of arm");
    CHECK(text(bench.get("/image" + node)) == "image of arm");
    CHECK(text(bench.get("/ipxe" + node)) == "id=n1 10.0.0.1:9873 6.2.0");
    CHECK(text(bench.get("/kernel" + node + "?arch=x86_64")) == "kernel of x86");
    CHECK(text(bench.get("/image" + node)) == "image of x86");
    // iPXE of a BIOS is a 32-bit program.
    CHECK(text(bench.get("/kernel" + node + "?arch=i386")) == "kernel of x86");
}

TEST_CASE("a machine that an image is not for is told so on its console", "[boot][service]") {
    Bench bench;
    bench.site.write("chroots/tiny/rootfs/sbin/init", kX86Init);
    bench.site.write("chroots/tiny/rootfs/boot/vmlinuz-6.1.0", "kernel");
    bench.site.write("provision/images/tiny.img", "image");
    const std::string node = "/02:00:00:00:00:01";
    const Answer refused = bench.get("/ipxe" + node + "?arch=arm64");
    CHECK(refused.status == 200);
    CHECK(text(refused).find("This machine, node n1, is aarch64; its image tiny is for x86_64.") !=
          std::string::npos);
    CHECK(refused.record.sent == "WRONG_ARCH");
    for (const char* stage : {"/kernel", "/image", "/initramfs"}) {
        const Answer answer = bench.get(stage + node);
        CHECK(answer.status == 400);
        CHECK(text(answer).empty());
        CHECK(answer.record.sent == "WRONG_ARCH");
    }
    CHECK(text(bench.get("/grub" + node)).find("echo \"This machine, node n1, is aarch64") !=
          std::string::npos);
    // As soon as there is a tree for it, it gets that.
    bench.site.write("chroots/tiny/rootfs.aarch64/sbin/init", kArmInit);
    bench.site.write("chroots/tiny/rootfs.aarch64/boot/vmlinuz-6.2.0", "kernel of arm");
    CHECK(text(bench.get("/ipxe" + node)) == "id=n1 10.0.0.1:9873 6.2.0");
}

TEST_CASE("the tag arch stands for a machine that does not tell", "[boot][service]") {
    Bench bench(
        "nodeprofiles: {}\nnodes:\n  n1:\n    image name: tiny\n    tags: {arch: arm64}\n"
        "    network devices:\n      default: {hwaddr: '02:00:00:00:00:01'}\n");
    put_two_trees(bench.site);
    CHECK(text(bench.get("/ipxe/02:00:00:00:00:01")) == "id=n1 10.0.0.1:9873 6.2.0");
    CHECK(text(bench.get("/kernel/02:00:00:00:00:01")) == "kernel of arm");
    // What it says itself counts for more.
    CHECK(text(bench.get("/kernel/02:00:00:00:00:01?arch=x86_64")) == "kernel of x86");
}

TEST_CASE("an image nobody knows the architecture of is sent as ever", "[boot][service]") {
    Bench bench;
    bench.site.write("chroots/tiny/rootfs/sbin/init", "#!/bin/sh\n");
    bench.site.write("chroots/tiny/rootfs/boot/vmlinuz-6.1.0", "kernel");
    for (const char* query : {"", "?arch=", "?arch=arm64", "?arch=x86_64"})
        CHECK(text(bench.get(std::string("/ipxe/02:00:00:00:00:01") + query)) ==
              "id=n1 10.0.0.1:9873 6.1.0");
}
