// SPDX-License-Identifier: BSD-3-Clause
//
// Asking the server for this node's runtime overlay: where, as whom, and the one HTTP request it
// takes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "client/identity.h"
#include "client/stop.h"
#include "client/stream.h"
#include "config/config.h"

namespace ww::client {

/// The server as warewulf.conf describes it; `address`, if not empty, wins over the file.
/// Errors: FailedPrecondition (no address, or not one).
Result<Endpoint> endpoint_of(const config::WarewulfConf& conf, std::string_view address);

/// "/runtime/…?…", everything percent-encoded.
std::string runtime_target(const Identity& identity);

struct Answer {
    int status = 0;
    std::string etag;
    std::string body;
};

/// GET, at most kMaxAnswerBytes. `etag`: what we have already; the server may then answer 304.
/// Errors: those of connect_to(), Unprocessable (not HTTP, or cut short), TooLarge.
Result<Answer> fetch(const Endpoint& endpoint,
                     std::string_view target,
                     std::string_view etag,
                     Clock::time_point deadline);

/// The same, from the bytes of an answer that ended with the connection. For tests and fetch().
Result<Answer> parse_answer(std::string_view bytes);

inline constexpr size_t kMaxAnswerBytes = size_t{512} << 20;  // of an overlay, compressed

}  // namespace ww::client
