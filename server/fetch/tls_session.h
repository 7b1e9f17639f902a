// SPDX-License-Identifier: BSD-3-Clause
//
// The client's side of TLS over the bytes of a Stream. Private to the layer: others dial().
#pragma once

#include <memory>
#include <string>

#include "fetch/dial.h"
#include "fetch/stream.h"

namespace ww::fetch {

class TlsSession {
   public:
    /// What is trusted is loaded; nothing is sent. Errors: NotFound, Io, InvalidArgument.
    static Result<std::unique_ptr<TlsSession>> create(const Host& host, const Trust& trust);
    ~TlsSession();

    /// Errors: FailedPrecondition (a certificate that is not trusted), Unavailable, those of
    /// Stream.
    Result<void> handshake(Stream& stream);
    Result<size_t> read_some(Stream& stream, char* to, size_t size);
    Result<void> write(Stream& stream, std::string_view bytes);

    /// Makes `stream` speak through `session`, whose handshake is done.
    static void attach(Stream& stream, std::unique_ptr<TlsSession> session);

   private:
    struct Impl;
    explicit TlsSession(std::unique_ptr<Impl> impl);

    /// Sends what OpenSSL wants sent, then, if it wants to read, receives. False: the peer closed.
    Result<bool> move_bytes(Stream& stream, int outcome);
    Result<void> flush(Stream& stream);
    /// The fingerprint of the peer's certificate; empty: it showed none.
    std::string seen() const;
    Result<void> check_peer() const;

    std::unique_ptr<Impl> impl_;
};

}  // namespace ww::fetch
