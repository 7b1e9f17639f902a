// SPDX-License-Identifier: BSD-3-Clause
#include "render.h"
#include "tmpl/view.h"

using namespace ww::tmpl;

namespace {

Value as_text(const std::string& text) { return Value::text(text); }

}  // namespace

TEST_CASE("sprig takes lists apart", "[tmpl][sprig]") {
    check_all({
        {R"(first (list 1 2))", "1"},
        {R"(first (list))", "<no value>"},
        {R"(last (until 3))", "2"},
        {R"(rest (list 1 2))", "[2]"},
        {R"(rest (list) | toJson)", "null"},
        {R"(initial (list 1 2))", "[1]"},
        {R"(first "abc")", "error: Cannot find first on type string"},
        {R"(last nil)", "error: runtime error: invalid memory address or nil pointer dereference"},
    });
}

TEST_CASE("sprig makes new lists", "[tmpl][sprig]") {
    check_all({
        {R"($l := list 1 }}{{ append $l 2 }}{{ $l)", "[1 2][1]"},
        {R"(prepend (list 1) nil)", "[<nil> 1]"},
        {R"(concat (list 1) (splitList "," "a,b") | toJson)", R"([1,"a","b"])"},
        {R"(concat (list) | toJson)", "null"},
        {R"(concat (list) 5)", "error: Cannot concat type int as list"},
        {R"(reverse (until 3))", "[2 1 0]"},
        {R"(push 5 1)", "error: Cannot push on type int"},
    });
}

TEST_CASE("sprig compares elements with their types", "[tmpl][sprig]") {
    check_all({
        {R"(uniq (list 1 "1" 1 1.0))", "[1 1 1]"},
        {R"(without (list 1 "1" nil) "1" nil)", "[1]"},
        {R"(has 1 (until 2))", "true"},
        {R"(has (int64 1) (until 2))", "false"},
        {R"(has 1 nil)", "false"},
        {R"(compact (list 0 "" nil false (list) (dict) 1))", "[1]"},
    });
}

TEST_CASE("sprig's slice is a part of the list", "[tmpl][sprig]") {
    check_all({
        {R"(slice (list 1 2 3) 1)", "[2 3]"},
        {R"(slice (splitList "," "a,b") 0 1 | typeOf)", "[]string"},
        {R"(slice (list 1 2) "x" 1)", "[1]"},
        {R"(slice (list) 5 9)", "<no value>"},
        {R"(slice (list 1) 0 2)", "error: reflect.Value.Slice: slice index out of bounds"},
        {R"(slice (list 1) -1)", "error: reflect.Value.Slice: slice index out of bounds"},
        {R"($l := list 1 2 3 }}{{ slice (slice $l 0 1) 0 3)", "[1 2 3]"},
        {R"(slice "abc" 1)", "error: list should be type of slice or array but string"},
        {R"($l := splitList "," "d,c,b,a" }}{{ $_ := sortAlpha (slice $l 2) }}{{ $l)", "[d c a b]"},
    });
}

TEST_CASE("sprig's chunk counts in floats", "[tmpl][sprig]") {
    check_all({
        {R"(chunk 2 (until 5))", "[[0 1] [2 3] [4]]"},
        {R"(chunk 2 (until 4))", "[[0 1] [2 3]]"},
        {R"(chunk 2 (list) | toJson)", "[]"},
        {R"(chunk 0 (list 1))", "error: runtime error: makeslice: len out of range"},
        {R"(chunk -1 (list))", "error: runtime error: makeslice: len out of range"},
        {R"(chunk -2 (list 1))", "[[1]]"},
        {R"(chunk -3 (list 1 2))", "[]"},
    });
}

TEST_CASE("sprig never sorts what the caller owns", "[tmpl][sprig]") {
    const std::vector<std::string> names{"b", "a"};
    const Value list = VectorView<std::string, as_text>::of(types::kStrings, names);
    CHECK(rendered("{{ sortAlpha . }}{{ . }}", list) == "[a b][b a]");
    CHECK(names.front() == "b");
}
