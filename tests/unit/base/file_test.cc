// SPDX-License-Identifier: BSD-3-Clause
#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/confined_dir.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using ww::ConfinedDir;
using ww::ErrorCode;

TEST_CASE("replacing a file keeps its mode and leaves no temporary behind", "[base][file]") {
    const ww::test::TempDir dir;
    const std::string path = dir / "nodes.conf";
    REQUIRE(ww::replace_file(path, "one", 0640));
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);
    REQUIRE(::chmod(path.c_str(), 0600) == 0);
    REQUIRE(ww::replace_file(path, "two", 0644));
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    CHECK(*ww::read_file(path) == "two");
    CHECK(ConfinedDir::open(dir.path())->list("").size() == 1);
}

TEST_CASE("an atomic file that is not committed leaves the old one", "[base][file]") {
    const ww::test::TempDir dir;
    const std::string path = dir / "f";
    REQUIRE(ww::replace_file(path, "old"));
    {
        auto file = ww::AtomicFile::create(path, 0644);
        REQUIRE(file);
        REQUIRE(ww::write_all(file->fd(), "half", path));
    }
    CHECK(*ww::read_file(path) == "old");
    CHECK(ConfinedDir::open(dir.path())->list("").size() == 1);
}

TEST_CASE("reading says which limit or path", "[base][file]") {
    const ww::test::TempDir dir;
    REQUIRE(ww::replace_file(dir / "f", "12345"));
    CHECK(ww::read_file(dir / "f", 4).error().code() == ErrorCode::TooLarge);
    CHECK(ww::read_file(dir / "f", 5).has_value());
    CHECK(ww::read_file(dir / "none").error().code() == ErrorCode::NotFound);
    CHECK(ww::read_file(dir / "none").error().message().find("none") != std::string::npos);
}

TEST_CASE("a confined folder cannot be left", "[base][confined_dir]") {
    const ww::test::TempDir dir;
    REQUIRE(ww::replace_file(dir / "secret", "outside"));
    REQUIRE(ww::make_directories(dir / "root/etc"));
    REQUIRE(ww::replace_file(dir / "root/etc/passwd", "inside"));
    REQUIRE(::symlink("/etc/passwd", (dir / "root/absolute").c_str()) == 0);
    REQUIRE(::symlink("../secret", (dir / "root/relative").c_str()) == 0);
    REQUIRE(::symlink("../../../../../../etc", (dir / "root/folder").c_str()) == 0);
    const auto root = ConfinedDir::open(dir / "root");
    REQUIRE(root);
    CHECK(*root->read("/etc/passwd") == "inside");
    CHECK(*root->read("absolute") == "inside");
    CHECK(*root->read("folder/passwd") == "inside");
    CHECK(root->read("relative").error().code() == ErrorCode::NotFound);
    CHECK(root->read("../secret").error().code() == ErrorCode::NotFound);
    CHECK(root->read("etc").error().code() == ErrorCode::InvalidArgument);
}

TEST_CASE("removing a tree does not follow links", "[base][file]") {
    const ww::test::TempDir dir;
    REQUIRE(ww::make_directories(dir / "keep"));
    REQUIRE(ww::replace_file(dir / "keep/f", "x"));
    REQUIRE(ww::make_directories(dir / "gone/a/b"));
    REQUIRE(::symlink((dir / "keep").c_str(), (dir / "gone/link").c_str()) == 0);
    REQUIRE(ww::remove_tree(dir / "gone"));
    CHECK_FALSE(ww::exists(dir / "gone"));
    CHECK(ww::exists(dir / "keep/f"));
    CHECK(ww::remove_tree(dir / "gone"));
}
