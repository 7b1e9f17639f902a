// SPDX-License-Identifier: BSD-3-Clause
//
// Whom a client takes for whom it wants, against a TLS server of the test's.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <csignal>
#include <cstdio>
#include <memory>

#include "base/digest.h"
#include "fetch/client.h"
#include "server.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::fetch;

namespace {

/// A key and a certificate that it signed itself.
struct Identity {
    std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key{EVP_EC_gen("P-256"),
                                                              &::EVP_PKEY_free};
    std::unique_ptr<X509, decltype(&::X509_free)> certificate{::X509_new(), &::X509_free};

    explicit Identity(const char* names) {
        X509* const raw = certificate.get();
        ::X509_set_version(raw, 2);
        ::X509_gmtime_adj(X509_getm_notBefore(raw), -60);
        ::X509_gmtime_adj(X509_getm_notAfter(raw), 3600);
        ::X509_set_pubkey(raw, key.get());
        X509_NAME* const name = X509_get_subject_name(raw);
        // reinterpret_cast: text as OpenSSL has it.
        ::X509_NAME_add_entry_by_txt(
            name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("bmc"), -1, -1, 0);
        ::X509_set_issuer_name(raw, name);
        X509_EXTENSION* const extension =
            ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
        ::X509_add_ext(raw, extension, -1);
        ::X509_EXTENSION_free(extension);
        REQUIRE(::X509_sign(raw, key.get(), EVP_sha256()) > 0);
    }

    std::string fingerprint() const {
        unsigned char digest[32];
        unsigned size = 0;
        ::X509_digest(certificate.get(), EVP_sha256(), digest, &size);
        return "sha256:" + to_hex({reinterpret_cast<const char*>(digest), size});
    }
    void save(const std::string& path) const {
        FILE* const file = std::fopen(path.c_str(), "w");
        ::PEM_write_X509(file, certificate.get());
        std::fclose(file);
    }
};

/// Answers one request over TLS.
class TlsServer {
   public:
    explicit TlsServer(const Identity& identity) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        (void)std::signal(SIGPIPE, SIG_IGN);  // who is refused leaves in the middle
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const raw = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(listener_.get(), raw, size) == 0);
        REQUIRE(::listen(listener_.get(), 8) == 0);
        ::getsockname(listener_.get(), raw, &size);
        url = *parse_url("https://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
        thread_ = std::thread([this, &identity] { serve(identity); });
    }
    ~TlsServer() {
        ::shutdown(listener_.get(), SHUT_RDWR);
        thread_.join();
    }

    Url url;

   private:
    void serve(const Identity& identity) {
        SSL_CTX* const context = ::SSL_CTX_new(::TLS_server_method());
        ::SSL_CTX_use_certificate(context, identity.certificate.get());
        ::SSL_CTX_use_PrivateKey(context, identity.key.get());
        const UniqueFd peer(::accept(listener_.get(), nullptr, nullptr));
        SSL* const ssl = ::SSL_new(context);
        ::SSL_set_fd(ssl, peer.get());
        if (peer.valid() && ::SSL_accept(ssl) == 1) {
            std::string request;
            char byte = 0;
            while (!request.ends_with("\r\n\r\n") && ::SSL_read(ssl, &byte, 1) == 1)
                request += byte;
            const std::string body(50'000, 'b');  // several records
            const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n" + body;
            if (!request.empty()) ::SSL_write(ssl, answer.data(), static_cast<int>(answer.size()));
            ::SSL_shutdown(ssl);
        }
        ::SSL_free(ssl);
        ::SSL_CTX_free(context);
    }

    UniqueFd listener_;
    std::thread thread_;
};

Result<Reply> ask(const Identity& identity, const Trust& trust) {
    TlsServer server(identity);
    return Client(server.url, trust).send({});
}

}  // namespace

TEST_CASE("a certificate is trusted by who signed it and its name, or by itself", "[fetch][tls]") {
    const test::TempDir folder;
    const Identity bmc("IP:127.0.0.1");
    const Identity elsewhere("IP:127.0.0.2");
    bmc.save(folder / "bmc.pem");
    elsewhere.save(folder / "elsewhere.pem");

    const auto by_ca = ask(bmc, {.ca_file = folder / "bmc.pem"});
    REQUIRE(by_ca);
    CHECK(by_ca->body == std::string(50'000, 'b'));
    CHECK(ask(bmc, {.fingerprint = bmc.fingerprint()}));
    // Pinned, neither name nor signer matter.
    CHECK(ask(elsewhere, {.fingerprint = elsewhere.fingerprint()}));

    const auto refused = [&](const Identity& identity, const Trust& trust) {
        const auto reply = ask(identity, trust);
        REQUIRE_FALSE(reply);
        CHECK(reply.error().code() == ErrorCode::FailedPrecondition);
        CHECK(reply.error().hint().find(identity.fingerprint()) != std::string::npos);
        return reply.error().message();
    };
    CHECK(refused(bmc, {}).find("not trusted: self-signed certificate") != std::string::npos);
    CHECK(refused(bmc, {.ca_file = folder / "elsewhere.pem"}).find("not trusted") !=
          std::string::npos);
    CHECK(refused(elsewhere, {.ca_file = folder / "elsewhere.pem"}).find("IP address mismatch") !=
          std::string::npos);
    CHECK(refused(elsewhere, {.fingerprint = bmc.fingerprint()})
              .ends_with("has another certificate than the one pinned"));
}

TEST_CASE("what cannot be trusted is said before anything is sent", "[fetch][tls]") {
    const test::TempDir folder;
    const Identity bmc("IP:127.0.0.1");
    CHECK(ask(bmc, {.ca_file = folder / "none.pem"}).error().code() == ErrorCode::NotFound);
    CHECK(replace_file(folder / "bad.pem", "no certificate\n"));
    CHECK(ask(bmc, {.ca_file = folder / "bad.pem"}).error().code() == ErrorCode::InvalidArgument);
    CHECK(ask(bmc, {.fingerprint = "sha256:12"}).error().code() == ErrorCode::InvalidArgument);
    test::Server plain({{"HTTP/1.1 400 No TLS\r\n\r\n"}});
    Url url = plain.url();
    url.tls = true;
    const auto reply = Client(url, {}, {.whole = std::chrono::milliseconds(500)}).send({});
    REQUIRE_FALSE(reply);
}
