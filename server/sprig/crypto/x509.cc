// SPDX-License-Identifier: BSD-3-Clause
//
// Making certificates: the fields and extensions that Go's x509.CreateCertificate writes for a
// server, in its order.
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <ctime>

#include "base/quote.h"
#include "base/unicode.h"
#include "sprig/crypto/keys.h"
#include "sprig/crypto/openssl.h"
#include "sprig/crypto/random.h"

namespace ww::sprig {
namespace {

using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using OctetString = std::unique_ptr<ASN1_OCTET_STRING, Freer<ASN1_OCTET_STRING_free>>;

Error bad_certificate(std::string_view reason) {
    return Error(ErrorCode::InvalidArgument, fmt::format("error creating certificate: {}", reason));
}

X509Certificate decoded_certificate(std::string_view pem, std::string& error) {
    const PemBlock block = read_pem(pem);
    if (block.type.empty()) {
        error = "unable to decode certificate";
        return nullptr;
    }
    const unsigned char* at = bytes_of(block.bytes);
    X509Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(block.bytes.size())));
    if (!certificate) error = openssl_error("error parsing certificate").message();
    return certificate;
}

/// What ASN.1 calls a PrintableString; Go leaves out the asterisk.
bool is_printable_string(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view(" '()+,-./:=?").find(c) != std::string_view::npos;
    });
}

/// Fills an X509 step by step; the first step that fails decides the error.
class Builder {
   public:
    Builder(const CertificateRequest& request, EVP_PKEY* key)
        : request_(request), key_(key), certificate_(X509_new()) {}

    /// `issuer` is null if the certificate signs itself.
    Result<X509Certificate> build(const X509* issuer, EVP_PKEY* signing_key) {
        WW_TRY_VOID(check_names());
        X509* const certificate = certificate_.get();
        const bool filled = certificate && X509_set_version(certificate, X509_VERSION_3) == 1 &&
                            set_serial() && set_subject() && set_validity() &&
                            X509_set_pubkey(certificate, key_) == 1;
        if (!filled) return openssl_error("error creating certificate");
        const X509* const signer = issuer ? issuer : certificate;
        const bool complete =
            X509_set_issuer_name(certificate, X509_get_subject_name(signer)) == 1 && add_usages() &&
            add_key_ids(issuer) && add_alternative_names() &&
            X509_sign(certificate, signing_key, digest_for(signing_key)) > 0;
        if (!complete) return openssl_error("error creating certificate");
        return std::move(certificate_);
    }

   private:
    Result<void> check_names() const {
        if (!is_valid_utf8(request_.common_name)) return bad_certificate("invalid UTF-8 string");
        for (const std::string& name : request_.dns_names) {
            const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
            if (std::all_of(name.begin(), name.end(), is_ascii)) continue;
            return bad_certificate("x509: " + quote(name) + " cannot be encoded as an IA5String");
        }
        return {};
    }

    bool set_serial() {
        std::string number = random_bytes(16);
        const std::unique_ptr<BIGNUM, Freer<BN_free>> serial(
            BN_bin2bn(bytes_of(number), static_cast<int>(number.size()), nullptr));
        return serial &&
               BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate_.get()));
    }

    bool set_subject() {
        const std::string& name = request_.common_name;
        if (name.empty()) return true;
        const int type = is_printable_string(name) ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING;
        return X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate_.get()),
                                          NID_commonName,
                                          type,
                                          bytes_of(name),
                                          static_cast<int>(name.size()),
                                          -1,
                                          0) == 1;
    }

    bool set_validity() {
        // Compat: a span that does not fit Go's nanoseconds wraps around.
        constexpr uint64_t kDay = uint64_t{86400} * 1'000'000'000;
        const auto span = static_cast<int64_t>(static_cast<uint64_t>(request_.days_valid) * kDay);
        const time_t now = std::time(nullptr);
        return ASN1_TIME_set(X509_getm_notBefore(certificate_.get()), now) &&
               ASN1_TIME_set(X509_getm_notAfter(certificate_.get()), now + span / 1'000'000'000);
    }

    bool add(Extension extension) {
        return extension && X509_add_ext(certificate_.get(), extension.get(), -1) == 1;
    }

    bool add(int id, const char* value) {
        return add(Extension(X509V3_EXT_conf_nid(nullptr, nullptr, id, value)));
    }

    bool add_usages() {
        const bool authority = request_.is_authority;
        return add(NID_key_usage,
                   authority ? "critical,digitalSignature,keyEncipherment,keyCertSign"
                             : "critical,digitalSignature,keyEncipherment") &&
               add(NID_ext_key_usage, "serverAuth,clientAuth") &&
               add(NID_basic_constraints, authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    }

    /// Only an authority has an id of its own; who is signed by one names it. RFC 7093, method 1.
    bool add_key_ids(const X509* issuer) {
        if (request_.is_authority) {
            unsigned char digest[EVP_MAX_MD_SIZE];
            unsigned size = 0;
            constexpr int kIdBytes = 20;
            const OctetString id(ASN1_OCTET_STRING_new());
            if (!id || X509_pubkey_digest(certificate_.get(), EVP_sha256(), digest, &size) != 1 ||
                ASN1_OCTET_STRING_set(id.get(), digest, kIdBytes) != 1 ||
                !add(Extension(X509V3_EXT_i2d(NID_subject_key_identifier, 0, id.get()))))
                return false;
        }
        const X509* const certificate = certificate_.get();
        if (!issuer ||
            X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_subject_name(certificate)) == 0)
            return true;
        const ASN1_OCTET_STRING* const issuer_id =
            X509_get0_subject_key_id(const_cast<X509*>(issuer));
        if (!issuer_id) return true;
        const std::unique_ptr<AUTHORITY_KEYID, Freer<AUTHORITY_KEYID_free>> id(
            AUTHORITY_KEYID_new());
        if (!id) return false;
        id->keyid = ASN1_OCTET_STRING_dup(issuer_id);
        return id->keyid &&
               add(Extension(X509V3_EXT_i2d(NID_authority_key_identifier, 0, id.get())));
    }

    bool add_alternative_names() {
        if (request_.dns_names.empty() && request_.addresses.empty()) return true;
        const std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>> names(GENERAL_NAMES_new());
        if (!names) return false;
        const auto add_name = [&](int type, ASN1_STRING* text, std::string_view bytes) {
            GENERAL_NAME* const name = GENERAL_NAME_new();
            if (!name || !text ||
                ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size())) != 1)
                return false;
            GENERAL_NAME_set0_value(name, type, text);
            return sk_GENERAL_NAME_push(names.get(), name) > 0;
        };
        for (const std::string& name : request_.dns_names)
            if (!add_name(GEN_DNS, ASN1_IA5STRING_new(), name)) return false;
        for (const IpAddress& address : request_.addresses) {
            const auto& bytes = address.bytes();
            std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            if (address.is_v4()) text.remove_prefix(12);
            if (!add_name(GEN_IPADD, ASN1_OCTET_STRING_new(), text)) return false;
        }
        const int critical = request_.common_name.empty() ? 1 : 0;
        return add(Extension(X509V3_EXT_i2d(NID_subject_alt_name, critical, names.get())));
    }

    static const EVP_MD* digest_for(EVP_PKEY* key) {
        const int type = EVP_PKEY_get_base_id(key);
        if (type == EVP_PKEY_ED25519) return nullptr;  // hashes by itself
        if (type != EVP_PKEY_EC) return EVP_sha256();
        const int bits = EVP_PKEY_get_bits(key);
        return bits > 384 ? EVP_sha512() : bits > 256 ? EVP_sha384() : EVP_sha256();
    }

    const CertificateRequest& request_;
    EVP_PKEY* key_;
    X509Certificate certificate_;
};

Result<Certificate> finished(const CertificateRequest& request,
                             const PrivateKey& key,
                             const X509* issuer,
                             EVP_PKEY* signing_key) {
    // Go's DSA keys cannot sign.
    if (EVP_PKEY_get_base_id(signing_key) == EVP_PKEY_DSA)
        return bad_certificate("x509: certificate private key does not implement crypto.Signer");
    WW_TRY(const X509Certificate certificate,
           Builder(request, key.handle().key.get()).build(issuer, signing_key));
    const Bio bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_X509(bio.get(), certificate.get()) != 1)
        return openssl_error("error pem-encoding certificate");
    WW_TRY(std::string key_pem, key.pem());
    return Certificate{contents(bio.get()), std::move(key_pem)};
}

}  // namespace

Result<Certificate> make_certificate(const CertificateRequest& request, const PrivateKey& key) {
    return finished(request, key, nullptr, key.handle().key.get());
}

Result<Certificate> make_certificate(const CertificateRequest& request,
                                     const PrivateKey& key,
                                     const Certificate& authority) {
    std::string error;
    const X509Certificate issuer = decoded_certificate(authority.cert, error);
    if (!issuer) return Error(ErrorCode::InvalidArgument, error);
    const auto signing_key = PrivateKey::parse(authority.key);
    if (!signing_key)
        return Error(ErrorCode::InvalidArgument,
                     "error parsing private key: " + signing_key.error().message());
    EVP_PKEY* const signer = signing_key->handle().key.get();
    if (X509_check_private_key(issuer.get(), signer) != 1) {
        ERR_clear_error();
        return bad_certificate("x509: provided PrivateKey doesn't match parent's PublicKey");
    }
    return finished(request, key, issuer.get(), signer);
}

Result<void> check_certificate(std::string_view pem) {
    std::string error;
    if (decoded_certificate(pem, error)) return {};
    return Error(ErrorCode::InvalidArgument, error);
}

}  // namespace ww::sprig
