// SPDX-License-Identifier: BSD-3-Clause
#include "boot/service.h"

#include <unistd.h>

#include <thread>

#include "boot/images.h"
#include "boot/request.h"
#include "overlay/builder.h"
#include "store/database.h"
#include "support/catch.h"
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

struct Bench {
    explicit Bench(const char* nodes = kNodes, const char* server = "warewulf:\n  secure: false\n")
        : site(nodes, server),
          images(ww::image::Images(site.path("chroots"), site.path("provision"))),
          overlays({site.conf(),
                    images,
                    [this](const ww::nodes::Node& node) {
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
        auto answer = service.answer(ask_for(target, port));
        if (answer.recorded) service.sent(answer.record);
        return answer;
    }

    Site site;
    NodeImages images;
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
            if (std::get<std::string>(bench.service.answer(*ask).body).starts_with("id=d1"))
                ++served;
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(served == 1);
    CHECK(bench.database->snapshot()->find("d1")->network_devices.at("default").hwaddr.starts_with(
        "02:00:00:00:01:0"));
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
    CHECK(bench.service.answer(ask("/system/02:00:00:00:00:01")).status == 200);
    CHECK(bench.service.answer_at_once(ask("/system/02:00:00:00:00:01")));
}

TEST_CASE("the status shows the last thing sent", "[boot][service]") {
    Bench bench;
    CHECK(bench.get("/ipxe/02:00:00:00:00:01").status == 200);
    CHECK(bench.get("/kernel/02:00:00:00:00:01").status == 400);
    const std::string status = bench.service.status_json();
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
    for (const Ask& ask : asks) before.push_back(text(bench.service.answer(ask)));
    bench.service.read_ahead(asks);
    bench.service.read_ahead({});
    for (size_t i = 0; i < asks.size(); ++i) {
        const auto answer = bench.service.answer_at_once(asks[i]);
        REQUIRE(answer);
        CHECK(text(*answer) == before[i]);
    }
}
