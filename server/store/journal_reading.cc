// SPDX-License-Identifier: BSD-3-Clause
//
// What the journal tells.
#include <fmt/format.h>

#include <deque>
#include <map>

#include "store/journal_file.h"

namespace ww::store {

namespace {

constexpr const char* kRevisionColumns =
    "r.number, r.time, r.via, r.uid, r.user, r.command, r.digest_before, r.digest_after, r.undoes";

Revision revision_of(const SqlStatement& row) {
    return {row.number(0),
            row.number(1),
            {row.text(2), row.number(3), row.text(4), row.text(5)},
            row.text(6),
            row.text(7),
            row.number(8),
            {}};
}

void fail_of_checksum(SqlFile& file, const std::string& name) {
    file.fail({"a text of " + name + " is not what was written", true});
}

void read_entries(SqlFile& file,
                  Revision& revision,
                  const std::vector<std::string>& names,
                  bool texts) {
    const auto take = [&](SqlStatement& rows) {
        while (rows.step()) {
            if (rows.number(4) == 0) return fail_of_checksum(file, rows.text(1));
            revision.entries.push_back({{kind_of(rows.number(0)), rows.text(1)},
                                        rows.text_or_nothing(2),
                                        rows.text_or_nothing(3)});
        }
    };
    const std::string select = fmt::format(
        "SELECT kind, name, {} FROM change WHERE revision = ?",
        texts ? "before, after, checksum = checksum(revision, kind, name, before, after)"
              : "NULL, NULL, 1");
    if (names.empty()) {
        SqlStatement rows(file, select + " ORDER BY kind, name");
        rows << revision.number;
        take(rows);
        return;
    }
    for (const std::string& name : names) {
        SqlStatement rows(file, select + " AND name = ?");
        rows << revision.number << std::string_view(name);
        take(rows);
    }
}

}  // namespace

Result<std::optional<std::string>> Journal::digest() {
    return file_->with([](SqlFile& file) {
        SqlStatement row(file, "SELECT digest FROM state");
        return row.step() ? std::optional(row.text(0)) : std::nullopt;
    });
}

Result<std::vector<Revision>> Journal::unfinished() {
    return file_->with([](SqlFile& file) {
        std::vector<Revision> found;
        SqlStatement rows(file,
                          fmt::format("SELECT {} FROM revision r WHERE NOT done ORDER BY number",
                                      kRevisionColumns));
        while (rows.step()) found.push_back(revision_of(rows));
        for (Revision& revision : found) read_entries(file, revision, {}, true);
        return found;
    });
}

Result<std::vector<EntryChange>> Journal::changes_to(const EntryTexts& now) {
    return file_->with([&](SqlFile& file) {
        struct Known {
            EntryId id;
            std::string text;
        };
        std::deque<Known> known;
        SqlStatement rows(file,
                          "SELECT kind, name, text, checksum = checksum(kind, name, text) "
                          "FROM entry ORDER BY kind, name");
        while (rows.step()) {
            if (rows.number(3) == 0) fail_of_checksum(file, rows.text(1));
            known.push_back({{kind_of(rows.number(0)), rows.text(1)}, rows.text(2)});
        }
        std::vector<EntryTexts::Row> before;
        for (const auto& [id, text] : known) before.push_back({id.kind, id.name, text});
        return changed_entries(before, now.rows());
    });
}

Result<int64_t> Journal::number_of(const std::string& digest) {
    return file_->with([&](SqlFile& file) {
        SqlStatement row(file, "SELECT max(number) FROM revision WHERE done AND digest_after = ?");
        row << std::string_view(digest);
        return row.step() ? row.number(0) : 0;
    });
}

Result<int64_t> Journal::count() {
    return file_->with([](SqlFile& file) {
        SqlStatement row(file, "SELECT count(*) FROM revision WHERE done");
        return row.step() ? row.number(0) : 0;
    });
}

Result<std::vector<Revision>> Journal::revisions(const RevisionQuery& query) {
    return file_->with([&](SqlFile& file) {
        std::map<int64_t, Revision, std::greater<>> found;
        const auto take = [&](SqlStatement& rows) {
            while (rows.step()) found.try_emplace(rows.number(0), revision_of(rows));
        };
        const std::string select = fmt::format("SELECT {} FROM revision r", kRevisionColumns);
        const int64_t until = query.until == 0 ? INT64_MAX : query.until;
        const char* const order = " ORDER BY r.number DESC LIMIT ?";
        if (query.names.empty()) {
            SqlStatement rows(file,
                              select + " WHERE r.done AND r.number > ? AND r.number <= ?" + order);
            rows << query.after << until << query.limit;
            take(rows);
        }
        for (const std::string& name : query.names) {
            SqlStatement rows(
                file,
                select +
                    " WHERE r.done AND r.number > ? AND r.number <= ? AND r.number IN (SELECT "
                    "revision FROM change WHERE name = ?)" +
                    order);
            rows << query.after << until << std::string_view(name) << query.limit;
            take(rows);
        }
        std::vector<Revision> out;
        for (auto& [number, revision] : found) {
            if (query.limit >= 0 && static_cast<int64_t>(out.size()) == query.limit) break;
            read_entries(file, revision, query.names, query.texts);
            out.push_back(std::move(revision));
        }
        return out;
    });
}

}  // namespace ww::store
