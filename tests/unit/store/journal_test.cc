// SPDX-License-Identifier: BSD-3-Clause
#include "store/journal/journal.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "base/digest.h"
#include "base/file.h"
#include "support/catch.h"
#include "support/temp_dir.h"

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
    std::shared_ptr<const SourceFile> file = *SourceFile::read(text, "f");

    Started() { REQUIRE(journal.start({"start", -1, "", ""}, "d0", EntryTexts(*file))); }
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
    const auto all = again.revisions({.names = {"n1"}, .texts = true});
    REQUIRE(all);
    REQUIRE(all->size() == 1);
    CHECK(all->front().author.user == "u");
    CHECK(*all->front().entries.at(0).after == "  n1:\n    comment: x");
    CHECK(again.revisions({.names = {"n9"}, .texts = true})->empty());
    CHECK(again.revisions({})->size() == 2);
}

TEST_CASE("what changed by hand is told from the entries known", "[store][journal]") {
    Started site;
    const std::string now = "nodes:\n  n1:\n    comment: y\n  n2: {}\n";
    const auto file = *SourceFile::read(now, "f");
    const auto changes = site.journal.changes_to(EntryTexts(*file));
    REQUIRE(changes);
    REQUIRE(changes->size() == 2);
    CHECK(changes->at(0).id == kN1);
    CHECK(*changes->at(0).before == "  n1: {}");
    CHECK_FALSE(changes->at(1).before);
    CHECK(site.journal.changes_to(EntryTexts(*site.file))->empty());
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

namespace {

class OldFile {
   public:
    explicit OldFile(const std::string& path) {
        REQUIRE(::sqlite3_open(path.c_str(), &file_) == SQLITE_OK);
    }
    ~OldFile() { ::sqlite3_close(file_); }
    OldFile(const OldFile&) = delete;
    OldFile& operator=(const OldFile&) = delete;

    void run(const std::string& sql) {
        INFO(sql);
        REQUIRE(::sqlite3_exec(file_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    }

   private:
    sqlite3* file_ = nullptr;
};

std::string quoted(const std::string& text) { return text == "NULL" ? text : "'" + text + "'"; }

// What format 2 made its checksums of.
std::string old_checksum(const std::vector<std::string>& columns) {
    std::string all;
    for (const std::string& column : columns)
        all += column == "NULL" ? "-" : std::to_string(column.size()) + ":" + column;
    return ww::sha256_hex(all);
}

// The tables as the wwd of that format made them: one revision of n1, one that was not finished.
void make_old_journal(const std::string& path, int format) {
    OldFile file(path);
    const bool sums = format > 1;
    const std::string column = sums ? ", checksum TEXT NOT NULL" : "";
    file.run(
        "PRAGMA journal_mode=WAL; CREATE TABLE revision(number INTEGER PRIMARY KEY AUTOINCREMENT, "
        "time INTEGER NOT NULL, via TEXT NOT NULL, uid INTEGER NOT NULL, user TEXT NOT NULL, "
        "command TEXT NOT NULL, digest_before TEXT NOT NULL, digest_after TEXT NOT NULL, undoes "
        "INTEGER NOT NULL, done INTEGER NOT NULL, bytes INTEGER NOT NULL); CREATE TABLE "
        "change(revision INTEGER NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL, before TEXT, "
        "after TEXT" +
        column +
        ", PRIMARY KEY(revision, kind, name)) WITHOUT ROWID; CREATE INDEX change_of_name ON "
        "change(name, revision); CREATE TABLE entry(kind INTEGER NOT NULL, name TEXT NOT NULL, "
        "text TEXT NOT NULL" +
        column +
        ", PRIMARY KEY(kind, name)) WITHOUT ROWID; CREATE TABLE state(id INTEGER PRIMARY KEY "
        "CHECK(id = 0), digest TEXT NOT NULL); INSERT INTO state VALUES(0, 'd1');"
        "INSERT INTO revision VALUES(1, 10, 'start', -1, '', '', 'd0', 'd0', 0, 1, 0);"
        "INSERT INTO revision VALUES(4, 11, 'socket', 7, 'u', 'node set', 'd0', 'd1', 0, 1, 40);"
        "INSERT INTO revision VALUES(5, 12, 'socket', 7, 'u', 'node add', 'd1', 'd2', 0, 0, 9);"
        "PRAGMA user_version=" +
        std::to_string(format));
    const auto insert = [&](const std::string& table, const std::vector<std::string>& row) {
        std::string sql = "INSERT INTO " + table + " VALUES(";
        for (const std::string& value : row) sql += quoted(value) + ",";
        if (sums) sql += quoted(old_checksum(row)) + ",";
        sql.back() = ')';
        file.run(sql);
    };
    insert("change", {"4", "1", "n1", "  n1: {}", "  n1:\n    comment: x"});
    insert("change", {"5", "1", "n2", "NULL", "  n2: {}"});
    insert("entry", {"1", "n1", "  n1:\n    comment: x"});
}

}  // namespace

TEST_CASE("a journal of an older wwd is converted", "[store][journal]") {
    for (const int format : {1, 2}) {
        CAPTURE(format);
        ww::test::TempDir folder;
        const std::string path = folder / "journal.sqlite";
        make_old_journal(path, format);
        Journal journal(path);
        const auto all = journal.revisions({.texts = true, .groups = true});
        INFO((all ? "" : all.error().message()));
        REQUIRE(all);
        REQUIRE(all->size() == 2);
        CHECK(all->front().number == 4);
        CHECK(all->front().changed == "n1");
        CHECK_FALSE(all->front().groups);
        CHECK(*all->front().entries.at(0).after == "  n1:\n    comment: x");
        REQUIRE(journal.unfinished()->size() == 1);
        CHECK(journal.unfinished()->front().entries.at(0).id.name == "n2");
        const auto before = *SourceFile::read("nodes:\n  n1:\n    comment: x\n", "f");
        CHECK(journal.changes_to(EntryTexts(*before))->empty());
        REQUIRE(journal.finish(5));
        const auto after = *SourceFile::read("nodes:\n  n1:\n    comment: x\n  n2: {}\n", "f");
        CHECK(journal.changes_to(EntryTexts(*after))->empty());
        CHECK(*journal.digest() == "d2");
        CHECK(*journal.begin(change("d2", "d3", "x")) == 6);
        CHECK(journal.take_warnings().empty());
    }
}

TEST_CASE("a journal of a newer wwd is set aside with a word", "[store][journal]") {
    Started site;
    OldFile(site.path).run("PRAGMA user_version=4");
    Journal again(site.path);
    CHECK_FALSE(*again.digest());
    const auto warnings = again.take_warnings();
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0], Catch::Contains("made by another wwd (format 4)"));
}

TEST_CASE("the oldest revisions go first", "[store][journal]") {
    const ww::test::TempDir folder;
    const std::string text(100, 'x');
    int64_t each = 0;  // bytes that a revision takes
    {
        Journal journal(folder / "one");
        REQUIRE(journal.start({"start", -1, "", ""}, "a", EntryTexts()));
        REQUIRE(journal.finish(*journal.begin(change("a", "b", text))));
        each = 300 + 60;  // a row, and what a pack of two short texts comes to
    }
    for (const Journal::Limits limits : {Journal::Limits{40, INT64_MAX}, {INT64_MAX, 40 * each}}) {
        Journal journal(folder / std::to_string(limits.revisions), limits);
        REQUIRE(journal.start({"start", -1, "", ""}, "a", EntryTexts()));
        int64_t last = 0;
        for (int i = 0; i < 96; ++i) {
            last = *journal.begin(change("a", "b", text));
            const auto is_time = journal.finish(last);
            REQUIRE(is_time);
            if (*is_time) REQUIRE(journal.tidy(EntryTexts()));
            CHECK(*journal.count() <= 41);
        }
        const auto left = journal.revisions({});
        CHECK(left->front().number == last);
        CHECK(left->size() >= 30);
        CHECK(journal.reach()->oldest == left->back().number);
    }
}

TEST_CASE("the journal's files have a bound at every moment", "[store][journal]") {
    const ww::test::TempDir folder;
    const std::string path = folder / "journal.sqlite";
    Journal journal(path);
    REQUIRE(journal.start({"start", -1, "", ""}, "a", EntryTexts()));
    const auto size_of = [&](const char* part) {
        struct stat status{};
        return ::stat((path + part).c_str(), &status) == 0 ? status.st_size : 0;
    };
    std::mt19937_64 random(1);
    int64_t largest = 0;
    for (int i = 0; i < 80; ++i) {
        std::string text;  // half of it is noise: does not get smaller than that
        while (text.size() < (2 << 20)) text += fmt::format("{:016x}", random());
        const auto number = journal.begin(change("a", "b", text));
        REQUIRE(number);
        const auto is_time = journal.finish(*number);
        REQUIRE(is_time);
        if (*is_time) REQUIRE(journal.tidy(EntryTexts()));
        largest = std::max(largest, size_of("") + size_of("-wal"));
    }
    CHECK(largest <= 64 << 20);
    CHECK(size_of("") >= 36 << 20);
    CHECK(size_of("-wal") <= 8 << 20);
}

TEST_CASE("who asks for some names gets their texts alone", "[store][journal]") {
    Started site;
    Revision many = change("d0", "d1", "  n1:\n    comment: x");
    for (int i = 0; i < 3000; ++i)
        many.entries.push_back(
            {{ww::fields::EntryKind::Node, fmt::format("r{:04}", i)},
             {},
             fmt::format("  r{:04}: {{comment: '{}'}}", i, std::string(600, 'x'))});
    REQUIRE(site.journal.finish(*site.journal.begin(many)));
    const auto found = site.journal.revisions({.names = {"r2999", "r0000", "q"}, .texts = true});
    REQUIRE(found->size() == 1);
    CHECK(found->front().changed == "r[0000,2999]");
    CHECK(found->front().entries.size() == 2);
    CHECK(site.journal.revisions({.names = {"q"}})->empty());
    CHECK(site.journal.revisions({})->front().changed == "n1,r[0000-2999]");
}

TEST_CASE("what a change did is kept as it was told", "[store][journal]") {
    Started site;
    Revision told = change("d0", "d1", "  n1:\n    comment: x");
    told.groups = groups_of(told.entries).value();
    REQUIRE(site.journal.finish(*site.journal.begin(told)));
    const auto found = site.journal.revisions({.limit = 1, .groups = true});
    REQUIRE(found->size() == 1);
    CHECK(found->front().groups == told.groups);
    CHECK(found->front().entries.empty());
    CHECK(describe(*found->front().groups, false) == "n1:\n  comment: <unset> → \"x\"\n");
}
