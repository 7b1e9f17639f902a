// SPDX-License-Identifier: BSD-3-Clause
#include "oci/unpack.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "support/catch.h"
#include "support/shell.h"
#include "support/temp_dir.h"
#include "unit/oci/memory_source.h"
#include "unit/oci/tar_maker.h"

using namespace ww;
using namespace ww::oci;
using test::file;
using test::folder;
using test::hard_link;
using test::link_to;
using test::Member;
using test::output_of;
using test::shell;

namespace {

/// A tree in a folder with something beside it that nobody may touch.
struct Ground {
    test::TempDir dir;
    std::string root = dir / "tree";

    Ground() {
        REQUIRE(make_directories(root));
        REQUIRE(replace_file(dir / "outside", "untouched"));
    }

    Result<void> unpack(const std::vector<std::vector<Member>>& layers,
                        UnpackLimits limits = {},
                        Whiteouts whiteouts = Whiteouts::Apply) const {
        const ConfinedDir tree = ConfinedDir::open(root).value();
        Unpacker unpacker(tree, {.limits = limits, .stop = {}, .progress = {}});
        for (const std::vector<Member>& layer : layers) {
            test::MemorySource source(test::tar(layer));
            WW_TRY_VOID(unpacker.unpack(source, whiteouts));
        }
        return {};
    }

    /// Names in byte order, folders with a slash.
    std::string names() const {
        return output_of("cd " + root +
                         " && find . -mindepth 1 \\( -type d -printf '%P/ ' -o -printf '%P ' \\) | "
                         "tr ' ' '\\n' | LC_ALL=C sort | tr '\\n' ' '");
    }
    std::string text(const std::string& path) const { return read_file(root + "/" + path).value(); }
    struct stat status(const std::string& path) const {
        struct stat found{};
        REQUIRE(::lstat((root + "/" + path).c_str(), &found) == 0);
        return found;
    }
    bool outside_is_whole() const {
        return read_file(dir / "outside").value_or("") == "untouched" &&
               output_of("ls " + dir.path()) == "outside\ntree\n";
    }
};

bool is_root() { return ::geteuid() == 0; }

}  // namespace

TEST_CASE("entries arrive as they are in the archive") {
    const Ground ground;
    Member tool = file("bin/su", "program");
    tool.mode = 04755;
    Member fifo{.path = "run/initctl", .type = '6', .mode = 0600};
    std::vector<Member> layer{folder("./"),
                              folder("bin"),
                              tool,
                              hard_link("bin/su2", "bin/su"),
                              link_to("lib", "usr/lib"),
                              folder("run/", 0711),
                              fifo,
                              file("deep/er/file", "in folders nobody told of")};
    if (is_root()) {
        layer[2].uid = 5;
        layer[2].gid = 70'000;
        layer.push_back({.path = "null", .type = '3', .mode = 0666, .major = 1, .minor = 3});
    }
    REQUIRE(ground.unpack({layer}));
    CHECK((ground.status("bin/su").st_mode & 07777) == 04755);
    CHECK(ground.status("bin/su").st_mtim.tv_sec == 1'700'000'000);
    CHECK(ground.status("bin/su").st_ino == ground.status("bin/su2").st_ino);
    CHECK(ground.status("run").st_mode == (S_IFDIR | 0711));
    CHECK(ground.status("run").st_mtim.tv_sec == 1'700'000'000);  // though something was put in
    CHECK(ground.status("lib").st_mtim.tv_sec == 1'700'000'000);
    CHECK(S_ISFIFO(ground.status("run/initctl").st_mode));
    CHECK(ground.text("deep/er/file") == "in folders nobody told of");
    if (is_root()) {
        CHECK(ground.status("bin/su").st_uid == 5);
        CHECK(ground.status("bin/su").st_gid == 70'000);
        CHECK(S_ISCHR(ground.status("null").st_mode));
        CHECK(ground.status("null").st_rdev == makedev(1, 3));
    }
}

TEST_CASE("pax records win: long and foreign names, nanoseconds, attributes, large owners") {
    const Ground ground;
    const std::string name = std::string(120, 'n') + "/\xc3\xa9t\xc3\xa9";
    Member one = file("short", "text");
    one.pax = {
        {"path", name}, {"mtime", "1600000000.123456789"}, {"SCHILY.xattr.user.note", "kept"}};
    Member raw = file("caf\xe9");  // Latin-1, as old tars have it
    if (is_root()) one.pax.emplace_back("uid", "2000000000");
    REQUIRE(ground.unpack({{one, raw}}));
    CHECK(ground.text(name) == "text");
    CHECK(ground.text("caf\xe9") == "x");
    CHECK(ground.status(name).st_mtim.tv_nsec == 123'456'789);
    if (is_root()) CHECK(ground.status(name).st_uid == 2'000'000'000);
    char value[16] = {};
    const ssize_t size =
        ::getxattr((ground.root + "/" + name).c_str(), "user.note", value, sizeof value);
    if (size < 0)
        WARN("no user attributes here: not tested");
    else
        CHECK(std::string_view(value, static_cast<size_t>(size)) == "kept");
}

TEST_CASE("the first attribute of a kind that is not kept is named") {
    const Ground ground;
    Member kept = file("kept");
    kept.pax = {{"SCHILY.xattr.user.note", "kept"}};
    Member lost = file("usr/lost");
    lost.pax = {{"SCHILY.xattr.trusted.note", "lost"}};
    Member link = link_to("link", "kept");
    link.pax = {{"SCHILY.xattr.trusted.other", "lost"}};
    const ConfinedDir tree = ConfinedDir::open(ground.root).value();
    Unpacker unpacker(tree, {});
    test::MemorySource first(test::tar({kept}));
    REQUIRE(unpacker.unpack(first, Whiteouts::Apply));
    CHECK(unpacker.not_kept().empty());
    test::MemorySource second(test::tar({lost, link}));
    REQUIRE(unpacker.unpack(second, Whiteouts::Apply));
    CHECK(unpacker.not_kept() == "\"trusted.note\" of \"usr/lost\"");
    CHECK(::getxattr((ground.root + "/usr/lost").c_str(), "trusted.note", nullptr, 0) < 0);
}

TEST_CASE("a capability stays on its file") {
    if (!is_root()) return;
    const Ground ground;
    const std::string capability("\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
    Member ping = file("ping");
    ping.uid = 1;  // the owner changes before, which would drop it
    ping.pax = {{"SCHILY.xattr.security.capability", capability}};
    REQUIRE(ground.unpack({{ping}}));
    char value[64];
    const ssize_t size =
        ::getxattr((ground.root + "/ping").c_str(), "security.capability", value, sizeof value);
    if (size < 0) {
        WARN("no capabilities here: not tested");
        return;
    }
    CHECK(std::string(value, static_cast<size_t>(size)) == capability);
}

TEST_CASE("a link keeps its own label") {
    if (!is_root()) return;
    const Ground ground;
    Member link = link_to("link", "target");
    link.pax = {{"SCHILY.xattr.security.selinux", "label"}};
    REQUIRE(ground.unpack({{file("target"), link}}));
    char value[64];
    CHECK(::lgetxattr((ground.root + "/link").c_str(), "security.selinux", value, sizeof value) ==
          5);
    CHECK(::lgetxattr((ground.root + "/target").c_str(), "security.selinux", value, sizeof value) <
          0);
}

TEST_CASE("holes stay holes") {
    const Ground ground;
    shell("cd " + ground.dir.path() +
          " && printf begin > sparse && truncate -s 200M sparse && printf end >> sparse && "
          "truncate -s 300M sparse && tar -cSf s.tar sparse && rm sparse");
    const std::string bytes = read_file(ground.dir / "s.tar").value();
    REQUIRE(bytes.size() < 100'000);
    const ConfinedDir tree = ConfinedDir::open(ground.root).value();
    Unpacker unpacker(tree, {});
    test::MemorySource source(bytes);
    REQUIRE(unpacker.unpack(source, Whiteouts::Apply));
    const struct stat status = ground.status("sparse");
    CHECK(status.st_size == 300 << 20);
    CHECK(status.st_blocks < 1000);
    CHECK(output_of("head -c 5 " + ground.root + "/sparse; tail -c +" +
                    std::to_string((200 << 20) + 1) + " " + ground.root + "/sparse | head -c 3") ==
          "beginend");
}

TEST_CASE("a whiteout hides what lower layers have") {
    const std::vector<Member> lower{folder("etc"),
                                    file("etc/old"),
                                    file("etc/kept"),
                                    folder("opt"),
                                    folder("opt/app"),
                                    file("opt/app/a"),
                                    file("opt/app/b"),
                                    link_to("link", "etc/kept")};
    SECTION("a file, a link, a folder with all in it, and what is not there") {
        const Ground ground;
        REQUIRE(ground.unpack({lower,
                               {file("etc/.wh.old", ""),
                                file(".wh.link", ""),
                                file(".wh.opt", ""),
                                file(".wh.none", ""),
                                file("no/where/.wh.x", "")}}));
        CHECK(ground.names() == "etc/ etc/kept ");
    }
    SECTION("not what the same layer put in, in whatever order") {
        const Ground ground;
        REQUIRE(ground.unpack({lower,
                               {file("etc/old", "new"),
                                file("etc/.wh.old", ""),
                                folder("opt/app"),
                                file("opt/app/c", "new"),
                                file("opt/.wh.app", "")}}));
        CHECK(ground.text("etc/old") == "new");
        CHECK(ground.names() == "etc/ etc/kept etc/old link opt/ opt/app/ opt/app/c ");
    }
    SECTION("an opaque folder hides all that was in it") {
        const Ground ground;
        REQUIRE(ground.unpack(
            {lower,
             {file("opt/app/c", "new"), file("opt/.wh..wh..opq", ""), file("opt/d", "new")}}));
        CHECK(ground.names() == "etc/ etc/kept etc/old link opt/ opt/app/ opt/app/c opt/d ");
    }
    SECTION("through a link as well") {
        const Ground ground;
        REQUIRE(ground.unpack({{folder("usr/lib"), file("usr/lib/x"), link_to("lib", "usr/lib")},
                               {file("lib/.wh.x", ""), file("lib/y")}}));
        CHECK(ground.names() == "lib usr/ usr/lib/ usr/lib/y ");
    }
    SECTION("aufs's own files are nobody's") {
        const Ground ground;
        REQUIRE(ground.unpack({{folder(".wh..wh.plnk"), file(".wh..wh.aufs", ""), file("a")}}));
        CHECK(ground.names() == "a ");
    }
    SECTION("in a tar that is no layer they are names like others") {
        const Ground ground;
        REQUIRE(ground.unpack({{file("a"), file(".wh.a", "")}}, {}, Whiteouts::AsFiles));
        CHECK(ground.names() == ".wh.a a ");
    }
    SECTION("a whiteout of nothing is damage") {
        for (const char* name : {".wh.", "a/.wh...", "a/.wh.."}) {
            const Ground ground;
            INFO(name);
            const auto result = ground.unpack({lower, {file(name, "")}});
            REQUIRE_FALSE(result);
            CHECK(result.error().code() == ErrorCode::Unprocessable);
            CHECK(ground.outside_is_whole());
        }
    }
}

TEST_CASE("a later entry replaces an earlier one, but a folder stays for a folder") {
    const Ground ground;
    REQUIRE(ground.unpack({{folder("a"),
                            file("a/x"),
                            file("b", "old"),
                            link_to("lib", "usr/lib"),
                            hard_link("b2", "b")},
                           {folder("a", 0700), file("b", "new"), folder("lib"), file("lib/y")},
                           {file("a", "a file now"), file("twice", "1"), file("twice", "2")}}));
    CHECK(ground.text("a") == "a file now");
    CHECK(ground.text("b") == "new");
    CHECK(ground.text("b2") == "old");  // the other name of what was replaced
    CHECK(S_ISDIR(ground.status("lib").st_mode));
    CHECK(ground.text("twice") == "2");
}

TEST_CASE("hard links lead to what lower layers have, too") {
    const Ground ground;
    REQUIRE(ground.unpack({{file("a", "one")}, {hard_link("b", "/a"), hard_link("b", "b")}}));
    CHECK(ground.status("a").st_ino == ground.status("b").st_ino);
}

TEST_CASE("hostile entries are refused, and nothing outside is touched") {
    const std::vector<std::pair<const char*, std::vector<Member>>> cases{
        {"leads out", {file("../outside", "evil")}},
        {"leads out in the middle", {file("a/../../outside", "evil")}},
        {"comes back in", {file("../tree/x", "evil")}},
        {"hard link out", {hard_link("x", "../outside")}},
        {"hard link to nothing", {hard_link("x", "gone")}},
        {"hard link to a folder", {folder("d"), hard_link("x", "d")}},
        {"hard link to itself", {hard_link("x", "x")}},
        {"hard link to the root", {hard_link("x", "/")}},
        {"the root is a link", {link_to(".", "/")}},
        {"a file for a folder", {file("a"), file("a/b")}},
        {"a link to itself for a folder", {link_to("a", "a"), file("a/b")}},
        {"links in a circle", {link_to("a", "b"), link_to("b", "a"), file("a/b")}},
        {"an empty link", {link_to("a", "")}},
        {"whiteout out", {file("../.wh.outside", "")}},
        {"hard link through a link that leads out",
         {link_to("up", "../.."), hard_link("x", "up/outside")}},
        {"a file past its end, by a map of holes",
         {{.path = "x",
           .data = test::padded("1\n1000000\n5\n") + "12345",
           .pax = {{"GNU.sparse.major", "1"},
                   {"GNU.sparse.minor", "0"},
                   {"GNU.sparse.name", "x"},
                   {"GNU.sparse.realsize", "10"}}}}},
        {"a name that fills the memory",
         {{.path = "x", .pax = {{"path", std::string(2 << 20, 'n')}}}}},
        {"a size below nothing", {{.path = "x", .told_size = -2}}},
    };
    for (const auto& [what, members] : cases) {
        const Ground ground;
        INFO(what);
        const auto result = ground.unpack({members});
        REQUIRE_FALSE(result);
        CHECK(result.error().code() == ErrorCode::Unprocessable);
        CHECK(ground.outside_is_whole());
    }
}

TEST_CASE("what is in the way of an entry is replaced, never opened or followed") {
    const Ground ground;
    struct stat before{};
    REQUIRE(::stat(ground.dir.path().c_str(), &before) == 0);
    const std::string out = ground.dir.path();
    std::vector<Member> layer{{.path = "pipe", .type = '6'},
                              file("pipe", "not into a pipe that nobody reads"),
                              folder("was", 0700),
                              file("was/x"),
                              link_to("was", out),
                              link_to("is", out),
                              folder("is", 0777),
                              link_to("name", out + "/outside"),
                              hard_link("other", "name"),
                              file("name", "not into what it led to")};
    if (is_root()) {
        layer.push_back({.path = "null", .type = '3', .major = 1, .minor = 3});
        layer.push_back(file("null", "not into a device"));
    }
    REQUIRE(ground.unpack({layer}));
    CHECK(ground.text("pipe").starts_with("not into a pipe"));
    CHECK(ground.text("name").starts_with("not into what"));
    CHECK(S_ISLNK(ground.status("other").st_mode));
    CHECK(S_ISLNK(ground.status("was").st_mode));
    CHECK(S_ISDIR(ground.status("is").st_mode));
    if (is_root()) CHECK(ground.text("null") == "not into a device");
    // Modes and times of folders are set last; not those of what took their place.
    struct stat after{};
    REQUIRE(::stat(ground.dir.path().c_str(), &after) == 0);
    CHECK(after.st_mode == before.st_mode);
    CHECK(after.st_mtim.tv_sec == before.st_mtim.tv_sec);
    CHECK(ground.outside_is_whole());
}

TEST_CASE("a folder that a link names and that is not there comes to be within the tree") {
    const Ground ground;
    REQUIRE(ground.unpack({{link_to("a", "gone/deep"),
                            file("a/b"),
                            link_to("srv", "/x/y"),
                            file("srv/c"),
                            folder("d"),
                            link_to("d/up", "../../../z"),
                            file("d/up/e")}}));
    CHECK(ground.names() == "a d/ d/up gone/ gone/deep/ gone/deep/b srv x/ x/y/ x/y/c z/ z/e ");
    CHECK(ground.outside_is_whole());
}

TEST_CASE("links that lead out lead within the tree") {
    const Ground ground;
    const std::string out = ground.dir.path();
    REQUIRE(
        ground.unpack({{folder("etc"),
                        link_to("abs", "/etc"),
                        link_to("up", "../../.."),
                        link_to("far", out),
                        file("/absolute", "a")},
                       {file("abs/a", "1"), file("up/b", "2"), link_to("outside", "../outside")},
                       {file("outside", "a file now"), hard_link("far2", "abs/a")}}));
    CHECK(ground.text("etc/a") == "1");
    CHECK(ground.text("b") == "2");
    CHECK(ground.text("absolute") == "a");
    CHECK(ground.text("outside") == "a file now");
    // Written through: the folder it names is made in the tree at most.
    const auto through = ground.unpack({{file("far/outside", "evil")}});
    CHECK(ground.outside_is_whole());
    // And what a whiteout hides is in the tree.
    (void)ground.unpack({{file("far/.wh.outside", ""), file("up/.wh..wh..opq", "")}});
    CHECK(ground.outside_is_whole());
}

TEST_CASE("each limit holds, and is named") {
    const auto refused = [](const std::vector<Member>& members, UnpackLimits limits) {
        const Ground ground;
        const auto result = ground.unpack({members}, limits);
        REQUIRE_FALSE(result);
        CHECK(result.error().code() == ErrorCode::TooLarge);
        return result.error().message();
    };
    const auto accepted = [](const std::vector<Member>& members, UnpackLimits limits) {
        const Ground ground;
        return ground.unpack({members}, limits).has_value();
    };
    CHECK(accepted({file("a"), file("b")}, {.entries = 2}));
    CHECK(refused({file("a"), file("b")}, {.entries = 1}) ==
          "the entry \"b\" is over the limit of 1 entries");
    CHECK(accepted({file("a", "12345"), file("b", "12345")}, {.bytes = 10}));
    CHECK(refused({file("a", "12345"), file("b", "123456")}, {.bytes = 10}) ==
          "the entry \"b\" is over the limit of 10 bytes in all");
    CHECK(accepted({file("abcde")}, {.path_bytes = 5}));
    CHECK(refused({file("abcdef")}, {.path_bytes = 5}) ==
          "a name of 6 bytes is over the limit of 5");
    CHECK(refused({link_to("a", "abcdef")}, {.path_bytes = 5}) ==
          "a name of 6 bytes is over the limit of 5");
    CHECK(accepted({file("a/b/c")}, {.depth = 2}));
    CHECK(refused({file("a/b/c/d")}, {.depth = 2}) ==
          "the entry \"a/b/c/d\" is over the limit of 2 folders inside each other");
    CHECK(refused({file("a", "12345")}, {.apparent_bytes = 4}) ==
          "the entry \"a\" is over the limit of 4 bytes a file");
    Member noted = file("a");
    noted.pax = {{"SCHILY.xattr.user.n", "0123456789"}};
    CHECK(accepted({noted}, {.attribute_bytes = 16}));
    CHECK(refused({noted}, {.attribute_bytes = 15}) ==
          "the entry \"a\" is over the limit of 15 bytes of attributes");
}

TEST_CASE("damaged archives are refused, wherever they are cut or flipped") {
    const std::string whole =
        test::tar({folder("a"), file("a/x", std::string(3000, 'x')), file("b")});
    const auto unpacks = [](const std::string& bytes) {
        const Ground ground;
        const ConfinedDir tree = ConfinedDir::open(ground.root).value();
        Unpacker unpacker(tree, {});
        test::MemorySource source(bytes);
        const bool good = unpacker.unpack(source, Whiteouts::Apply).has_value();
        CHECK(ground.outside_is_whole());
        return good;
    };
    REQUIRE(unpacks(whole));
    // In a header and in the data; between members an archive without its end is still one.
    for (const size_t size : {size_t{100}, size_t{700}, size_t{2000}, size_t{4300}}) {
        INFO(size);
        CHECK_FALSE(unpacks(whole.substr(0, size)));
    }
    std::string flipped = whole;
    flipped[512 + 3] ^= 1;  // a name, which the header's sum covers
    CHECK_FALSE(unpacks(flipped));
    Member lying = file("a", "12345");
    lying.told_size = 1 << 20;
    CHECK_FALSE(unpacks(test::member_bytes(lying)));
    CHECK_FALSE(unpacks("this is no tar" + std::string(1000, 'x')));
}

TEST_CASE("unpacking ends when it is told to") {
    const Ground ground;
    const ConfinedDir tree = ConfinedDir::open(ground.root).value();
    std::stop_source stop;
    uint64_t seen = 0;
    UnpackOptions options{.limits = {}, .stop = stop.get_token(), .progress = {}};
    options.progress = [&](uint64_t entries, uint64_t) {
        seen = entries;
        if (entries == 2) stop.request_stop();
    };
    Unpacker unpacker(tree, options);
    test::MemorySource source(test::tar({file("a"), file("b"), file("c")}));
    const auto result = unpacker.unpack(source, Whiteouts::Apply);
    REQUIRE_FALSE(result);
    CHECK(result.error().code() == ErrorCode::Cancelled);
    CHECK(seen == 2);
}
