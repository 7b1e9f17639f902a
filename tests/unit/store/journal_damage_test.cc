// SPDX-License-Identifier: BSD-3-Clause
//
// A journal with every byte changed that means something, cut off everywhere, and with more at its
// end: it is set aside or refused with a word, never believed, and changes go on.
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "base/file.h"
#include "base/site_files.h"
#include "store/database.h"
#include "store/journal/journal.h"
#include "support/catch.h"

using namespace ww::store;

namespace {

const std::string kText = "nodes:\n  n1:\n    comment: one\n  n2: {}\n";
const Author kStart{"start", -1, "", ""};

void write(const std::string& path, std::string_view text) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
}

// In memory: thousands of journals are begun here, and nothing of them has to last.
class MemoryFolder {
   public:
    MemoryFolder() {
        char name[] = "/dev/shm/ww-test-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        path_ = name;
    }
    ~MemoryFolder() { (void)ww::remove_tree(path_); }
    MemoryFolder(const MemoryFolder&) = delete;
    MemoryFolder& operator=(const MemoryFolder&) = delete;

    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

   private:
    std::string path_;
};

Revision change() {
    Revision revision;
    revision.author = {"socket", 7, "u", "node set n1"};
    revision.digest_before = "d0";
    revision.digest_after = "d1";
    revision.entries = {
        {{ww::fields::EntryKind::Node, "n1"}, "  n1: {}", "  n1:\n    comment: one"},
        {{ww::fields::EntryKind::Node, "n2"}, std::nullopt, "  n2: {}"},
    };
    return revision;
}

class Damaged {
   public:
    Damaged() {
        {
            Journal journal(path_);
            const std::string text = "nodes:\n  n1: {}\n";
            const auto file = *SourceFile::read(text, "f");
            REQUIRE(journal.start(kStart, "d0", EntryTexts(*file)));
            const auto number = journal.begin(change());
            REQUIRE(number);
            REQUIRE(journal.finish(*number));
        }
        whole = *ww::read_file(path_);
        REQUIRE_FALSE(ww::exists(path_ + "-wal"));
    }

    // Everything that is asked of a journal. What it gives of texts has to be what was written.
    void check(std::string_view bytes) {
        for (const char* part : {"-wal", "-shm"}) ::unlink((path_ + part).c_str());
        write(path_, bytes);
        Journal journal(path_);
        (void)journal.digest();
        (void)journal.count();
        if (const auto unfinished = journal.unfinished())
            for (const Revision& revision : *unfinished) check_texts(revision);
        if (const auto all = journal.revisions({.texts = true}))
            for (const Revision& revision : *all) check_texts(revision);
        if (const auto since = journal.changes_to(now_))
            for (const EntryChange& entry : *since)
                CHECK((!entry.before || known(entry.id, *entry.before)));
        // Works again, or says why not.
        const auto number = journal.begin(change());
        CHECK((number || !number.error().message().empty()));
        if (number) CHECK(journal.finish(*number));
    }

    std::string whole;

   private:
    static bool known(const EntryId& id, const std::string& text) {
        const Revision written = change();
        for (const EntryChange& entry : written.entries)
            if (entry.id == id && (entry.before == text || entry.after == text)) return true;
        return false;
    }
    static void check_texts(const Revision& revision) {
        for (const EntryChange& entry : revision.entries) {
            CHECK((!entry.before || known(entry.id, *entry.before)));
            CHECK((!entry.after || known(entry.id, *entry.after)));
        }
    }

    MemoryFolder folder_;
    std::string path_ = folder_ / "journal.sqlite";
    std::shared_ptr<const SourceFile> file_ = *SourceFile::read(kText, "f");
    EntryTexts now_{*file_};
};

}  // namespace

TEST_CASE("no changed byte of a journal is believed", "[store][journal][damage]") {
    // The first page is the header and then what CREATE said; that is long and read by one parser.
    constexpr size_t kHeader = 200;
    constexpr size_t kPage = 4096;
    Damaged site;
    for (size_t at = 0; at < site.whole.size(); at += at < kHeader || at >= kPage ? 1 : 7) {
        if (site.whole[at] == '\0') continue;  // room for more
        INFO("byte " << at);
        std::string bytes = site.whole;
        bytes[at] = static_cast<char>(bytes[at] ^ 1);
        site.check(bytes);
    }
}

TEST_CASE("a journal may end anywhere, or later", "[store][journal][damage]") {
    Damaged site;
    for (size_t size = 0; size < site.whole.size(); size += size < 128 ? 1 : 997)
        site.check(site.whole.substr(0, size));
    site.check(site.whole + "more");
    site.check(site.whole + site.whole);
    site.check(std::string(site.whole.size(), '\0'));
    site.check(std::string(site.whole.size(), '\xff'));
}

TEST_CASE("changes go on, whatever the journal holds", "[store][journal][damage]") {
    Damaged site;
    const MemoryFolder folder;
    const std::string path = folder / "nodes.conf";
    for (size_t at = 0; at < site.whole.size(); at += 797) {
        INFO("byte " << at);
        std::string bytes = site.whole;
        bytes[at] = static_cast<char>(bytes[at] ^ 0xff);
        REQUIRE(ww::remove_tree(folder / "state"));
        REQUIRE(ww::make_directories(folder / "state"));
        write(ww::journal_file(folder / "state"), bytes);
        write(path, kText);
        const auto database = Database::open(path, folder / "lock", folder / "state");
        REQUIRE(database->commit(add_node("n3", {})));
        CHECK(*ww::read_file(path) == kText + "  n3: {}\n");
    }
}
