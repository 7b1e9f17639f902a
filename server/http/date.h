// SPDX-License-Identifier: BSD-3-Clause
//
// HTTP dates. Written as IMF-fixdate; read in the three forms that RFC 9110 §5.6.7 obliges us to
// read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ww::http {

/// "Sun, 13 Sep 2020 12:26:40 GMT".
std::string format_date(int64_t unix_seconds);

/// Unix seconds of "Sun, 13 Sep 2020 12:26:40 GMT", "Sunday, 13-Sep-20 12:26:40 GMT" or
/// "Sun Sep 13 12:26:40 2020"; nothing for anything else.
std::optional<int64_t> parse_date(std::string_view text);

/// The date of now. Formatted once a second on each thread; valid until the next call on this
/// thread.
std::string_view current_date();

}  // namespace ww::http
