// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/builder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <map>
#include <thread>

#include "archive/cpio_reader.h"
#include "archive/gunzip.h"
#include "overlay/leftovers.h"
#include "overlay/static_contents.h"
#include "support/catch.h"
#include "support/served.h"
#include "support/site.h"

using namespace ww::overlay;
using namespace ww::render;
using ww::test::bytes_of;
using ww::test::Site;

namespace {

struct NoImages final : ImageFiles {
    std::string rootfs(const std::string&) const override { return {}; }
};

constexpr const char* kNodes =
    "nodeprofiles:\n"
    "  default:\n"
    "    system overlay: [o]\n"
    "    tags: {rack: r0}\n"
    "nodes:\n"
    "  n1:\n"
    "    profiles: [default]\n"
    "    network devices:\n"
    "      default: {hwaddr: '02:00:00:00:00:01', ipaddr: 10.0.1.1, netmask: 255.255.0.0}\n"
    "  n2:\n"
    "    profiles: [default]\n"
    "    tags: {rack: r2}\n";

// Waits for what another thread builds.
ww::Result<Served> ensured(Builder& builder,
                           const std::shared_ptr<const ww::nodes::Snapshot>& snapshot,
                           const ww::nodes::Node& node,
                           Context context,
                           Form form = Form::Plain) {
    while (true) {
        const auto over = std::make_shared<std::promise<void>>();
        if (auto served =
                builder.ensure(snapshot, node, context, form, [over] { over->set_value(); }))
            return std::move(*served);
        over->get_future().wait();
    }
}

// A builder over a site, and how to look at what it makes.
struct Bench {
    explicit Bench(const char* nodes = kNodes, const char* server = "")
        : site(nodes, server),
          builder({site.conf(),
                   images,
                   [](const ww::nodes::Node&) { return std::string("6.1.0-18"); },
                   [this](const ww::nodes::Node& asked) { return architectures[asked.id]; }}) {}

    const ww::nodes::Node& node(const char* id) {
        snapshot = site.snapshot();
        const auto* found = snapshot->find(id);
        REQUIRE(found != nullptr);
        return *found;
    }
    ww::Result<Served> served(const char* id, Context context, Form form) {
        const auto& wanted = node(id);
        return ensured(builder, snapshot, wanted, context, form);
    }
    // The path of the file that holds what a node would get.
    ww::Result<std::string> ensure(const char* id = "n1", Context context = Context::System) {
        auto made = served(id, context, Form::Plain);
        if (!made) return made.error();
        return made->path;
    }
    bool current(const char* id = "n1") {
        const auto& wanted = node(id);
        return builder.current(snapshot, wanted, Context::System, Form::Plain).has_value();
    }
    std::map<std::string, std::string> content(const char* id = "n1",
                                               Context context = Context::System) {
        const auto made = served(id, context, Form::Plain);
        if (!made) FAIL(made.error().describe());
        const std::string archive = bytes_of(*made);
        std::map<std::string, std::string> out;
        ww::archive::CpioReader reader(archive);
        ww::archive::CpioRecord record;
        while (*reader.next(record)) out[std::string(record.path)] = record.data;
        return out;
    }

    Site site;
    NoImages images;
    std::map<std::string, std::string> architectures;  // by node
    Builder builder;
    std::shared_ptr<const ww::nodes::Snapshot> snapshot;
};

}  // namespace

TEST_CASE("an overlay is rendered for each node", "[overlay][builder]") {
    Bench bench;
    bench.site.write(
        "overlays/o/rootfs/etc/id.ww", "{{.Id}} {{.Tags.rack}} {{.Kernel.Version}}\n", 0600);
    bench.site.write("overlays/o/rootfs/plain", "{{.Id}}");
    CHECK(bench.content("n1")["etc/id"] == "n1 r0 6.1.0-18\n");
    CHECK(bench.content("n2")["etc/id"] == "n2 r2 6.1.0-18\n");
    CHECK(bench.content("n1")["plain"] == "{{.Id}}");
}

TEST_CASE("an archive is rebuilt when an input changed, and only then", "[overlay][builder]") {
    Bench bench;
    bench.site.write("srv/motd", "one");
    bench.site.write("overlays/o/rootfs/t.ww",
                     "{{.Tags.rack}} {{Include \"" + bench.site.path("srv/motd") + "\"}}");
    CHECK(bench.content()["t"] == "r0 one");
    const auto identity = ww::identity_of(*bench.ensure());
    CHECK(*ww::identity_of(*bench.ensure()) == *identity);

    SECTION("an included file") {
        bench.site.write("srv/motd", "two");
        CHECK_FALSE(bench.current());
        CHECK(bench.content()["t"] == "r0 two");
    }
    SECTION("a file of the overlay") {
        bench.site.write("overlays/o/rootfs/new", "x");
        CHECK(bench.content()["new"] == "x");
    }
    SECTION("the node") {
        bench.site.write("etc/warewulf/nodes.conf", std::string(kNodes) + "    comment: x\n");
        bench.site.reload();
        CHECK(bench.content()["t"] == "r0 one");
        // Nothing in it changed, so the file on disk stayed.
        CHECK(ww::identity_of(*bench.ensure())->inode == identity->inode);
    }
    SECTION("somebody removed the archive") {
        REQUIRE(::unlink(bench.builder.archive_path("n1", Context::System).c_str()) == 0);
        CHECK(bench.content()["t"] == "r0 one");
    }
    SECTION("the site gets an overlay of the same name as the distribution's") {
        bench.site.write("usr/share/warewulf/overlays/o/rootfs/t.ww", "dist");
        CHECK(bench.content()["t"] == "r0 one");
    }
}

TEST_CASE("a node gets what the complete files hold, in both forms", "[overlay][builder]") {
    Bench bench;
    bench.site.write("overlays/o/rootfs/id.ww", "{{.Id}}");
    bench.site.write("overlays/o/rootfs/client", std::string(kLargeContent, 'c'));
    for (const Form form : {Form::Plain, Form::Gzip}) {
        const auto served = bench.served("n1", Context::System, form);
        REQUIRE(served);
        REQUIRE(served->archive);
        CHECK(served->archive->pieces.list.size() == 3);
        CHECK(bytes_of(*served) == ww::read_file(served->path).value());
        CHECK(served->archive->changed > 0);
        // The other form is of the same archive, and neither is made a second time.
        CHECK(bench.served("n1", Context::System, form)->archive == served->archive);
    }
    const Served plain = bench.served("n1", Context::System, Form::Plain).value();
    const Served packed = bench.served("n1", Context::System, Form::Gzip).value();
    CHECK(ww::archive::gunzip(bytes_of(packed), 1 << 20).value() == bytes_of(plain));
    // The large file is one for all.
    const Served other = bench.served("n2", Context::System, Form::Gzip).value();
    CHECK(other.archive->pieces.list.at(1).payload == packed.archive->pieces.list.at(1).payload);
    CHECK(other.archive->digest != packed.archive->digest);
}

namespace {

std::string many_nodes(size_t count) {
    std::string nodes = "nodeprofiles:\n  default: {system overlay: [o]}\nnodes:\n";
    for (size_t i = 1; i <= count; ++i) nodes += fmt::format("  n{}: {{profiles: [default]}}\n", i);
    return nodes;
}

}  // namespace

TEST_CASE("a large site has the complete files that were asked for", "[overlay][builder]") {
    const size_t one_more = GENERATE(0, 1);
    Bench bench(many_nodes(kCompleteFilesNodes + one_more).c_str());
    bench.site.write("overlays/o/rootfs/id.ww", "{{.Id}} 1");
    const auto& node = bench.node("n1");
    CHECK(bench.builder.has_complete_files(*bench.snapshot) == (one_more == 0));
    CHECK(bench.content()["id"] == "n1 1");
    const std::string path = bench.builder.archive_path("n1", Context::System);
    CHECK(ww::exists(path) == (one_more == 0));
    REQUIRE(bench.builder.warm(bench.snapshot, node, Context::System));
    CHECK(ww::exists(path) == (one_more == 0));
    REQUIRE(bench.builder.build(bench.snapshot, node, Context::System));
    CHECK(ww::exists(path));
    CHECK(ww::exists(path + ".gz"));
    // It stays while it is what is sent, and is none when it is not.
    CHECK(bench.content()["id"] == "n1 1");
    CHECK(ww::exists(path));
    bench.site.write("overlays/o/rootfs/id.ww", "{{.Id}} 2");
    CHECK(bench.content()["id"] == "n1 2");
    CHECK(ww::exists(path) == (one_more == 0));
    CHECK(ww::exists(path + ".gz") == (one_more == 0));
}

TEST_CASE("what is warm is there for who asks", "[overlay][builder]") {
    Bench bench(many_nodes(kCompleteFilesNodes + 1).c_str());
    bench.site.write("overlays/o/rootfs/id.ww", "{{.Id}}");
    const auto& node = bench.node("n1");
    const auto packed = [&] {
        return bench.builder.current(bench.snapshot, node, Context::System, Form::Gzip);
    };
    CHECK_FALSE(packed());
    REQUIRE(bench.builder.warm(bench.snapshot, node, Context::System));
    REQUIRE(packed());
    CHECK(packed()->archive);
}

TEST_CASE("a full disk keeps no node from its overlay", "[overlay][builder]") {
    Bench bench;
    bench.site.write("overlays/o/rootfs/id.ww", "{{.Id}}");
    // A file where the folder of archives would be.
    const std::string built = bench.builder.folders().built;
    REQUIRE(ww::make_directories(built.substr(0, built.rfind('/'))));
    REQUIRE(ww::replace_file(built, ""));
    CHECK(bench.content()["id"] == "n1");
    const auto& node = bench.node("n1");
    CHECK_FALSE(bench.builder.build(bench.snapshot, node, Context::System));
}

TEST_CASE("a failed build leaves the old archive and serves nothing", "[overlay][builder]") {
    Bench bench;
    bench.site.write("overlays/o/rootfs/etc/t.ww", "{{.Id}}");
    const std::string path = *bench.ensure();
    bench.site.write("overlays/o/rootfs/etc/t.ww", "{{.Nope}}");
    const auto failed = bench.ensure();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().message().find("t.ww:1:2: executing \"t.ww\" at <.Nope>") !=
          std::string::npos);
    CHECK(failed.error().describe().find("adding etc/t.ww") != std::string::npos);
    CHECK(failed.error().describe().find("building overlay \"o\" for node n1") !=
          std::string::npos);
    CHECK(ww::exists(path));
}

TEST_CASE("what killed builders left is removed, what living ones write is not",
          "[overlay][builder]") {
    Bench bench;
    bench.site.write("overlays/o/rootfs/f", "x");
    const std::string path = *bench.ensure();
    const std::string folder = path.substr(0, path.rfind("/") + 1);
    for (const char* name :
         {".__SYSTEM__.img.abc123", ".__RUNTIME__.img.gz.ABCdef", ".other.abc123"})
        REQUIRE(ww::replace_file(folder + name, "half"));
    auto living = ww::AtomicFile::create(path, 0640);
    REQUIRE(living);
    clear_leftovers(bench.builder.folders());
    CHECK_FALSE(ww::exists(folder + ".__SYSTEM__.img.abc123"));
    CHECK_FALSE(ww::exists(folder + ".__RUNTIME__.img.gz.ABCdef"));
    CHECK(ww::exists(folder + ".other.abc123"));
    CHECK(ww::exists(path));
    CHECK(living->commit());
}

TEST_CASE("edits that leave a file as long as it was are seen, however quick",
          "[overlay][builder]") {
    Bench bench;
    bench.site.write("overlays/o/rootfs/include.ww",
                     "{{Include \"" + bench.site.path("motd") + "\"}}");
    const std::vector<std::string> files = {
        "motd", "overlays/o/rootfs/plain", "overlays/o/rootfs/large", "overlays/o/rootfs/t.ww"};
    for (const std::string& file : files)
        bench.site.write(file, std::string(file.ends_with("large") ? kLargeContent : 1, '-'));
    for (char digit : std::string("0123456789")) {
        CAPTURE(digit);
        for (const std::string& file : files) {  // in place
            const ww::UniqueFd fd(::open(bench.site.path(file).c_str(), O_WRONLY | O_CLOEXEC));
            REQUIRE(::pwrite(fd.get(), &digit, 1, 0) == 1);
        }
        auto content = bench.content();
        for (const char* path : {"include", "plain", "large", "t"})
            CHECK(content[path].substr(0, 1) == std::string(1, digit));
    }
}

TEST_CASE("archives are not for everybody to read", "[overlay][builder]") {
    Bench bench;
    bench.site.write("overlays/o/rootfs/t.ww", "secret");
    const std::string path = *bench.ensure();
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07) == 0);
    REQUIRE(::stat((path + ".gz").c_str(), &status) == 0);
    CHECK((status.st_mode & 07) == 0);
}

namespace {

// Counts the renderings that look into an image; each waits until `expected` threads are on their
// way to the builder, as a build takes longer than asking for one.
struct CountedImages final : ImageFiles {
    std::string rootfs(const std::string&) const override {
        ++lookups;
        while (askers < expected) std::this_thread::yield();
        return {};
    }
    int expected = 0;
    std::atomic<int> askers = 0;
    mutable std::atomic<int> lookups = 0;
};

}  // namespace

TEST_CASE("many who ask at once get one build", "[overlay][builder]") {
    const Site site(kNodes);
    site.write("overlays/o/rootfs/t.ww", "{{IncludeFrom \"none\" \"/f\"}}");
    CountedImages images;
    images.expected = 8;
    Builder builder({site.conf(), images, [](const auto&) { return std::string(); }});
    const auto snapshot = site.snapshot();
    const ww::nodes::Node& node = *snapshot->find("n1");
    std::atomic<int> served = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < images.expected; ++i)
        threads.emplace_back([&] {
            ++images.askers;
            if (ensured(builder, snapshot, node, Context::System)) ++served;
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(served == images.expected);
    CHECK(images.lookups == 1);
}

TEST_CASE("who asks during a build is told when it is over", "[overlay][builder]") {
    const Site site(kNodes);
    site.write("overlays/o/rootfs/t.ww", "{{IncludeFrom \"none\" \"/f\"}}");
    CountedImages images;
    images.expected = 1;
    Builder builder({site.conf(), images, [](const auto&) { return std::string(); }});
    const auto snapshot = site.snapshot();
    const ww::nodes::Node& node = *snapshot->find("n1");
    bool served = false;
    std::thread first(
        [&] { served = ensured(builder, snapshot, node, Context::System).has_value(); });
    while (images.lookups == 0) std::this_thread::yield();
    std::promise<void> over;
    int other_builds = 0;
    // Here another thread holds the build, and this one is free.
    CHECK_FALSE(
        builder.ensure(snapshot, node, Context::System, Form::Plain, [&] { over.set_value(); }));
    CHECK(builder.ensure(snapshot, node, Context::Runtime, Form::Plain, [&] { ++other_builds; }));
    images.askers = 1;
    over.get_future().wait();
    const auto served_now = builder.ensure(snapshot, node, Context::System, Form::Plain, [] {});
    REQUIRE(served_now);
    CHECK(*served_now);
    first.join();
    CHECK(served);
    CHECK(images.lookups == 1);
    CHECK(other_builds == 0);
}

TEST_CASE("what never ends is not read into an overlay", "[overlay][builder]") {
    Bench bench;
    REQUIRE(::mkfifo(bench.site.path("pipe").c_str(), 0600) == 0);
    const std::string pipe = bench.site.path("pipe");
    bench.site.write("overlays/o/rootfs/a.ww", "[{{Include \"" + pipe + "\"}}]");
    bench.site.write("overlays/o/rootfs/b.ww", "[{{IncludeBlock \"" + pipe + "\" \"end\"}}]");
    bench.site.write("overlays/o/rootfs/c.ww", "[{{Include \"/dev/zero\"}}]");
    bench.site.write("overlays/o/rootfs/d.ww", "[{{Include \"/proc/kmsg\"}}]");
    auto content = bench.content();
    CHECK(content["a"] == "[]");
    CHECK(content["b"] == "[end]");
    CHECK(content["c"] == "[]");
    // A link to one in a template's place.
    REQUIRE(::symlink(pipe.c_str(), bench.site.path("overlays/o/rootfs/e.ww").c_str()) == 0);
    const auto failed = bench.ensure();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().describe().find("is not a regular file") != std::string::npos);
}

TEST_CASE("autobuild off serves what is there and builds what is missing", "[overlay][builder]") {
    Bench bench(kNodes, "warewulf:\n  autobuild overlays: false");
    bench.site.write("overlays/o/rootfs/t.ww", "1");
    CHECK(bench.content()["t"] == "1");
    bench.site.write("overlays/o/rootfs/t.ww", "2");
    CHECK(bench.content()["t"] == "1");
    const auto& node = bench.node("n1");
    REQUIRE(bench.builder.build(bench.snapshot, node, Context::System));
    CHECK(bench.content()["t"] == "2");
}

TEST_CASE("node ids cannot leave the folder of archives", "[overlay][builder]") {
    for (const char* id : {"", ".", "..", "../x", "a/b"}) {
        CAPTURE(id);
        CHECK_FALSE(check_node_id(id));
    }
    CHECK(check_node_id("n1"));
}

TEST_CASE("special files are refused with their name", "[overlay][builder]") {
    Bench bench;
    bench.site.write("overlays/o/rootfs/x", "x");
    REQUIRE(::mkfifo(bench.site.path("overlays/o/rootfs/pipe").c_str(), 0600) == 0);
    const auto failed = bench.ensure();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().describe().find("adding pipe") != std::string::npos);
}

TEST_CASE("what is for one architecture lies beside what is for all", "[overlay][builder]") {
    Bench bench;
    bench.site.write("overlays/o/rootfs/arch.ww", "{{.Arch}}");
    bench.site.write("overlays/o/rootfs/tool", "for all");
    bench.site.write("overlays/o/rootfs.aarch64/tool", "for arm");
    bench.site.write("overlays/o/rootfs.aarch64/only.ww", "{{.Id}}");
    bench.architectures = {{"n1", "aarch64"}};
    auto arm = bench.content("n1");
    CHECK(arm["arch"] == "aarch64");
    CHECK(arm["tool"] == "for arm");
    CHECK(arm["only"] == "n1");
    auto unknown = bench.content("n2");
    CHECK(unknown["arch"].empty());
    CHECK(unknown["tool"] == "for all");
    CHECK(unknown.count("only") == 0);
    // A machine that is another one now, and a folder that comes later.
    bench.architectures["n1"] = "riscv64";
    CHECK_FALSE(bench.current());
    CHECK(bench.content("n1")["tool"] == "for all");
    bench.site.write("overlays/o/rootfs.riscv64/tool", "for risc");
    CHECK(bench.content("n1")["tool"] == "for risc");
}
