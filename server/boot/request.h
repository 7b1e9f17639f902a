// SPDX-License-Identifier: BSD-3-Clause
//
// From the target of an HTTP request to an Ask: routes, aliases, normalisation of the path, the
// query, and who is asking. Runs in the front process, on bytes from anybody; touches no file.
// Source: reference/http.md §1.3, §2.1-2.3.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "boot/ask.h"

namespace ww::boot {

struct Target {
    std::string_view target;   // as in the request line: path and query, percent-encoded
    std::string peer_address;  // without port; ::ffff:a.b.c.d unmapped
    uint16_t peer_port = 0;
    bool tls = false;
};

/// MAC address of an IPv4 neighbour; nothing if it is not known.
using ArpLookup = std::function<std::optional<std::string>(std::string_view address)>;

/// Errors: NotFound (no such route: 404 with Go's text), InvalidArgument (400, empty body).
Result<Ask> parse_request(const Target& target, const ArpLookup& arp);

/// "ipxe", "system", …: the name in the path and in the status.
std::string_view to_string(Stage stage);

/// The path as routes see it: percent-decoded, runs of slashes squeezed, "." and ".." resolved.
/// A trailing slash stays. Nothing for a bad escape. (Upstream redirects to this form; GRUB and
/// shim don't follow redirects.)
std::optional<std::string> normal_path(std::string_view target);

}  // namespace ww::boot
