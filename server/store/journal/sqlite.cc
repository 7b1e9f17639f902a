// SPDX-License-Identifier: BSD-3-Clause
#include "store/journal/sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <utility>

namespace ww::store {

namespace {

constexpr int kPatienceMs = 5000;

// A statement of ours that fails in itself misses a table, a column, or what we said of them.
bool means_broken(int code) {
    switch (code & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_ERROR:
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
            return true;
        default:
            return false;
    }
}

}  // namespace

SqlFile::SqlFile(const std::string& path) {
    check(::sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE, nullptr));
    ::sqlite3_busy_timeout(database_, kPatienceMs);
}

SqlFile::~SqlFile() { ::sqlite3_close(database_); }

std::optional<SqlFailure> SqlFile::take_failure() { return std::exchange(failure_, std::nullopt); }

void SqlFile::fail(SqlFailure failure) {
    if (!failed()) failure_ = std::move(failure);
}

void SqlFile::check(int code) {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    // Its own words for it are "disk I/O error" and "database or disk is full", as the case may be.
    const bool full = (code & 0xff) == SQLITE_FULL || ::sqlite3_system_errno(database_) == ENOSPC;
    const std::string text = full ? "No space left on device" : ::sqlite3_errmsg(database_);
    fail({text.substr(0, text.find('\n')), means_broken(code)});  // then come our own statements
}

void SqlFile::run(const std::string& sql) {
    if (!failed()) check(::sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr));
}

int64_t SqlFile::last_number() const { return ::sqlite3_last_insert_rowid(database_); }

void SqlFile::begin(bool durable) {
    run(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
    run("BEGIN IMMEDIATE");
}

void SqlFile::end() {
    run("COMMIT");
    if (failed()) ::sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
}

SqlStatement::SqlStatement(SqlFile& file, std::string_view sql) : file_(file) {
    if (file.failed()) return;
    file.check(::sqlite3_prepare_v2(
        file.database_, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr));
}

SqlStatement::~SqlStatement() { ::sqlite3_finalize(statement_); }

SqlStatement& SqlStatement::operator<<(int64_t value) {
    ++bound_;
    if (statement_ != nullptr) file_.check(::sqlite3_bind_int64(statement_, bound_, value));
    return *this;
}

SqlStatement& SqlStatement::operator<<(std::string_view text) {
    ++bound_;
    if (statement_ != nullptr)
        file_.check(::sqlite3_bind_text64(
            statement_, bound_, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

SqlStatement& SqlStatement::operator<<(SqlBlob blob) {
    ++bound_;
    if (statement_ != nullptr)
        file_.check(::sqlite3_bind_blob64(
            statement_, bound_, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC));
    return *this;
}

bool SqlStatement::step() {
    if (file_.failed() || statement_ == nullptr) return false;
    const int code = ::sqlite3_step(statement_);
    file_.check(code);
    return code == SQLITE_ROW;
}

void SqlStatement::run() {
    step();
    ::sqlite3_reset(statement_);
    bound_ = 0;
}

int64_t SqlStatement::number(int column) const {
    return ::sqlite3_column_int64(statement_, column);
}

std::string_view SqlStatement::bytes(int column) const {
    const auto* bytes = static_cast<const char*>(::sqlite3_column_blob(statement_, column));
    const int size = ::sqlite3_column_bytes(statement_, column);
    return bytes == nullptr ? std::string_view()
                            : std::string_view(bytes, static_cast<size_t>(size));
}

std::string SqlStatement::text(int column) const { return std::string(bytes(column)); }

std::optional<std::string> SqlStatement::text_or_nothing(int column) const {
    if (::sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
    return text(column);
}

}  // namespace ww::store
