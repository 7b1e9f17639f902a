// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/renders/renders.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "archive/cpio_reader.h"
#include "overlay/builder.h"
#include "support/catch.h"
#include "support/rendering.h"
#include "support/served.h"

using namespace ww::overlay;
using namespace ww::render;
using ww::test::Site;

namespace {

std::string nodes_conf(int count, const std::string& of_n7 = "", const std::string& address = "") {
    std::string text =
        "nodeprofiles:\n"
        "  default: {system overlay: [sys], runtime overlay: [run], tags: {rack: r0}}\n"
        "nodes:\n";
    for (int i = 0; i < count; ++i)
        text += fmt::format(
            "  n{0}: {{profiles: [default], network devices: {{default: {{ipaddr: "
            "{1}}}}}{2}}}\n",
            i,
            i == 7 && !address.empty() ? address : fmt::format("10.0.0.{}", i + 1),
            i == 7 ? of_n7 : "");
    return text;
}

struct Bench {
    explicit Bench(int nodes = 12, const char* server = "")
        : count(nodes), site(nodes_conf(nodes), server) {
        for (const char* overlay : {"sys", "run"})
            REQUIRE(ww::make_directories(site.path(fmt::format("overlays/{}/rootfs", overlay))));
        start();
    }

    void start(RenderLimits limits = {}) {
        builder.reset();
        builder = std::make_unique<Builder>(
            Builder::Environment{.conf = site.conf(),
                                 .images = images,
                                 .kernel_version = [](const auto&) { return std::string(); },
                                 .architecture = {},
                                 .renders_folder = site.path("renders"),
                                 .render_limits = limits,
                                 .clock = [this] { return clock; }});
    }
    void change_n7(const std::string& more, const std::string& address = "") {
        site.write("etc/warewulf/nodes.conf", nodes_conf(count, more, address));
        site.reload();
    }
    Statistics statistics() { return builder->statistics(site.snapshot()); }
    /// How many templates were run until all nodes have their archives.
    uint64_t renders() {
        const uint64_t before = statistics().renders;
        const auto snapshot = site.snapshot();
        for (const auto& node : snapshot->nodes())
            for (const Context context : {Context::System, Context::Runtime}) {
                if (builder->current(snapshot, node, context, Form::Plain)) continue;
                const auto made = builder->ensure(snapshot, node, context, Form::Plain, [] {});
                REQUIRE(made);
                if (!*made) FAIL(made->error().describe());
            }
        return statistics().renders - before;
    }
    ww::Result<std::string> ensure(const char* id, Context context = Context::System) {
        const auto snapshot = site.snapshot();
        auto made = builder->ensure(snapshot, *snapshot->find(id), context, Form::Plain, [] {});
        REQUIRE(made);
        if (!*made) return made->error();
        return (*made)->path;
    }
    ArchiveState state(const std::string& id, Context context = Context::System) {
        for (const ArchiveState& each : statistics().archives)
            if (each.node == id && each.context == context) return each;
        FAIL("no such archive");
        return {};
    }

    /// As it is sent.
    ArchivePtr archive(const char* id) {
        const auto snapshot = site.snapshot();
        const auto& node = *snapshot->find(id);
        const auto made = builder->ensure(snapshot, node, Context::System, Form::Plain, [] {});
        REQUIRE(made);
        if (!*made) FAIL(made->error().describe());
        return (*made)->archive;
    }
    int64_t time_of(const char* id, std::string_view path) {
        const std::string bytes = ww::test::bytes_of({.path = {}, .archive = archive(id)});
        ww::archive::CpioReader reader(bytes);
        ww::archive::CpioRecord record;
        while (*reader.next(record))
            if (record.path == path) return record.mtime;
        FAIL("it is not in the archive");
        return 0;
    }
    void touch(const std::string& below) const {
        REQUIRE(::utimensat(AT_FDCWD, site.path(below).c_str(), nullptr, 0) == 0);
    }

    int count;
    int64_t clock = 1'000'000'000;
    Site site;
    ww::test::NoImages images;
    std::unique_ptr<Builder> builder;
};

constexpr const char* kHosts =
    "{{range $n := .AllNodes}}{{$n.Id}} {{range .NetDevs}}{{.Ipaddr}}{{end}}\n{{end}}";

}  // namespace

TEST_CASE("what is the same for all nodes is rendered once", "[overlay][renders]") {
    Bench bench(40);
    bench.site.write("overlays/run/rootfs/hosts.ww", kHosts);
    bench.site.write("overlays/sys/rootfs/rack.ww", "{{.Tags.rack}}");
    CHECK(bench.renders() == 2);
    CHECK(bench.renders() == 0);
    CHECK(bench.statistics().renders_saved == 2 * 40 - 2);
    CHECK(bench.statistics().files == 2);
    SECTION("what nobody read changes nothing") {
        bench.change_n7(", comment: other");
        CHECK(bench.renders() == 0);
        CHECK(bench.state("n8", Context::Runtime).is == ArchiveState::Is::Current);
    }
    SECTION("what one reads of itself is that one's") {
        bench.change_n7(", comment: other, tags: {rack: r0}");
        CHECK(bench.state("n7").is == ArchiveState::Is::Current);
        bench.change_n7(", tags: {rack: r7}");
        CHECK(bench.state("n7").is == ArchiveState::Is::Stale);
        CHECK(bench.renders() == 1);
    }
    SECTION("an address is in everybody's hosts") {
        bench.change_n7(", cluster name: k");
        CHECK(bench.renders() == 1);
        bench.change_n7(", cluster name: k", "10.9.9.9");
        CHECK(bench.renders() == 1);
    }
    SECTION("a template is all nodes'") {
        bench.site.write("overlays/sys/rootfs/rack.ww", "{{.Tags.rack}}!");
        CHECK(bench.state("n8").is == ArchiveState::Is::Stale);
        CHECK(bench.renders() == 1);
    }
    SECTION("and not again after a restart") {
        bench.start();
        CHECK(bench.state("n8").is == ArchiveState::Is::NeverRequested);
        CHECK(bench.renders() == 0);
        CHECK(bench.state("n8").is == ArchiveState::Is::Current);
        REQUIRE(ww::remove_tree(bench.site.path("renders")));
        CHECK(bench.renders() == 0);
        bench.start();
        CHECK(bench.renders() == 2);
    }
}

TEST_CASE("threads that need the same rendering get one", "[overlay][renders]") {
    Bench bench(32);
    bench.site.write("overlays/run/rootfs/hosts.ww", kHosts);
    const auto snapshot = bench.site.snapshot();
    std::atomic<size_t> next = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (size_t at = next++; at < snapshot->nodes().size(); at = next++)
                if (!bench.builder->build(snapshot, snapshot->nodes()[at], Context::Runtime))
                    return;
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(bench.statistics().renders == 1);
}

TEST_CASE("the time of a file is when it was made, and makes nothing stale", "[overlay][renders]") {
    Bench bench;
    bench.site.write("overlays/sys/rootfs/built.ww", "{{.BuildTimeUnix}} {{.BuildTime}}");
    CHECK(bench.renders() == 1);
    bench.change_n7(", comment: x");
    CHECK(bench.renders() == 0);
    bench.start();
    CHECK(bench.renders() == 0);
}

TEST_CASE("what nobody can foresee is made for each request", "[overlay][renders]") {
    Bench bench;
    bench.site.write("overlays/sys/rootfs/id.ww", "{{if eq .Id \"n7\"}}{{uuidv4}}{{now}}{{end}}");
    const std::string path = *bench.ensure("n7");
    const std::string first = *ww::read_file(path);
    CHECK_FALSE(bench.builder->current(
        bench.site.snapshot(), *bench.site.snapshot()->find("n7"), Context::System, Form::Plain));
    CHECK(*bench.ensure("n7") == path);
    CHECK(*ww::read_file(path) != first);
    CHECK(bench.state("n7").is == ArchiveState::Is::Unforeseeable);
    CHECK(bench.state("n7").why == "id.ww: uuidv4, now");
    REQUIRE(bench.ensure("n8"));
    CHECK(bench.state("n8").is == ArchiveState::Is::Current);
    CHECK(bench.statistics().files == 1);
}

TEST_CASE("what comes out as it was is the same archive", "[overlay][renders]") {
    const std::string text = GENERATE("x",
                                      "{{env \"NOBODY_SETS_THIS_FOR_WWD\"}}x",
                                      "{{file \"/deep/er/file\"}}x",
                                      "{{Include \"MOTD\"}}",
                                      "{{file \"link\"}}{{softlink \"/x\"}}");
    CAPTURE(text);
    Bench bench(2);
    const auto write = [&](std::string what) {
        if (const size_t at = what.find("MOTD"); at != std::string::npos)
            what.replace(at, 4, bench.site.path("motd"));
        bench.site.write("overlays/sys/rootfs/t.ww", what);
    };
    bench.site.write("motd", "1");
    write(text);
    const std::string first = bench.archive("n0")->digest;
    const auto again = [&] {
        bench.clock += 10'000;
        const Statistics before = bench.statistics();
        const std::string digest = bench.archive("n0")->digest;
        CHECK(bench.statistics().renders == before.renders + 1);
        CHECK(bench.statistics().as_before == before.as_before + (digest == first ? 1 : 0));
        return digest;
    };
    bench.touch("overlays/sys/rootfs/t.ww");
    CHECK(again() == first);
    write(text + "{{/* a remark */}}");
    CHECK(again() == first);
    write("{{file \"other\"}}y");
    CHECK(again() != first);
    write(text);
    CHECK(again() == first);
    if (text.find("MOTD") != std::string::npos) {
        bench.touch("motd");
        CHECK(again() == first);
        bench.site.write("motd", "2");
        CHECK(again() != first);
    }
}

TEST_CASE("another content has another time, though made in the same second",
          "[overlay][renders]") {
    // Warewulf's wwclient compares no contents.
    Bench bench(2);
    bench.site.write("overlays/sys/rootfs/rack.ww", "{{.Tags.rack}}");
    bench.site.write("overlays/sys/rootfs/id.ww", "{{.Id}}");
    const int64_t of_r0 = bench.time_of("n0", "rack");
    CHECK(bench.time_of("n1", "rack") == of_r0);
    CHECK(bench.time_of("n0", "id") != bench.time_of("n1", "id"));
    bench.site.write("etc/warewulf/nodes.conf",
                     "nodes: {n0: {system overlay: [sys], tags: {rack: r1}}}");
    bench.site.reload();
    CHECK(bench.time_of("n0", "rack") != of_r0);
    CHECK(bench.time_of("n0", "rack") <= bench.clock);
    CHECK(bench.time_of("n0", "rack") > bench.clock - 3600);
}

TEST_CASE("a template that fails for one node fails for that one", "[overlay][renders]") {
    Bench bench;
    bench.site.write("overlays/sys/rootfs/t.ww", "{{if eq .Tags.rack \"r7\"}}{{.Nope}}{{end}}ok");
    CHECK(bench.renders() > 0);
    const std::string path = *bench.ensure("n7");
    const std::string good = *ww::read_file(path);
    bench.change_n7(", tags: {rack: r7}");
    const auto failed = bench.ensure("n7");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().describe().find("t.ww:1:") != std::string::npos);
    for (const char* id : {"n0", "n6", "n8", "n11"}) CHECK(bench.ensure(id));
    CHECK(bench.state("n7").is == ArchiveState::Is::Failing);
    CHECK(bench.state("n7").why == failed.error().headline());
    CHECK(bench.builder->failure("n7", Context::System) == failed.error().headline());
    CHECK_FALSE(bench.builder->failure("n7", Context::Runtime));
    CHECK(*ww::read_file(path) == good);
    SECTION("and is right again when it is right") {
        bench.change_n7("");
        CHECK(bench.ensure("n7"));
        CHECK_FALSE(bench.builder->failure("n7", Context::System));
    }
    SECTION("the last good one, where somebody wants that") {
        const auto build = [&](WhileFailing policy) {
            const auto snapshot = bench.site.snapshot();
            return bench.builder->build(snapshot, *snapshot->find("n7"), Context::System, policy);
        };
        CHECK_FALSE(build(WhileFailing::KeepLastGood));
        CHECK(bench.ensure("n7"));
        CHECK(bench.state("n7").is == ArchiveState::Is::Failing);
        CHECK(bench.state("n7").keeps_last_good);
        bench.start();  // it is the archive's
        CHECK(bench.ensure("n7"));
        CHECK_FALSE(build(WhileFailing::Refuse));
        CHECK_FALSE(bench.ensure("n7"));
        CHECK_FALSE(bench.state("n7").keeps_last_good);
    }
}

TEST_CASE("what is frozen is said to be", "[overlay][renders]") {
    Bench bench(2, "warewulf:\n  autobuild overlays: false");
    bench.site.write("overlays/sys/rootfs/t.ww", "{{.Id}}");
    CHECK(bench.state("n0").is == ArchiveState::Is::NeverRequested);
    REQUIRE(bench.ensure("n0"));
    CHECK(bench.state("n0").is == ArchiveState::Is::Frozen);
}

TEST_CASE("memory has a limit, and what was left out is made again", "[overlay][renders]") {
    Bench bench(40);
    bench.site.write("overlays/sys/rootfs/id.ww", "{{.Id}}" + std::string(2000, 'x'));
    CHECK(bench.renders() == 40);
    const size_t needed = bench.statistics().bytes;
    CHECK(bench.statistics().evicted == 0);
    RenderLimits limits;
    SECTION("just enough") {
        limits.memory_bytes = needed;
        bench.start(limits);
        CHECK(bench.renders() == 0);
        CHECK(bench.statistics().files == 40);
    }
    SECTION("a byte less") {
        limits.memory_bytes = needed - 1;
        bench.start(limits);
        CHECK(bench.renders() > 0);
        CHECK(bench.statistics().files == 39);
        CHECK(bench.statistics().bytes <= limits.memory_bytes);
    }
}

TEST_CASE("the disk has a limit, and keeps what was used last", "[overlay][renders]") {
    Bench bench(20);
    const std::string folder = bench.site.path("renders");
    const auto on_disk = [&] {
        uint64_t bytes = 0;
        for (const auto& each : std::filesystem::directory_iterator(folder))
            bytes += each.file_size();
        return bytes;
    };
    const auto render_anew = [&](int turn) {
        bench.site.write("overlays/sys/rootfs/id.ww",
                         fmt::format("{} {{{{.Id}}}} {}", turn, std::string(2000, 'x')));
        CHECK(bench.renders() == 20);
    };
    render_anew(0);
    RenderLimits limits;
    limits.disk_bytes = on_disk() / 2;
    bench.start(limits);
    for (int turn = 1; turn < 5; ++turn) {
        render_anew(turn);
        CHECK(on_disk() <= limits.disk_bytes);
    }
    bench.start(limits);
    const uint64_t again = bench.renders();
    CHECK(again > 0);
    CHECK(again < 20);
}

TEST_CASE("there is a limit to how differently a template may read", "[overlay][renders]") {
    Bench bench(12);
    RenderLimits limits;
    limits.shapes = 4;
    bench.start(limits);
    // A tag of its own for each.
    bench.site.write("overlays/sys/rootfs/t.ww", "{{index .Tags (print \"t\" .Id)}}");
    CHECK(bench.renders() == 12);
    CHECK(bench.statistics().files == 4);
    CHECK(bench.renders() == 0);  // as long as what is read does not change
}

TEST_CASE("many ways to read all nodes are one", "[overlay][renders]") {
    std::string text = "nodes:\n";
    for (int i = 0; i < 80; ++i)
        text += fmt::format(
            "  n{0:02}: {{runtime overlay: [run], network devices: {{dev{0}: {{ipaddr: "
            "10.0.0.{0}}}}}}}\n",
            i);
    Site site(text);
    site.write("overlays/run/rootfs/hosts.ww", kHosts);
    const ww::test::NoImages images;
    Builder builder({.conf = site.conf(), .images = images, .kernel_version = [](const auto&) {
                         return std::string();
                     }});
    const auto ensure_all = [&] {
        const auto snapshot = site.snapshot();
        for (const auto& node : snapshot->nodes())
            REQUIRE(*builder.ensure(snapshot, node, Context::Runtime, Form::Plain, [] {}));
        return builder.statistics(snapshot).renders;
    };
    CHECK(ensure_all() == 1);
    text.replace(text.find("10.0.0.33"), 9, "10.0.3.33");
    site.write("etc/warewulf/nodes.conf", text);
    site.reload();
    CHECK(ensure_all() == 2);
}

TEST_CASE("what is kept is nobody else's to read", "[overlay][renders]") {
    Bench bench;
    bench.site.write("overlays/sys/rootfs/t.ww", "secret");
    REQUIRE(bench.ensure("n0"));
    struct stat status{};
    REQUIRE(::stat(bench.site.path("renders").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
}
