// SPDX-License-Identifier: BSD-3-Clause
#include "store/journal_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "base/log.h"
#include "base/path.h"

namespace ww::store {

namespace {

constexpr int kFormat = 2;

constexpr const char* kSchema = R"sql(
CREATE TABLE revision(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    via TEXT NOT NULL, uid INTEGER NOT NULL, user TEXT NOT NULL, command TEXT NOT NULL,
    digest_before TEXT NOT NULL, digest_after TEXT NOT NULL,
    undoes INTEGER NOT NULL,
    done INTEGER NOT NULL,
    bytes INTEGER NOT NULL);
CREATE TABLE change(
    revision INTEGER NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL,
    before TEXT, after TEXT,
    checksum TEXT NOT NULL,
    PRIMARY KEY(revision, kind, name)) WITHOUT ROWID;
CREATE INDEX change_of_name ON change(name, revision);
CREATE TABLE entry(
    kind INTEGER NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,
    checksum TEXT NOT NULL,
    PRIMARY KEY(kind, name)) WITHOUT ROWID;
CREATE TABLE state(id INTEGER PRIMARY KEY CHECK(id = 0), digest TEXT NOT NULL);
)sql";

constexpr const char* kFromFormat1 = R"sql(
ALTER TABLE change ADD COLUMN checksum TEXT NOT NULL DEFAULT '';
UPDATE change SET checksum = checksum(revision, kind, name, before, after);
ALTER TABLE entry ADD COLUMN checksum TEXT NOT NULL DEFAULT '';
UPDATE entry SET checksum = checksum(kind, name, text);
)sql";

int64_t format_of(SqlFile& file) {
    SqlStatement asked(file, "PRAGMA user_version");
    return asked.step() ? asked.number(0) : 0;
}

// Makes the tables of a new file, or those of an older wwd today's.
void prepare(SqlFile& file) {
    file.run("PRAGMA journal_mode=WAL");
    if (format_of(file) < kFormat)
        file.transaction(true, [&] {
            const int64_t format = format_of(file);
            if (format == kFormat) return;  // another process was faster
            if (format == 0) file.run(kSchema);
            if (format == 1) file.run(kFromFormat1);
            file.run(fmt::format("PRAGMA user_version={}", kFormat));
        });
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
    }
    auto opening = std::make_unique<SqlFile>(path_);
    prepare(*opening);
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

fields::EntryKind kind_of(int64_t number) {
    return number == 0 ? fields::EntryKind::Profile : fields::EntryKind::Node;
}
int64_t kind_number(fields::EntryKind kind) { return kind == fields::EntryKind::Profile ? 0 : 1; }

}  // namespace ww::store
