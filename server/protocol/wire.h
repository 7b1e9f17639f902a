// SPDX-License-Identifier: BSD-3-Clause
//
// HTTP/1.1 over one connected stream socket, blocking and bounded: enough for wwctl and for
// `wwd --private`, so that neither has to start an event loop. Bodies have a Content-Length or are
// chunked. Not a general server: no pipelining, no upgrades, no trailers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace ww::protocol {

/// Start line and header lines together.
inline constexpr size_t kMaxHeadBytes = 64 << 10;
/// A body, and one line of a streamed reply: the largest thing that travels is a site's nodes.conf.
inline constexpr size_t kMaxBodyBytes = size_t{256} << 20;

struct Head {
    std::string start_line;
    std::vector<std::pair<std::string, std::string>> fields;  // names in lower case

    /// The first value of a field, nullptr if there is none.
    const std::string* find(std::string_view name) const;
};

/// Owns the socket. One thread.
class Wire {
   public:
    explicit Wire(UniqueFd fd) : fd_(std::move(fd)) {}

    int fd() const { return fd_.get(); }

    /// Nothing if the peer closed between two messages. Errors: Unavailable (closed in the middle),
    /// InvalidArgument (not HTTP), TooLarge, Io.
    Result<std::optional<Head>> read_head();

    /// The body that belongs to `head`, in pieces as they arrive.
    using Sink = std::function<Result<void>(std::string_view)>;
    Result<void> read_body(const Head& head, const Sink& sink);
    Result<std::string> read_body(const Head& head);

    Result<void> write(std::string_view bytes);

   private:
    Result<bool> fill();  // false: the peer closed
    Result<std::string> read_line();
    Result<void> pass(size_t bytes, const Sink& sink);

    UniqueFd fd_;
    std::string buffer_;
};

/// One chunk of a chunked body; an empty one ends it.
std::string chunk(std::string_view bytes);

}  // namespace ww::protocol
