// SPDX-License-Identifier: BSD-3-Clause
#include "enter/landing.h"

#include <fcntl.h>

#include "support/catch.h"
#include "support/shell.h"
#include "support/temp_dir.h"

namespace ww::enter {

TEST_CASE("where a path leads, also to nothing") {
    const test::TempDir dir;
    test::shell(
        "cd " + dir.path() +
        " && mkdir -p etc usr/lib a/b && touch etc/file && ln -s usr/lib lib && "
        "ln -s ../run/x/y etc/resolv.conf && ln -s /a a/b/up && ln -s ../../../.. a/b/out && "
        "ln -s loop loop && ln -s /etc/passwd escape");
    const auto root = ConfinedDir::open(dir.path());
    REQUIRE(root);
    struct Case {
        const char* path;
        const char* lands;
        bool exists;
        bool parent;
    };
    const Case cases[] = {
        {"/", "", true, true},
        {"/etc/file", "etc/file", true, true},
        {"etc//./file", "etc/file", true, true},
        {"/lib/x", "usr/lib/x", false, true},
        {"/lib/x/y", "usr/lib/x/y", false, false},
        {"/etc/resolv.conf", "run/x/y", false, false},
        {"/a/b/up/b/up/c", "a/c", false, true},
        {"/a/b/out/etc", "etc", true, true},
        {"/../../etc", "etc", true, true},
        {"/escape", "etc/passwd", false, true},
    };
    for (const Case& c : cases) {
        INFO(c.path);
        const auto landing = land(*root, c.path);
        REQUIRE(landing);
        REQUIRE(landing->path == c.lands);
        REQUIRE(landing->exists == c.exists);
        REQUIRE(landing->parent_exists == c.parent);
    }
    for (const char* path : {"/loop", "/loop/x", "/etc/file/x"}) {
        INFO(path);
        const auto landing = land(*root, path);
        REQUIRE(!landing);
        REQUIRE(landing.error().code() == ErrorCode::Unprocessable);
    }
}

TEST_CASE("a path is made where it is missing, and never through a link") {
    const test::TempDir dir;
    test::shell("cd " + dir.path() + " && mkdir a out && ln -s ../out a/link");
    const UniqueFd folder(::open(dir.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    REQUIRE(make_path(folder.get(), "a/b/c", Leaf::Folder));
    REQUIRE(make_path(folder.get(), "a/b/f", Leaf::File));
    REQUIRE(make_path(folder.get(), "a/b/c", Leaf::Folder));
    REQUIRE(!make_path(folder.get(), "a/b/f/x", Leaf::Folder));
    REQUIRE(!make_path(folder.get(), "a/link/x", Leaf::Folder));
    REQUIRE(test::output_of("cd " + dir.path() + " && find . -type d -o -type f | LC_ALL=C sort") ==
            ".\n./a\n./a/b\n./a/b/c\n./a/b/f\n./out\n");
}

}  // namespace ww::enter
