// SPDX-License-Identifier: BSD-3-Clause
//
// What a request for a file comes to, given its conditions and its range: pure functions of
// headers, size and validators. Source: RFC 9110 §13 (conditions) and §14 (ranges).
#pragma once

#include <cstdint>
#include <string_view>

#include "http/message.h"

namespace ww::http {

struct Validators {
    int64_t size = 0;
    int64_t mtime = 0;      // Unix seconds; 0: unknown
    std::string_view etag;  // with quotes; empty: none
};

/// Of what is made anew all the time: it is sent whole, parts of two makings would not fit.
bool is_weak(std::string_view etag);

/// The bytes [first, first + length) with this status; 304, 412 and 416 have none.
struct FilePlan {
    int status = 200;
    int64_t first = 0;
    int64_t length = 0;
};

/// Order of the conditions as in RFC 9110 §13.2.2. A malformed range, several ranges and units
/// other than bytes count as no range (§14.2 allows it, and no boot client sends them). Compat:
/// Warewulf 4 answers 416 to a malformed range; docs/compatibility.md.
FilePlan plan_file(const Request& request, const Validators& file);

}  // namespace ww::http
