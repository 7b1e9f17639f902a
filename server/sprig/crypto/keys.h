// SPDX-License-Identifier: BSD-3-Clause
//
// Private keys and certificates, as PEM texts in the forms that Go's x509 package writes. OpenSSL
// does the work and does not show.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/net.h"
#include "base/result.h"

namespace ww::sprig {

class PrivateKey {
   public:
    enum class Kind { Rsa2048, Rsa4096, Dsa2048, EcP256, Ed25519 };

    /// Slow: seconds for the greater kinds.
    static Result<PrivateKey> generate(Kind kind);
    /// The first PEM block, which must be a private key, in PKCS#8 or in a form of its own kind.
    static Result<PrivateKey> parse(std::string_view pem);

    /// RSA, DSA and EC keys in their own forms, others in PKCS#8.
    Result<std::string> pem() const;

    struct Handle;
    const Handle& handle() const { return *handle_; }

   private:
    explicit PrivateKey(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}

    std::shared_ptr<Handle> handle_;
};

/// A certificate with its key, both in PEM.
struct Certificate {
    std::string cert;
    std::string key;
};

struct CertificateRequest {
    std::string common_name;
    std::vector<IpAddress> addresses;
    std::vector<std::string> dns_names;
    int64_t days_valid = 0;
    bool is_authority = false;
};

/// Signed with its own key.
Result<Certificate> make_certificate(const CertificateRequest& request, const PrivateKey& key);
/// Signed by `authority`.
Result<Certificate> make_certificate(const CertificateRequest& request,
                                     const PrivateKey& key,
                                     const Certificate& authority);

/// Whether the text's first PEM block is a certificate that can be read.
Result<void> check_certificate(std::string_view pem);

}  // namespace ww::sprig
