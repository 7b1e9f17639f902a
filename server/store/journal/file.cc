// SPDX-License-Identifier: BSD-3-Clause
#include "store/journal/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "base/log.h"
#include "base/path.h"
#include "store/durable.h"

namespace ww::store {

namespace {

constexpr int kFormat = 3;

constexpr const char* kSchema = R"sql(
CREATE TABLE revision(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    via TEXT NOT NULL, uid INTEGER NOT NULL, user TEXT NOT NULL, command TEXT NOT NULL,
    digest_before TEXT NOT NULL, digest_after TEXT NOT NULL,
    undoes INTEGER NOT NULL,
    done INTEGER NOT NULL,
    changed TEXT NOT NULL,
    bytes INTEGER NOT NULL);
CREATE INDEX unfinished ON revision(number) WHERE NOT done;
CREATE TABLE pack(
    revision INTEGER NOT NULL, part INTEGER NOT NULL,
    first TEXT NOT NULL, last TEXT NOT NULL, texts BLOB NOT NULL,
    PRIMARY KEY(revision, part));
CREATE TABLE told(revision INTEGER PRIMARY KEY, groups BLOB NOT NULL);
CREATE TABLE file(revision INTEGER PRIMARY KEY, overlay TEXT NOT NULL, files BLOB NOT NULL);
CREATE TABLE known(part INTEGER PRIMARY KEY, texts BLOB NOT NULL);
CREATE TABLE state(
    id INTEGER PRIMARY KEY CHECK(id = 0),
    digest TEXT NOT NULL,
    known INTEGER NOT NULL, known_bytes INTEGER NOT NULL,
    since INTEGER NOT NULL, kept INTEGER NOT NULL);
)sql";

// Out of the way of today's, until they are converted.
constexpr const char* kRename = R"sql(
ALTER TABLE revision RENAME TO old_revision;
ALTER TABLE change RENAME TO old_change;
ALTER TABLE entry RENAME TO old_entry;
ALTER TABLE state RENAME TO old_state;
)sql";

int64_t format_of(SqlFile& file) {
    SqlStatement asked(file, "PRAGMA user_version");
    return asked.step() ? asked.number(0) : 0;
}

// Makes the tables of a new file, or today's of those of an older wwd.
void prepare(SqlFile& file, const Journal::Limits& limits) {
    file.run("PRAGMA auto_vacuum=FULL");  // before the first table
    file.run("PRAGMA journal_mode=WAL");
    file.run("PRAGMA journal_size_limit=1048576");
    bool converted = false;
    if (format_of(file) < kFormat)
        file.transaction(true, [&] {
            const int64_t format = format_of(file);
            if (format == kFormat) return;  // another process was faster
            converted = format != 0;
            if (converted) file.run(kRename);
            file.run(kSchema);
            if (converted) convert_journal(file, format, limits);
            file.run(fmt::format("PRAGMA user_version={}", kFormat));
        });
    if (converted) file.run("VACUUM");
    const int64_t format = format_of(file);
    if (format != kFormat)
        file.fail({fmt::format("made by another wwd (format {})", format), true});
}

}  // namespace

// After it the file is there, or a failure told.
std::optional<SqlFailure> Journal::File::open() {
    const auto now = identity_of(path_);
    const bool same = now && now->device == opened_.device && now->inode == opened_.inode;
    if (file_ && same) return std::nullopt;
    file_.reset();
    if (!now) {
        const std::string folder = std::string(folder_of(path_));
        if (const auto made = make_directories(folder); !made)
            return SqlFailure{made.error().message(), false};
        // O_EXCL: closing a file that this process has open elsewhere would drop SQLite's locks.
        const UniqueFd fd(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!fd.valid() && errno != EEXIST)
            return SqlFailure{Error::from_errno(errno, "create " + path_).message(), false};
        // A history that a power failure takes along with its folder was none.
        for (std::string_view name = path_; name.size() > 1; name = folder_of(name))
            (void)sync_name(std::string(name));
    }
    auto opening = std::make_unique<SqlFile>(path_);
    prepare(*opening, limits_);
    if (auto failure = opening->take_failure()) return failure;
    const auto identity = identity_of(path_);
    if (!identity) return SqlFailure{identity.error().message(), false};
    opened_ = *identity;
    file_ = std::move(opening);
    return std::nullopt;
}

void Journal::File::set_aside(const std::string& why) {
    file_.reset();
    const std::string aside = fmt::format("{}.broken-{}", path_, std::time(nullptr));
    if (::rename(path_.c_str(), aside.c_str()) == 0) {
        warnings_.push_back(fmt::format(
            "{} cannot be read ({}) and is now {}; the history begins anew", path_, why, aside));
        log::warn("store.journal {}", warnings_.back());
    }
    for (const char* part : {"-wal", "-shm"}) (void)::unlink((path_ + part).c_str());
}

Error Journal::File::error_of(const SqlFailure& failure) const {
    return Error(ErrorCode::Io, fmt::format("journal {}: {}", path_, failure.text));
}

std::vector<std::string> Journal::File::take_warnings() {
    const std::lock_guard lock(mutex_);
    return std::exchange(warnings_, {});
}

}  // namespace ww::store
