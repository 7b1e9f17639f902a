// SPDX-License-Identifier: BSD-3-Clause
//
// JSON strings as Go's encoding/json writes them.
#pragma once

#include <string>
#include <string_view>

namespace ww {

struct JsonQuoting {
    bool escape_html = true;    // < > & become \u003c and so on
    bool keep_invalid = false;  // bytes that are not UTF-8 stay, else each becomes U+FFFD
};

/// Adds `text` in double quotes.
void append_json_string(std::string& out, std::string_view text, JsonQuoting how = {});
std::string json_quote(std::string_view text);

}  // namespace ww
