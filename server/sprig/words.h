// SPDX-License-Identifier: BSD-3-Clause
//
// Names of programs: FirstName to first_name and back, with the word rules of huandu/xstrings 1.5.
#pragma once

#include <string>
#include <string_view>

namespace ww::sprig {

/// "HTTPServer2xx" in lower case with `connector` between its words.
std::string joined_words(std::string_view text, char connector);

/// "http_server" as "HttpServer"; connectors at the start stay.
std::string camel_case(std::string_view text);

}  // namespace ww::sprig
