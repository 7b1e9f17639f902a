// SPDX-License-Identifier: BSD-3-Clause
//
// How the journal is written. What it tells is in reading.cc.
#include "store/journal/journal.h"

#include <fmt/format.h>

#include <ctime>
#include <utility>

#include "store/journal/file.h"
#include "store/journal/pack.h"

namespace ww::store {

namespace {

// What a change costs beside its packs, roughly.
constexpr int64_t kRowBytes = 300;
// How much may come after the texts that are known before they are learned anew: what tells an
// edit by hand has to read all of it.
constexpr int64_t kSinceKnown = 64 << 10;

void run(SqlFile& file, const char* sql, int64_t value) {
    SqlStatement statement(file, sql);
    statement << value;
    statement.run();
}

// Revisions with all that belongs to them.
void forget(SqlFile& file, int64_t first, int64_t last) {
    for (const char* sql : {"DELETE FROM pack WHERE revision BETWEEN ? AND ?",
                            "DELETE FROM told WHERE revision BETWEEN ? AND ?",
                            "DELETE FROM file WHERE revision BETWEEN ? AND ?",
                            "DELETE FROM revision WHERE number BETWEEN ? AND ?"}) {
        SqlStatement statement(file, sql);
        statement << first << last;
        statement.run();
    }
}

// Lets the oldest go until there is room for an eighth more.
void prune(SqlFile& file, const Journal::Limits& limits) {
    const auto lower = [](int64_t limit) { return limit - limit / 8; };
    SqlStatement rows(file,
                      "SELECT number FROM (SELECT number, sum(bytes) OVER (ORDER BY number DESC) "
                      "AS total, max(number) OVER () AS newest FROM revision) "
                      "WHERE number < newest AND (number <= newest - ? OR total > ?) "
                      "ORDER BY number DESC LIMIT 1");
    rows << lower(limits.revisions) << lower(limits.bytes);
    if (!rows.step()) return;
    forget(file, 0, rows.number(0));
}

std::vector<EntryChange> as_changes(const EntryTexts& texts) {
    std::vector<EntryChange> changes;
    changes.reserve(texts.rows().size());
    for (const EntryTexts::Row& row : texts.rows())
        changes.push_back({{row.kind, std::string(row.name)}, {}, std::string(row.text)});
    return changes;
}

}  // namespace

std::string name_changes(const Revision& revision) {
    std::string changed = name_entries(revision.entries);
    if (!changed.empty() && !revision.files.empty()) changed += ", ";
    return changed + name_files(revision.files);
}

int64_t insert_revision(SqlFile& file, const Revision& revision, bool done) {
    const Author& author = revision.author;
    const std::string changed = name_changes(revision);
    SqlStatement row(
        file,
        "INSERT INTO revision(number, time, via, uid, user, command, digest_before, digest_after, "
        "undoes, done, changed, bytes) VALUES(nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)");
    row << revision.number << revision.time << std::string_view(author.via) << author.uid
        << std::string_view(author.user) << std::string_view(author.command)
        << std::string_view(revision.digest_before) << std::string_view(revision.digest_after)
        << revision.undoes << int64_t{done} << std::string_view(changed);
    row.run();
    const int64_t number = file.last_number();
    const std::string owner = revision_owner(number);
    auto bytes = kRowBytes + static_cast<int64_t>(author.command.size() + changed.size());
    int64_t part = 0;
    SqlStatement insert(file, "INSERT INTO pack VALUES(?, ?, ?, ?, ?)");
    for (const JournalPack& pack : pack_changes(revision.entries, owner)) {
        insert << number << part++ << std::string_view(pack.first) << std::string_view(pack.last)
               << SqlBlob{pack.bytes};
        insert.run();
        bytes += static_cast<int64_t>(pack.bytes.size());
    }
    if (revision.groups) {
        const std::string groups = pack_groups(*revision.groups, owner);
        SqlStatement told(file, "INSERT INTO told VALUES(?, ?)");
        told << number << SqlBlob{groups};
        told.run();
        bytes += static_cast<int64_t>(groups.size());
    }
    if (!revision.files.empty()) {
        const std::string files = pack_files(revision.files, owner);
        SqlStatement changed_files(file, "INSERT INTO file VALUES(?, ?, ?)");
        changed_files << number << std::string_view(revision.files.front().overlay)
                      << SqlBlob{files};
        changed_files.run();
        bytes += static_cast<int64_t>(files.size());
    }
    SqlStatement sized(file, "UPDATE revision SET bytes = ? WHERE number = ?");
    sized << bytes << number;
    sized.run();
    return number;
}

void set_known(SqlFile& file, std::string_view digest, const std::vector<EntryChange>& texts) {
    SqlStatement newest(file, "SELECT max(number) FILTER (WHERE done), sum(bytes) FROM revision");
    if (!newest.step()) return;
    const int64_t number = newest.number(0);
    file.run("DELETE FROM known");
    int64_t part = 0;
    int64_t bytes = 0;
    SqlStatement insert(file, "INSERT INTO known VALUES(?, ?)");
    for (const JournalPack& pack : pack_changes(texts, known_owner(number))) {
        insert << part++ << SqlBlob{pack.bytes};
        insert.run();
        bytes += static_cast<int64_t>(pack.bytes.size());
    }
    SqlStatement state(file, "INSERT OR REPLACE INTO state VALUES(0, ?, ?, ?, 0, ?)");
    state << digest << number << bytes << newest.number(1);
    state.run();
}

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
            Revision first;
            first.time = std::time(nullptr);
            first.author = author;
            first.digest_before = first.digest_after = digest;
            insert_revision(file, first, true);
            set_known(file, digest, as_changes(now));
        });
        return Nothing{};
    }));
    return {};
}

Result<int64_t> Journal::begin(const Revision& revision) {
    Revision begun = revision;
    begun.number = 0;
    begun.time = std::time(nullptr);
    return file_->with([&](SqlFile& file) {
        int64_t number = 0;
        file.transaction(true, [&] { number = insert_revision(file, begun, false); });
        return number;
    });
}

Result<bool> Journal::finish(int64_t number) {
    return file_->with([&](SqlFile& file) {
        bool is_time = false;
        file.transaction(false, [&] {
            run(file, "UPDATE revision SET done = 1 WHERE number = ?", number);
            run(file,
                "UPDATE state SET digest = digest_after, since = since + bytes, kept = kept + "
                "bytes FROM revision WHERE number = ?",
                number);
            SqlStatement state(file,
                               "SELECT since > 2 * known_bytes + ?1 OR kept > ?2 OR "
                               "(SELECT max(number) - min(number) FROM revision) >= ?3 FROM state");
            const Limits& limits = file_->limits();
            state << kSinceKnown << limits.bytes << limits.revisions;
            is_time = state.step() && state.number(0) != 0;
        });
        return is_time;
    });
}

Result<void> Journal::drop(int64_t number) {
    WW_TRY_VOID(file_->with([&](SqlFile& file) {
        file.transaction(false, [&] { forget(file, number, number); });
        return Nothing{};
    }));
    return {};
}

Result<void> Journal::tidy(const EntryTexts& now) {
    WW_TRY_VOID(file_->with([&](SqlFile& file) {
        file.transaction(false, [&] {
            prune(file, file_->limits());
            SqlStatement state(file, "SELECT digest FROM state");
            if (!state.step()) return;
            set_known(file, state.text(0), as_changes(now));
        });
        return Nothing{};
    }));
    return {};
}

}  // namespace ww::store
