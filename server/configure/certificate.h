// SPDX-License-Identifier: BSD-3-Clause
//
// X.509 certificates as PEM text: an authority of the site's own, the server's certificate by it,
// and what a certificate says. Wraps OpenSSL. Blocking: a new key takes a second or more.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ww::configure {

/// What a server is reached by.
struct ServerNames {
    std::vector<std::string> addresses;  // IPv4 and IPv6, canonical
    std::vector<std::string> names;

    bool operator==(const ServerNames&) const = default;
};

struct KeyAndCertificate {
    std::string key;          // PKCS#1
    std::string certificate;  // one
};

struct CertificateFacts {
    std::string issuer;  // RFC 2253
    std::string subject;
    std::string serial;  // decimal
    int64_t from = 0;    // Unix seconds
    int64_t until = 0;
    ServerNames server;
};

/// Errors: Internal (OpenSSL).
Result<KeyAndCertificate> make_authority(int64_t now);
/// By `authority`; with the key of `key`, or a new one if that is empty. Errors: Unprocessable (the
/// authority or the key is not readable), Internal.
Result<KeyAndCertificate> make_server_certificate(const KeyAndCertificate& authority,
                                                  const ServerNames& server,
                                                  std::string_view key,
                                                  int64_t now);

/// Of the first certificate in `pem`. Errors: Unprocessable.
Result<CertificateFacts> read_certificate(std::string_view pem);
/// Bits of an RSA key; 0 if it is not one.
int key_bits(std::string_view pem);
/// Whether the first certificate is of this key.
bool belongs_together(std::string_view key, std::string_view certificate);
/// Whether the first certificate was signed by the authority's.
bool is_signed_by(std::string_view certificate, std::string_view authority);

}  // namespace ww::configure
