// SPDX-License-Identifier: BSD-3-Clause
//
// The head of a call below /api as a value: what the front makes of a request before a byte of its
// body is read, and all that the main process ever learns of it. Source: reference/http.md §1.3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace ww::rest {

enum class Method : uint8_t { Get, Put, Post, Patch, Delete, Other };
inline constexpr Method kLastMethod = Method::Other;
/// "GET"; "" for Other.
std::string_view to_string(Method method);

struct Head {
    Method method = Method::Other;
    /// Decoded, below "/": "api", "nodes", "n1". The last one is empty where a slash ends the path.
    std::vector<std::string> path;
    std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
    // Headers, as they are; empty where there is none.
    std::string authorization;
    std::string content_type;
    std::string accept;
    std::string if_match;
    std::string if_none_match;
    std::string last_event_id;
    std::string command;  // what a wwctl says it was called with
    std::string peer_address;
    uint16_t peer_port = 0;
    bool tls = false;
    int64_t body_bytes = 0;  // as announced; 0: none; -1: until its end

    /// The first value of a name; nullptr if there is none.
    const std::string* find_query(std::string_view name) const;
    /// "/api/nodes/n1", for the log and for scopes.
    std::string path_text() const;
};

/// Of one head: longer or more of it is nothing that any client sends.
inline constexpr size_t kMaxSegments = 16;
inline constexpr size_t kMaxQueryPairs = 32;
inline constexpr size_t kMaxHeadBytes = 48 << 10;

/// Whether a target is below /api, however it is spelled. Any bytes.
bool is_call(std::string_view target);

/// Errors: InvalidArgument (a bad escape, a NUL), NotFound ("." or ".." in the path), TooLarge.
Result<Head> parse_head(const http::Request& request);

}  // namespace ww::rest
