// SPDX-License-Identifier: BSD-3-Clause
#include "store/file_change.h"

#include "base/file.h"
#include "store/database.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::store;

namespace {

KeptFile text(std::string content, uint32_t mode = 0644) {
    return {.mode = mode, .size = content.size(), .digest = "d" + content, .text = content};
}

}  // namespace

TEST_CASE("what became of an overlay's files is told", "[store][file_change]") {
    const std::vector<FileChange> files{
        {"o", "etc/a.ww", text("1\n2\n"), text("1\n3\n", 0600)},
        {"o", "etc/b", {}, KeptFile{.type = KeptFile::Type::Link, .text = "a"}},
        {"o", "etc/large", KeptFile{.size = 1 << 20, .digest = "x"}, {}},
    };
    CHECK(name_files(files) == "overlay o (3 files)");
    CHECK(name_files({files[0]}) == "overlay o:/etc/a.ww");
    CHECK(describe(files) ==
          "overlay o:/etc/a.ww: 4 bytes → 4 bytes, mode 0644 → 0600\n"
          "overlay o:/etc/b: added, link to a\n"
          "overlay o:/etc/large: deleted, 1048576 bytes\n");
    CHECK(
        text_diff({files[0]}) ==
        "overlay o:/etc/a.ww: 4 bytes → 4 bytes, mode 0644 → 0600\n@@ -1,2 +1,2 @@\n 1\n-2\n+3\n");
    CHECK(text_diff({files[2]}) == "overlay o:/etc/large: deleted, 1048576 bytes\n");
}

TEST_CASE("changes of a file are put together and turned round", "[store][file_change]") {
    const FileChange first{"o", "a", {}, text("1")};
    const FileChange second{"o", "a", text("1"), text("2")};
    const FileChange third{"o", "a", text("2"), {}};
    CHECK(joined({first, second}) == std::vector{FileChange{"o", "a", {}, text("2")}});
    CHECK(joined({first, second, third}).empty());
    const KeptFile folder{.type = KeptFile::Type::Folder};
    const auto back =
        reversed({{"o", "", folder, {}}, {"o", "d", folder, {}}, {"o", "d/f", text("x"), {}}});
    CHECK(back[0].path.empty());
    CHECK(back[2].path == "d/f");
    CHECK(reversed(back)[0].path == "d/f");  // what is in a folder goes first
}

TEST_CASE("the journal knows the files of overlays by overlay and path", "[store][file_change]") {
    const ww::test::TempDir folder;
    REQUIRE(ww::replace_file(folder / "nodes.conf", "nodes: {}\n"));
    const auto database = Database::open(folder / "nodes.conf", folder / "lock", folder / "state");
    REQUIRE(database->commit(add_node("o2", {})));
    const Origin origin{.author = {"socket", 0, "root", "overlay edit o a"}};
    const std::vector<FileChange> files{{"o", "etc/a", text("1"), text(std::string("2\0", 2))},
                                        {"o", "etc/b", {}, text("3")}};
    const auto number = database->record_files(origin, files);
    REQUIRE(number);
    Journal& journal = *database->journal();
    CHECK(journal.revisions({})->front().changed == "overlay o (2 files)");
    CHECK(journal.revisions({.texts = true})->front().files == files);
    for (const char* name : {"o", "o:/etc/b"})
        CHECK(journal.revisions({.names = {name}})->front().number == *number);
    CHECK(journal.revisions({.names = {"o:/etc/b"}, .texts = true})->front().files.size() == 1);
    for (const char* name : {"o:/etc/c", "o1", "o:/etc"})
        CHECK(journal.revisions({.names = {name}})->empty());
    // An edit of nodes.conf goes on from what was known.
    REQUIRE(database->commit(add_node("o3", {})));
    CHECK(journal.revisions({})->front().changed == "o3");
    CHECK(journal.unfinished()->empty());
}
