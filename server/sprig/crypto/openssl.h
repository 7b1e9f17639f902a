// SPDX-License-Identifier: BSD-3-Clause
//
// Owners of OpenSSL's objects, for the sources of this folder only.
// lint: third_party, nobody else includes this header
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sprig/crypto/keys.h"

namespace ww::sprig {

template <auto free>
struct Freer {
    template <class T>
    void operator()(T* object) const {
        free(object);
    }
};

using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using EvpKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using EvpKeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using X509Certificate = std::unique_ptr<X509, Freer<X509_free>>;

struct PrivateKey::Handle {
    EvpKey key;
};

/// The first block of a PEM text.
struct PemBlock {
    std::string type;  // "RSA PRIVATE KEY"
    std::string bytes;
};
/// Nothing in it if there is none.
PemBlock read_pem(std::string_view text);

/// What was written into a memory BIO.
std::string contents(BIO* bio);

Error openssl_error(std::string_view what);

/// As OpenSSL wants to see texts.
inline const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace ww::sprig
