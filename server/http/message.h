// SPDX-License-Identifier: BSD-3-Clause
//
// Requests and replies as values, and the function that turns one into the other. No sockets, no
// parser and no coroutine here: handlers and their tests need nothing else of this layer.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/file_span.h"

namespace ww::http {

/// Who is at the other end of a UNIX socket, as the kernel saw it when the connection was made.
struct Credentials {
    pid_t pid = 0;
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;  // supplementary groups

    bool member_of(gid_t group) const;
};

struct Peer {
    std::string address;  // without port, ::ffff:a.b.c.d unmapped; empty when not TCP
    uint16_t port = 0;
    bool tls = false;
    std::optional<Credentials> credentials;  // UNIX sockets only

    /// Whoever shares limits: the address, or the user of a UNIX socket.
    std::string name() const;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The first header of that name in any case; nothing if there is none.
std::optional<std::string_view> find(const Headers& headers, std::string_view name);

struct Request {
    std::string method;  // as sent: "GET"
    std::string target;  // as sent: path and query, percent-encoded
    Headers headers;
    std::string body;
    /// How long the body is said to be, before it is read; -1: it comes in pieces until its end.
    int64_t announced = 0;
    Peer peer;

    /// The part of the target before "?", and the part after it; both still percent-encoded.
    std::string_view path() const;
    std::string_view query() const;
};

/// Parts of open files to send as if they were one, with conditions and ranges honoured.
struct FileBody {
    std::vector<FileSpan> parts;
    int64_t size = 0;   // bytes, of all parts
    int64_t mtime = 0;  // Unix seconds; 0: unknown
    std::string etag;   // with quotes; empty: send none
    /// False for a body that merely happens to be in a file: no validators, no ranges.
    bool is_resource = true;
};

/// A file that is a body by itself. `size` in bytes, of the same descriptor.
FileBody whole_file(UniqueFd fd, int64_t size, int64_t mtime = 0, std::string etag = {});

/// A body that is made while it is sent. The server asks for a piece whenever it can send one, one
/// at a time, on an io thread: nothing here may block. Destroyed when nobody reads any more.
class BodySource {
   public:
    virtual ~BodySource() = default;
    /// Has `ready` called, once and from any thread (also from within this call), with the next
    /// piece. An empty one is the end.
    virtual void next(std::function<void(std::string piece)> ready) = 0;
    /// The peer sends nothing more: it does not want the rest, or is gone. What still comes before
    /// the end is sent if it can be.
    virtual void hung_up() = 0;
};

/// How much of a body went out.
struct Delivery {
    int64_t bytes = 0;
    bool complete = false;
};

/// Content-Length, Date, Connection and the validators of a file are the server's business;
/// everything else a client shall see must be in `headers`.
struct Reply {
    int status = 200;
    Headers headers;
    std::variant<std::string, FileBody, std::unique_ptr<BodySource>> body;
    /// Called once when the body was handed out or given up, on an io thread: don't block.
    std::function<void(const Delivery&)> delivered;
};

class Responder;

/// Called on an io thread: must not block. The request lives until the responder has been used.
using Handler = std::function<void(const Request& request, Responder respond)>;

/// Where the reply to one request goes. Implemented by the connection; tests bring their own.
class ReplySink {
   public:
    virtual ~ReplySink() = default;
    virtual void take(Reply reply) = 0;
    /// Where there is no body to come: a reply of 500.
    virtual void read_body(size_t limit, Handler then);
    // NOLINTNEXTLINE(performance-unnecessary-value-param): whoever has more to do keeps it
    virtual void when_gone(std::function<void()>) {}
};

/// The duty to answer one request, once, from any thread. If it is dropped unanswered, the client
/// gets a 500, so no path through a handler can leave it waiting.
class Responder {
   public:
    explicit Responder(std::shared_ptr<ReplySink> sink) : sink_(std::move(sink)) {}
    Responder(Responder&&) noexcept = default;
    Responder& operator=(Responder&&) = delete;
    ~Responder();

    void operator()(Reply reply);

    /// In place of a reply, for a request whose handler is asked first (ServerOptions): reads the
    /// body, if it is no longer than that, then asks `then`, which is destroyed unasked when no
    /// whole body comes.
    void read_body(size_t limit, Handler then);

    /// Has `gone` called, on an io thread, if the peer hangs up before there is a reply. From
    /// within the handler only.
    void when_gone(std::function<void()> gone);

   private:
    std::shared_ptr<ReplySink> sink_;
};

/// A handler that may block; on_pool() (http/work_pool.h) makes a Handler of it.
using BlockingHandler = std::function<Reply(const Request& request)>;

/// A reply whose body is text/plain, not to be taken for anything else by a browser.
Reply text_reply(int status, std::string text);

/// "Not Found" for 404; "Status" for a number without a standard phrase.
std::string_view reason_phrase(int status);

}  // namespace ww::http
