// SPDX-License-Identifier: BSD-3-Clause
//
// Go's quoted texts: what its strconv package writes and reads, and what %q prints in messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ww {

/// strconv.Quote: in double quotes, on one line, with escapes for what does not print.
std::string quote(std::string_view text);
/// The same, or QuoteToASCII.
void append_quoted(std::string& out, std::string_view text, bool ascii_only = false);
/// strconv.QuoteRune.
void append_quoted_rune(std::string& out, char32_t rune, bool ascii_only = false);
/// strconv.CanBackquote.
bool can_backquote(std::string_view text);
/// strconv.Unquote of "…", `…` or '…' with its quotes; nothing if it is not valid.
std::optional<std::string> unquote(std::string_view literal);
/// The first rune of a '…' constant; `length` is that of the constant, if it holds just one.
std::optional<char32_t> unquote_rune(std::string_view literal, size_t& length);

}  // namespace ww
