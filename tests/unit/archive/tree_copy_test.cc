// SPDX-License-Identifier: BSD-3-Clause
#include "archive/tree_copy.h"

#include <sys/mount.h>
#include <unistd.h>

#include "base/file.h"
#include "support/catch.h"
#include "support/shell.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::archive;

TEST_CASE("what is mounted in a tree is copied, unless one file system is asked for",
          "[archive][tree_copy]") {
    const test::TempDir dir;
    test::shell("cd " + dir.path() + " && mkdir -p from/mnt to one && touch from/file from/mnt/x");
    const std::string point = dir / "from/mnt";
    if (::geteuid() != 0 || ::mount("none", point.c_str(), "tmpfs", 0, nullptr) != 0) {
        WARN("cannot mount here: not tested");
        return;
    }
    test::shell("touch " + point + "/mounted");
    const ConfinedDir from = ConfinedDir::open(dir / "from").value();
    const auto all = copy_tree(from, ConfinedDir::open(dir / "to").value());
    const auto one =
        copy_tree(from, ConfinedDir::open(dir / "one").value(), {.one_file_system = true});
    REQUIRE(::umount(point.c_str()) == 0);
    REQUIRE(all);
    REQUIRE(one);
    CHECK(test::output_of("cd " + dir.path() + " && find to one | LC_ALL=C sort") ==
          "one\none/file\nto\nto/file\nto/mnt\nto/mnt/mounted\n");
}
