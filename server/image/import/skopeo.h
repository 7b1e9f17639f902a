// SPDX-License-Identifier: BSD-3-Clause
//
// Runs skopeo(1), which knows registries, container engines and their archives: it brings blobs
// into the content store, and that is all it does for us. Credentials reach it in a file that only
// root can read, never on its command line. Private to imports.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "oci/platform.h"

namespace ww::image {

/// Who asks, and how the registry is reached.
struct TransportOptions {
    std::string user;  // both or none
    std::string password;
    std::string auth_file;                 // of the caller; empty: none
    bool anonymous = false;                // not even the credentials of this machine's root
    bool no_https = false;                 // no certificate is checked, and plain HTTP is fine
    std::vector<std::string> environment;  // "HTTPS_PROXY=…" of the caller
};

class Skopeo {
   public:
    /// For `reference` and what belongs to it. `folder` is the caller's own, 0700, and outlives it.
    /// Errors: Io.
    static Result<Skopeo> create(const std::string& folder,
                                 const std::string& reference,
                                 const TransportOptions& options,
                                 std::stop_token stop);

    /// The manifest or index of `reference`, as it is. Errors: those of run().
    Result<std::string> manifest(const std::string& reference) const;
    /// The configuration of the one image that `reference` is.
    Result<std::string> configuration(const std::string& reference) const;

    /// Copies one image into the OCI layout `layout`, its blobs into `blobs`; both are to be on one
    /// file system. Calls `waiting` several times a second meanwhile.
    Result<void> copy(const std::string& reference,
                      const std::string& layout,
                      const std::string& blobs,
                      const std::optional<oci::Platform>& platform,
                      const std::function<void()>& waiting) const;

   private:
    Skopeo() = default;

    /// Errors: FailedPrecondition (not installed), Unavailable (what it said), Cancelled, Io.
    Result<std::string> run(std::vector<std::string> words,
                            const std::function<void()>& waiting) const;
    std::vector<std::string> source_options(const std::string& prefix,
                                            const std::string& reference) const;

    std::string folder_;
    TransportOptions options_;
    std::stop_token stop_;
};

}  // namespace ww::image
