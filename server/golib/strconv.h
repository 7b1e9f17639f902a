// SPDX-License-Identifier: BSD-3-Clause
//
// Go's strconv: the texts of numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ww::golib {

/// strconv.FormatFloat. `format` is one of e E f g G x X b; `precision` -1 is the shortest that
/// reads back the same; `bits` is 32 or 64.
void append_float(std::string& out, double value, char format, int precision, int bits = 64);

/// As encoding/json writes it: "1000000", "1e+21", "1e-7". `value` must be finite.
void append_json_float(std::string& out, double value, int bits = 64);

/// strconv.ParseFloat(text, 64); out of range gives an infinity with `out_of_range`.
struct ParsedFloat {
    double value = 0;
    bool out_of_range = false;
};
std::optional<ParsedFloat> parse_float(std::string_view text);

/// strconv.ParseInt(text, base, 64): base 0 takes prefixes (0x, 0o, 0b, 0) and underscores.
struct ParsedInteger {
    int64_t value = 0;  // the nearest limit if out of range
    bool out_of_range = false;
};
std::optional<ParsedInteger> parse_integer(std::string_view text, int base);
struct ParsedUnsigned {
    uint64_t value = 0;
    bool out_of_range = false;
};
std::optional<ParsedUnsigned> parse_unsigned(std::string_view text, int base);

}  // namespace ww::golib
