// SPDX-License-Identifier: BSD-3-Clause
#include "sprig/crypto/keys.h"

#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "sprig/crypto/openssl.h"

namespace ww::sprig {
namespace {

/// A key out of `context`, which `prepare` has been told what to make.
template <class Prepare>
EvpKey generated(EvpKeyContext context, Prepare prepare) {
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_keygen_init(context.get()) != 1 || !prepare(context.get()) ||
        EVP_PKEY_keygen(context.get(), &key) != 1)
        return nullptr;
    return EvpKey(key);
}

EvpKeyContext context_for(int type) { return EvpKeyContext(EVP_PKEY_CTX_new_id(type, nullptr)); }

EvpKey generate_rsa(int bits) {
    return generated(context_for(EVP_PKEY_RSA), [&](EVP_PKEY_CTX* context) {
        return EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1;
    });
}

EvpKey generate_ec() {
    return generated(context_for(EVP_PKEY_EC), [](EVP_PKEY_CTX* context) {
        return EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1;
    });
}

EvpKey generate_ed25519() {
    return generated(context_for(EVP_PKEY_ED25519), [](EVP_PKEY_CTX*) { return true; });
}

EvpKey generate_dsa() {
    const EvpKeyContext context = context_for(EVP_PKEY_DSA);
    EVP_PKEY* parameters = nullptr;
    if (!context || EVP_PKEY_paramgen_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_dsa_paramgen_bits(context.get(), 2048) != 1 ||
        EVP_PKEY_CTX_set_dsa_paramgen_q_bits(context.get(), 256) != 1 ||
        EVP_PKEY_paramgen(context.get(), &parameters) != 1)
        return nullptr;
    const EvpKey owner(parameters);
    return generated(EvpKeyContext(EVP_PKEY_CTX_new(parameters, nullptr)),
                     [](EVP_PKEY_CTX*) { return true; });
}

EvpKey decoded_pkcs8(std::string_view bytes) {
    const unsigned char* at = bytes_of(bytes);
    const std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freer<PKCS8_PRIV_KEY_INFO_free>> info(
        d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(bytes.size())));
    return EvpKey(info ? EVP_PKCS82PKEY(info.get()) : nullptr);
}

EvpKey decoded(int type, std::string_view bytes) {
    const unsigned char* at = bytes_of(bytes);
    return EvpKey(d2i_PrivateKey(type, nullptr, &at, static_cast<long>(bytes.size())));
}

Error bad_key(std::string message) { return Error(ErrorCode::InvalidArgument, std::move(message)); }

}  // namespace

Error openssl_error(std::string_view what) {
    char reason[256] = "unknown";
    if (const unsigned long code = ERR_get_error()) ERR_error_string_n(code, reason, sizeof reason);
    ERR_clear_error();
    return Error(ErrorCode::Unprocessable, fmt::format("{}: {}", what, reason));
}

std::string contents(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return std::string(data, static_cast<size_t>(size));
}

PemBlock read_pem(std::string_view text) {
    const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    PemBlock block;
    if (bio && PEM_read_bio(bio.get(), &name, &header, &data, &size) == 1)
        block = {name, std::string(reinterpret_cast<char*>(data), static_cast<size_t>(size))};
    ERR_clear_error();
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
    return block;
}

Result<PrivateKey> PrivateKey::generate(Kind kind) {
    EvpKey key;
    switch (kind) {
        case Kind::Rsa2048:
            key = generate_rsa(2048);
            break;
        case Kind::Rsa4096:
            key = generate_rsa(4096);
            break;
        case Kind::Dsa2048:
            key = generate_dsa();
            break;
        case Kind::EcP256:
            key = generate_ec();
            break;
        case Kind::Ed25519:
            key = generate_ed25519();
            break;
    }
    if (!key) return openssl_error("failed to generate private key");
    return PrivateKey(std::make_shared<Handle>(Handle{std::move(key)}));
}

Result<PrivateKey> PrivateKey::parse(std::string_view pem) {
    const PemBlock block = read_pem(pem);
    if (block.type.empty()) return bad_key("no PEM data in input");
    constexpr std::string_view kEnding = " PRIVATE KEY";
    std::string kind;
    EvpKey key;
    if (block.type == "PRIVATE KEY") {
        key = decoded_pkcs8(block.bytes);
    } else if (block.type.ends_with(kEnding)) {
        kind = block.type.substr(0, block.type.size() - kEnding.size());
        if (kind != "RSA" && kind != "EC" && kind != "DSA")
            return bad_key("invalid private key type " + kind);
        key = decoded(kind == "RSA"  ? EVP_PKEY_RSA
                      : kind == "EC" ? EVP_PKEY_EC
                                     : EVP_PKEY_DSA,
                      block.bytes);
    } else {
        return bad_key("no private key data in PEM block of type " + block.type);
    }
    if (!key)
        return openssl_error(kind.empty() ? "decoding PEM as PKCS#8"
                                          : "parsing " + kind + " private key from PEM");
    return PrivateKey(std::make_shared<Handle>(Handle{std::move(key)}));
}

Result<std::string> PrivateKey::pem() const {
    const Bio bio(BIO_new(BIO_s_mem()));
    EVP_PKEY* const key = handle_->key.get();
    const int type = EVP_PKEY_get_base_id(key);
    const bool own_form = type == EVP_PKEY_RSA || type == EVP_PKEY_DSA || type == EVP_PKEY_EC;
    const int written = own_form ? PEM_write_bio_PrivateKey_traditional(
                                       bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr)
                                 : PEM_write_bio_PKCS8PrivateKey(
                                       bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    if (written != 1) return openssl_error("error pem-encoding key");
    return contents(bio.get());
}

}  // namespace ww::sprig
