// SPDX-License-Identifier: BSD-3-Clause
#include "access/token.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "access/limits.h"
#include "base/check.h"
#include "base/digest.h"
#include "base/quote.h"

namespace ww::access {

namespace {

constexpr std::string_view kPrefix = "wwd_";
constexpr size_t kSecretBytes = 32;
constexpr size_t kHexDigits = 64;
constexpr std::string_view kHeading = "wwd tokens ";
constexpr int64_t kFormatVersion = 1;
constexpr std::string_view kScopeWords[] = {"apply",
                                            "clean",
                                            "config",
                                            "configure",
                                            "history",
                                            "image",
                                            "import",
                                            "job",
                                            "node",
                                            "overlay",
                                            "power",
                                            "profile",
                                            "server"};
// Other first words of paths, and the part of the interface that they belong to.
constexpr std::pair<std::string_view, std::string_view> kOtherWords[] = {
    {"blame", "history"}, {"diff", "history"}, {"undo", "history"}, {"status", "node"}};

bool is_lower_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

bool is_name_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '_' || c == '@' || c == '-';
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (size_t end = text.find(at); end != std::string_view::npos; end = text.find(at)) {
        parts.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    parts.push_back(text);
    return parts;
}

std::optional<int64_t> seconds_from(std::string_view text) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

std::optional<Token> token_from(std::string_view line) {
    const auto parts = split(line, '\t');
    constexpr size_t kParts = 8;
    if (parts.size() != kParts) return std::nullopt;
    const auto role = role_from(parts[1]);
    const auto creator = unquote(parts[3]);
    const auto created = seconds_from(parts[4]);
    const auto expires = seconds_from(parts[5]);
    const auto used = seconds_from(parts[6]);
    if (!check_token_name(parts[0]) || !role || !creator || !created || !expires || !used ||
        parts[7].size() != kHexDigits || !is_lower_hex(parts[7]))
        return std::nullopt;
    std::vector<std::string> scope;
    if (!parts[2].empty())
        for (const std::string_view word : split(parts[2], ',')) scope.emplace_back(word);
    auto known = read_scope(scope);
    if (!known || *known != scope) return std::nullopt;
    return Token{.name = std::string(parts[0]),
                 .role = *role,
                 .scope = std::move(scope),
                 .creator = *creator,
                 .created = *created,
                 .expires = *expires,
                 .used = *used,
                 .digest = std::string(parts[7])};
}

}  // namespace

std::string new_secret() {
    std::array<unsigned char, kSecretBytes> bytes{};
    WW_CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1,
             "the system has random bytes");
    return std::string(kPrefix) +
           to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

bool looks_like_secret(std::string_view text) {
    return text.size() == kPrefix.size() + kHexDigits && text.starts_with(kPrefix) &&
           is_lower_hex(text.substr(kPrefix.size()));
}

std::string digest_of_secret(std::string_view secret) { return sha256_hex(secret); }

Result<std::vector<std::string>> read_scope(const std::vector<std::string>& words) {
    if (words.size() > kMaxScopeWords)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("a scope has at most {} words", kMaxScopeWords));
    std::set<std::string> scope;
    for (const std::string& word : words) {
        std::string_view found = scope_word(word);
        if (found.empty())
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("{} is no part of the interface", quote(word)))
                .with_hint(fmt::format("a scope is made of {}", fmt::join(kScopeWords, ", ")));
        scope.emplace(found);
    }
    return std::vector<std::string>(scope.begin(), scope.end());
}

std::string_view scope_word(std::string_view word) {
    for (const auto& [other, part] : kOtherWords)
        if (word == other) return part;
    for (const std::string_view known : kScopeWords)
        if (word == known || (word.ends_with('s') && word.substr(0, word.size() - 1) == known))
            return known;
    return {};
}

Result<void> check_token_name(std::string_view name) {
    if (!name.empty() && name.size() <= kMaxTokenNameBytes &&
        std::all_of(name.begin(), name.end(), is_name_char))
        return {};
    return Error(ErrorCode::InvalidArgument,
                 fmt::format("{} is no name for a token: letters, digits and ._@- are, {} at most",
                             quote(name.substr(0, kMaxTokenNameBytes)),
                             kMaxTokenNameBytes));
}

std::string tokens_text(const std::vector<Token>& tokens) {
    std::string text = fmt::format("{}{}\n", kHeading, kFormatVersion);
    for (const Token& token : tokens)
        text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n",
                            token.name,
                            to_string(token.role),
                            fmt::join(token.scope, ","),
                            quote(token.creator),
                            token.created,
                            token.expires,
                            token.used,
                            token.digest);
    return text;
}

Result<std::vector<Token>> read_tokens(std::string_view text, const std::string& name) {
    std::vector<Token> tokens;
    std::set<std::string, std::less<>> names;
    int number = 0;
    const auto damaged = [&] {
        return Error(ErrorCode::Unprocessable, "this is no line of a file of tokens")
            .with_place({name, number, 0});
    };
    while (!text.empty()) {
        ++number;
        const size_t end = text.find('\n');
        if (end == std::string_view::npos) return damaged();
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (number == 1) {
            const auto version = line.starts_with(kHeading)
                                     ? seconds_from(line.substr(kHeading.size()))
                                     : std::nullopt;
            if (!version || *version < 1) return damaged();
            if (*version > kFormatVersion)
                return Error(ErrorCode::FailedPrecondition,
                             fmt::format("it is of version {}, and this wwd knows {}",
                                         *version,
                                         kFormatVersion))
                    .with_place({name, number, 0});
            continue;
        }
        if (tokens.size() == kMaxTokens)
            return Error(ErrorCode::TooLarge, fmt::format("more than {} tokens", kMaxTokens))
                .with_place({name, number, 0});
        auto token = token_from(line);
        if (!token || !names.insert(token->name).second) return damaged();
        tokens.push_back(std::move(*token));
    }
    if (number == 0) return damaged();
    return tokens;
}

}  // namespace ww::access
