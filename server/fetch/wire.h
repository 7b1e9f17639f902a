// SPDX-License-Identifier: BSD-3-Clause
//
// HTTP/1.1 over one connected stream, blocking and bounded: enough for clients and for
// `wwd --private`, so that neither has to start an event loop. Not a general server: no pipelining,
// no upgrades, no trailers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "fetch/stream.h"

namespace ww::fetch {

struct WireLimits {
    size_t head_bytes = 64 << 10;           // start line and header lines together
    size_t body_bytes = size_t{256} << 20;  // of wwd's: the largest is a site's nodes.conf
};

struct Head {
    std::string start_line;
    std::vector<std::pair<std::string, std::string>> fields;  // names in lower case

    /// The first value of a field, nullptr if there is none.
    const std::string* find(std::string_view name) const;
};

/// Owns the stream. One thread.
class Wire {
   public:
    explicit Wire(UniqueFd fd) : stream_(std::move(fd)) {}
    explicit Wire(Stream stream, const WireLimits& limits = {})
        : stream_(std::move(stream)), limits_(limits) {}

    Stream& stream() { return stream_; }
    int fd() const { return stream_.fd(); }

    /// Nothing if the peer closed between two messages. Errors: Unavailable (closed in the middle),
    /// InvalidArgument (not HTTP), TooLarge, Io.
    Result<std::optional<Head>> read_head();

    /// The body that belongs to `head`, in pieces as they arrive: of a Content-Length, or chunked;
    /// else there is none.
    using Sink = std::function<Result<void>(std::string_view)>;
    Result<void> read_body(const Head& head, const Sink& sink);
    Result<std::string> read_body(const Head& head);
    /// All until the peer closes: the body of a reply that does not tell its length.
    Result<std::string> read_rest();

    Result<void> write(std::string_view bytes) { return stream_.write(bytes); }

   private:
    Result<bool> fill();  // false: the peer closed
    Result<std::string> read_line();
    Result<void> pass(size_t bytes, const Sink& sink);
    Result<size_t> parse_size(std::string_view text, int base) const;

    Stream stream_;
    WireLimits limits_;
    std::string buffer_;
};

/// One chunk of a chunked body; an empty one ends it.
std::string chunk(std::string_view bytes);

}  // namespace ww::fetch
