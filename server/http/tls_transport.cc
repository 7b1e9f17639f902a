// SPDX-License-Identifier: BSD-3-Clause
//
// The TLS transport: everything passes through user space, files too.
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "http/file_warmth.h"
#include "http/transport.h"
#include "http/turns.h"

namespace ww::http {

using SharedContext = std::shared_ptr<asio::ssl::context>;

struct TlsContext::Impl {
    Guarded<SharedContext> current;
};

namespace {

// What a browser or curl that forgot the "s" gets to read.
constexpr std::string_view kPlainOnTlsPort =
    "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: "
    "close\r\n\r\n"
    "This port speaks HTTPS, the request came as plain HTTP.\n";

// First byte of every TLS record of a client's first flight.
constexpr char kHandshakeRecord = 0x16;

class TlsTransport final : public Transport {
   public:
    TlsTransport(Socket socket,
                 Deadline& deadline,
                 const Limits& limits,
                 WorkPool* pool,
                 SharedContext context)
        : Transport(std::move(socket), deadline, limits),
          pool_(pool),
          turns_(Turns::of(socket_)),
          context_(std::move(context)),
          stream_(socket_, *context_) {}

    Task<bool> handshake() override {
        deadline_.after(limits_.tls_handshake);
        error_code error;
        co_await socket_.async_wait(Socket::wait_read, asio::redirect_error(use_task, error));
        if (error) co_return false;
        char first = 0;
        if (::recv(socket_.native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1)
            co_return false;
        if (first != kHandshakeRecord) {
            (void)::send(socket_.native_handle(),
                         kPlainOnTlsPort.data(),
                         kPlainOnTlsPort.size(),
                         MSG_NOSIGNAL | MSG_DONTWAIT);
            co_return false;
        }
        co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                         asio::redirect_error(use_task, error));
        encrypted_ = !error;
        co_return encrypted_;
    }

    Task<size_t> read_some(char* to, size_t capacity) override {
        error_code error;
        co_return co_await stream_.async_read_some(asio::buffer(to, capacity),
                                                   asio::redirect_error(use_task, error));
    }

    Task<bool> write(std::string_view head, std::string_view body) override {
        // One record, not two, for what fits into one.
        if (head.size() + body.size() <= limits_.copy_bytes) {
            joined_.assign(head).append(body);
            head = joined_;
            body = {};
        }
        bool alive = co_await write_all(head);
        if (alive) alive = co_await write_all(body);
        co_return alive;
    }

    Task<int64_t> send_file(FileSlice slice, Pace) override {
        buffer_.resize(limits_.copy_bytes);
        int64_t total = 0;
        while (total < slice.length) {
            const size_t wanted =
                std::min(buffer_.size(), static_cast<size_t>(slice.length - total));
            const FileSlice next{slice.fd, slice.offset + total, static_cast<int64_t>(wanted)};
            co_await warm(pool_, next);
            co_await turns_.take();
            const ssize_t got = ::pread(slice.fd, buffer_.data(), wanted, next.offset);
            if (got <= 0) break;
            const std::string_view bytes(buffer_.data(), static_cast<size_t>(got));
            const bool alive = co_await write_all(bytes);
            if (!alive) break;
            total += got;
        }
        co_return total;
    }

    Task<void> finish(bool linger) override {
        if (encrypted_) {
            // Sends close_notify and waits for the peer's own.
            deadline_.after(limits_.linger);
            error_code ignored;
            co_await stream_.async_shutdown(asio::redirect_error(use_task, ignored));
        }
        co_await Transport::finish(linger);
    }

   private:
    Task<bool> write_all(std::string_view bytes) {
        while (!bytes.empty()) {
            error_code error;
            const size_t sent = co_await stream_.async_write_some(
                asio::buffer(bytes.data(), bytes.size()), asio::redirect_error(use_task, error));
            if (error) co_return false;
            deadline_.after(limits_.body_stall);
            bytes.remove_prefix(sent);
        }
        co_return true;
    }

    WorkPool* pool_;
    Turns& turns_;
    const SharedContext context_;  // the one it began with
    asio::ssl::stream<Socket&> stream_;
    bool encrypted_ = false;
    std::string joined_;
    std::vector<char> buffer_;
};

// The protocol list of ALPN is length-prefixed. Only HTTP/1.1 is spoken; a client that insists on
// something else is refused by its own choice, not ours.
int choose_protocol(SSL*,
                    const unsigned char** out,
                    unsigned char* out_length,
                    const unsigned char* offered,
                    unsigned int offered_length,
                    void*) {
    static constexpr unsigned char kOurs[] = "\x08http/1.1";
    // const_cast: OpenSSL's signature; it points into one of the two constant lists.
    unsigned char* chosen = nullptr;
    const int outcome = SSL_select_next_proto(
        &chosen, out_length, kOurs, sizeof kOurs - 1, offered, offered_length);
    if (outcome != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

Error unusable(std::string_view what, std::string_view why) {
    ERR_clear_error();
    return {ErrorCode::InvalidArgument, fmt::format("TLS: {}: {}", what, why)};
}

Result<SharedContext> make_context(std::string_view certificate, std::string_view key) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* const raw = context->native_handle();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
    error_code error;
    context->use_certificate_chain(asio::buffer(certificate.data(), certificate.size()), error);
    if (error) return unusable("certificate", error.message());
    context->use_private_key(asio::buffer(key.data(), key.size()), asio::ssl::context::pem, error);
    if (error) return unusable("key", error.message());
    if (SSL_CTX_check_private_key(raw) != 1)
        return unusable("key", "it does not belong to the certificate");
    return context;
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::create(std::string_view certificate,
                                                       std::string_view key) {
    auto impl = std::make_unique<Impl>();
    WW_TRY(SharedContext made, make_context(certificate, key));
    impl->current.with([&](SharedContext& current) { current = std::move(made); });
    return std::shared_ptr<TlsContext>(new TlsContext(std::move(impl)));
}

Result<void> TlsContext::replace(std::string_view certificate, std::string_view key) {
    WW_TRY(SharedContext made, make_context(certificate, key));
    impl_->current.with([&](SharedContext& current) { current.swap(made); });
    return {};
}

std::unique_ptr<Transport> TlsContext::transport(Socket socket,
                                                 Deadline& deadline,
                                                 const Limits& limits,
                                                 WorkPool* pool) {
    return std::make_unique<TlsTransport>(
        std::move(socket),
        deadline,
        limits,
        pool,
        impl_->current.with([](const SharedContext& current) { return current; }));
}

}  // namespace ww::http
