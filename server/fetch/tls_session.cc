// SPDX-License-Identifier: BSD-3-Clause
#include "fetch/tls_session.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <cctype>

#include "base/check.h"
#include "base/digest.h"
#include "base/net.h"
#include "base/quote.h"

namespace ww::fetch {

namespace {

constexpr size_t kRecordBytes = 16 << 10;  // of TLS: what one read can give
constexpr std::string_view kFingerprintPrefix = "sha256:";

std::string openssl_reason() {
    std::array<char, 256> text{};
    ::ERR_error_string_n(::ERR_get_error(), text.data(), text.size());
    ::ERR_clear_error();
    const std::string_view all(text.data());  // "error:0A000086:SSL routines::certificate …"
    return std::string(all.substr(all.rfind(':') + 1));
}

}  // namespace

struct TlsSession::Impl {
    struct Free {
        void operator()(SSL_CTX* one) const { ::SSL_CTX_free(one); }
        void operator()(SSL* one) const { ::SSL_free(one); }
    };
    std::unique_ptr<SSL_CTX, Free> context;
    std::unique_ptr<SSL, Free> ssl;
    BIO* received = nullptr;  // both owned by ssl
    BIO* to_send = nullptr;
    std::string pinned;
    std::string host;
};

Result<std::string> read_fingerprint(std::string_view text) {
    constexpr size_t kDigits = 64;
    const auto refused = [&] {
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{} is no fingerprint of a certificate", quote(text)))
            .with_hint("it is \"sha256:\" and 64 hexadecimal digits");
    };
    std::string out;
    std::string lower;
    for (const char c : text) lower += static_cast<char>(std::tolower(static_cast<uint8_t>(c)));
    if (!lower.starts_with(kFingerprintPrefix)) return refused();
    for (const char c : lower.substr(kFingerprintPrefix.size())) {
        if (c == ':') continue;
        if (std::isxdigit(static_cast<uint8_t>(c)) == 0) return refused();
        out += c;
    }
    if (out.size() != kDigits) return refused();
    return out;
}

TlsSession::TlsSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsSession::~TlsSession() = default;

Result<std::unique_ptr<TlsSession>> TlsSession::create(const Host& host, const Trust& trust) {
    ::ERR_clear_error();
    auto impl = std::make_unique<Impl>();
    impl->host = host.to_string();
    impl->context.reset(::SSL_CTX_new(::TLS_client_method()));
    SSL_CTX* const context = impl->context.get();
    WW_CHECK(context != nullptr, "no TLS");
    ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    // Peers that end without close_notify are many; a message's own length tells whether it is
    // whole.
    ::SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    if (!trust.fingerprint.empty()) {
        WW_TRY(impl->pinned, read_fingerprint(trust.fingerprint));
    } else if (!trust.ca_file.empty()) {
        if (!exists(trust.ca_file))
            return Error(ErrorCode::NotFound, fmt::format("{}: no such file", trust.ca_file));
        if (::SSL_CTX_load_verify_file(context, trust.ca_file.c_str()) != 1)
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("{}: no certificates: {}", trust.ca_file, openssl_reason()));
    } else {
        ::SSL_CTX_set_default_verify_paths(context);
    }
    impl->ssl.reset(::SSL_new(context));
    SSL* const ssl = impl->ssl.get();
    WW_CHECK(ssl != nullptr, "no TLS");
    impl->received = ::BIO_new(::BIO_s_mem());
    impl->to_send = ::BIO_new(::BIO_s_mem());
    ::SSL_set_bio(ssl, impl->received, impl->to_send);
    ::SSL_set_connect_state(ssl);
    if (IpAddress::parse(host.name)) {
        ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(ssl), host.name.c_str());
    } else {
        // What the macro SSL_set_tlsext_host_name is, without its cast.
        ::SSL_ctrl(ssl,
                   SSL_CTRL_SET_TLSEXT_HOSTNAME,
                   TLSEXT_NAMETYPE_host_name,
                   const_cast<char*>(host.name.c_str()));
        ::SSL_set1_host(ssl, host.name.c_str());
    }
    return std::unique_ptr<TlsSession>(new TlsSession(std::move(impl)));
}

void TlsSession::attach(Stream& stream, std::unique_ptr<TlsSession> session) {
    stream.tls_ = std::move(session);
}

Result<void> TlsSession::flush(Stream& stream) {
    char* bytes = nullptr;
    const long size = ::BIO_ctrl(impl_->to_send, BIO_CTRL_INFO, 0, &bytes);
    if (size <= 0) return {};
    const std::string copy(bytes, static_cast<size_t>(size));
    ::BIO_ctrl(impl_->to_send, BIO_CTRL_RESET, 0, nullptr);
    return stream.send(copy);
}

Result<bool> TlsSession::move_bytes(Stream& stream, int outcome) {
    const int error = ::SSL_get_error(impl_->ssl.get(), outcome);
    if (error == SSL_ERROR_ZERO_RETURN) return false;
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        const std::string reason = openssl_reason();
        (void)flush(stream);  // the alert that tells the peer why
        return Error(ErrorCode::Unavailable, "TLS: " + reason);
    }
    WW_TRY_VOID(flush(stream));
    if (error == SSL_ERROR_WANT_WRITE) return true;
    std::array<char, kRecordBytes> buffer;
    WW_TRY(const size_t got, stream.receive(buffer.data(), buffer.size()));
    if (got == 0) return false;
    ::BIO_write(impl_->received, buffer.data(), static_cast<int>(got));
    return true;
}

std::string TlsSession::seen() const {
    const std::unique_ptr<X509, decltype(&::X509_free)> certificate(
        ::SSL_get1_peer_certificate(impl_->ssl.get()), &::X509_free);
    unsigned char* der = nullptr;
    const int size = certificate ? ::i2d_X509(certificate.get(), &der) : 0;
    if (size <= 0) return "";
    // reinterpret_cast: bytes as OpenSSL has them.
    std::string digest =
        sha256_hex({reinterpret_cast<const char*>(der), static_cast<size_t>(size)});
    ::OPENSSL_free(der);
    return digest;
}

Result<void> TlsSession::check_peer() const {
    const std::string certificate = seen();
    const std::string shown = fmt::format("{}{}", kFingerprintPrefix, certificate);
    if (!impl_->pinned.empty()) {
        if (equal_secrets(certificate, impl_->pinned)) return {};
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("{} has another certificate than the one pinned", impl_->host))
            .with_hint(fmt::format("if it was renewed, pin {}", shown));
    }
    const long why = ::SSL_get_verify_result(impl_->ssl.get());
    if (why == X509_V_OK && !certificate.empty()) return {};
    return Error(ErrorCode::FailedPrecondition,
                 fmt::format("the certificate of {} is not trusted: {}",
                             impl_->host,
                             ::X509_verify_cert_error_string(why)))
        .with_hint(fmt::format("name who signed it, or pin it: {}", shown));
}

Result<void> TlsSession::handshake(Stream& stream) {
    while (true) {
        ::ERR_clear_error();
        const int outcome = ::SSL_do_handshake(impl_->ssl.get());
        if (outcome == 1) break;
        WW_TRY(const bool alive, move_bytes(stream, outcome));
        if (!alive)
            return Error(ErrorCode::Unavailable, "the connection was closed in the TLS handshake");
    }
    WW_TRY_VOID(check_peer());
    return flush(stream);
}

Result<size_t> TlsSession::read_some(Stream& stream, char* to, size_t size) {
    while (true) {
        ::ERR_clear_error();
        size_t got = 0;
        const int outcome = ::SSL_read_ex(impl_->ssl.get(), to, size, &got);
        if (outcome == 1) return got;
        WW_TRY(const bool alive, move_bytes(stream, outcome));
        if (!alive) return size_t{0};
    }
}

Result<void> TlsSession::write(Stream& stream, std::string_view bytes) {
    while (!bytes.empty()) {
        ::ERR_clear_error();
        size_t taken = 0;
        const std::string_view piece = bytes.substr(0, kRecordBytes);
        const int outcome = ::SSL_write_ex(impl_->ssl.get(), piece.data(), piece.size(), &taken);
        if (outcome == 1) {
            bytes.remove_prefix(taken);
            WW_TRY_VOID(flush(stream));
            continue;
        }
        WW_TRY(const bool alive, move_bytes(stream, outcome));
        if (!alive) return Error(ErrorCode::Unavailable, "the connection was closed too early");
    }
    return {};
}

}  // namespace ww::fetch
