// SPDX-License-Identifier: BSD-3-Clause
#include "access/token_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>
#include <utility>

#include "access/limits.h"
#include "base/digest.h"
#include "base/lock_file.h"
#include "base/log.h"
#include "base/path.h"
#include "base/quote.h"

namespace ww::access {

namespace {

constexpr mode_t kRootOnly = 0600;
// How exactly the last use is kept.
constexpr int64_t kUseGrain = 3600;
// How long one that is over stays in the list.
constexpr int64_t kKeepOver = int64_t{30} * 24 * 3600;

// Others hold it for as long as a small file takes to be written.
Result<LockFile> hold(const std::string& path) {
    using namespace std::chrono_literals;
    WW_TRY(LockFile lock, LockFile::open(path));
    constexpr int kTries = 100;
    for (int i = 0; i < kTries; ++i) {
        WW_TRY(const bool ours, lock.try_lock());
        if (ours) return lock;
        std::this_thread::sleep_for(20ms);  // lint: sleep, a waiting flock cannot be given up
    }
    return Error(ErrorCode::Unavailable, fmt::format("{} is held by somebody else", path));
}

}  // namespace

TokenFile::TokenFile(std::string path, Clock clock)
    : path_(std::move(path)),
      clock_(clock ? std::move(clock) : [] { return static_cast<int64_t>(std::time(nullptr)); }) {}

Result<std::vector<Token>> TokenFile::read() const {
    const auto text = read_file(path_, kMaxTokensFileBytes);
    if (text) return read_tokens(*text, path_);
    if (text.error().code() == ErrorCode::NotFound) return std::vector<Token>();
    return text.error();
}

Result<void> TokenFile::change(const Change& change) {
    WW_TRY_VOID(make_directories(std::string(folder_of(path_))));
    WW_TRY(const LockFile lock, hold(path_ + ".lock"));
    WW_TRY(auto tokens, read());
    WW_TRY_VOID(change(tokens));
    WW_TRY(AtomicFile file, AtomicFile::create(path_, kRootOnly, /*force_mode=*/true));
    WW_TRY_VOID(write_all(file.fd(), tokens_text(tokens), path_));
    return file.commit();
}

Result<std::string> TokenFile::create(Token token) {
    WW_TRY_VOID(check_token_name(token.name));
    WW_TRY(token.scope, read_scope(token.scope));
    token.created = now();
    if (token.is_over(token.created))
        return Error(ErrorCode::InvalidArgument, "its end has been already");
    const std::string secret = new_secret();
    token.digest = digest_of_secret(secret);
    token.used = 0;
    WW_TRY_VOID(change([&](std::vector<Token>& tokens) -> Result<void> {
        std::erase_if(tokens,
                      [&](const Token& old) { return old.is_over(token.created - kKeepOver); });
        for (const Token& other : tokens)
            if (other.name == token.name)
                return Error(ErrorCode::AlreadyExists,
                             fmt::format("there is a token {} already", quote(token.name)))
                    .with_hint("choose another name, or: wwctl token revoke " + token.name);
        if (tokens.size() >= kMaxTokens)
            return Error(ErrorCode::TooLarge,
                         fmt::format("there are {} tokens already, and no more can be",
                                     tokens.size()))
                .with_hint("wwctl token list shows which nobody uses");
        tokens.push_back(token);
        std::sort(tokens.begin(), tokens.end(), [](const Token& a, const Token& b) {
            return a.name < b.name;
        });
        return {};
    }));
    return secret;
}

Result<std::vector<Token>> TokenFile::list() { return read(); }

Result<void> TokenFile::revoke(std::string_view name) {
    return change([&](std::vector<Token>& tokens) -> Result<void> {
        if (std::erase_if(tokens, [&](const Token& token) { return token.name == name; }) > 0)
            return {};
        return Error(ErrorCode::NotFound, fmt::format("there is no token {}", quote(name)))
            .with_hint("wwctl token list shows those there are");
    });
}

Result<std::shared_ptr<const TokenFile::Digests>> TokenFile::current() {
    const auto seen = identity_of(path_);
    const std::lock_guard lock(mutex_);
    if (!seen) {
        identity_.reset();
        digests_ = std::make_shared<const Digests>();
        return digests_;
    }
    if (digests_ && identity_ == *seen) return digests_;
    WW_TRY(const auto tokens, read());
    Digests digests;
    for (const Token& token : tokens) digests.emplace(token.digest, token);
    // Should the file be replaced between the look and the reading, the next look sees another.
    identity_ = *seen;
    digests_ = std::make_shared<const Digests>(std::move(digests));
    return digests_;
}

Result<Token> TokenFile::find(std::string_view secret) {
    if (!looks_like_secret(secret))
        return Error(ErrorCode::Unauthenticated, "that is no token of wwd's");
    const auto digests = current();
    if (!digests) {
        // Damaged: nobody is let in by it, and who would mend it is told.
        log::warn("access.tokens_unusable {}", digests.error().headline());
        return Error(ErrorCode::Unauthenticated, "the tokens cannot be read");
    }
    const auto found = (*digests)->find(digest_of_secret(secret));
    if (found == (*digests)->end())
        return Error(ErrorCode::Unauthenticated, "there is no such token");
    const Token& token = found->second;
    if (token.is_over(now()))
        return Error(ErrorCode::Unauthenticated,
                     fmt::format("the token {} is over", quote(token.name)));
    return token;
}

bool TokenFile::is_use_news(const Token& token) {
    const int64_t hour = now() / kUseGrain;
    if (token.used / kUseGrain == hour) return false;
    const std::lock_guard lock(mutex_);
    if (noted_.size() >= kMaxTokens) noted_.clear();
    // Whether the noting succeeds or not.
    return std::exchange(noted_[token.name], hour) != hour;
}

void TokenFile::note_use(const std::string& name) {
    const int64_t moment = now() / kUseGrain * kUseGrain;
    const auto noted = change([&](std::vector<Token>& tokens) -> Result<void> {
        for (Token& token : tokens)
            if (token.name == name) token.used = std::max(token.used, moment);
        return {};
    });
    if (!noted) log::warn("access.use_not_noted {}", noted.error().headline());
}

}  // namespace ww::access
