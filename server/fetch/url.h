// SPDX-License-Identifier: BSD-3-Clause
//
// The parts of an http or https URL that a client needs.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "fetch/dial.h"

namespace ww::fetch {

struct Url {
    bool tls = true;
    Host host;
    std::string target = "/";  // path and query, as they stand

    /// Whether the same server is meant.
    bool same_origin(const Url& other) const;
};

/// "https://host[:port][/path]", without user or fragment. Errors: InvalidArgument.
Result<Url> parse_url(std::string_view text);

/// What `reference` means in a document of `base`: a URL, or "/path". Errors: InvalidArgument.
Result<Url> resolve(const Url& base, std::string_view reference);

}  // namespace ww::fetch
