// SPDX-License-Identifier: BSD-3-Clause
//
// Escaping of text for HTML, JavaScript and URL queries, as Go's template functions do it.
#pragma once

#include <string>
#include <string_view>

namespace ww::tmpl {

void append_html_escaped(std::string& out, std::string_view text);
void append_js_escaped(std::string& out, std::string_view text);
/// url.QueryEscape.
void append_query_escaped(std::string& out, std::string_view text);

}  // namespace ww::tmpl
