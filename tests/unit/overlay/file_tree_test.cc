// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/file_tree.h"

#include "support/catch.h"

using namespace ww::overlay;

namespace {

FileTree::Data text(const char* content) { return std::make_shared<const std::string>(content); }

const Entry& at(const FileTree& tree, const char* path) {
    const auto found = tree.entries().find(path);
    REQUIRE(found != tree.entries().end());
    return found->second;
}

}  // namespace

TEST_CASE("a later overlay wins with content, mode and owner", "[overlay][file_tree]") {
    FileTree tree;
    REQUIRE(tree.add_file("x", {0600, 1, 1}, text("one"), Backup::No));
    REQUIRE(tree.add_file("x", {0755, 2, 3}, text("two"), Backup::No));
    const Entry& entry = at(tree, "x");
    CHECK(*entry.data == "two");
    CHECK(entry.meta.mode == 0755);
    CHECK(entry.meta.uid == 2);
    CHECK(entry.meta.gid == 3);
    CHECK(tree.entries().size() == 1);
}

TEST_CASE("a folder keeps its first mode and takes the later owner", "[overlay][file_tree]") {
    FileTree tree;
    REQUIRE(tree.add_folder("d", {0700, 1, 1}));
    REQUIRE(tree.add_folder("d", {0755, 2, 2}));
    CHECK(at(tree, "d").meta.mode == 0700);
    CHECK(at(tree, "d").meta.uid == 2);
}

TEST_CASE("a backup is kept once", "[overlay][file_tree]") {
    FileTree tree;
    REQUIRE(tree.add_file("x", {}, text("1"), Backup::No));
    REQUIRE(tree.add_file("x", {}, text("2"), Backup::Once));
    REQUIRE(tree.add_file("x", {}, text("3"), Backup::Once));
    CHECK(*at(tree, "x").data == "3");
    CHECK(*at(tree, "x.wwbackup").data == "1");
    REQUIRE(tree.add_link("x", "y", {}));
    CHECK(at(tree, "x").kind == Kind::Link);
    CHECK(*at(tree, "x.wwbackup").data == "1");
}

TEST_CASE("a file replaces a link and is not written through it", "[overlay][file_tree]") {
    FileTree tree;
    REQUIRE(tree.add_link("shadow", "/etc/shadow", {}));
    REQUIRE(tree.add_file("shadow", {0600, 0, 0}, text("mine"), Backup::No));
    CHECK(at(tree, "shadow").kind == Kind::File);
}

TEST_CASE("files and folders do not replace each other", "[overlay][file_tree]") {
    FileTree tree;
    REQUIRE(tree.add_folder("d", {}));
    CHECK_FALSE(tree.add_file("d", {}, text("x"), Backup::Once));
    CHECK_FALSE(tree.add_link("d", "x", {}));
    REQUIRE(tree.add_file("f", {}, text("x"), Backup::No));
    CHECK_FALSE(tree.add_folder("f", {}));
    CHECK_FALSE(tree.add_file("f/y", {}, text("x"), Backup::No));
    CHECK_FALSE(tree.add_file("none/y", {}, text("x"), Backup::No));
    REQUIRE(tree.add_parents("a/b/c", 0750));
    CHECK(tree.has_folder("a/b"));
    CHECK(at(tree, "a").meta.mode == 0750);
    CHECK_FALSE(tree.add_parents("f/z/w", 0755));
}

TEST_CASE("names given to file stay in the image", "[overlay][file_tree]") {
    struct Row {
        const char* folder;
        const char* name;
        const char* out;  // nullptr: refused
    };
    const Row rows[] = {
        {"etc", "a", "etc/a"},
        {"etc/sub", "../a", "etc/a"},
        {"", "a", "a"},
        {"etc", "/a", "a"},
        {"etc", "/opt//x/", "opt/x"},
        {"etc", "../../a", nullptr},
        {"", "../a", nullptr},
        {"etc", "/../a", nullptr},
        {"", "..x", "..x"},
        {"etc", "..", nullptr},
        {"etc", "", "etc"},
        {"", "/", nullptr},
        {"etc", "./a/./b", "etc/a/b"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.folder, row.name);
        const auto path = output_path(row.folder, row.name);
        REQUIRE(path.has_value() == (row.out != nullptr));
        if (path) CHECK(*path == row.out);
    }
}
