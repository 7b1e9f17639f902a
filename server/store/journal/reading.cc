// SPDX-License-Identifier: BSD-3-Clause
//
// What the journal tells.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "store/journal/file.h"
#include "store/journal/pack.h"

namespace ww::store {

namespace {

// How many changes are looked up before others may use the file.
constexpr int64_t kPortion = 64;

constexpr const char* kRevisionColumns =
    "r.number, r.time, r.via, r.uid, r.user, r.command, r.digest_before, r.digest_after, "
    "r.undoes, r.changed";

Revision revision_of(const SqlStatement& row) {
    return {row.number(0),
            row.number(1),
            {row.text(2), row.number(3), row.text(4), row.text(5)},
            row.text(6),
            row.text(7),
            row.number(8),
            row.text(9),
            {},
            {},
            {}};
}

void fail_of_checksum(SqlFile& file, std::string_view owner) {
    file.fail({fmt::format("a text of {} is not what was written", owner), true});
}

void take(SqlFile& file,
          const SqlStatement& row,
          int column,
          std::string_view owner,
          size_t part,
          std::vector<EntryChange>& out) {
    if (!unpack_changes(row.bytes(column), owner, part, out)) fail_of_checksum(file, owner);
}

// Whether one of `names`, which are sorted, is among those from `first` to `last`.
bool may_hold(const std::vector<std::string>& names,
              std::string_view first,
              std::string_view last) {
    const auto at = std::lower_bound(names.begin(), names.end(), first);
    return at != names.end() && *at <= last;
}

void read_groups(SqlFile& file, Revision& revision) {
    SqlStatement told(file, "SELECT groups FROM told WHERE revision = ?");
    told << revision.number;
    if (!told.step()) return;
    const std::string owner = revision_owner(revision.number);
    revision.groups = unpack_groups(told.bytes(0), owner);
    if (!revision.groups) fail_of_checksum(file, owner);
}

void read_files(SqlFile& file, Revision& revision) {
    SqlStatement row(file, "SELECT files FROM file WHERE revision = ?");
    row << revision.number;
    if (!row.step()) return;
    const std::string owner = revision_owner(revision.number);
    auto files = unpack_files(row.bytes(0), owner);
    if (!files) return fail_of_checksum(file, owner);
    revision.files = *std::move(files);
}

// The parts of a revision that are asked for; `names` are sorted.
void read_parts(SqlFile& file,
                const RevisionQuery& query,
                const std::vector<std::string>& names,
                Revision& revision) {
    if (!query.texts && !query.groups && names.empty()) return;
    read_files(file, revision);
    if (query.groups && names.empty()) read_groups(file, revision);
    if (query.texts || !revision.groups) read_packs(file, revision.number, names, revision.entries);
    if (names.empty()) return;
    const auto is_asked = [&](const std::string& name) {
        return std::binary_search(names.begin(), names.end(), name);
    };
    std::erase_if(revision.entries,
                  [&](const EntryChange& entry) { return !is_asked(entry.id.name); });
    std::erase_if(revision.files, [&](const FileChange& each) {
        return !is_asked(each.overlay) && !is_asked(each.name());
    });
    revision.changed = name_changes(revision);
}

// The overlays of those names that may be an overlay's or of a file in one; sorted.
std::vector<std::string> overlays_of(const std::vector<std::string>& names) {
    std::vector<std::string> overlays;
    for (const std::string& name : names) overlays.push_back(name.substr(0, name.find(":/")));
    std::sort(overlays.begin(), overlays.end());
    return overlays;
}

void put_after(const std::vector<EntryChange>& changes, std::map<EntryId, std::string>& texts) {
    for (const EntryChange& change : changes) {
        if (change.after)
            texts[change.id] = *change.after;
        else
            texts.erase(change.id);
    }
}

// The texts as of the last finished change.
std::map<EntryId, std::string> known_texts(SqlFile& file) {
    std::map<EntryId, std::string> texts;
    std::vector<EntryChange> changes;
    SqlStatement state(file, "SELECT known FROM state");
    const int64_t known = state.step() ? state.number(0) : 0;
    SqlStatement packs(file, "SELECT texts FROM known ORDER BY part");
    for (size_t part = 0; packs.step(); ++part)
        take(file, packs, 0, known_owner(known), part, changes);
    put_after(changes, texts);
    SqlStatement later(file, "SELECT number FROM revision WHERE done AND number > ? ORDER BY 1");
    later << known;
    while (later.step()) {
        changes.clear();
        read_packs(file, later.number(0), {}, changes);
        put_after(changes, texts);
    }
    return texts;
}

}  // namespace

void read_packs(SqlFile& file,
                int64_t number,
                const std::vector<std::string>& names,
                std::vector<EntryChange>& out) {
    const std::string owner = revision_owner(number);
    SqlStatement packs(
        file, "SELECT part, first, last, texts FROM pack WHERE revision = ? ORDER BY part");
    packs << number;
    while (packs.step())
        if (names.empty() || may_hold(names, packs.bytes(1), packs.bytes(2)))
            take(file, packs, 3, owner, static_cast<size_t>(packs.number(0)), out);
}

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
        for (Revision& revision : found) {
            read_packs(file, revision.number, {}, revision.entries);
            read_files(file, revision);
        }
        return found;
    });
}

Result<std::vector<EntryChange>> Journal::changes_to(const EntryTexts& now) {
    return file_->with([&](SqlFile& file) {
        const std::map<EntryId, std::string> known = known_texts(file);
        std::vector<EntryTexts::Row> before;
        before.reserve(known.size());
        for (const auto& [id, text] : known) before.push_back({id.kind, id.name, text});
        return changed_entries(before, now.rows());
    });
}

Result<Journal::Reach> Journal::reach() {
    return file_->with([](SqlFile& file) {
        SqlStatement row(file, "SELECT min(number), max(number) FROM revision WHERE done");
        return row.step() ? Reach{row.number(0), row.number(1)} : Reach();
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

Result<void> Journal::each(const RevisionQuery& query,
                           const std::function<Result<bool>(Revision)>& take) {
    std::vector<std::string> names = query.names;
    std::sort(names.begin(), names.end());
    const std::vector<std::string> overlays = overlays_of(names);
    int64_t until = query.until == 0 ? INT64_MAX : query.until;
    const auto next = [&](SqlFile& file) {
        SqlStatement rows(
            file,
            fmt::format("SELECT {} FROM revision r WHERE done AND number > ? AND number <= ? AND "
                        "time >= ? AND time <= ? AND ? IN ('', user) {} "
                        "ORDER BY number DESC LIMIT {}",
                        kRevisionColumns,
                        names.empty() ? ""
                                      : "AND (EXISTS(SELECT 1 FROM pack WHERE revision = r.number "
                                        "AND last >= ? AND first <= ?) OR EXISTS(SELECT 1 FROM "
                                        "file WHERE revision = r.number AND overlay >= ? AND "
                                        "overlay <= ?))",
                        kPortion));
        rows << query.after << until << query.since
             << (query.before == 0 ? INT64_MAX : query.before) << std::string_view(query.user);
        if (!names.empty())
            rows << std::string_view(names.front()) << std::string_view(names.back())
                 << std::string_view(overlays.front()) << std::string_view(overlays.back());
        std::vector<Revision> found;
        while (rows.step()) found.push_back(revision_of(rows));
        return found;
    };
    for (int64_t left = query.limit; left != 0;) {
        WW_TRY(std::vector<Revision> portion, file_->with(next));
        if (portion.empty()) break;
        until = portion.back().number - 1;
        for (Revision& revision : portion) {
            WW_TRY_VOID(file_->with([&](SqlFile& file) {
                read_parts(file, query, names, revision);
                return Nothing{};
            }));
            if (!names.empty() && revision.changed.empty()) continue;
            WW_TRY(const bool goes_on, take(std::move(revision)));
            if (!goes_on || --left == 0) return {};
        }
    }
    return {};
}

Result<std::vector<Revision>> Journal::revisions(const RevisionQuery& query) {
    std::vector<Revision> found;
    WW_TRY_VOID(each(query, [&](Revision revision) {
        found.push_back(std::move(revision));
        return true;
    }));
    return found;
}

}  // namespace ww::store
