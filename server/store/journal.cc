// SPDX-License-Identifier: BSD-3-Clause
//
// The only file that knows SQLite. Tables: `revision` (one row per change), `change` (its entries'
// texts), `entry` (the texts of all entries now, so that an edit by hand can be told from nothing
// but the file), `state` (digest of the file these belong to). Write-ahead logging: a change costs
// one fsync, and readers never wait.
#include "store/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <map>
#include <mutex>
#include <utility>

#include "base/file.h"
#include "base/log.h"

namespace ww::store {

namespace {

using fields::EntryKind;

constexpr int kVersion = 1;
constexpr int kPatienceMs = 5000;
// Looking for old rows costs a walk over all of them, so not every time.
constexpr int64_t kPruneEvery = 32;

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
    PRIMARY KEY(revision, kind, name)) WITHOUT ROWID;
CREATE INDEX change_of_name ON change(name, revision);
CREATE TABLE entry(
    kind INTEGER NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY(kind, name)) WITHOUT ROWID;
CREATE TABLE state(id INTEGER PRIMARY KEY CHECK(id = 0), digest TEXT NOT NULL);
)sql";

constexpr const char* kRevisionColumns =
    "r.number, r.time, r.via, r.uid, r.user, r.command, r.digest_before, r.digest_after, r.undoes";

// What an SQLite call said, with whether it means that the file is none of SQLite's.
struct Failure {
    std::string text;
    bool broken = false;
};

// One open file. The first failure stays, and everything after it does nothing: who uses it looks
// once, at the end.
class Connection {
   public:
    explicit Connection(const std::string& path) {
        check(::sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE, nullptr));
        ::sqlite3_busy_timeout(database_, kPatienceMs);
        prepare();
    }
    ~Connection() { ::sqlite3_close(database_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    sqlite3* get() { return database_; }
    bool failed() const { return failure_.has_value(); }
    std::optional<Failure> take_failure() { return std::exchange(failure_, std::nullopt); }
    void check(int code) {
        if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE || failed()) return;
        const int kind = code & 0xff;
        failure_ =
            Failure{::sqlite3_errmsg(database_), kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB};
    }

    void run(const char* sql) {
        if (!failed()) check(::sqlite3_exec(database_, sql, nullptr, nullptr, nullptr));
    }
    int64_t last_number() const { return ::sqlite3_last_insert_rowid(database_); }

    /// Runs `work` as one transaction; with `durable` it is on disk when this returns.
    template <class Work>
    void transaction(bool durable, const Work& work) {
        run(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
        run("BEGIN IMMEDIATE");
        if (failed()) return;
        work();
        run("COMMIT");
        if (failed()) ::sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    }

   private:
    void prepare();

    sqlite3* database_ = nullptr;
    std::optional<Failure> failure_;
};

class Statement {
   public:
    Statement(Connection& file, const std::string& sql) : file_(file) {
        if (file.failed()) return;
        file.check(::sqlite3_prepare_v2(
            file.get(), sql.data(), static_cast<int>(sql.size()), &statement_, nullptr));
    }
    ~Statement() { ::sqlite3_finalize(statement_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& operator<<(int64_t value) {
        ++bound_;
        if (statement_ != nullptr) file_.check(::sqlite3_bind_int64(statement_, bound_, value));
        return *this;
    }
    // The text must live until the last step().
    Statement& operator<<(std::string_view text) {
        ++bound_;
        if (statement_ != nullptr)
            file_.check(::sqlite3_bind_text64(
                statement_, bound_, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
        return *this;
    }
    Statement& operator<<(const std::optional<std::string>& text) {
        if (text) return *this << std::string_view(*text);
        ++bound_;
        if (statement_ != nullptr) file_.check(::sqlite3_bind_null(statement_, bound_));
        return *this;
    }

    /// Whether a row is there.
    bool step() {
        if (file_.failed() || statement_ == nullptr) return false;
        const int code = ::sqlite3_step(statement_);
        file_.check(code);
        return code == SQLITE_ROW;
    }
    /// Runs it, and makes it ready for new values.
    void run() {
        step();
        ::sqlite3_reset(statement_);
        bound_ = 0;
    }

    int64_t number(int column) const { return ::sqlite3_column_int64(statement_, column); }
    std::string text(int column) const {
        const auto* bytes = static_cast<const char*>(::sqlite3_column_blob(statement_, column));
        const int size = ::sqlite3_column_bytes(statement_, column);
        return bytes == nullptr ? std::string() : std::string(bytes, static_cast<size_t>(size));
    }
    std::optional<std::string> text_or_nothing(int column) const {
        if (::sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
        return text(column);
    }

   private:
    Connection& file_;
    sqlite3_stmt* statement_ = nullptr;
    int bound_ = 0;
};

int64_t version_of(Connection& file) {
    Statement asked(file, "PRAGMA user_version");
    return asked.step() ? asked.number(0) : 0;
}

void Connection::prepare() {
    run("PRAGMA journal_mode=WAL");
    if (version_of(*this) == 0)
        transaction(true, [&] {
            if (version_of(*this) != 0) return;  // another process was faster
            run(kSchema);
            run(fmt::format("PRAGMA user_version={}", kVersion).c_str());
        });
    const int64_t version = version_of(*this);
    if (!failed() && version != kVersion)
        failure_ = Failure{fmt::format("made by another wwd (format {})", version), true};
}

Revision revision_of(const Statement& row) {
    return {row.number(0),
            row.number(1),
            {row.text(2), row.number(3), row.text(4), row.text(5)},
            row.text(6),
            row.text(7),
            row.number(8),
            {}};
}

EntryKind kind_of(int64_t number) { return number == 0 ? EntryKind::Profile : EntryKind::Node; }
int64_t kind_number(EntryKind kind) { return kind == EntryKind::Profile ? 0 : 1; }

void read_entries(Connection& file,
                  Revision& revision,
                  const std::vector<std::string>& names,
                  bool texts) {
    const auto take = [&](Statement& rows) {
        while (rows.step())
            revision.entries.push_back({{kind_of(rows.number(0)), rows.text(1)},
                                        rows.text_or_nothing(2),
                                        rows.text_or_nothing(3)});
    };
    const std::string select = fmt::format("SELECT kind, name, {} FROM change WHERE revision = ?",
                                           texts ? "before, after" : "NULL, NULL");
    if (names.empty()) {
        Statement rows(file, select + " ORDER BY kind, name");
        rows << revision.number;
        take(rows);
        return;
    }
    for (const std::string& name : names) {
        Statement rows(file, select + " AND name = ?");
        rows << revision.number << std::string_view(name);
        take(rows);
    }
}

int64_t insert_revision(Connection& file, const Revision& revision, bool done) {
    int64_t bytes = 0;
    for (const EntryChange& change : revision.entries)
        bytes += static_cast<int64_t>(change.before.value_or("").size() +
                                      change.after.value_or("").size());
    const Author& author = revision.author;
    Statement row(
        file,
        "INSERT INTO revision(time, via, uid, user, command, digest_before, digest_after, undoes, "
        "done, bytes) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    row << int64_t{std::time(nullptr)} << std::string_view(author.via) << author.uid
        << std::string_view(author.user) << std::string_view(author.command)
        << std::string_view(revision.digest_before) << std::string_view(revision.digest_after)
        << revision.undoes << int64_t{done} << bytes;
    row.run();
    const int64_t number = file.last_number();
    Statement change(file, "INSERT INTO change VALUES(?, ?, ?, ?, ?)");
    for (const EntryChange& entry : revision.entries) {
        change << number << kind_number(entry.id.kind) << std::string_view(entry.id.name)
               << entry.before << entry.after;
        change.run();
    }
    return number;
}

void set_digest(Connection& file, std::string_view digest) {
    Statement state(file, "INSERT OR REPLACE INTO state VALUES(0, ?)");
    state << digest;
    state.run();
}

// The oldest revisions beyond what is kept.
void prune(Connection& file) {
    Statement rows(
        file,
        "SELECT number FROM (SELECT number, row_number() OVER newest AS place, sum(bytes) OVER "
        "newest "
        "AS total FROM revision WINDOW newest AS (ORDER BY number DESC)) WHERE place > ? OR (total "
        "> ? "
        "AND place > 1) ORDER BY number DESC LIMIT 1");
    rows << kMaxRevisions << kMaxJournalBytes;
    if (!rows.step()) return;
    const int64_t last = rows.number(0);
    for (const char* sql :
         {"DELETE FROM change WHERE revision <= ?", "DELETE FROM revision WHERE number <= ?"}) {
        Statement gone(file, sql);
        gone << last;
        gone.run();
    }
}

}  // namespace

struct Journal::Data {
    std::string path;
    std::mutex mutex;
    std::unique_ptr<Connection> file;
    FileIdentity opened;
    std::vector<std::string> warnings;

    std::optional<Failure> open();
    void set_aside(const std::string& why);

    /// Runs `work` on the open journal, once more on a new one if the file turns out to be none.
    template <class Work>
    auto with(const Work& work) -> Result<decltype(work(std::declval<Connection&>()))>;
};

// After it `file` is there, or a failure told.
std::optional<Failure> Journal::Data::open() {
    const auto now = identity_of(path);
    const bool same = now && now->device == opened.device && now->inode == opened.inode;
    if (file && same) return std::nullopt;
    file.reset();
    if (!now) {
        const std::string folder = path.substr(0, path.rfind('/'));
        if (const auto made = make_directories(folder); !made)
            return Failure{made.error().message(), false};
        // O_EXCL: closing a file that this process has open elsewhere would drop SQLite's locks.
        const UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!fd.valid() && errno != EEXIST)
            return Failure{Error::from_errno(errno, "create " + path).message(), false};
    }
    auto opening = std::make_unique<Connection>(path);
    if (auto failure = opening->take_failure()) return failure;
    const auto identity = identity_of(path);
    if (!identity) return Failure{identity.error().message(), false};
    opened = *identity;
    file = std::move(opening);
    return std::nullopt;
}

void Journal::Data::set_aside(const std::string& why) {
    file.reset();
    const std::string aside = fmt::format("{}.broken-{}", path, std::time(nullptr));
    if (::rename(path.c_str(), aside.c_str()) == 0) {
        warnings.push_back(fmt::format(
            "{} cannot be read ({}) and is now {}; the history begins anew", path, why, aside));
        log::warn("store.journal {}", warnings.back());
    }
    for (const char* part : {"-wal", "-shm"}) (void)::unlink((path + part).c_str());
}

template <class Work>
auto Journal::Data::with(const Work& work) -> Result<decltype(work(std::declval<Connection&>()))> {
    const std::lock_guard lock(mutex);
    for (bool again = true;; again = false) {
        std::optional<Failure> failure = open();
        if (!failure) {
            auto outcome = work(*file);
            failure = file->take_failure();
            if (!failure) return outcome;
        }
        if (!failure->broken || !again)
            return Error(ErrorCode::Io, fmt::format("journal {}: {}", path, failure->text));
        set_aside(failure->text);
    }
}

Journal::Journal(std::string path) : data_(std::make_unique<Data>()) {
    data_->path = std::move(path);
}

Journal::~Journal() = default;

const std::string& Journal::path() const { return data_->path; }

Result<std::optional<std::string>> Journal::digest() {
    return data_->with([](Connection& file) {
        Statement row(file, "SELECT digest FROM state");
        return row.step() ? std::optional(row.text(0)) : std::nullopt;
    });
}

Result<std::vector<Revision>> Journal::unfinished() {
    return data_->with([](Connection& file) {
        std::vector<Revision> found;
        Statement rows(file,
                       fmt::format("SELECT {} FROM revision r WHERE NOT done ORDER BY number",
                                   kRevisionColumns));
        while (rows.step()) found.push_back(revision_of(rows));
        for (Revision& revision : found) read_entries(file, revision, {}, true);
        return found;
    });
}

Result<std::vector<EntryChange>> Journal::changes_to(const EntryTexts& now) {
    return data_->with([&](Connection& file) {
        std::map<EntryId, std::string> known;
        Statement rows(file, "SELECT kind, name, text FROM entry");
        while (rows.step()) known[{kind_of(rows.number(0)), rows.text(1)}] = rows.text(2);
        std::vector<EntryChange> changes;
        for (const EntryTexts::Row& row : now.rows()) {
            EntryId id{row.kind, std::string(row.name)};
            const auto old = known.find(id);
            if (old == known.end()) {
                changes.push_back({std::move(id), std::nullopt, std::string(row.text)});
                continue;
            }
            if (old->second != row.text)
                changes.push_back({std::move(id), old->second, std::string(row.text)});
            known.erase(old);
        }
        for (auto& [id, text] : known) changes.push_back({id, std::move(text), std::nullopt});
        return changes;
    });
}

namespace {

struct Nothing {};

}  // namespace

Result<void> Journal::start(const Author& author,
                            const std::string& digest,
                            const EntryTexts& now) {
    WW_TRY_VOID(data_->with([&](Connection& file) {
        file.transaction(true, [&] {
            file.run("DELETE FROM entry");
            Statement entry(file, "INSERT INTO entry VALUES(?, ?, ?)");
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
    return data_->with([&](Connection& file) {
        int64_t number = 0;
        file.transaction(true, [&] { number = insert_revision(file, revision, false); });
        return number;
    });
}

Result<void> Journal::finish(int64_t number) {
    WW_TRY_VOID(data_->with([&](Connection& file) {
        file.transaction(false, [&] {
            for (const char* sql :
                 {"UPDATE revision SET done = 1 WHERE number = ?",
                  "DELETE FROM entry WHERE (kind, name) IN (SELECT kind, name FROM change WHERE "
                  "revision = ? AND after IS NULL)",
                  "INSERT OR REPLACE INTO entry SELECT kind, name, after FROM change WHERE "
                  "revision = "
                  "? AND after IS NOT NULL",
                  "INSERT OR REPLACE INTO state SELECT 0, digest_after FROM revision WHERE number "
                  "= "
                  "?"}) {
                Statement part(file, sql);
                part << number;
                part.run();
            }
            if (number % kPruneEvery == 0) prune(file);
        });
        return Nothing{};
    }));
    return {};
}

Result<void> Journal::drop(int64_t number) {
    WW_TRY_VOID(data_->with([&](Connection& file) {
        file.transaction(false, [&] {
            for (const char* sql : {"DELETE FROM change WHERE revision = ?",
                                    "DELETE FROM revision WHERE number = ?"}) {
                Statement part(file, sql);
                part << number;
                part.run();
            }
        });
        return Nothing{};
    }));
    return {};
}

Result<int64_t> Journal::number_of(const std::string& digest) {
    return data_->with([&](Connection& file) {
        Statement row(file, "SELECT max(number) FROM revision WHERE done AND digest_after = ?");
        row << std::string_view(digest);
        return row.step() ? row.number(0) : 0;
    });
}

std::vector<std::string> Journal::take_warnings() {
    const std::lock_guard lock(data_->mutex);
    return std::exchange(data_->warnings, {});
}

Result<int64_t> Journal::count() {
    return data_->with([](Connection& file) {
        Statement row(file, "SELECT count(*) FROM revision WHERE done");
        return row.step() ? row.number(0) : 0;
    });
}

Result<std::vector<Revision>> Journal::revisions(const RevisionQuery& query) {
    return data_->with([&](Connection& file) {
        std::map<int64_t, Revision, std::greater<>> found;
        const auto take = [&](Statement& rows) {
            while (rows.step()) found.try_emplace(rows.number(0), revision_of(rows));
        };
        const std::string select = fmt::format("SELECT {} FROM revision r", kRevisionColumns);
        const int64_t until = query.until == 0 ? INT64_MAX : query.until;
        const char* const order = " ORDER BY r.number DESC LIMIT ?";
        if (query.names.empty()) {
            Statement rows(file,
                           select + " WHERE r.done AND r.number > ? AND r.number <= ?" + order);
            rows << query.after << until << query.limit;
            take(rows);
        }
        for (const std::string& name : query.names) {
            Statement rows(
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
