// SPDX-License-Identifier: BSD-3-Clause
//
// Expected values are those of Go 1.26's strconv.
#include "golib/strconv.h"

#include <cmath>
#include <limits>

#include "support/catch.h"

using namespace ww::golib;

TEST_CASE("floats are laid out as Go does it", "[tmpl][strconv]") {
    struct Row {
        double value;
        char format;
        int precision;
        const char* text;
    };
    const Row rows[] = {
        {0, 'g', -1, "0"},
        {-0.0, 'g', -1, "-0"},
        {1, 'e', -1, "1e+00"},
        {100, 'e', 2, "1.00e+02"},
        {123456, 'g', -1, "123456"},
        {1234567, 'g', -1, "1.234567e+06"},
        {0.0001, 'g', -1, "0.0001"},
        {0.00001, 'g', -1, "1e-05"},
        {1e300, 'g', -1, "1e+300"},
        {2.5, 'f', 0, "2"},
        {3.5, 'f', 0, "4"},
        {1.005, 'f', 2, "1.00"},
        {1e21, 'f', -1, "1000000000000000000000"},
        {123456, 'g', 3, "1.23e+05"},
        {100000, 'g', 3, "1e+05"},
        {0.00012, 'g', 1, "0.0001"},
        {12, 'g', 0, "1e+01"},
        {5e-324, 'g', -1, "5e-324"},
        {1, 'x', -1, "0x1p+00"},
        {-1.999, 'x', 1, "-0x1.0p+01"},
        {0, 'x', 2, "0x0.00p+00"},
        {0, 'b', -1, "0p-1074"},
        {1.5, 'G', -1, "1.5"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.value, row.format, row.precision);
        std::string out;
        append_float(out, row.value, row.format, row.precision);
        CHECK(out == row.text);
    }
    std::string special;
    append_float(special, std::numeric_limits<double>::quiet_NaN(), 'f', 2);
    append_float(special, -std::numeric_limits<double>::infinity(), 'g', -1);
    CHECK(special == "NaN-Inf");
    std::string small;
    append_float(small, static_cast<double>(0.3F), 'g', -1, 32);
    CHECK(small == "0.3");
}

TEST_CASE("floats in JSON are laid out as encoding/json does it", "[golib][strconv]") {
    const std::pair<double, const char*> rows[] = {{0, "0"},
                                                   {-0.0, "-0"},
                                                   {1e6, "1000000"},
                                                   {1e-6, "0.000001"},
                                                   {1e-7, "1e-7"},
                                                   {1.5e-10, "1.5e-10"},
                                                   {1e21, "1e+21"},
                                                   {-1.25, "-1.25"}};
    for (const auto& [value, text] : rows) {
        std::string out = "x";
        append_json_float(out, value);
        CHECK(out == std::string("x") + text);
    }
    std::string small;
    append_json_float(small, static_cast<double>(1e-6F), 32);
    CHECK(small == "0.000001");
}

TEST_CASE("floats are read as Go reads them", "[tmpl][strconv]") {
    struct Row {
        const char* text;
        double value;
    };
    const Row good[] = {{"1_0.2_5", 10.25},
                        {"0x1p4", 16},
                        {"0x_1.8p1", 3},
                        {"+.5e1", 5},
                        {"5.", 5},
                        {"1e-400", 0},
                        {"0x1p-2000", 0},
                        {"1e-99999999999999999999", 0},
                        {"-Infinity", -HUGE_VAL},
                        {"1e1_0", 1e10}};
    for (const Row& row : good) {
        CAPTURE(row.text);
        REQUIRE(parse_float(row.text).has_value());
        CHECK(parse_float(row.text)->value == row.value);
    }
    const std::string zeros(400, '0');
    CHECK(parse_float("." + zeros + "1")->value == 0);
    CHECK(parse_float("0." + zeros + "1e5")->value == 0);
    CHECK(parse_float("0.1e400")->out_of_range);
    CHECK(parse_float("1" + zeros + "e-1")->out_of_range);
    CHECK(parse_float("0x1p2000")->out_of_range);
    CHECK(std::isnan(parse_float("nan")->value));
    CHECK(parse_float("1e400")->out_of_range);
    CHECK(parse_float("-1e400")->value == -HUGE_VAL);
    for (const char* bad : {"",
                            ".",
                            "e5",
                            "1e",
                            "1e+",
                            "0x1.8",
                            "0x",
                            "1__0",
                            "_1",
                            "1_",
                            "+nan",
                            "1 ",
                            "1.5.5",
                            "++1"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_float(bad).has_value());
    }
}

TEST_CASE("integers are read as Go reads them", "[tmpl][strconv]") {
    CHECK(parse_integer("0x1F", 0)->value == 31);
    CHECK(parse_integer("017", 0)->value == 15);
    CHECK(parse_integer("0b1_1", 0)->value == 3);
    CHECK(parse_integer("-1_000", 0)->value == -1000);
    CHECK(parse_integer("017", 10)->value == 17);
    CHECK(parse_integer("-9223372036854775808", 10)->value == std::numeric_limits<int64_t>::min());
    CHECK(parse_integer("9223372036854775808", 10)->out_of_range);
    CHECK(parse_integer("9223372036854775808", 10)->value == std::numeric_limits<int64_t>::max());
    CHECK(parse_unsigned("18446744073709551615", 0)->value == ~0ULL);
    CHECK(parse_unsigned("18446744073709551616", 0)->out_of_range);
    for (const char* bad : {"", "089", "1__0", "0x", "1_", "+-1", "a", "1.0"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_integer(bad, 0).has_value());
    }
    CHECK_FALSE(parse_integer("1_0", 10).has_value());
}
