// SPDX-License-Identifier: BSD-3-Clause
//
// The bounds of who may do what, with their reasons.
#pragma once

#include <chrono>
#include <cstddef>

namespace ww::access {

struct Limits {
    /// An Authorization header; names and passwords are shorter, a token has 68 bytes.
    size_t header_bytes = 4 << 10;

    /// Pairs of name and password that wait for a thread. A bcrypt takes some 60 ms.
    size_t waiting = 64;

    /// Requests that wait for these: any number of them may have the same pair, and share its
    /// bcrypt. Nobody knows yet who they are, so they take no more than half of the calls there may
    /// be.
    size_t requests = 512;

    /// Pairs that were right, and for how long each is remembered after it was checked.
    size_t remembered = 1024;
    std::chrono::seconds remember{300};

    /// Failures one address may make at once, and how long it takes until it may make one more.
    size_t failures = 20;
    std::chrono::seconds forgive{3};

    /// Addresses whose failures are kept; beyond that the one that failed longest ago is forgotten.
    size_t addresses = 4096;
};

/// Of auth.conf.
inline constexpr size_t kMaxAuthConfBytes = 1 << 20;
inline constexpr size_t kMaxUsers = 10'000;
/// What a bcrypt may cost: 2^16 rounds are some four seconds of one processor.
inline constexpr int kMaxBcryptCost = 16;

/// Of the tokens' file.
inline constexpr size_t kMaxTokens = 1000;
inline constexpr size_t kMaxTokenNameBytes = 64;
inline constexpr size_t kMaxScopeWords = 16;
inline constexpr size_t kMaxTokensFileBytes = 1 << 20;

}  // namespace ww::access
