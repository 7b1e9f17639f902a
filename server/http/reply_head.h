// SPDX-License-Identifier: BSD-3-Clause
//
// The bytes in front of a body: status line and headers. Kept apart from the connection so that
// tests see exactly what goes over the wire.
#pragma once

#include <cstdint>
#include <string>

#include "http/conditional.h"
#include "http/message.h"

namespace ww::http {

/// What of a reply's body goes out, after method, conditions and range had their say.
struct BodyPlan {
    int status = 200;
    int64_t first = 0;
    int64_t length = 0;      // bytes to send
    int64_t announced = 0;   // Content-Length: the same, but for HEAD
    bool has_length = true;  // 304 has no Content-Length
    bool chunked = false;    // a body whose length nobody knows yet
};

BodyPlan plan_body(const Request& request, const Reply& reply);

/// Writes the head of `reply` to `out`, which is cleared before. Header values of ours never hold
/// line breaks; a handler's that do are dropped, so that no answer can be split in two.
void write_head(
    const Reply& reply, const BodyPlan& plan, bool keep_alive, bool http_1_0, std::string& out);

}  // namespace ww::http
