// SPDX-License-Identifier: BSD-3-Clause
//
// How the journal is written. What it tells is in journal_reading.cc.
#include "store/journal.h"

#include <ctime>
#include <utility>

#include "store/journal_file.h"

namespace ww::store {

namespace {

// Looking for old rows costs a walk over all of them, so not every time.
constexpr int64_t kPruneEvery = 32;

int64_t insert_revision(SqlFile& file, const Revision& revision, bool done) {
    int64_t bytes = 0;
    for (const EntryChange& change : revision.entries)
        bytes += static_cast<int64_t>(change.before.value_or("").size() +
                                      change.after.value_or("").size());
    const Author& author = revision.author;
    SqlStatement row(
        file,
        "INSERT INTO revision(time, via, uid, user, command, digest_before, digest_after, undoes, "
        "done, bytes) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    row << int64_t{std::time(nullptr)} << std::string_view(author.via) << author.uid
        << std::string_view(author.user) << std::string_view(author.command)
        << std::string_view(revision.digest_before) << std::string_view(revision.digest_after)
        << revision.undoes << int64_t{done} << bytes;
    row.run();
    const int64_t number = file.last_number();
    SqlStatement change(
        file, "INSERT INTO change VALUES(?1, ?2, ?3, ?4, ?5, checksum(?1, ?2, ?3, ?4, ?5))");
    for (const EntryChange& entry : revision.entries) {
        change << number << kind_number(entry.id.kind) << std::string_view(entry.id.name)
               << entry.before << entry.after;
        change.run();
    }
    return number;
}

void set_digest(SqlFile& file, std::string_view digest) {
    SqlStatement state(file, "INSERT OR REPLACE INTO state VALUES(0, ?)");
    state << digest;
    state.run();
}

// The oldest revisions beyond what is kept.
void prune(SqlFile& file, const Journal::Limits& limits) {
    SqlStatement rows(file,
                      "SELECT number FROM (SELECT number, row_number() OVER newest AS place, "
                      "sum(bytes) OVER newest AS total "
                      "FROM revision WINDOW newest AS (ORDER BY number DESC)) "
                      "WHERE place > ? OR (total > ? AND place > 1) ORDER BY number DESC LIMIT 1");
    rows << limits.revisions << limits.bytes;
    if (!rows.step()) return;
    const int64_t last = rows.number(0);
    for (const char* sql :
         {"DELETE FROM change WHERE revision <= ?", "DELETE FROM revision WHERE number <= ?"}) {
        SqlStatement gone(file, sql);
        gone << last;
        gone.run();
    }
}

}  // namespace

Journal::Journal(std::string path, const Limits& limits)
    : file_(std::make_unique<File>(std::move(path), limits)) {}

Journal::~Journal() = default;

const std::string& Journal::path() const { return file_->path(); }

std::vector<std::string> Journal::take_warnings() { return file_->take_warnings(); }

Result<void> Journal::start(const Author& author,
                            const std::string& digest,
                            const EntryTexts& now) {
    WW_TRY_VOID(file_->with([&](SqlFile& file) {
        file.transaction(true, [&] {
            file.run("DELETE FROM entry");
            SqlStatement entry(file, "INSERT INTO entry VALUES(?1, ?2, ?3, checksum(?1, ?2, ?3))");
            for (const EntryTexts::Row& row : now.rows()) {
                entry << kind_number(row.kind) << row.name << row.text;
                entry.run();
            }
            Revision first;
            first.author = author;
            first.digest_before = first.digest_after = digest;
            insert_revision(file, first, true);
            set_digest(file, digest);
        });
        return Nothing{};
    }));
    return {};
}

Result<int64_t> Journal::begin(const Revision& revision) {
    return file_->with([&](SqlFile& file) {
        int64_t number = 0;
        file.transaction(true, [&] { number = insert_revision(file, revision, false); });
        return number;
    });
}

Result<void> Journal::finish(int64_t number) {
    WW_TRY_VOID(file_->with([&](SqlFile& file) {
        file.transaction(false, [&] {
            for (const char* sql :
                 {"UPDATE revision SET done = 1 WHERE number = ?",
                  "DELETE FROM entry WHERE (kind, name) IN (SELECT kind, name FROM change WHERE "
                  "revision = ? AND after IS NULL)",
                  "INSERT OR REPLACE INTO entry SELECT kind, name, after, checksum(kind, name, "
                  "after) "
                  "FROM change WHERE revision = ? AND after IS NOT NULL",
                  "INSERT OR REPLACE INTO state SELECT 0, digest_after FROM revision WHERE number "
                  "= ?"}) {
                SqlStatement part(file, sql);
                part << number;
                part.run();
            }
            if (number % kPruneEvery == 0) prune(file, file_->limits());
        });
        return Nothing{};
    }));
    return {};
}

Result<void> Journal::drop(int64_t number) {
    WW_TRY_VOID(file_->with([&](SqlFile& file) {
        file.transaction(false, [&] {
            for (const char* sql : {"DELETE FROM change WHERE revision = ?",
                                    "DELETE FROM revision WHERE number = ?"}) {
                SqlStatement part(file, sql);
                part << number;
                part.run();
            }
        });
        return Nothing{};
    }));
    return {};
}

}  // namespace ww::store
