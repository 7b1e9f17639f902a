// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/renders/segments.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <map>

#include "overlay/renders/codec.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::overlay;
using namespace ww::render;
using ww::test::TempDir;

namespace {

struct Bench {
    TempDir dir;
    RenderLimits limits;
    std::string folder = dir / "renders";

    std::vector<std::string> files() const {
        std::vector<std::string> names;
        DIR* open = ::opendir(folder.c_str());
        if (open == nullptr) return names;
        while (const dirent* entry = ::readdir(open))
            if (entry->d_name[0] != '.') names.emplace_back(folder + "/" + entry->d_name);
        ::closedir(open);
        return names;
    }

    /// Templates by what they made.
    std::map<std::string, std::string> load(const std::string& made_by = "us") const {
        std::map<std::string, std::string> found;
        Segments segments(folder, made_by, limits);
        segments.load([&](Segments::Found each) {
            found[each.path] = each.outcome.made->rendered.outputs.at(0).text;
        });
        return found;
    }
};

Outcome outcome(const std::string& text) {
    Rendered rendered;
    rendered.outputs.push_back({.name = "", .text = text, .is_link = false, .target = ""});
    Packer packed;
    put(packed, rendered);
    Inputs looked_at;
    looked_at.add("/etc/hostname");
    return {.made = std::make_shared<const Made>(Made{rendered, Name::of(packed.bytes())}),
            .time = 17,
            .reads = std::make_shared<const std::vector<Path>>(
                std::vector<Path>{{{Step::Kind::Field, 3, "Tags"}, {Step::Kind::Key, 0, "rack"}}}),
            .files = std::make_shared<const Inputs>(looked_at),
            .unforeseeable = {}};
}

void add(Segments& to, const std::string& path, const std::string& text) {
    to.add(path,
           {.device = 1, .inode = 2, .size = 3, .mtime_ns = 4, .ctime_ns = -5},
           Name::of(path),
           outcome(text));
}

}  // namespace

TEST_CASE("what was kept is found at the next start", "[overlay][segments]") {
    Bench bench;
    {
        Segments segments(bench.folder, "us", bench.limits);
        add(segments, "/a.ww", "one");
        add(segments, "/b.ww", "two");
        REQUIRE(segments.flush());
        add(segments, "/c.ww", "one");
        REQUIRE(segments.flush());
        add(segments, "/never-flushed.ww", "x");
    }
    CHECK(bench.load() ==
          std::map<std::string, std::string>{{"/a.ww", "one"}, {"/b.ww", "two"}, {"/c.ww", "one"}});
    Segments again(bench.folder, "us", bench.limits);
    again.load([](Segments::Found found) {
        const Outcome wanted = outcome(found.outcome.made->rendered.outputs[0].text);
        CHECK(found.identity == ww::FileIdentity{1, 2, 3, 4, -5});
        CHECK(found.key == Name::of(found.path));
        CHECK(found.outcome.made->name == wanted.made->name);
        CHECK(*found.outcome.reads == *wanted.reads);
        CHECK(*found.outcome.files == *wanted.files);
        CHECK(found.outcome.time == 17);
    });
    CHECK(bench.files().size() == 1);  // who has nothing new makes no file
}

TEST_CASE("what depends on nothing is kept, too", "[overlay][segments]") {
    Bench bench;
    {
        Segments segments(bench.folder, "us", bench.limits);
        Outcome plain = outcome("plain");
        plain.reads = std::make_shared<const std::vector<Path>>();
        plain.files = std::make_shared<const Inputs>();
        segments.add("/a.ww", {}, Name::of(""), plain);
        REQUIRE(segments.flush());
    }
    CHECK(bench.load() == std::map<std::string, std::string>{{"/a.ww", "plain"}});
}

TEST_CASE("what another program made is not used, and goes", "[overlay][segments]") {
    Bench bench;
    {
        Segments segments(bench.folder, "us", bench.limits);
        add(segments, "/a.ww", "one");
        REQUIRE(segments.flush());
        CHECK(bench.load("them").empty());
        CHECK(bench.files().size() == 1);  // it is being written
    }
    CHECK(bench.load("them").empty());
    CHECK(bench.files().empty());
}

TEST_CASE("damage is noticed, wherever it is", "[overlay][segments]") {
    Bench bench;
    {
        Segments segments(bench.folder, "us", bench.limits);
        add(segments, "/a.ww", "one");
        add(segments, "/b.ww", "two");
        REQUIRE(segments.flush());
    }
    const auto whole = bench.load();
    const std::string file = bench.files().at(0);
    const std::string bytes = *ww::read_file(file);
    for (size_t at = 0; at < bytes.size(); ++at) {
        CAPTURE(at);
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        REQUIRE(ww::replace_file(file, damaged));
        for (const auto& [path, text] : bench.load()) CHECK(whole.at(path) == text);
        REQUIRE(ww::replace_file(file, bytes.substr(0, at)));
        for (const auto& [path, text] : bench.load()) CHECK(whole.at(path) == text);
    }
}

TEST_CASE("a segment that is deleted, or too large, is written anew", "[overlay][segments]") {
    Bench bench;
    Segments segments(bench.folder, "us", bench.limits);
    add(segments, "/a.ww", "one");
    REQUIRE(segments.flush());
    CHECK_FALSE(segments.wants_rewrite());
    const auto rewrite = [&] { return segments.rewrite([&] { add(segments, "/a.ww", "one"); }); };
    SECTION("deleted") {
        REQUIRE(::unlink(bench.files().at(0).c_str()) == 0);
        CHECK(segments.wants_rewrite());
        REQUIRE(rewrite());
    }
    SECTION("its folder deleted") {
        REQUIRE(ww::remove_tree(bench.folder));
        CHECK(segments.wants_rewrite());
        REQUIRE(rewrite());
    }
    SECTION("too large") {
        bench.limits.disk_bytes = segments.bytes();
        CHECK_FALSE(segments.wants_rewrite());
        add(segments, "/b.ww", "two");
        CHECK(segments.wants_rewrite());
        REQUIRE(rewrite());
    }
    CHECK_FALSE(segments.wants_rewrite());
    CHECK(bench.files().size() == 1);
    CHECK(bench.load() == std::map<std::string, std::string>{{"/a.ww", "one"}});
}

TEST_CASE("of many segments one is made", "[overlay][segments]") {
    Bench bench;
    bench.limits.segments = 3;
    const auto crowded = [&] {
        Segments segments(bench.folder, "us", bench.limits);
        segments.load([](const Segments::Found&) {});
        return segments.crowded();
    };
    for (const char* path : {"/1.ww", "/2.ww", "/3.ww", "/4.ww"}) {
        CHECK_FALSE(crowded());
        Segments segments(bench.folder, "us", bench.limits);
        add(segments, path, path);
        REQUIRE(segments.flush());
    }
    CHECK(crowded());
    Segments writing(bench.folder, "us", bench.limits);
    add(writing, "/5.ww", "five");
    REQUIRE(writing.flush());
    const auto all = bench.load();
    CHECK(all.size() == 5);
    {
        Segments segments(bench.folder, "us", bench.limits);
        REQUIRE(segments.rewrite([&] {
            for (const auto& [path, text] : all) add(segments, path, text);
        }));
        CHECK_FALSE(segments.crowded());
    }
    CHECK(bench.files().size() == 2);  // that of who lives stays
    CHECK(bench.load() == all);
}

TEST_CASE("no more is read than the limit allows, the newest first", "[overlay][segments]") {
    Bench bench;
    for (const char* path : {"/old.ww", "/new.ww"}) {
        Segments segments(bench.folder, "us", bench.limits);
        add(segments, path, "text");
        REQUIRE(segments.flush());
        bench.limits.disk_bytes = segments.bytes();
        const timespec past[2] = {{1000, 0}, {1000, 0}};
        if (path == std::string_view("/old.ww"))
            REQUIRE(::utimensat(AT_FDCWD, bench.files().at(0).c_str(), past, 0) == 0);
    }
    ++bench.limits.disk_bytes;
    CHECK(bench.load() == std::map<std::string, std::string>{{"/new.ww", "text"}});
    CHECK(bench.files().size() == 1);
}

TEST_CASE("where nothing can be written nothing is kept", "[overlay][segments]") {
    Bench bench;
    REQUIRE(ww::replace_file(bench.folder, "in the way"));
    Segments segments(bench.folder, "us", bench.limits);
    segments.load([](const Segments::Found&) { FAIL("nothing is there"); });
    add(segments, "/a.ww", "one");
    CHECK_FALSE(segments.flush());
    add(segments, "/b.ww", "two");
    CHECK(segments.flush());  // it was said once
    CHECK(segments.bytes() == 0);
}
