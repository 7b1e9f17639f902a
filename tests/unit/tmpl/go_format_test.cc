// SPDX-License-Identifier: BSD-3-Clause
//
// Expected texts are those of Go 1.26's fmt.
#include "tmpl/go_format.h"

#include <limits>

#include "support/catch.h"
#include "tmpl/dict.h"

using namespace ww::tmpl;

namespace {

std::string formatted(std::string_view format, std::vector<Value> operands) {
    std::string out;
    append_sprintf(out, format, operands);
    return out;
}

Value number(int64_t n) { return Value::integer(n); }
Value text(std::string_view s) { return Value::text(s); }
Value real(double d) { return Value::floating(d); }

struct Row {
    const char* format;
    std::vector<Value> operands;
    const char* result;
};

void check(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        CAPTURE(row.format, row.result);
        CHECK(formatted(row.format, row.operands) == row.result);
    }
}

}  // namespace

TEST_CASE("integers", "[tmpl][format]") {
    check({{"%d %5d|%-5d|%05d %+d % d",
            {number(1), number(2), number(3), number(-4), number(5), number(6)},
            "1     2|3    |-0004 +5  6"},
           {"%x %X %#x %o %#o %O %b %#b",
            std::vector<Value>(8, number(26)),
            "1a 1A 0x1a 32 032 0o32 11010 0b11010"},
           {"%c %q %U %#U", std::vector<Value>(4, number(0x4E16)), "世 '世' U+4E16 U+4E16 '世'"},
           {"%.3d|%8.3d|%-8.3d|%.0d|%08.3d",
            {number(7), number(7), number(7), number(0), number(7)},
            "007|     007|007     ||     007"},
           {"%d", {Value::unsigned_integer(types::kUint64, ~0ULL)}, "18446744073709551615"},
           {"%v %#v",
            {Value::unsigned_integer(types::kUint8, 200),
             Value::unsigned_integer(types::kUint8, 200)},
            "200 0xc8"},
           {"%d", {number(std::numeric_limits<int64_t>::min())}, "-9223372036854775808"}});
}

TEST_CASE("floats", "[tmpl][format]") {
    check({{"%v %v %v %v %v",
            {real(1), real(100000), real(1e6), real(1e21), real(1e-5)},
            "1 100000 1e+06 1e+21 1e-05"},
           {"%v %v %v", {real(-0.0), real(123456789), real(0.1)}, "-0 1.23456789e+08 0.1"},
           {"%f %.2f %8.3f|%-8.1f|%08.2f %+.1f",
            std::vector<Value>(6, real(3.14159)),
            "3.141590 3.14    3.142|3.1     |00003.14 +3.1"},
           {"%e %E %g %G %.3g %6.2v",
            {real(1234.5), real(1234.5), real(1e-7), real(1e-7), real(1234.5), real(1.25)},
            "1.234500e+03 1.234500E+03 1e-07 1E-07 1.23e+03    1.2"},
           {"%x %.2x %b",
            std::vector<Value>(3, real(1.5)),
            "0x1.8p+00 0x1.80p+00 6755399441055744p-52"},
           {"%#g %#v %#.3f", {real(2), real(2), real(2)}, "2.00000 2 2.000"},
           {"%v %5v|%05v %+v",
            std::vector<Value>(4, real(std::numeric_limits<double>::infinity())),
            "+Inf  +Inf| +Inf +Inf"},
           {"%v", {Value::floating(types::kFloat32, static_cast<double>(0.1F))}, "0.1"},
           {"%v %.1f", {Value::complex(1, -2), Value::complex(1, 2)}, "(1-2i) (1.0+2.0i)"}});
}

TEST_CASE("text and bytes", "[tmpl][format]") {
    const Value bytes = Value::text("ab", types::kBytes);
    check({{"%s|%5s|%-5s|%.1s|%05s", std::vector<Value>(5, text("é1")), "é1|   é1|é1   |é|000é1"},
           {"%q %+q %#q %x %X % x %#x",
            std::vector<Value>(7, text("aé\n")),
            "\"aé\\n\" \"a\\u00e9\\n\" \"aé\\n\" 61c3a90a 61C3A90A 61 c3 a9 0a 0x61c3a90a"},
           {"%#q %q", {text("a\"b"), text("a\xFF")}, "`a\"b` \"a\\xff\""},
           {"%v %s %x %q %d %#v",
            std::vector<Value>(6, bytes),
            "[97 98] ab 6162 \"ab\" [97 98] []byte{0x61, 0x62}"}});
}

TEST_CASE("lists, maps and nil", "[tmpl][format]") {
    const auto dict = Dict::create();
    dict->set("b", number(1));
    dict->set("a", Value::nil());
    const Value map = Value::dict(dict);
    const Value list = Value::list(types::kAnys, {number(1), text("x"), Value::nil()});
    check(
        {{"%v %d", {list, list}, "[1 x <nil>] [1 %!d(string=x) <nil>]"},
         {"%v %#v",
          {map, map},
          "map[a:<nil> b:1] map[string]interface {}{\"a\":interface {}(nil), \"b\":1}"},
         {"%#v %#v",
          {list, Value::list(types::kStrings, {text("a")})},
          "[]interface {}{1, \"x\", interface {}(nil)} []string{\"a\"}"},
         {"%v %#v %#v",
          {Value::nil_of(types::kStrings),
           Value::nil_of(types::kStrings),
           Value::nil_of(types::kMapStringAny)},
          "[] []string(nil) map[string]interface {}(nil)"},
         {"%v %s %d %T", std::vector<Value>(4, Value::nil()), "<nil> %!s(<nil>) %!d(<nil>) <nil>"},
         {"%v %d %#v",
          std::vector<Value>(3, Value::pointer(static_cast<const bool*>(nullptr))),
          "<nil> 0 (*bool)(nil)"},
         {"%T %T %T",
          {list, map, Value::duration(1)},
          "[]interface {} map[string]interface {} time.Duration"}});
}

TEST_CASE("values with a text of their own", "[tmpl][format]") {
    const Value ip = Value::text(std::string_view("\x0A\x00\x00\x01", 4), types::kIp);
    check({{"%v %s %d %x %q",
            std::vector<Value>(5, ip),
            "10.0.0.1 10.0.0.1 [10 0 0 1] 31302e302e302e31 \"10.0.0.1\""},
           {"%v", {Value::nil_of(types::kIp)}, "<nil>"},
           {"%v", {Value::text(std::string_view("\xFF\x00", 2), types::kIpMask)}, "ff00"},
           {"%v %d", {Value::duration(90'000'000'000), Value::duration(5)}, "1m30s 5"},
           {"%v %d", {Value::integer(types::kMonth, 5), Value::integer(types::kMonth, 5)}, "May 5"},
           {"%v %#v",
            {Value::time({0, 0, nullptr}), Value::time({0, 0, nullptr})},
            "1970-01-01 00:00:00 +0000 UTC time.Date(1970, time.January, 1, 0, 0, 0, 0, time.UTC)"},
           {"%v %s", {Value::error("bad"), Value::error("bad")}, "bad bad"}});
}

TEST_CASE("formats and operands that do not match", "[tmpl][format]") {
    check(
        {{"%d %s %t", {text("x"), number(5), text("y")}, "%!d(string=x) %!s(int=5) %!t(string=y)"},
         {"%d %d", {number(1)}, "1 %!d(MISSING)"},
         {"%d", {number(1), text("a"), Value::nil()}, "1%!(EXTRA string=a, <nil>)"},
         {"%z %!", {number(1)}, "%!z(int=1) %!!(MISSING)"},
         {"100%", {}, "100%!(NOVERB)"},
         {"%[2]d %[1]d %[3]d", {number(1), number(2)}, "2 1 %!d(BADINDEX)"},
         {"%*d|%-*d|%.*f",
          {number(4), number(1), number(4), number(2), number(1), real(1.25)},
          "   1|2   |1.2"},
         {"%*d", {text("x"), number(1)}, "%!(BADWIDTH)1"},
         {"%.*d", {number(-1), number(1)}, "%!(BADPREC)1"},
         {"%p", {number(1)}, "%!p(int=1)"},
         {"%5%|%%", {}, "%|%"}});
}

TEST_CASE("print puts spaces between operands of which neither is text", "[tmpl][format]") {
    const auto printed = [](std::vector<Value> operands) {
        std::string out;
        append_sprint(out, operands);
        return out;
    };
    CHECK(printed({number(1), number(2)}) == "1 2");
    CHECK(printed({text("a"), number(1), number(2), text("b"), text("c")}) ==
          "a1 2b"
          "c");
    CHECK(printed({Value::boolean(true), Value::nil(), real(1.5)}) == "true <nil> 1.5");
    std::string line;
    append_sprintln(line, std::vector<Value>{text("a"), number(1)});
    CHECK(line == "a 1\n");
}
