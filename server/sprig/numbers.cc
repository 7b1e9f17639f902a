// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: numbers. Whole-number functions compute with int64 and wrap around as Go does; those that
// end in f compute in decimals (decimal.h).
#include <algorithm>
#include <cmath>
#include <limits>

#include "golib/strconv.h"
#include "sprig/decimal.h"
#include "sprig/functions.h"
#include "sprig/values.h"

namespace ww::sprig {
namespace {

tmpl::Value int64_value(int64_t number) {
    return tmpl::Value::integer(tmpl::types::kInt64, number);
}

// ---- Conversions ----

tmpl::Value convert_to_int(tmpl::Call& call) { return tmpl::Value::integer(to_int64(call[0])); }
tmpl::Value convert_to_int64(tmpl::Call& call) { return int64_value(to_int64(call[0])); }
tmpl::Value convert_to_float64(tmpl::Call& call) {
    return tmpl::Value::floating(to_float64(call[0]));
}

tmpl::Value atoi(tmpl::Call& call) {
    const auto parsed = golib::parse_integer(call.text(0), 10);
    return tmpl::Value::integer(parsed ? parsed->value : 0);
}

/// Compat: despite its name it reads the printed value as an octal number.
tmpl::Value to_decimal(tmpl::Call& call) {
    const auto parsed = golib::parse_integer(printed(call[0]), 8);
    return int64_value(parsed && !parsed->out_of_range ? parsed->value : 0);
}

// ---- Whole numbers ----

// Go's integers wrap around; C++ has that for unsigned ones.
int64_t wrapping_add(int64_t a, int64_t b) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
int64_t wrapping_multiply(int64_t a, int64_t b) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

tmpl::Value add(tmpl::Call& call) {
    int64_t sum = 0;
    for (const tmpl::Value& value : call.arguments()) sum = wrapping_add(sum, to_int64(value));
    return int64_value(sum);
}

tmpl::Value add1(tmpl::Call& call) { return int64_value(wrapping_add(to_int64(call[0]), 1)); }

tmpl::Value sub(tmpl::Call& call) {
    const auto subtrahend = static_cast<uint64_t>(to_int64(call[1]));
    return int64_value(wrapping_add(to_int64(call[0]), static_cast<int64_t>(0 - subtrahend)));
}

tmpl::Value mul(tmpl::Call& call) {
    int64_t product = 1;
    for (const tmpl::Value& value : call.arguments())
        product = wrapping_multiply(product, to_int64(value));
    return int64_value(product);
}

tmpl::Value div(tmpl::Call& call) {
    const int64_t dividend = to_int64(call[0]);
    const int64_t divisor = to_int64(call[1]);
    if (divisor == 0) return call.fail("runtime error: integer divide by zero");
    return int64_value(divisor == -1 ? wrapping_multiply(dividend, -1) : dividend / divisor);
}

tmpl::Value mod(tmpl::Call& call) {
    const int64_t dividend = to_int64(call[0]);
    const int64_t divisor = to_int64(call[1]);
    if (divisor == 0) return call.fail("runtime error: integer divide by zero");
    return int64_value(divisor == -1 ? 0 : dividend % divisor);
}

tmpl::Value max(tmpl::Call& call) {
    int64_t best = to_int64(call[0]);
    for (const tmpl::Value& value : call.from(1)) best = std::max(best, to_int64(value));
    return int64_value(best);
}

tmpl::Value min(tmpl::Call& call) {
    int64_t best = to_int64(call[0]);
    for (const tmpl::Value& value : call.from(1)) best = std::min(best, to_int64(value));
    return int64_value(best);
}

// ---- Ranges ----

/// How many numbers there are from `start` on before `stop`; none if `step` leads away from it.
uint64_t steps(int64_t start, int64_t stop, int64_t step) {
    const auto distance = [](int64_t low, int64_t high) {
        return static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
    };
    if (stop < start && step < 0) {
        const uint64_t stride = 0 - static_cast<uint64_t>(step);
        return (distance(stop, start) - 1) / stride + 1;
    }
    if (stop > start && step > 0)
        return (distance(start, stop) - 1) / static_cast<uint64_t>(step) + 1;
    return 0;
}

tmpl::Value range(tmpl::Call& call, int64_t start, int64_t stop, int64_t step) {
    const uint64_t count = steps(start, stop, step);
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, sizeof(tmpl::Value), &bytes))
        bytes = std::numeric_limits<size_t>::max();
    if (!call.may_use(bytes)) return {};
    std::vector<tmpl::Value> numbers;
    numbers.reserve(count);
    for (uint64_t index = 0; index < count; ++index, start = wrapping_add(start, step))
        numbers.push_back(tmpl::Value::integer(start));
    return tmpl::Value::list(tmpl::types::kInts, std::move(numbers));
}

tmpl::Value until(tmpl::Call& call) {
    const int64_t stop = call.integer(0);
    return range(call, 0, stop, stop < 0 ? -1 : 1);
}

tmpl::Value until_step(tmpl::Call& call) {
    return range(call, call.integer(0), call.integer(1), call.integer(2));
}

/// Like seq(1): the end belongs to it. Compat: a start above the end needs a step that is not
/// positive.
tmpl::Value seq(tmpl::Call& call) {
    if (call.size() == 0 || call.size() > 3) return tmpl::Value::text("");
    const int64_t start = call.size() == 1 ? 1 : call.integer(0);
    const int64_t end = call.integer(call.size() - 1);
    const int64_t direction = end < start ? -1 : 1;
    const int64_t step = call.size() == 3 ? call.integer(1) : direction;
    const int64_t stop = wrapping_add(end, direction);

    constexpr size_t kLongest = 21;  // "-9223372036854775808 "
    const uint64_t count = steps(start, stop, step);
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, kLongest, &bytes)) bytes = std::numeric_limits<size_t>::max();
    if (!call.may_use(bytes)) return {};
    std::string text;
    int64_t number = start;
    for (uint64_t index = 0; index < count; ++index, number = wrapping_add(number, step)) {
        if (index > 0) text += ' ';
        text += std::to_string(number);
    }
    return tmpl::Value::string(text);
}

// ---- Fractions ----

/// `operation` on the first argument and each further one, or on `start` and each.
tmpl::Value fold(tmpl::Call& call,
                 double start,
                 std::span<const tmpl::Value> operands,
                 bool (*operation)(Decimal&, const Decimal&)) {
    const auto fail_at = [&](double number) {
        std::string text;
        golib::append_float(text, number, 'g', -1);
        return call.fail("Cannot create a Decimal from {}", text);
    };
    if (!std::isfinite(start)) return fail_at(start);
    Decimal result(start);
    for (const tmpl::Value& value : operands) {
        const double number = to_float64(value);
        if (!std::isfinite(number)) return fail_at(number);
        if (!operation(result, Decimal(number))) return call.fail("decimal division by 0");
    }
    return tmpl::Value::floating(result.to_float());
}

bool decimal_add(Decimal& a, const Decimal& b) { return a.add(b), true; }
bool decimal_subtract(Decimal& a, const Decimal& b) { return a.subtract(b), true; }
bool decimal_multiply(Decimal& a, const Decimal& b) { return a.multiply(b), true; }
bool decimal_divide(Decimal& a, const Decimal& b) {
    if (b.is_zero()) return false;
    a.divide(b);
    return true;
}

tmpl::Value addf(tmpl::Call& call) { return fold(call, 0, call.arguments(), decimal_add); }
tmpl::Value subf(tmpl::Call& call) {
    return fold(call, to_float64(call[0]), call.from(1), decimal_subtract);
}
tmpl::Value mulf(tmpl::Call& call) {
    return fold(call, to_float64(call[0]), call.from(1), decimal_multiply);
}
tmpl::Value divf(tmpl::Call& call) {
    return fold(call, to_float64(call[0]), call.from(1), decimal_divide);
}
tmpl::Value add1f(tmpl::Call& call) {
    const tmpl::Value one = tmpl::Value::integer(1);
    return fold(call, to_float64(call[0]), {&one, 1}, decimal_add);
}

/// Go's math.Max and Min: an infinity wins over NaN, NaN over numbers, and 0 is above -0.
double greater(double a, double b) {
    if (std::isinf(a) && a > 0) return a;
    if (std::isinf(b) && b > 0) return b;
    if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
    if (a == 0 && b == 0) return std::signbit(a) ? b : a;
    return a > b ? a : b;
}

tmpl::Value maxf(tmpl::Call& call) {
    double best = to_float64(call[0]);
    for (const tmpl::Value& value : call.from(1)) best = greater(best, to_float64(value));
    return tmpl::Value::floating(best);
}

tmpl::Value minf(tmpl::Call& call) {
    double best = to_float64(call[0]);
    for (const tmpl::Value& value : call.from(1)) best = -greater(-best, -to_float64(value));
    return tmpl::Value::floating(best);
}

tmpl::Value floor(tmpl::Call& call) {
    return tmpl::Value::floating(std::floor(to_float64(call[0])));
}
tmpl::Value ceil(tmpl::Call& call) { return tmpl::Value::floating(std::ceil(to_float64(call[0]))); }

/// 10^exponent as Go's math.Pow makes it, by squaring: its last bits differ from those of pow(3),
/// and they show in what round prints.
double power_of_ten(int64_t exponent) {
    if (exponent == std::numeric_limits<int64_t>::max())  // as a float it is 2^63: too much to loop
        return std::numeric_limits<double>::infinity();
    if (exponent == std::numeric_limits<int64_t>::min()) return 0;
    double result = 1;
    int result_exponent = 0;
    int square_exponent = 0;
    double square = std::frexp(10.0, &square_exponent);
    for (int64_t rest = std::abs(exponent); rest != 0; rest >>= 1) {
        if (square_exponent > 1 << 12) {
            result_exponent += square_exponent;
            break;
        }
        if (rest & 1) {
            result *= square;
            result_exponent += square_exponent;
        }
        square *= square;
        square_exponent <<= 1;
        if (square < 0.5) {
            square += square;
            --square_exponent;
        }
    }
    if (exponent < 0) {
        result = 1 / result;
        result_exponent = -result_exponent;
    }
    return std::ldexp(result, result_exponent);
}

tmpl::Value round(tmpl::Call& call) {
    const double limit = call.size() > 2 ? call[2].as_float() : 0.5;
    const double power = power_of_ten(call.integer(1));
    const double scaled = power * to_float64(call[0]);
    double whole = 0;
    // Compat: a negative number's fraction is negative and thus below the limit.
    const double fraction = std::modf(scaled, &whole);
    return tmpl::Value::floating((fraction >= limit ? std::ceil(scaled) : std::floor(scaled)) /
                                 power);
}

constexpr tmpl::Function kNumberFunctions[] = {
    {"atoi", "string", atoi, "TEXT as a decimal int; 0 if it is none."},
    {"int", "any", convert_to_int, "VALUE as an int; 0 if it has none."},
    {"int64", "any", convert_to_int64, "VALUE as an int64; 0 if it has none."},
    {"float64", "any", convert_to_float64, "VALUE as a float64; 0 if it has none."},
    {"toDecimal", "any", to_decimal, "An octal number, such as a file mode, as an int64."},
    {"add", "...any", add, "The sum of whole numbers."},
    {"add1", "any", add1, "N plus 1."},
    {"sub", "any, any", sub, "A B: A minus B."},
    {"mul", "any, ...any", mul, "The product of whole numbers."},
    {"div", "any, any", div, "A B: A divided by B, without the rest."},
    {"mod", "any, any", mod, "A B: the rest of A divided by B."},
    {"max", "any, ...any", max, "The greatest whole number."},
    {"biggest", "any, ...any", max, "An old name of max."},
    {"min", "any, ...any", min, "The least whole number."},
    {"until", "int", until, "N: the numbers from 0 to N, without N."},
    {"untilStep", "int, int, int", until_step, "START STOP STEP: from START before STOP."},
    {"seq", "...int", seq, "[START [STEP]] END: the numbers as text, with spaces in between."},
    {"addf", "...any", addf, "The sum of decimal numbers."},
    {"add1f", "any", add1f, "X plus 1."},
    {"subf", "any, ...any", subf, "A minus all others."},
    {"mulf", "any, ...any", mulf, "The product of decimal numbers."},
    {"divf", "any, ...any", divf, "A divided by all others."},
    {"maxf", "any, ...any", maxf, "The greatest number."},
    {"minf", "any, ...any", minf, "The least number."},
    {"floor", "any", floor, "The next whole number below."},
    {"ceil", "any", ceil, "The next whole number above."},
    {"round",
     "any, int, ...float64",
     round,
     "X PLACES [LIMIT]: X with PLACES digits after the point."},
};

}  // namespace

std::span<const tmpl::Function> number_functions() { return kNumberFunctions; }

}  // namespace ww::sprig
