// SPDX-License-Identifier: BSD-3-Clause
#include "client/apply.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/cpio_writer.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using ww::archive::CpioEntry;
using ww::client::Applied;
using ww::client::Target;

namespace {

struct Member {
    std::string path;
    uint32_t mode;
    std::string data;
    int64_t mtime = 1000;
};

std::string archive_of(const std::vector<Member>& members) {
    ww::archive::StringSink sink;
    ww::archive::CpioWriter writer(sink);
    for (const Member& member : members) {
        CpioEntry entry;
        entry.path = member.path;
        entry.mode = member.mode;
        entry.uid = geteuid();
        entry.gid = getegid();
        entry.mtime = member.mtime;
        REQUIRE(writer.add(entry, member.data));
    }
    REQUIRE(writer.finish());
    return std::move(sink).text();
}

Applied bring(const ww::test::TempDir& root, const std::string& archive) {
    auto target = Target::open(root.path());
    REQUIRE(target);
    auto applied = target->apply(archive);
    REQUIRE(applied);
    return *applied;
}

struct stat look(const std::string& path) {
    struct stat status{};
    REQUIRE(lstat(path.c_str(), &status) == 0);
    return status;
}

}  // namespace

TEST_CASE("files, folders and links arrive with their modes", "[client][apply]") {
    ww::test::TempDir root;
    Applied applied = bring(root,
                            archive_of({{"etc", 040750, ""},
                                        {"etc/a", 0100640, "one\n"},
                                        {"etc/b", 0120777, "a"},
                                        {"etc/s", 0104755, "#!"}}));
    CHECK(applied.failures.empty());
    CHECK(applied.changed == std::vector<std::string>{"/etc", "/etc/a", "/etc/b", "/etc/s"});
    CHECK((look(root / "etc").st_mode & 07777) == 0750);
    CHECK((look(root / "etc/a").st_mode & 07777) == 0640);
    CHECK(look(root / "etc/a").st_mtime == 1000);
    CHECK((look(root / "etc/s").st_mode & 07777) == 04755);
    CHECK(*ww::read_file(root / "etc/b") == "one\n");
}

TEST_CASE("what is the same already is left alone", "[client][apply]") {
    ww::test::TempDir root;
    bring(root, archive_of({{"a", 0100644, "one"}, {"l", 0120777, "a"}}));
    auto before = look(root / "a").st_ino;

    // A rebuild changes times, nothing else.
    Applied again =
        bring(root, archive_of({{"a", 0100644, "one", 2000}, {"l", 0120777, "a", 2000}}));
    CHECK(again.changed.empty());
    CHECK(again.unchanged == 2);
    CHECK(look(root / "a").st_ino == before);

    CHECK(bring(root, archive_of({{"a", 0100600, "one"}})).changed.size() == 1);
    CHECK(bring(root, archive_of({{"a", 0100600, "two"}})).changed.size() == 1);
    CHECK(bring(root, archive_of({{"l", 0120777, "b"}})).changed.size() == 1);
}

TEST_CASE("a replaced file is a new one, so readers keep the old", "[client][apply]") {
    ww::test::TempDir root;
    bring(root, archive_of({{"a", 0100644, "one"}}));
    auto before = look(root / "a").st_ino;
    auto fd = ww::UniqueFd(::open((root / "a").c_str(), O_RDONLY));
    bring(root, archive_of({{"a", 0100644, "two"}}));
    CHECK(look(root / "a").st_ino != before);
    CHECK(*ww::read_fd(fd.get(), "a") == "one");
}

TEST_CASE("a link in a file's place is replaced, not followed", "[client][apply]") {
    ww::test::TempDir outside;
    ww::test::TempDir root;
    REQUIRE(ww::replace_file(outside / "secret", "keep"));
    REQUIRE(symlink((outside / "secret").c_str(), (root / "a").c_str()) == 0);
    bring(root, archive_of({{"a", 0100644, "new"}}));
    CHECK(*ww::read_file(outside / "secret") == "keep");
    CHECK(S_ISREG(look(root / "a").st_mode));
}

TEST_CASE("links on the way lead to places below the root only", "[client][apply]") {
    ww::test::TempDir outside;
    ww::test::TempDir root;
    REQUIRE(symlink(outside.path().c_str(), (root / "out").c_str()) == 0);
    REQUIRE(symlink("../../../../../../tmp", (root / "up").c_str()) == 0);
    Applied applied = bring(
        root, archive_of({{"out/a", 0100644, "x"}, {"up/a", 0100644, "x"}, {"b", 0100644, "x"}}));
    CHECK(applied.failures.size() == 2);
    CHECK(applied.changed == std::vector<std::string>{"/b"});
    CHECK_FALSE(ww::exists(outside / "a"));
}

TEST_CASE("an entry cannot plant a link and write through it", "[client][apply]") {
    ww::test::TempDir outside;
    ww::test::TempDir root;
    bring(root, archive_of({{"d", 0120777, outside.path()}, {"d/a", 0100644, "x"}}));
    CHECK_FALSE(ww::exists(outside / "a"));
}

TEST_CASE("a merged /usr stays merged", "[client][apply]") {
    ww::test::TempDir root;
    REQUIRE(ww::make_directories(root / "usr/lib"));
    REQUIRE(symlink("usr/lib", (root / "lib").c_str()) == 0);
    Applied applied = bring(root, archive_of({{"lib", 040755, ""}, {"lib/a", 0100644, "x"}}));
    CHECK(applied.failures.empty());
    CHECK(S_ISLNK(look(root / "lib").st_mode));
    CHECK(*ww::read_file(root / "usr/lib/a") == "x");
}

TEST_CASE("a folder in a file's place is reported, the rest is done", "[client][apply]") {
    ww::test::TempDir root;
    REQUIRE(ww::make_directories(root / "a"));
    Applied applied = bring(root, archive_of({{"a", 0100644, "x"}, {"b", 0100644, "x"}}));
    REQUIRE(applied.failures.size() == 1);
    CHECK(applied.failures[0].message().find("/a") != std::string::npos);
    CHECK(*ww::read_file(root / "b") == "x");
}

TEST_CASE("a damaged archive changes nothing", "[client][apply]") {
    ww::test::TempDir root;
    auto target = Target::open(root.path());
    std::string archive = archive_of({{"a", 0100644, "x"}, {"b", 0100644, std::string(2000, 'y')}});
    CHECK_FALSE(target->apply(archive.substr(0, 600)));
    CHECK_FALSE(target->apply(archive_of({{"a", 0100644, "x"}, {"../b", 0100644, "y"}})));
    CHECK_FALSE(ww::exists(root / "a"));
}

TEST_CASE("hard links become files of their own", "[client][apply]") {
    ww::test::TempDir root;
    ww::archive::StringSink sink;
    ww::archive::CpioWriter writer(sink);
    CpioEntry entry;
    entry.uid = geteuid();
    entry.gid = getegid();
    entry.links = 2;
    entry.inode = 7;
    REQUIRE(ww::replace_file(root / "source", "same"));
    for (const char* path : {"one", "two"}) {
        entry.path = path;
        REQUIRE(writer.add_file(entry, 4, [&]() -> ww::Result<ww::UniqueFd> {
            return ww::UniqueFd(::open((root / "source").c_str(), O_RDONLY));
        }));
    }
    REQUIRE(writer.finish());
    bring(root, sink.text());
    CHECK(*ww::read_file(root / "one") == "same");
    CHECK(*ww::read_file(root / "two") == "same");
}
