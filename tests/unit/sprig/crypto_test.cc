// SPDX-License-Identifier: BSD-3-Clause
#include <crypt.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "render.h"

using namespace ww::tmpl;

namespace {

using CertificatePointer = std::unique_ptr<X509, decltype(&X509_free)>;

CertificatePointer certificate_from(const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
    return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free};
}

}  // namespace

TEST_CASE("sprig computes checksums", "[tmpl][sprig]") {
    check_all({
        {R"(sha1sum "")", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
        {R"(sha256sum "abc")", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {R"(sha512sum "abc" | trunc 16)", "ddaf35a193617aba"},
        {R"(adler32sum "Wikipedia")", "300286872"},
    });
}

TEST_CASE("sprig derives passwords", "[tmpl][sprig]") {
    check_all({
        {R"(derivePassword 1 "long" "password" "user" "example.com")", "ZedaFaxcZaso9*"},
        {R"(derivePassword 2 "maximum" "password" "user" "example.com")", "O8-6Bwz1*I5XVPPq)@H!"},
        {R"(derivePassword 1 "nope" "p" "u" "s")", "cannot find password template nope"},
    });
}

TEST_CASE("sprig hashes passwords with bcrypt", "[tmpl][sprig]") {
    const std::string line = rendered(R"({{ htpasswd "me" "secret" }})");
    REQUIRE(line.starts_with("me:$2a$10$"));
    crypt_data data{};
    CHECK(line.substr(3) == crypt_r("secret", line.c_str() + 3, &data));
    CHECK(rendered(R"({{ htpasswd "a:b" "x" }})") == "invalid username: a:b");
    CHECK(rendered(R"({{ bcrypt (repeat 73 "x") }})") ==
          "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes");
}

TEST_CASE("sprig encrypts and decrypts", "[tmpl][sprig]") {
    check_all({
        {R"(encryptAES "key" "hello world 12345" | decryptAES "key")", "hello world 12345"},
        {R"(encryptAES "key" "")", ""},
        {R"(decryptAES "key" "x")", "error: illegal base64 data at input byte 0"},
        {R"(decryptAES "key" "YWJj")",
         "error: runtime error: slice bounds out of range [:16] with capacity 3"},
    });
}

TEST_CASE("sprig's chance is never the same", "[tmpl][sprig]") {
    check_all({
        {R"(regexMatch "^[A-Za-z]{20}$" (randAlpha 20))", "true"},
        {R"(regexMatch "^[0-9]{20}$" (randNumeric 20))", "true"},
        {R"(regexMatch "^[0-9A-Za-z]{20}$" (randAlphaNum 20))", "true"},
        {R"(regexMatch "^[ -~]{20}$" (randAscii 20))", "true"},
        {R"(randAlpha -1)", ""},
        {R"(randBytes 5 | b64dec | len)", "5"},
        {R"(eq uuidv4 uuidv4)", "false"},
        {R"(regexMatch "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]" uuidv4)", "true"},
        {R"(randInt 5 6)", "5"},
        {R"(randInt 5 5)", "error: invalid argument to Intn"},
        {R"(shuffle "aé" | len)", "3"},
    });
}

TEST_CASE("sprig makes private keys", "[tmpl][sprig]") {
    check_all({
        {R"(genPrivateKey "ecdsa" | contains "BEGIN EC PRIVATE KEY")", "true"},
        {R"(genPrivateKey "ed25519" | contains "BEGIN PRIVATE KEY")", "true"},
        {R"(genPrivateKey "x")", "Unknown type x"},
    });
}

TEST_CASE("sprig makes an authority and what it signs", "[tmpl][sprig]") {
    const std::string both = rendered(
        R"({{ $ca := genCAWithKey "the ca" 10 (genPrivateKey "ecdsa") }}{{ $ca.Cert }}@)"
        R"({{ $key := genPrivateKey "ed25519" }}{{ $ips := list "10.0.0.1" "::1" }})"
        R"({{ (genSignedCertWithKey "server" $ips (list "a.example") 5 $ca $key).Cert }})");
    const size_t middle = both.find('@');
    REQUIRE(middle != both.npos);
    const CertificatePointer authority = certificate_from(both.substr(0, middle));
    const CertificatePointer server = certificate_from(both.substr(middle + 1));
    REQUIRE(authority);
    REQUIRE(server);
    CHECK(X509_check_ca(authority.get()) == 1);
    CHECK(X509_check_ca(server.get()) == 0);
    CHECK(X509_verify(server.get(), X509_get0_pubkey(authority.get())) == 1);
    CHECK(X509_check_issued(authority.get(), server.get()) == X509_V_OK);
    CHECK(X509_check_host(server.get(), "a.example", 0, 0, nullptr) == 1);
    CHECK(X509_check_ip_asc(server.get(), "10.0.0.1", 0) == 1);
    CHECK(X509_check_ip_asc(server.get(), "::1", 0) == 1);
    CHECK(X509_get0_subject_key_id(server.get()) == nullptr);
    CHECK(X509_get0_authority_key_id(server.get()) != nullptr);
}

TEST_CASE("sprig refuses to make certificates of nonsense", "[tmpl][sprig]") {
    check_all({
        {R"(genCAWithKey "x" 1 "no key")", "error: parsing private key: no PEM data in input"},
        {R"(genSelfSignedCertWithKey "x" (list "nope") nil 1 (genPrivateKey "ecdsa"))",
         "error: error parsing ip: nope"},
        {R"(genSelfSignedCertWithKey "x" nil (list 5) 1 (genPrivateKey "ecdsa"))",
         "error: error processing alternate dns name: 5 is not a string"},
        {R"(genSelfSignedCertWithKey "x" nil (list "é") 1 (genPrivateKey "ecdsa"))",
         "error: error creating certificate: x509: \"é\" cannot be encoded as an IA5String"},
        {R"(buildCustomCert "!" "")", "error: unable to decode base64 certificate"},
        {R"(buildCustomCert "" "!")", "error: unable to decode base64 private key"},
        {R"(buildCustomCert "YQ==" "YQ==")", "error: unable to decode certificate"},
        {R"($c := genCAWithKey "a" 1 (genPrivateKey "ecdsa") }})"
         R"({{ (buildCustomCert (b64enc $c.Cert) (b64enc $c.Key)).Cert | eq $c.Cert)",
         "true"},
    });
}
