// SPDX-License-Identifier: BSD-3-Clause
//
// The tokens of a site, in a file that only root reads: made, listed and revoked by administrators
// (also by a wwd without a daemon), looked up by the gatekeeper.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/token.h"
#include "base/file.h"
#include "base/result.h"

namespace ww::access {

/// Any thread. Several processes may have one of the same file: each change reads it anew under a
/// lock, and writes it whole.
class TokenFile {
   public:
    using Clock = std::function<int64_t()>;  // Unix seconds

    /// The file need not exist. `clock` is for tests.
    explicit TokenFile(std::string path, Clock clock = {});

    /// The secret, which is kept nowhere. `token` without digest, `created` and `used`. Tokens that
    /// have been over for a month are dropped. Blocking. Errors: InvalidArgument (a name that is
    /// none, an end that has been), AlreadyExists, TooLarge (kMaxTokens), Unavailable (somebody
    /// else holds the file), Io, those of read_tokens().
    Result<std::string> create(Token token);
    /// By name. Blocking. Errors: Io, those of read_tokens().
    Result<std::vector<Token>> list();
    /// Blocking. Errors: NotFound, and as create().
    Result<void> revoke(std::string_view name);

    /// Whose secret that is. Reads the file only if it is another one than last time. Errors:
    /// Unauthenticated (there is none such, or it is over: then the message says which, for the
    /// log).
    Result<Token> find(std::string_view secret);
    /// Whether that it is used now shall be noted: once an hour for each.
    bool is_use_news(const Token& token);
    /// Blocking. What goes wrong is logged.
    void note_use(const std::string& name);

   private:
    using Digests = std::map<std::string, Token, std::less<>>;
    Result<std::shared_ptr<const Digests>> current();
    Result<std::vector<Token>> read() const;
    using Change = std::function<Result<void>(std::vector<Token>&)>;
    Result<void> change(const Change& change);
    int64_t now() const { return clock_(); }

    const std::string path_;
    const Clock clock_;
    std::mutex mutex_;
    std::optional<FileIdentity> identity_;  // of what digests_ were read from
    std::shared_ptr<const Digests> digests_;
    std::map<std::string, int64_t, std::less<>> noted_;  // by name, the hour; at most kMaxTokens
};

}  // namespace ww::access
