// SPDX-License-Identifier: BSD-3-Clause
//
// How bytes get in and out of a connection: over a plain socket or through TLS. Knows nothing of
// HTTP.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "http/deadline.h"
#include "http/limits.h"
#include "http/task.h"

namespace ww::http {

class WorkPool;

/// A part of a file to send.
struct FileSlice {
    int fd = -1;
    int64_t offset = 0;
    int64_t length = 0;
};

/// Whether what is sent waits for its turn among other bodies, or goes at once.
enum class Pace { AtOnce, ByTurns };

/// A body of so many bytes fits into the buffer of any socket, and waits for no turn.
inline constexpr int64_t kSmallBody = 64 << 10;

/// One connection's way to its peer. Used by its coroutine alone, but for cut().
class Transport {
   public:
    virtual ~Transport() = default;

    /// False: no connection came about (the peer does not speak TLS, or not the same).
    virtual Task<bool> handshake() = 0;

    /// Bytes read; 0 at the end of the stream, after an error or after a cut.
    virtual Task<size_t> read_some(char* to, size_t capacity) = 0;

    /// Sends both pieces, in as few segments as possible. Renews the deadline whenever bytes move.
    /// False: the peer is gone or was cut off.
    virtual Task<bool> write(std::string_view head, std::string_view body) = 0;

    /// Sends a part of a file, in bounded slices, and renews the deadline whenever bytes move. What
    /// is encrypted goes by turns in any case. Returns how many bytes went out; fewer than asked
    /// for means that the peer is gone, was cut off, or that the file became shorter.
    virtual Task<int64_t> send_file(FileSlice slice, Pace pace) = 0;

    /// Tells the peer that nothing more will come. With `linger`, also waits, within the deadline
    /// of that name, until the peer has closed: closing with unread input would reset the
    /// connection and could destroy the reply on its way.
    virtual Task<void> finish(bool linger);

    /// Ends all waits of the coroutine. The only call for other threads; any number of times.
    void cut();
    /// Lets pending reads see the end of the stream, so that an idle coroutine stops waiting.
    void end_input();
    /// The next close resets the connection: bytes a dead peer will never read don't stay in the
    /// kernel.
    void discard_unsent();

    Socket& socket() { return socket_; }
    Deadline& deadline() { return deadline_; }

   protected:
    Transport(Socket socket, Deadline& deadline, const Limits& limits);

    Socket socket_;
    Deadline& deadline_;
    const Limits& limits_;
};

/// While it lives only full segments leave, so that a head and the files that follow it, however
/// many, wake the receiver no more often than they must. Source: tcp(7), TCP_CORK. Harmless on
/// other sockets.
class Cork {
   public:
    explicit Cork(Socket& socket);
    ~Cork();
    Cork(const Cork&) = delete;
    Cork& operator=(const Cork&) = delete;

   private:
    Socket& socket_;
};

/// Plain TCP, UNIX sockets, inherited descriptors. `pool` warms files that are not in memory; null:
/// no warming, the io thread waits for the disk. References must outlive the transport.
std::unique_ptr<Transport> plain_transport(Socket socket,
                                           Deadline& deadline,
                                           const Limits& limits,
                                           WorkPool* pool);

/// Server side of TLS 1.2 and later, HTTP/1.1 only. Any number of connections share one context; it
/// is for all threads.
class TlsContext {
   public:
    /// Both PEM. Errors: InvalidArgument (unusable certificate or key, or they don't belong
    /// together).
    static Result<std::shared_ptr<TlsContext>> create(std::string_view certificate,
                                                      std::string_view key);
    ~TlsContext();

    /// For connections from now on; those that are open go on with what they began with. Errors: as
    /// create(); nothing has changed then.
    Result<void> replace(std::string_view certificate, std::string_view key);

    std::unique_ptr<Transport> transport(Socket socket,
                                         Deadline& deadline,
                                         const Limits& limits,
                                         WorkPool* pool);

   private:
    struct Impl;
    explicit TlsContext(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace ww::http
