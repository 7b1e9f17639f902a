// SPDX-License-Identifier: BSD-3-Clause
//
// Database::rewrite(), and what the history says of it.
#include "base/digest.h"
#include "base/file.h"
#include "base/site_files.h"
#include "store/database.h"
#include "store/recovery_copy.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::store;

namespace {

const Author kUpgrade{"socket", 0, "root", "upgrade nodes"};

// A site with a history; nodes.conf is there if `text` is given.
class Site {
   public:
    explicit Site(std::optional<std::string_view> text) {
        if (text) write(*text);
        open();
    }
    void open() { database = Database::open(path, folder_ / "lock", state); }
    void write(std::string_view text) { REQUIRE(ww::replace_file(path, text)); }
    std::string text() const { return *ww::read_file(path); }
    std::vector<Revision> history() const {
        return *database->journal()->revisions({.texts = true});
    }
    ww::Result<Database::Rewritten> rewrite_to(const std::string& text) {
        return database->rewrite([&](const std::string&) { return text; }, kUpgrade);
    }

   private:
    ww::test::TempDir folder_;

   public:
    std::string path = folder_ / "nodes.conf";
    std::string state = folder_ / "state";
    std::unique_ptr<Database> database;
};

}  // namespace

TEST_CASE("a rewriting is in the history, apart from an edit by hand before it",
          "[store][rewrite]") {
    Site site("nodes:\n  n1: {}\n");
    REQUIRE(site.database->record());
    site.write("nodes:\n  n1: {}\n  n2: {}\n");
    const auto done = site.rewrite_to("nodes:\n  n1:\n    comment: x\n  n2: {}\n");
    REQUIRE(done);
    const auto all = site.history();
    REQUIRE(all.size() == 3);
    CHECK(done->revision == all[0].number);
    CHECK(all[0].author.command == "upgrade nodes");
    REQUIRE(all[0].entries.size() == 1);
    CHECK(*all[0].entries[0].before == "  n1: {}");
    CHECK(*all[0].entries[0].after == "  n1:\n    comment: x");
    CHECK(all[1].author.via == "hand edit");
    REQUIRE(all[1].entries.size() == 1);
    CHECK(all[1].entries[0].id.name == "n2");
    CHECK(all[1].digest_after == all[0].digest_before);
    CHECK(*ww::read_file(done->kept) == "nodes:\n  n1: {}\n  n2: {}\n");
}

TEST_CASE("a text that does not load is told from what the history knew last", "[store][rewrite]") {
    Site site("nodes:\n  n1: {}\n");
    REQUIRE(site.database->record());
    site.write("nodes: [");
    REQUIRE(site.rewrite_to("nodes:\n  n1:\n    comment: x\n"));
    const auto all = site.history();
    REQUIRE(all.size() == 2);
    CHECK(all[0].author.command == "upgrade nodes");
    CHECK(all[0].digest_before == ww::sha256_hex("nodes: ["));
    REQUIRE(all[0].entries.size() == 1);
    CHECK(*all[0].entries[0].before == "  n1: {}");
}

// Else an undo of the upgrade would delete every node.
TEST_CASE("a history that begins with a rewriting takes nothing for added", "[store][rewrite]") {
    Site site("nodes: [");
    REQUIRE(site.rewrite_to("nodes:\n  n1: {}\n  n2: {}\n"));
    auto all = site.history();
    REQUIRE(all.size() == 2);
    CHECK(all[0].author.command == "upgrade nodes");
    CHECK(all[0].entries.empty());
    site.write("nodes:\n  n1: {}\n");
    REQUIRE(site.database->record());
    all = site.history();
    REQUIRE(all[0].entries.size() == 1);
    CHECK(all[0].entries[0].id.name == "n2");
}

TEST_CASE("a rewriting that never happened is dropped, even if the file does not load",
          "[store][rewrite]") {
    Site site("nodes:\n  n1: {}\n");
    REQUIRE(site.database->record());
    site.write("nodes: [");
    // What a kill before the rename leaves behind; then the same upgrade again.
    const std::string after = "nodes:\n  n1:\n    comment: x\n";
    Revision begun;
    begun.author = kUpgrade;
    begun.digest_before = ww::sha256_hex("nodes: [");
    begun.digest_after = ww::sha256_hex(after);
    REQUIRE(Journal(ww::journal_file(site.state)).begin(begun));
    REQUIRE(site.rewrite_to(after));
    site.open();
    REQUIRE(site.database->record());
    CHECK(site.database->journal()->unfinished()->empty());
    CHECK(site.history().size() == 2);
}

TEST_CASE("a file that is not there is made", "[store][rewrite]") {
    Site site(std::nullopt);
    const auto done = site.rewrite_to("nodes:\n  n1: {}\n");
    REQUIRE(done);
    CHECK(done->kept.empty());
    CHECK(site.text() == "nodes:\n  n1: {}\n");
    REQUIRE(site.history()[0].entries.size() == 1);
    CHECK_FALSE(site.history()[0].entries[0].before);
}

TEST_CASE("a refused rewriting leaves file and history as they were", "[store][rewrite]") {
    Site site("nodes:\n  n1: {}\n");
    REQUIRE(site.database->record());
    CHECK(site.rewrite_to("nodes: [").error().code() == ww::ErrorCode::Unprocessable);
    CHECK(site.text() == "nodes:\n  n1: {}\n");
    CHECK(site.history().size() == 1);
    REQUIRE(site.rewrite_to(site.text()));  // changes nothing
    CHECK(site.history().size() == 1);
}

// Another process of the site was killed in the middle; this one has been running all the time.
TEST_CASE("a change starts from a rewriting in place that was completed", "[store][rewrite]") {
    const std::string before = "nodes:\n  n1:\n    comment: old\n";
    const std::string after = "nodes:\n  n1:\n    comment: new\n";
    Site site(before);
    REQUIRE(site.database->record());
    site.write("nodes:\n  n1:\n    comment: nld\n");
    const RecoveryCopy copy{before, after};
    REQUIRE(ww::replace_file(ww::recovery_file(site.state), copy.to_text()));
    REQUIRE(site.database->commit(add_node("n2", {})));
    CHECK(site.text() == after + "  n2: {}\n");
    CHECK_FALSE(ww::exists(ww::recovery_file(site.state)));
}
