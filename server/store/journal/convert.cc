// SPDX-License-Identifier: BSD-3-Clause
//
// Journals of older versions. Formats 1 and 2 had a row for each text, in the clear: `change` (of a
// revision) and `entry` (what was known); in format 2 each with a checksum.
#include <fmt/format.h>

#include "base/digest.h"
#include "base/log.h"
#include "store/journal/file.h"

namespace ww::store {

namespace {

fields::EntryKind kind_of(int64_t number) {
    return number == 0 ? fields::EntryKind::Profile : fields::EntryKind::Node;
}

// What format 2 made its checksums of: each column with its length.
class OldChecksum {
   public:
    void add(const std::optional<std::string>& text) {
        all_ += text ? fmt::format("{}:{}", text->size(), *text) : "-";
    }
    std::string value() const { return sha256_hex(all_); }

   private:
    std::string all_;
};

// Columns of a row of format 2 from the first to the checksum.
bool has_checksum(const SqlStatement& row, int columns) {
    OldChecksum sum;
    for (int column = 0; column < columns; ++column) sum.add(row.text_or_nothing(column));
    return sum.value() == row.bytes(columns);
}

std::vector<EntryChange> old_changes(SqlFile& file, int64_t format, int64_t number) {
    std::vector<EntryChange> changes;
    SqlStatement rows(file,
                      fmt::format("SELECT revision, kind, name, before, after{} FROM old_change "
                                  "WHERE revision = ? ORDER BY kind, name",
                                  format == 1 ? "" : ", checksum"));
    rows << number;
    while (rows.step()) {
        if (format > 1 && !has_checksum(rows, 5))
            file.fail({fmt::format("a text of revision {} is not what was written", number), true});
        changes.push_back({{kind_of(rows.number(1)), rows.text(2)},
                           rows.text_or_nothing(3),
                           rows.text_or_nothing(4)});
    }
    return changes;
}

std::vector<EntryChange> old_entries(SqlFile& file, int64_t format) {
    std::vector<EntryChange> entries;
    SqlStatement rows(file,
                      fmt::format("SELECT kind, name, text{} FROM old_entry ORDER BY kind, name",
                                  format == 1 ? "" : ", checksum"));
    while (rows.step()) {
        if (format > 1 && !has_checksum(rows, 3))
            file.fail({fmt::format("the text of {} is not what was written", rows.text(1)), true});
        entries.push_back({{kind_of(rows.number(0)), rows.text(1)}, {}, rows.text(2)});
    }
    return entries;
}

// Newest first; what does not find room any more is the oldest. Gives how many.
int64_t convert_revisions(SqlFile& file, int64_t format, const Journal::Limits& limits) {
    SqlStatement rows(
        file,
        "SELECT number, time, via, uid, user, command, digest_before, digest_after, undoes, done "
        "FROM old_revision ORDER BY number DESC");
    int64_t bytes = 0;
    int64_t count = 0;
    while (bytes < limits.bytes && count < limits.revisions && rows.step()) {
        const Revision revision{rows.number(0),
                                rows.number(1),
                                {rows.text(2), rows.number(3), rows.text(4), rows.text(5)},
                                rows.text(6),
                                rows.text(7),
                                rows.number(8),
                                {},
                                old_changes(file, format, rows.number(0)),
                                {},
                                {}};
        insert_revision(file, revision, rows.number(9) != 0);
        SqlStatement size(file, "SELECT bytes FROM revision WHERE number = ?");
        size << revision.number;
        if (size.step()) bytes += size.number(0);
        ++count;
    }
    return count;
}

void convert_known(SqlFile& file, int64_t format) {
    SqlStatement state(file, "SELECT digest FROM old_state");
    if (state.step()) set_known(file, state.text(0), old_entries(file, format));
}

}  // namespace

void convert_journal(SqlFile& file, int64_t format, const Journal::Limits& limits) {
    const int64_t count = convert_revisions(file, format, limits);
    convert_known(file, format);
    for (const char* table : {"old_revision", "old_change", "old_entry", "old_state"})
        file.run(fmt::format("DROP TABLE {}", table));
    if (!file.failed())
        log::info("store.journal converted from format {}: {} revisions", format, count);
}

}  // namespace ww::store
