// SPDX-License-Identifier: BSD-3-Clause
#include "store/journal.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "nodes/reader.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::nodes;
using namespace ww::store;

namespace {

const EntryId kN1{ww::fields::EntryKind::Node, "n1"};

Revision change(const std::string& before, const std::string& after, const std::string& text) {
    Revision revision;
    revision.author = {"socket", 7, "u", "node set"};
    revision.digest_before = before;
    revision.digest_after = after;
    revision.entries = {{kN1, "n1: {}", text}};
    return revision;
}

struct Started {
    ww::test::TempDir folder;
    std::string path = folder / "wwd/journal.sqlite";
    Journal journal{path};
    std::string text = "nodes:\n  n1: {}\n";
    Registry registry = read_nodes(text, "f")->registry;

    Started() { REQUIRE(journal.start({"start", -1, "", ""}, "d0", EntryTexts(text, registry))); }
};

}  // namespace

TEST_CASE("a journal knows what was begun, finished and dropped", "[store][journal]") {
    Started site;
    struct stat status{};
    REQUIRE(::stat(site.path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    const auto first = site.journal.begin(change("d0", "d1", "  n1:\n    comment: x"));
    REQUIRE(first);
    CHECK(*site.journal.digest() == "d0");
    REQUIRE(site.journal.unfinished()->size() == 1);
    CHECK(site.journal.unfinished()->front().digest_after == "d1");
    CHECK(*site.journal.count() == 1);
    REQUIRE(site.journal.finish(*first));
    CHECK(*site.journal.digest() == "d1");
    CHECK(site.journal.unfinished()->empty());
    CHECK(*site.journal.number_of("d1") == *first);

    const auto second = site.journal.begin(change("d1", "d2", "other"));
    REQUIRE(site.journal.drop(*second));
    CHECK(*site.journal.digest() == "d1");
    CHECK(site.journal.unfinished()->empty());

    // Another process sees the same.
    Journal again(site.path);
    const auto all = again.revisions({{"n1"}, 0, 0, -1, true});
    REQUIRE(all);
    REQUIRE(all->size() == 1);
    CHECK(all->front().author.user == "u");
    CHECK(*all->front().entries.at(0).after == "  n1:\n    comment: x");
    CHECK(again.revisions({{"n9"}, 0, 0, -1, true})->empty());
    CHECK(again.revisions({})->size() == 2);
}

TEST_CASE("what changed by hand is told from the entries known", "[store][journal]") {
    Started site;
    const std::string now = "nodes:\n  n1:\n    comment: y\n  n2: {}\n";
    const Registry registry = read_nodes(now, "f")->registry;
    const auto changes = site.journal.changes_to(EntryTexts(now, registry));
    REQUIRE(changes);
    REQUIRE(changes->size() == 2);
    CHECK(changes->at(0).id == kN1);
    CHECK(*changes->at(0).before == "  n1: {}");
    CHECK_FALSE(changes->at(1).before);
    CHECK(site.journal.changes_to(EntryTexts(site.text, site.registry))->empty());
}

TEST_CASE("a broken journal is set aside, a deleted one begun anew", "[store][journal]") {
    Started site;
    REQUIRE(ww::replace_file(site.path, std::string(5000, 'x')));
    // As long as the log beside it is whole, SQLite gets everything out of that.
    ::unlink((site.path + "-wal").c_str());
    const auto digest = site.journal.digest();
    REQUIRE(digest);
    CHECK_FALSE(*digest);
    CHECK(site.journal.take_warnings().size() == 1);
    REQUIRE(site.journal.start({"start", -1, "", ""}, "d5", EntryTexts()));
    CHECK(*site.journal.digest() == "d5");
    ::unlink(site.path.c_str());
    CHECK_FALSE(*site.journal.digest());
}

TEST_CASE("a journal of an older wwd goes on", "[store][journal]") {
    ww::test::TempDir folder;
    const std::string path = folder / "journal.sqlite";
    {
        Journal journal(path);
        const std::string text = "nodes:\n  n1: {}\n";
        REQUIRE(journal.start(
            {"start", -1, "", ""}, "d0", EntryTexts(text, read_nodes(text, "f")->registry)));
        REQUIRE(journal.finish(*journal.begin(change("d0", "d1", "  n1:\n    comment: x"))));
    }
    sqlite3* file = nullptr;
    REQUIRE(::sqlite3_open(path.c_str(), &file) == SQLITE_OK);
    const char* const to_format_1 =
        "ALTER TABLE change DROP COLUMN checksum; ALTER TABLE entry DROP COLUMN checksum; "
        "PRAGMA user_version=1";
    REQUIRE(::sqlite3_exec(file, to_format_1, nullptr, nullptr, nullptr) == SQLITE_OK);
    ::sqlite3_close(file);
    Journal journal(path);
    const auto all = journal.revisions({{}, 0, 0, -1, true});
    REQUIRE(all);
    REQUIRE(all->size() == 2);
    CHECK(*all->front().entries.at(0).after == "  n1:\n    comment: x");
    REQUIRE(journal.changes_to(EntryTexts()));
    CHECK(journal.finish(*journal.begin(change("d1", "d2", "x"))));
    CHECK(journal.take_warnings().empty());
}

TEST_CASE("the oldest revisions go first", "[store][journal]") {
    const ww::test::TempDir folder;
    const std::string text(100, 'x');
    for (const Journal::Limits limits : {Journal::Limits{40, INT64_MAX}, {INT64_MAX, 40 * 106}}) {
        Journal journal(folder / std::to_string(limits.revisions), limits);
        int64_t last = 0;
        for (int i = 0; i < 96; ++i) {
            const auto number = journal.begin(change("a", "b", text));
            REQUIRE(number);
            REQUIRE(journal.finish(*number));
            last = *number;
        }
        const auto left = journal.revisions({});
        REQUIRE(left);
        CHECK(left->front().number == last);
        CHECK(left->size() == 40);  // 96 is one of the numbers at which it is looked
    }
}
