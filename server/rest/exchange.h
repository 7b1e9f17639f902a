// SPDX-License-Identifier: BSD-3-Clause
//
// What carries a call to whoever answers it and back. The daemon brings one that speaks to the
// front; tests bring their own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "http/message.h"
#include "rest/head.h"

namespace ww::rest {

/// The body of a call: short ones as text, others in a file in memory.
struct Body {
    std::string text;
    UniqueFd file;
    int64_t size = 0;  // of the file

    /// Takes it out; may read as much as was announced, so not where nobody may wait. Errors:
    /// InvalidArgument (a file that is none in memory, or shorter than it was said to be).
    Result<std::string> take();
};

/// One call. Any thread. If it is dropped unanswered, its client gets a 500.
class Exchange {
   public:
    virtual ~Exchange() = default;
    virtual const Head& head() const = 0;
    /// Has the body read and `then` called with it, on a thread that may not wait. At most once,
    /// before the answer. A client whose body is longer, or which goes away, is taken care of:
    /// `then` is destroyed uncalled.
    virtual void read_body(size_t limit, std::function<void(Body body)> then) = 0;
    /// Once.
    virtual void answer(http::Reply reply) = 0;
    /// Stops when the client has gone.
    virtual std::stop_token gone() const = 0;
};

/// Whoever answers calls.
class Calls {
   public:
    virtual ~Calls() = default;
    /// Must not wait.
    virtual void begin(std::shared_ptr<Exchange> exchange) = 0;
};

}  // namespace ww::rest
