// SPDX-License-Identifier: BSD-3-Clause
//
// Connections to hosts: names resolved, addresses tried in turn, the certificate checked before a
// single byte is said.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fetch/stream.h"

namespace ww::fetch {

struct Host {
    std::string name;  // or an address, without brackets
    uint16_t port = 443;

    /// "name:port", an IPv6 address in brackets.
    std::string to_string() const;
};

/// Whom we take the other end for. With a fingerprint nothing else about a certificate matters,
/// neither who signed it nor for how long nor for which name.
struct Trust {
    std::string ca_file = {};  // PEM; empty: what the system trusts
    std::string fingerprint =
        {};  // of the certificate (DER) by SHA-256, as fingerprint_of() has it
};

/// 64 lower-case hex digits from "sha256:…" in any case, with colons or without.
/// Errors: InvalidArgument.
Result<std::string> read_fingerprint(std::string_view text);

inline constexpr std::chrono::seconds kConnectPatience{10};  // with one address of a host

/// `trust`: speak TLS (at least 1.2); nothing: plainly. Blocking; resolving a name is the system's
/// and does not end with `waits`. Errors: NotFound (no such host), Unavailable (nobody listens),
/// Timeout, Cancelled, FailedPrecondition (a certificate that is not trusted; the hint has its
/// fingerprint), InvalidArgument (trust), Io.
Result<Stream> dial(const Host& host, const std::optional<Trust>& trust, const Waits& waits);

}  // namespace ww::fetch
