// SPDX-License-Identifier: BSD-3-Clause
//
// SQLite as far as the journal needs it. A connection keeps its first failure, and everything after
// it does nothing: who uses it looks once, at the end. Not for more than one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace ww::store {

/// What a call said, and whether it means that the file is not what we made it.
struct SqlFailure {
    std::string text;
    bool broken = false;
};

struct SqlBlob {
    std::string_view bytes;
};

class SqlFile {
   public:
    /// Opens a file that is there; a failure stays, as every other.
    explicit SqlFile(const std::string& path);
    ~SqlFile();
    SqlFile(const SqlFile&) = delete;
    SqlFile& operator=(const SqlFile&) = delete;

    bool failed() const { return failure_.has_value(); }
    std::optional<SqlFailure> take_failure();
    void fail(SqlFailure failure);

    void run(const std::string& sql);
    /// Of the row that was inserted last.
    int64_t last_number() const;

    /// Runs `work` as one transaction, all of it or, after a failure, nothing; with `durable` it is
    /// on disk when this returns.
    template <class Work>
    void transaction(bool durable, const Work& work) {
        begin(durable);
        if (failed()) return;
        work();
        end();
    }

   private:
    friend class SqlStatement;
    void begin(bool durable);
    void end();
    void check(int code);

    sqlite3* database_ = nullptr;
    std::optional<SqlFailure> failure_;
};

class SqlStatement {
   public:
    SqlStatement(SqlFile& file, std::string_view sql);
    ~SqlStatement();
    SqlStatement(const SqlStatement&) = delete;
    SqlStatement& operator=(const SqlStatement&) = delete;

    /// Values in the order of their places. A text must live until the last step().
    SqlStatement& operator<<(int64_t value);
    SqlStatement& operator<<(std::string_view text);
    SqlStatement& operator<<(SqlBlob blob);

    /// Whether a row is there.
    bool step();
    /// Runs it, and makes it ready for new values.
    void run();

    int64_t number(int column) const;
    std::string text(int column) const;
    std::optional<std::string> text_or_nothing(int column) const;
    /// Until the next step().
    std::string_view bytes(int column) const;

   private:
    SqlFile& file_;
    sqlite3_stmt* statement_ = nullptr;
    int bound_ = 0;
};

}  // namespace ww::store
