// SPDX-License-Identifier: BSD-3-Clause
#include "render.h"

using namespace ww::tmpl;

TEST_CASE("sprig takes numbers out of anything", "[tmpl][sprig]") {
    check_all({
        {R"(int "012")", "10"},
        {R"(int "0x1F")", "31"},
        {R"(int "08")", "0"},
        {R"(int "1_000")", "1000"},
        {R"(int "1.00")", "1"},
        {R"(int "1.9")", "0"},
        {R"(int ".0")", "0"},
        {R"(int 2.9)", "2"},
        {R"(int64 1e30)", "-9223372036854775808"},
        {R"(int nil)", "0"},
        {R"(int (list 1))", "0"},
        {R"(int (now.Month) | lt 0)", "true"},
        {R"(float64 "1e400")", "0"},
        {R"(float64 "0x1p4")", "16"},
        {R"(atoi "99999999999999999999")", "9223372036854775807"},
        {R"(atoi "0x1F")", "0"},
        {R"(toDecimal 644)", "420"},
        {R"(toDecimal "9")", "0"},
    });
}

TEST_CASE("sprig computes with int64", "[tmpl][sprig]") {
    check_all({
        {R"(add 1 "2" 3.9)", "6"},
        {R"(add 1 | printf "%T")", "int64"},
        {R"(add 9223372036854775807 1)", "-9223372036854775808"},
        {R"(sub 1 -9223372036854775808)", "-9223372036854775807"},
        {R"(div -7 2)", "-3"},
        {R"(div -9223372036854775808 -1)", "-9223372036854775808"},
        {R"(mod -7 2)", "-1"},
        {R"(mod 5 0)", "error: runtime error: integer divide by zero"},
        {R"(div 5 "x")", "error: runtime error: integer divide by zero"},
        {R"(max 1 "9" 3.5)", "9"},
        {R"(min 1 nil)", "0"},
    });
}

TEST_CASE("sprig counts", "[tmpl][sprig]") {
    check_all({
        {R"(until 3)", "[0 1 2]"},
        {R"(until -2)", "[0 -1]"},
        {R"(untilStep 0 5 2)", "[0 2 4]"},
        {R"(untilStep 5 0 -2)", "[5 3 1]"},
        {R"(untilStep 0 5 0)", "[]"},
        {R"(untilStep 5 0 2)", "[]"},
        {R"(seq 5)", "1 2 3 4 5"},
        {R"(seq 1)", "1"},
        {R"(seq -1)", "1 0 -1"},
        {R"(seq 2 0)", "2 1 0"},
        {R"(seq 0 5 20)", "0 5 10 15 20"},
        {R"(seq 5 2 0)", ""},
        {R"(seq 5 -2 0)", "5 3 1"},
        {R"(seq 1 2 3 4)", ""},
    });
}

TEST_CASE("sprig computes fractions in decimals", "[tmpl][sprig]") {
    check_all({
        {R"(addf 0.1 0.2)", "0.3"},
        {R"(subf 1 0.9)", "0.1"},
        {R"(mulf 1.1 3)", "3.3"},
        {R"(divf 1 7)", "0.1428571428571429"},
        {R"(divf -2 3)", "-0.6666666666666667"},
        {R"(divf 1 0)", "error: decimal division by 0"},
        {R"(addf 1e300 -1e-300)", "1e+300"},
        {R"(mulf 1e300 1e300)", "+Inf"},
        {R"(add1f 1.5)", "2.5"},
        {R"(addf "inf")", "error: Cannot create a Decimal from +Inf"},
        {R"(maxf 1 "2.5" -3)", "2.5"},
        {R"(minf 1 "2.5" -3)", "-3"},
        {R"(floor -1.5)", "-2"},
        {R"(ceil 1.1)", "2"},
    });
}

TEST_CASE("sprig rounds negative numbers down", "[tmpl][sprig]") {
    check_all({
        {R"(round 2.5 0)", "3"},
        {R"(round -2.5 0)", "-3"},
        {R"(round -2.1 0)", "-3"},
        {R"(round 123.555 2)", "123.56"},
        {R"(round 123.555 2 0.6)", "123.55"},
        {R"(round "1.005" 2)", "1"},
        {R"(round 1234 -2)", "1200"},
        {R"(round 0.1 400)", "NaN"},
    });
}
