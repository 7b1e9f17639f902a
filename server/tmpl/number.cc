// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/number.h"

#include <fmt/format.h>

#include "base/quote.h"
#include "golib/strconv.h"

namespace ww::tmpl {
namespace {

bool is_hex_integer(std::string_view text) {
    return text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') &&
           text.find_first_of("pP") == text.npos;
}

// A float that holds a whole number serves as an integer too.
void set_integers_from(NumberNode& number) {
    const double f = number.real;
    if (!number.is_int && f >= -0x1p63 && f < 0x1p63 &&
        static_cast<double>(static_cast<int64_t>(f)) == f) {
        number.is_int = true;
        number.integer = static_cast<int64_t>(f);
    }
    if (!number.is_uint && f >= 0 && f < 0x1p64 &&
        static_cast<double>(static_cast<uint64_t>(f)) == f) {
        number.is_uint = true;
        number.natural = static_cast<uint64_t>(f);
    }
}

void set_complex(NumberNode& number, double real, double imaginary) {
    number.is_complex = true;
    number.real = real;
    number.imaginary = imaginary;
    number.is_float = imaginary == 0;
    if (number.is_float) set_integers_from(number);
}

bool set_char_constant(NumberNode& number, std::string& problem) {
    size_t length = 0;
    const auto rune = unquote_rune(number.text, length);
    if (!rune) {
        problem = "invalid syntax";
        return false;
    }
    if (length != number.text.size()) {
        problem = fmt::format("malformed character constant: {}", number.text);
        return false;
    }
    number.is_int = number.is_uint = number.is_float = true;
    number.integer = static_cast<int64_t>(*rune);
    number.natural = *rune;
    number.real = static_cast<double>(*rune);
    return true;
}

// "1+2i": the sign that belongs to no exponent parts the two.
bool set_complex_constant(NumberNode& number, std::string& problem) {
    const std::string_view text = number.text;
    size_t sign = text.size() - 1;
    while (sign > 0 && !((text[sign] == '+' || text[sign] == '-') &&
                         std::string_view("eEpP").find(text[sign - 1]) == std::string_view::npos))
        --sign;
    const auto real = golib::parse_float(text.substr(0, sign));
    const auto imaginary = golib::parse_float(text.substr(sign, text.size() - sign - 1));
    if (!real || !imaginary || real->out_of_range || imaginary->out_of_range) {
        problem = "syntax error scanning complex number";
        return false;
    }
    set_complex(number, real->value, imaginary->value);
    return true;
}

bool set_number(NumberNode& number, std::string& problem) {
    const std::string_view text = number.text;
    if (text.ends_with('i')) {
        const auto imaginary = golib::parse_float(text.substr(0, text.size() - 1));
        if (imaginary && !imaginary->out_of_range) {
            set_complex(number, 0, imaginary->value);
            return true;
        }
    }
    if (const auto natural = golib::parse_unsigned(text, 0); natural && !natural->out_of_range) {
        number.is_uint = true;
        number.natural = natural->value;
    }
    if (const auto integer = golib::parse_integer(text, 0); integer && !integer->out_of_range) {
        number.is_int = true;
        number.integer = integer->value;
        if (integer->value == 0) number.is_uint = true;  // -0
    }
    if (number.is_int || number.is_uint) {
        number.is_float = true;
        number.real = number.is_int ? static_cast<double>(number.integer)
                                    : static_cast<double>(number.natural);
        return true;
    }
    const auto real = golib::parse_float(text);
    if (!real || real->out_of_range) {
        problem = "illegal number syntax: ";
        append_quoted(problem, text);
        return false;
    }
    if (text.find_first_of(".eEpP") == text.npos) {
        problem = "integer overflow: ";
        append_quoted(problem, text);
        return false;
    }
    number.is_float = true;
    number.real = real->value;
    set_integers_from(number);
    return true;
}

Value ideal_of(const NumberNode& number) {
    if (number.is_complex) return Value::complex(number.real, number.imaginary);
    const bool written_as_float = !number.text.starts_with('\'') && !is_hex_integer(number.text) &&
                                  number.text.find_first_of(".eEpP") != number.text.npos;
    if (number.is_float && written_as_float) return Value::floating(number.real);
    if (number.is_int) return Value::integer(number.integer);
    return {};
}

}  // namespace

std::unique_ptr<NumberNode> parse_number(const Token& token, std::string& problem) {
    auto number = std::make_unique<NumberNode>(token.position, token.text);
    const bool good = token.kind == TokenKind::CharConstant ? set_char_constant(*number, problem)
                      : token.kind == TokenKind::Complex    ? set_complex_constant(*number, problem)
                                                            : set_number(*number, problem);
    if (!good) return nullptr;
    number->ideal = ideal_of(*number);
    return number;
}

}  // namespace ww::tmpl
