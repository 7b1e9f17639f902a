// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/number_text.h"

#include <charconv>
#include <cmath>
#include <string_view>

namespace ww::yaml {

namespace {

std::string scientific(double value) {
    char buffer[64];
    const auto [end, error] =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
    return {buffer, end};
}

int exponent_of(std::string_view scientific_text) {
    size_t at = scientific_text.find('e') + 1;
    if (scientific_text[at] == '+') ++at;
    int exponent = 0;
    std::from_chars(
        scientific_text.data() + at, scientific_text.data() + scientific_text.size(), exponent);
    return exponent;
}

// The shortest digits that read back the same, then zeros: not the exact value of a large number.
std::string fixed(double value) {
    if (value == 0) return std::signbit(value) ? "-0" : "0";
    const std::string text = scientific(value);
    const int exponent = exponent_of(text);
    std::string digits;
    for (const char c : text.substr(0, text.find('e')))
        if (c >= '0' && c <= '9') digits += c;
    std::string out = value < 0 ? "-" : "";
    if (exponent < 0)
        return out + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
    const size_t whole = static_cast<size_t>(exponent) + 1;
    if (digits.size() <= whole) return out + digits + std::string(whole - digits.size(), '0');
    return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

}  // namespace

std::string shortest_float(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    std::string text = scientific(value);
    const int exponent = exponent_of(text);
    constexpr int kMaxFixedExponent = 6;  // strconv's choice for shortest digits
    if (exponent < -4 || exponent >= kMaxFixedExponent) return text;
    return fixed(value);
}

std::string json_float(double value) {
    const double size = std::fabs(value);
    if (size == 0 || (size >= 1e-6 && size < 1e21)) return fixed(value);
    std::string text = scientific(value);
    // e-09 is written e-9.
    const size_t zero = text.find("e-0");
    if (zero != std::string::npos) text.erase(zero + 2, 1);
    return text;
}

}  // namespace ww::yaml
