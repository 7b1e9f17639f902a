// SPDX-License-Identifier: BSD-3-Clause
#include "sprig/decimal.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <string>

#include "golib/strconv.h"

namespace ww::sprig {
namespace {

using Integer = boost::multiprecision::cpp_int;

constexpr int64_t kPlacesOfQuotient = 16;

Integer power_of_ten(int64_t exponent) {
    return boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent));
}

}  // namespace

/// digits * 10^exponent
struct Decimal::Number {
    Integer digits;
    int64_t exponent = 0;

    void lower_exponent(int64_t to) {
        digits *= power_of_ten(exponent - to);
        exponent = to;
    }
};

Decimal::Decimal(double number) : number_(std::make_unique<Number>()) {
    // "-1.2345e+67"
    std::string text;
    golib::append_float(text, number, 'e', -1);
    const size_t mark = text.find('e');
    std::string digits = text.substr(0, mark);
    const size_t point = digits.find('.');
    int64_t exponent = 0;
    const size_t sign = text[mark + 1] == '+' ? 1 : 0;
    std::from_chars(text.data() + mark + 1 + sign, text.data() + text.size(), exponent);
    if (point != digits.npos) {
        exponent -= static_cast<int64_t>(digits.size() - point - 1);
        digits.erase(point, 1);
    }
    int64_t mantissa = 0;  // at most 17 digits
    std::from_chars(digits.data(), digits.data() + digits.size(), mantissa);
    number_->digits = mantissa;
    number_->exponent = mantissa == 0 ? 0 : exponent;
}

Decimal::~Decimal() = default;

bool Decimal::is_zero() const { return number_->digits == 0; }

void Decimal::add(const Decimal& other) {
    Number addend = *other.number_;
    const int64_t exponent = std::min(number_->exponent, addend.exponent);
    addend.lower_exponent(exponent);
    number_->lower_exponent(exponent);
    number_->digits += addend.digits;
}

void Decimal::subtract(const Decimal& other) {
    Decimal negated(0);
    negated.number_->digits = -other.number_->digits;
    negated.number_->exponent = other.number_->exponent;
    add(negated);
}

void Decimal::multiply(const Decimal& other) {
    number_->digits *= other.number_->digits;
    number_->exponent += other.number_->exponent;
}

void Decimal::divide(const Decimal& other) {
    Integer dividend = number_->digits;
    Integer divisor = other.number_->digits;
    const int64_t shift = number_->exponent - other.number_->exponent + kPlacesOfQuotient;
    if (shift >= 0)
        dividend *= power_of_ten(shift);
    else
        divisor *= power_of_ten(-shift);

    Integer quotient, remainder;
    boost::multiprecision::divide_qr(dividend, divisor, quotient, remainder);
    if (abs(remainder) * 2 >= abs(divisor)) quotient += (dividend < 0) != (divisor < 0) ? -1 : 1;
    number_->digits = quotient;
    number_->exponent = -kPlacesOfQuotient;
}

double Decimal::to_float() const {
    if (is_zero()) return 0;
    // As "-1.2345e67": the exponent alone then tells whether the number is out of range.
    std::string text = number_->digits.str();
    const size_t point = text[0] == '-' ? 2 : 1;
    const int64_t exponent = number_->exponent + static_cast<int64_t>(text.size() - point);
    text.insert(point, ".");
    const auto parsed = golib::parse_float(text + "e" + std::to_string(exponent));
    return parsed ? parsed->value : 0;
}

}  // namespace ww::sprig
