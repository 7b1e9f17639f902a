// SPDX-License-Identifier: BSD-3-Clause
//
// Bytes of one connection to requests. The grammar is Beast's; what is refused, and with which
// status, is decided here. One parser serves all requests of a connection, one after the other.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "http/limits.h"
#include "http/message.h"

namespace ww::http {

class RequestParser {
   public:
    enum class State {
        Head,  // more bytes are needed to know what is asked
        Body,  // the head is complete, the body is not
        Done,
        Failed,  // see failure()
    };

    using AsksFirst = std::function<bool(std::string_view target)>;

    /// `limits` must outlive the parser. `keep_body`: false drops bodies as they come, but those of
    /// requests that `asks_first` is true of, which may be longer, too.
    RequestParser(const Limits& limits, bool keep_body, AsksFirst asks_first = {});
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// Reads as much of `bytes` as belongs to this request and returns how much that was; what is
    /// left must be offered again, with more behind it. Stops at the end of the head, so that the
    /// caller can react to it before the body.
    size_t put(std::string_view bytes);

    State state() const;
    /// After Failed: 400, 413, 414, 417 or 431; the connection is of no further use.
    int failure() const;

    /// Complete once the state is Done. Method, target and headers are there from Body on.
    Request& request();
    bool keep_alive() const;
    bool http_1_0() const;
    bool expects_continue() const;
    /// Whether this request is one of those whose handler is asked before there is a body.
    bool asks_first() const;
    /// Between head and body: another bound for a body whose length nobody knows yet.
    void limit_body(size_t bytes);

    /// Makes ready for the next request; the peer stays.
    void next();

   private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ww::http
