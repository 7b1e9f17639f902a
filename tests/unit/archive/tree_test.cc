// SPDX-License-Identifier: BSD-3-Clause
#include "archive/tree.h"

#include <fcntl.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "archive/census.h"
#include "base/file.h"
#include "support/catch.h"
#include "support/shell.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::archive;

namespace {

void put(const std::string& path) {
    REQUIRE(make_directories(path.substr(0, path.rfind('/'))));
    REQUIRE(replace_file(path, "x"));
}

std::vector<std::string> walk(const std::string& top, const std::string& skip = {}) {
    std::vector<std::string> seen;
    const UniqueFd fd(::open(top.c_str(), O_RDONLY | O_DIRECTORY));
    REQUIRE(walk_tree(fd.get(), [&](const TreeEntry& entry) -> Result<Walk> {
        seen.push_back(entry.path);
        return entry.path == skip ? Walk::Skip : Walk::Enter;
    }));
    return seen;
}

}  // namespace

TEST_CASE("a walk is sorted folder by folder, a folder before its content") {
    const test::TempDir dir;
    for (const char* path : {"b/y", "b/x/q", "a", "a.d/z", "B", "a-1/k", "b.x", "b/x.y"})
        put(dir / path);
    REQUIRE(
        walk(dir.path()) ==
        std::vector<std::string>{
            "B", "a", "a-1", "a-1/k", "a.d", "a.d/z", "b", "b/x", "b/x/q", "b/x.y", "b/y", "b.x"});
}

TEST_CASE("a walk does not enter what it is told to skip, nor links") {
    const test::TempDir dir;
    put(dir / "a/b/c");
    put(dir / "d/e");
    REQUIRE(::symlink("/etc", (dir / "link").c_str()) == 0);
    REQUIRE(::symlink("a", (dir / "near").c_str()) == 0);
    REQUIRE(walk(dir.path(), "a") == std::vector<std::string>{"a", "d", "d/e", "link", "near"});
}

TEST_CASE("a walk tells what a link points to") {
    const test::TempDir dir;
    REQUIRE(::symlink("../../no/where", (dir / "link").c_str()) == 0);
    const UniqueFd fd(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY));
    std::string target;
    REQUIRE(walk_tree(fd.get(), [&](const TreeEntry& entry) -> Result<Walk> {
        WW_TRY(target, entry.link_target());
        return Walk::Enter;
    }));
    REQUIRE(target == "../../no/where");
}

TEST_CASE("a walk ends with the first error and when it is told to stop") {
    const test::TempDir dir;
    for (const char* path : {"a", "b", "c"}) put(dir / path);
    const UniqueFd fd(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY));
    int count = 0;
    const Result<void> failed = walk_tree(fd.get(), [&](const TreeEntry&) -> Result<Walk> {
        if (++count == 2) return Error(ErrorCode::Conflict, "enough");
        return Walk::Enter;
    });
    REQUIRE(failed.error().message() == "enough");
    REQUIRE(count == 2);

    count = 0;
    REQUIRE(walk_tree(fd.get(), [&](const TreeEntry&) -> Result<Walk> {
        return ++count == 2 ? Walk::Stop : Walk::Enter;
    }));
    REQUIRE(count == 2);

    std::stop_source stop;
    count = 0;
    const auto until = [&](const TreeEntry&) -> Result<Walk> {
        ++count;
        stop.request_stop();
        return Walk::Enter;
    };
    REQUIRE(walk_tree(fd.get(), until, stop.get_token()).error().code() == ErrorCode::Cancelled);
    REQUIRE(count == 1);
}

TEST_CASE("a folder that vanishes during the walk is passed over") {
    const test::TempDir dir;
    put(dir / "a");
    REQUIRE(make_directories(dir / "b"));
    put(dir / "c");
    const UniqueFd fd(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY));
    std::vector<std::string> seen;
    REQUIRE(walk_tree(fd.get(), [&](const TreeEntry& entry) -> Result<Walk> {
        seen.push_back(entry.path);
        if (entry.path == "b") REQUIRE(::rmdir((dir / "b").c_str()) == 0);
        return Walk::Enter;
    }));
    REQUIRE(seen == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("a tree that is too deep is refused") {
    const test::TempDir dir;
    UniqueFd at(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY));
    for (int i = 0; i < kMaxTreeDepth; ++i) {
        REQUIRE(::mkdirat(at.get(), "d", 0755) == 0);
        at = UniqueFd(::openat(at.get(), "d", O_RDONLY | O_DIRECTORY));
    }
    const UniqueFd fd(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY));
    const auto enter = [](const TreeEntry&) -> Result<Walk> { return Walk::Enter; };
    REQUIRE(walk_tree(fd.get(), enter).error().code() == ErrorCode::TooLarge);
    const UniqueFd below(::openat(fd.get(), "d", O_RDONLY | O_DIRECTORY));
    REQUIRE(walk_tree(below.get(), enter));
}

TEST_CASE("a census counts names") {
    const ww::test::TempDir dir;
    test::shell("cd " + dir.path() +
                " && mkdir d && printf 12345 > d/a && ln d/a b && ln -s d link && "
                "mkdir out && printf 123 > out/c");
    const auto folder = ConfinedDir::open(dir.path());
    REQUIRE(folder);
    const auto all = [&](Census::Options options) {
        const Census census(*folder, std::move(options));
        while (census.names() == 0) std::this_thread::yield();
        return census.names();
    };
    CHECK(all({}) == 6);
    CHECK(all({.counts = [](const std::string& path) { return path != "out"; }}) == 4);
    CHECK(all({.counts = [](const std::string& path) { return path != "d/a"; },
               .one_file_system = true}) == 5);
}
