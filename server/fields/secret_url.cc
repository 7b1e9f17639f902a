// SPDX-License-Identifier: BSD-3-Clause
#include "fields/secret_url.h"

#include <algorithm>

#include "fields/field.h"

namespace ww::fields {

std::string without_credentials(std::string_view word) {
    const size_t scheme = word.find("://");
    if (scheme == std::string_view::npos) return std::string(word);
    const size_t host = scheme + 3;
    const size_t path = std::min(word.find_first_of("/?#", host), word.size());
    std::string out(word.substr(0, host));
    std::string_view rest = word.substr(host);
    if (const size_t at = rest.substr(0, path - host).rfind('@'); at != std::string_view::npos) {
        out += kMask;
        rest.remove_prefix(at);
    }
    const size_t query = rest.find('?');
    out += rest.substr(0, query);
    if (query != std::string_view::npos) out.append("?").append(kMask);
    return out;
}

}  // namespace ww::fields
