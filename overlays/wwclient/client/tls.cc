// SPDX-License-Identifier: BSD-3-Clause
#include "client/tls.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <array>

namespace ww::client {

namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freed<SSL_free>>;

std::string last_reason() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return reason ? reason : "the connection broke";
}

class TlsStream final : public Stream {
   public:
    TlsStream(Socket socket, Context context, Session session)
        : socket_(std::move(socket)), context_(std::move(context)), session_(std::move(session)) {}
    ~TlsStream() override { SSL_shutdown(session_.get()); }

    Result<void> shake_hands(const IpAddress& server) {
        while (true) {
            int done = SSL_connect(session_.get());
            if (done == 1) return {};
            Result<void> ready = wait(done);
            if (ready) continue;
            long verdict = SSL_get_verify_result(session_.get());
            if (verdict == X509_V_OK)
                return ready.error().with_frame("agreeing on TLS with the server");
            return Error(ErrorCode::Unauthenticated,
                         fmt::format("the certificate of {} is not the server's: {}",
                                     server.to_string(),
                                     X509_verify_cert_error_string(verdict)));
        }
    }

    Result<void> write(std::string_view bytes) override {
        while (!bytes.empty()) {
            size_t sent = 0;
            int done = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &sent);
            if (done == 1) {
                bytes.remove_prefix(sent);
            } else {
                WW_TRY_VOID(wait(done));
            }
        }
        return {};
    }

    Result<bool> read(std::string& text) override {
        std::array<char, 64 << 10> buffer;
        while (true) {
            size_t got = 0;
            int done = SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &got);
            if (done == 1) {
                text.append(buffer.data(), got);
                return true;
            }
            if (SSL_get_error(session_.get(), done) == SSL_ERROR_ZERO_RETURN) return false;
            WW_TRY_VOID(wait(done));
        }
    }

   private:
    /// Waits for what OpenSSL needs to go on after a call returned `done`.
    Result<void> wait(int done) {
        switch (SSL_get_error(session_.get(), done)) {
            case SSL_ERROR_WANT_READ:
                return socket_.wait(POLLIN);
            case SSL_ERROR_WANT_WRITE:
                return socket_.wait(POLLOUT);
            default:
                return Error(ErrorCode::Io, last_reason());
        }
    }

    Socket socket_;
    Context context_;
    Session session_;
};

}  // namespace

Result<std::unique_ptr<Stream>> start_tls(Socket socket, const Endpoint& endpoint) {
    Context context(SSL_CTX_new(TLS_client_method()));
    if (!context) return Error(ErrorCode::Internal, "OpenSSL cannot start: " + last_reason());
    SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    // Servers that just hang up: a body cut short shows by its length, and by gzip's own check.
    SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    if (SSL_CTX_load_verify_file(context.get(), endpoint.authority_file.c_str()) != 1) {
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("cannot read the server's certificate {}: {}",
                                 endpoint.authority_file,
                                 last_reason()))
            .with_hint(
                "the overlay wwinit brings it, once the server has one (wwctl configure tls)");
    }
    Session session(SSL_new(context.get()));
    if (!session) return Error(ErrorCode::Internal, "OpenSSL cannot start: " + last_reason());
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session.get()),
                                  endpoint.address.to_string().c_str());
    SSL_set_fd(session.get(), socket.fd());

    auto stream =
        std::make_unique<TlsStream>(std::move(socket), std::move(context), std::move(session));
    WW_TRY_VOID(stream->shake_hands(endpoint.address));
    return std::unique_ptr<Stream>(std::move(stream));
}

}  // namespace ww::client
