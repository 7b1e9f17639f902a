// SPDX-License-Identifier: BSD-3-Clause
//
// The TLS side of a real server, with a client made of OpenSSL's blocking calls.
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <boost/asio/executor_work_guard.hpp>
#include <thread>

#include "http/server.h"
#include "http/transport.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::http;

namespace {

struct Pem {
    std::string certificate;
    std::string key;
};

template <class Write>
std::string pem_of(Write write) {
    BIO* bio = BIO_new(BIO_s_mem());
    REQUIRE(write(bio) == 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<size_t>(size));
    BIO_free(bio);
    return text;
}

Pem make_certificate(long serial = 1) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    REQUIRE(X509_sign(certificate, key, EVP_sha256()) > 0);
    Pem pem;
    pem.certificate = pem_of([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
    pem.key = pem_of([&](BIO* out) {
        return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    });
    X509_free(certificate);
    EVP_PKEY_free(key);
    return pem;
}

class TlsClient {
   public:
    explicit TlsClient(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                0);
        context_ = SSL_CTX_new(TLS_client_method());
        ssl_ = SSL_new(context_);
        SSL_set_fd(ssl_, fd_.get());
        REQUIRE(SSL_connect(ssl_) == 1);
    }
    ~TlsClient() {
        SSL_free(ssl_);
        SSL_CTX_free(context_);
    }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    void send(std::string_view bytes) {
        REQUIRE(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) ==
                static_cast<int>(bytes.size()));
    }
    /// The serial number of the server's certificate.
    long serial() const {
        X509* certificate = SSL_get1_peer_certificate(ssl_);
        const long number = ASN1_INTEGER_get(X509_get0_serialNumber(certificate));
        X509_free(certificate);
        return number;
    }
    /// Until the server says that there is no more.
    std::string read_all() {
        std::string out;
        char buffer[65536];
        while (true) {
            const int got = SSL_read(ssl_, buffer, sizeof buffer);
            if (got <= 0) {
                CHECK(SSL_get_error(ssl_, got) == SSL_ERROR_ZERO_RETURN);  // not cut off
                return out;
            }
            out.append(buffer, static_cast<size_t>(got));
        }
    }

   private:
    ww::UniqueFd fd_;
    SSL_CTX* context_ = nullptr;
    SSL* ssl_ = nullptr;
};

}  // namespace

namespace {

/// A server on a thread of its own, on a port of its own.
class RunningTls {
   public:
    explicit RunningTls(std::shared_ptr<TlsContext> tls, ServerOptions options)
        : server_({&context_}, std::move(options)) {
        auto listener = listen_tcp(0);
        REQUIRE(listener);
        sockaddr_in6 address{};
        socklen_t length = sizeof address;
        REQUIRE(::getsockname(listener->get(), reinterpret_cast<sockaddr*>(&address), &length) ==
                0);
        port = ntohs(address.sin6_port);
        server_.accept_from(std::move(*listener), std::move(tls));
        thread_ = std::thread([this] { context_.run(); });
    }
    ~RunningTls() {
        context_.stop();
        thread_.join();
    }
    RunningTls(const RunningTls&) = delete;
    RunningTls& operator=(const RunningTls&) = delete;

    uint16_t port = 0;

   private:
    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> guard_ =
        asio::make_work_guard(context_);
    Server server_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("texts and files pass through TLS", "[http][tls]") {
    const ww::test::TempDir folder;
    const std::string path = folder / "f";
    std::string bytes(3'000'017, '\0');
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
    REQUIRE(ww::replace_file(path, bytes));

    const Pem pem = make_certificate();
    auto tls = TlsContext::create(pem.certificate, pem.key);
    REQUIRE(tls);
    ServerOptions options;
    options.handler = [&](const Request& request, Responder respond) {
        Reply reply;
        if (request.target == "/file") {
            ww::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
            reply.body = whole_file(std::move(fd), static_cast<int64_t>(bytes.size()));
        } else {
            reply.body = std::string(request.peer.tls ? "tls" : "plain");
        }
        respond(std::move(reply));
    };
    const RunningTls running(*tls, std::move(options));
    const uint16_t port = running.port;
    for (int round = 0; round < 3; ++round) {
        TlsClient client(port);
        client.send("GET /file HTTP/1.1\r\nHost: h\r\n\r\n");
        client.send("GET /text HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        const std::string all = client.read_all();
        const size_t body = all.find("\r\n\r\n") + 4;
        CHECK((all.substr(body, bytes.size()) == bytes));
        CHECK(all.ends_with("\r\n\r\ntls"));
    }
    {
        // Gone without a word: costs this connection, nothing else.
        TlsClient client(port);
        client.send("GET /file HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    TlsClient client(port);
    client.send("GET /text HTTP/1.0\r\n\r\n");
    CHECK(client.read_all().ends_with("tls"));
}

TEST_CASE("another certificate is for connections from then on", "[http][tls]") {
    const Pem first = make_certificate(1);
    const Pem second = make_certificate(2);
    auto tls = TlsContext::create(first.certificate, first.key);
    REQUIRE(tls);
    ServerOptions options;
    options.handler = [](const Request&, Responder respond) {
        respond({200, {}, std::string("here"), {}});
    };
    const RunningTls running(*tls, std::move(options));
    TlsClient open_before(running.port);
    open_before.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(open_before.serial() == 1);

    CHECK_FALSE((*tls)->replace(second.certificate, first.key));
    CHECK(TlsClient(running.port).serial() == 1);
    REQUIRE((*tls)->replace(second.certificate, second.key));
    CHECK(TlsClient(running.port).serial() == 2);
    open_before.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const std::string all = open_before.read_all();
    CHECK(all.find("here") != all.rfind("here"));
    CHECK(open_before.serial() == 1);
}

TEST_CASE("keys and certificates that are of no use are refused", "[http][tls]") {
    const Pem pem = make_certificate();
    const Pem other = make_certificate();
    CHECK_FALSE(TlsContext::create("", pem.key));
    CHECK_FALSE(TlsContext::create(pem.certificate, "not a key"));
    CHECK_FALSE(TlsContext::create(pem.certificate, other.key));
    CHECK(TlsContext::create(pem.certificate, pem.key));
}
