// SPDX-License-Identifier: BSD-3-Clause
#include "access/password.h"

#include <crypt.h>
#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <memory>

#include "access/limits.h"
#include "base/ascii.h"
#include "base/digest.h"

namespace ww::access {

namespace {

constexpr std::string_view kBcryptVersion = "$2b$";
constexpr size_t kCostDigits = 2;
constexpr size_t kSaltAndDigest = 53;
constexpr int kLeastCost = 4;

bool is_bcrypt_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '/';
}

}  // namespace

Result<std::string> usable_hash(std::string_view hash) {
    const Error none(ErrorCode::InvalidArgument, "the password hash is none of bcrypt ($2b$…)");
    // Compat: Go takes any letter here, also none, and means the same by all of them.
    if (!hash.starts_with("$2")) return none;
    hash.remove_prefix(2);
    if (!hash.empty() && hash[0] != '$') hash.remove_prefix(1);
    if (hash.size() < 1 + kCostDigits + 1 + kSaltAndDigest || hash[0] != '$' ||
        hash[1 + kCostDigits] != '$')
        return none;
    const std::string_view digits = hash.substr(1, kCostDigits);
    if (digits[0] < '0' || digits[0] > '9' || digits[1] < '0' || digits[1] > '9') return none;
    const int cost = (digits[0] - '0') * 10 + (digits[1] - '0');
    if (cost < kLeastCost || cost > kMaxBcryptCost)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("the password hash has a cost of {}, outside of {} to {}",
                                 cost,
                                 kLeastCost,
                                 kMaxBcryptCost));
    const std::string_view rest = hash.substr(1 + kCostDigits + 1, kSaltAndDigest);
    if (!std::all_of(rest.begin(), rest.end(), is_bcrypt_digit)) return none;
    return fmt::format("{}{}${}", kBcryptVersion, digits, rest);
}

bool is_password(std::string_view password, const std::string& hash) {
    // Nobody types one, and a C string would end there.
    if (password.find('\0') != std::string_view::npos) return false;
    // What bcrypt looks at; libxcrypt has a limit of its own.
    constexpr size_t kMost = 72;
    std::string text(password.substr(0, kMost));
    const auto space = std::make_unique<crypt_data>();  // 32 KiB, zeroed
    const char* made = ::crypt_r(text.c_str(), hash.c_str(), space.get());
    const bool right = made != nullptr && equal_secrets(made, hash);
    OPENSSL_cleanse(text.data(), text.size());
    OPENSSL_cleanse(space.get(), sizeof *space);
    return right;
}

}  // namespace ww::access
