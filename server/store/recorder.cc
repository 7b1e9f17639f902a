// SPDX-License-Identifier: BSD-3-Clause
#include "store/recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "base/site_files.h"

namespace ww::store {

namespace {

const Author kStart{"start", -1, "", ""};

// Whether the entries of a change are in the file as it wanted them.
bool holds(const EntryTexts& now, const std::vector<EntryChange>& entries) {
    return !entries.empty() &&
           std::all_of(entries.begin(), entries.end(), [&](const EntryChange& entry) {
               const EntryTexts::Row* row = now.find(entry.id);
               return entry.after ? row != nullptr && row->text == *entry.after : row == nullptr;
           });
}

EntryTexts texts_of(const FileState& state) {
    return state.file == nullptr ? EntryTexts() : EntryTexts(*state.file);
}

void warn_of_journal(const Error& error) { log::warn("store.journal {}", error.describe()); }

}  // namespace

Recorder::Recorder(const std::string& state_folder) : journal_(journal_file(state_folder)) {}

bool Recorder::was_killed() {
    const auto unfinished = journal_.unfinished();
    return unfinished && !unfinished->empty();
}

std::optional<Revision> Recorder::catch_up(const FileState& now) {
    if (const auto settled = settle(now); !settled) {
        warn_of_journal(settled.error());
        return std::nullopt;
    }
    if (now.file == nullptr) return std::nullopt;
    auto recorded = record_difference(now);
    if (recorded) return *std::move(recorded);
    warn_of_journal(recorded.error());
    return std::nullopt;
}

Result<void> Recorder::settle(const FileState& now) {
    WW_TRY(const std::vector<Revision> unfinished, journal_.unfinished());
    if (unfinished.empty()) return {};
    const EntryTexts texts = texts_of(now);
    for (const Revision& revision : unfinished) {
        const bool untouched = now.digest == revision.digest_before;
        const bool holds_it = now.file != nullptr && !untouched && holds(texts, revision.entries);
        const bool happened = now.digest == revision.digest_after || holds_it;
        if (happened)
            WW_TRY_VOID(finish(revision.number, now));
        else
            WW_TRY_VOID(journal_.drop(revision.number));
        log::info("store.settled revision={} {}",
                  revision.number,
                  happened ? "had happened" : "had not happened");
    }
    return {};
}

Result<std::optional<Revision>> Recorder::record_difference(const FileState& now) {
    WW_TRY(const std::optional<std::string> known, journal_.digest());
    if (known == now.digest) return std::optional<Revision>();
    const EntryTexts texts = texts_of(now);
    if (!known) {
        WW_TRY_VOID(journal_.start(kStart, std::string(now.digest), texts));
        return std::optional<Revision>();
    }
    Revision edit;
    edit.author = {"hand edit", -1, "", ""};
    edit.digest_before = *known;
    edit.digest_after = now.digest;
    WW_TRY(edit.entries, journal_.changes_to(texts));
    WW_TRY(edit.number, journal_.begin(edit));
    WW_TRY_VOID(finish(edit.number, now));
    return std::optional(std::move(edit));
}

Result<std::vector<EntryChange>> Recorder::changes_between(const FileState& before,
                                                           const FileState& after) {
    if (before.file != nullptr) return changed_entries(*before.file, *after.file);
    WW_TRY(const std::optional<std::string> known, journal_.digest());
    // Entries that nobody could read before were not added by this change either.
    if (!known) WW_TRY_VOID(journal_.start(kStart, std::string(before.digest), texts_of(after)));
    return journal_.changes_to(texts_of(after));
}

int64_t Recorder::begin(const Origin& origin,
                        const FileState& before,
                        const FileState& after,
                        std::vector<std::string>& warnings) {
    Revision change;
    change.author = origin.author;
    change.undoes = origin.undoes;
    change.digest_before = before.digest;
    change.digest_after = after.digest;
    const auto record = [&]() -> Result<int64_t> {
        WW_TRY(change.entries, changes_between(before, after));
        if (before.file != nullptr)
            change.groups =
                groups_of(change.entries, before.file->registry(), after.file->registry());
        return journal_.begin(change);
    };
    const auto number = record();
    if (number) return *number;
    warn_of_journal(number.error());
    warnings.push_back("this change will be missing in the history: " + number.error().message());
    return 0;
}

Result<void> Recorder::finish(int64_t number, const FileState& now) {
    WW_TRY(const bool is_time, journal_.finish(number));
    if (is_time && now.file != nullptr) WW_TRY_VOID(journal_.tidy(EntryTexts(*now.file)));
    return {};
}

Result<int64_t> Recorder::record_files(const Origin& origin, std::vector<FileChange> files) {
    WW_TRY(const std::optional<std::string> known, journal_.digest());
    Revision change;
    change.author = origin.author;
    change.undoes = origin.undoes;
    change.digest_before = change.digest_after = known.value_or("");
    change.files = std::move(files);
    WW_TRY(const int64_t number, journal_.begin(change));
    WW_TRY_VOID(journal_.finish(number));
    return number;
}

void Recorder::end(int64_t number, const FileState* after, std::vector<std::string>& warnings) {
    for (std::string& warning : journal_.take_warnings()) warnings.push_back(std::move(warning));
    if (number == 0) return;
    const auto ended = after != nullptr ? finish(number, *after) : journal_.drop(number);
    if (ended) return;
    warn_of_journal(ended.error());
    if (after != nullptr) warnings.push_back("the history is behind: " + ended.error().message());
}

}  // namespace ww::store
