// SPDX-License-Identifier: BSD-3-Clause
#include "configure/certificate.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "base/net.h"

namespace ww::configure {

namespace {

constexpr int kKeyBits = 4096;  // as Warewulf's
constexpr int64_t kDay = int64_t{24} * 60 * 60;
constexpr int64_t kAuthorityLifetime = int64_t{10} * 365 * kDay;
constexpr int64_t kServerLifetime = int64_t{2} * 365 * kDay;
// A node whose clock is not set yet boots, too.
constexpr int64_t kClockSlack = kDay;

template <auto Free>
struct FreeWith {
    template <class T>
    void operator()(T* value) const {
        Free(value);
    }
};

using Bio = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using BigNumber = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>>;

Error openssl_error(const char* what) {
    char text[256] = "no reason given";
    if (const unsigned long code = ERR_get_error(); code != 0)
        ERR_error_string_n(code, text, sizeof text);
    ERR_clear_error();
    return {ErrorCode::Internal, fmt::format("{}: {}", what, text)};
}

Bio reader(std::string_view pem) {
    return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<size_t>(size)};
}

PrivateKey read_key(std::string_view pem) {
    const Bio bio = reader(pem);
    // A callback that gives no password: a terminal must not be asked.
    const auto no_password = [](char*, int, int, void*) { return 0; };
    PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
    ERR_clear_error();
    return key;
}

Certificate read_first(std::string_view pem) {
    const Bio bio = reader(pem);
    Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    return certificate;
}

bool add_extension(X509* certificate, X509V3_CTX& context, int nid, const std::string& value) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_subject(X509* certificate, const char* name) {
    X509_NAME* subject = X509_get_subject_name(certificate);
    const auto add = [&](const char* field, const char* value) {
        return X509_NAME_add_entry_by_txt(subject,
                                          field,
                                          MBSTRING_UTF8,
                                          reinterpret_cast<const unsigned char*>(value),
                                          -1,
                                          -1,
                                          0) == 1;
    };
    return add("O", "Warewulf") && add("CN", name);
}

bool set_serial(X509* certificate) {
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
    bytes[0] &= 0x7f;  // positive
    const BigNumber number(BN_bin2bn(bytes, sizeof bytes, nullptr));
    return number &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

struct Wanted {
    const char* name;
    int64_t from;
    int64_t until;
    std::vector<std::pair<int, std::string>> extensions;
};

/// Signed by `issuer_key`, as the subject of `issuer`, or by itself if that is nullptr.
Result<std::string> sign(const Wanted& wanted, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
    const Certificate made(X509_new());
    if (!made || X509_set_version(made.get(), X509_VERSION_3) != 1 || !set_serial(made.get()) ||
        !set_subject(made.get(), wanted.name) || X509_set_pubkey(made.get(), key) != 1)
        return openssl_error("making a certificate");
    X509* by = issuer == nullptr ? made.get() : issuer;
    time_t from = wanted.from;
    time_t until = wanted.until;
    X509_time_adj_ex(X509_getm_notBefore(made.get()), 0, 0, &from);
    X509_time_adj_ex(X509_getm_notAfter(made.get()), 0, 0, &until);
    if (X509_set_issuer_name(made.get(), X509_get_subject_name(by)) != 1)
        return openssl_error("making a certificate");
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, by, made.get(), nullptr, nullptr, 0);
    for (const auto& [nid, value] : wanted.extensions)
        if (!add_extension(made.get(), context, nid, value))
            return openssl_error("making a certificate");
    if (X509_sign(made.get(), issuer_key, EVP_sha256()) == 0)
        return openssl_error("signing a certificate");
    const Bio bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_X509(bio.get(), made.get()) != 1)
        return openssl_error("writing a certificate");
    return text_of(bio.get());
}

Result<std::string> key_text(EVP_PKEY* key) {
    const Bio bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_PrivateKey_traditional(
                    bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return openssl_error("writing a key");
    return text_of(bio.get());
}

std::string name_text(const X509_NAME* name) {
    const Bio bio(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
    return text_of(bio.get());
}

int64_t unix_time(const ASN1_TIME* time) {
    tm parts{};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? ::timegm(&parts) : 0;
}

std::string serial_text(const X509* certificate) {
    const BigNumber number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
    char* text = number ? BN_bn2dec(number.get()) : nullptr;
    std::string out = text == nullptr ? "" : text;
    OPENSSL_free(text);
    return out;
}

ServerNames names_in(const X509* certificate) {
    ServerNames names;
    const std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>> all(
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
        const bool is_address = name->type == GEN_IPADD;
        if (!is_address && name->type != GEN_DNS) continue;
        const ASN1_STRING* value = is_address ? name->d.iPAddress : name->d.dNSName;
        const std::string bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                                static_cast<size_t>(ASN1_STRING_length(value)));
        if (!is_address)
            names.names.push_back(bytes);
        else if (const auto address = IpAddress::from_bytes(bytes))
            names.addresses.push_back(address->to_string());
    }
    return names;
}

}  // namespace

Result<KeyAndCertificate> make_authority(int64_t now) {
    const PrivateKey key(EVP_RSA_gen(kKeyBits));
    if (!key) return openssl_error("making a key");
    KeyAndCertificate made;
    WW_TRY(made.key, key_text(key.get()));
    WW_TRY(made.certificate,
           sign({.name = "Warewulf CA",
                 .from = now - kClockSlack,
                 .until = now + kAuthorityLifetime,
                 .extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                {NID_subject_key_identifier, "hash"}}},
                key.get(),
                nullptr,
                key.get()));
    return made;
}

Result<KeyAndCertificate> make_server_certificate(const KeyAndCertificate& authority,
                                                  const ServerNames& server,
                                                  std::string_view key_pem,
                                                  int64_t now) {
    const Certificate issuer = read_first(authority.certificate);
    const PrivateKey issuer_key = read_key(authority.key);
    if (!issuer || !issuer_key)
        return Error(ErrorCode::Unprocessable,
                     "key or certificate of the authority is not readable");
    const PrivateKey key = key_pem.empty() ? PrivateKey(EVP_RSA_gen(kKeyBits)) : read_key(key_pem);
    if (!key)
        return key_pem.empty()
                   ? openssl_error("making a key")
                   : Error(ErrorCode::Unprocessable, "the server's key is not readable");
    std::string reached_by;
    for (const std::string& address : server.addresses)
        reached_by += fmt::format("{}IP:{}", reached_by.empty() ? "" : ",", address);
    for (const std::string& name : server.names)
        reached_by += fmt::format("{}DNS:{}", reached_by.empty() ? "" : ",", name);
    KeyAndCertificate made;
    if (key_pem.empty()) {
        WW_TRY(made.key, key_text(key.get()));
    } else {
        made.key = key_pem;
    }
    // No certificate outlives its authority.
    const int64_t until =
        std::min(now + kServerLifetime, unix_time(X509_get0_notAfter(issuer.get())));
    WW_TRY(made.certificate,
           sign({.name = "Warewulf Server",
                 .from = now - kClockSlack,
                 .until = until,
                 .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                                {NID_key_usage, "critical,digitalSignature,keyEncipherment"},
                                {NID_ext_key_usage, "serverAuth"},
                                {NID_subject_key_identifier, "hash"},
                                {NID_authority_key_identifier, "keyid"},
                                {NID_subject_alt_name, reached_by}}},
                key.get(),
                issuer.get(),
                issuer_key.get()));
    return made;
}

Result<CertificateFacts> read_certificate(std::string_view pem) {
    const Certificate certificate = read_first(pem);
    if (!certificate) return Error(ErrorCode::Unprocessable, "this is no certificate in PEM form");
    CertificateFacts facts;
    facts.issuer = name_text(X509_get_issuer_name(certificate.get()));
    facts.subject = name_text(X509_get_subject_name(certificate.get()));
    facts.serial = serial_text(certificate.get());
    facts.from = unix_time(X509_get0_notBefore(certificate.get()));
    facts.until = unix_time(X509_get0_notAfter(certificate.get()));
    facts.server = names_in(certificate.get());
    return facts;
}

int key_bits(std::string_view pem) {
    const PrivateKey key = read_key(pem);
    return key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA ? EVP_PKEY_get_bits(key.get())
                                                                  : 0;
}

bool belongs_together(std::string_view key_pem, std::string_view certificate_pem) {
    const PrivateKey key = read_key(key_pem);
    const Certificate certificate = read_first(certificate_pem);
    const bool fits =
        key && certificate && X509_check_private_key(certificate.get(), key.get()) == 1;
    ERR_clear_error();
    return fits;
}

bool is_signed_by(std::string_view certificate_pem, std::string_view authority_pem) {
    const Certificate certificate = read_first(certificate_pem);
    const Certificate authority = read_first(authority_pem);
    const bool signed_by_it =
        certificate && authority &&
        X509_verify(certificate.get(), X509_get0_pubkey(authority.get())) == 1;
    ERR_clear_error();
    return signed_by_it;
}

}  // namespace ww::configure
