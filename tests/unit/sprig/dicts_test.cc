// SPDX-License-Identifier: BSD-3-Clause
#include "render.h"
#include "tmpl/view.h"

using namespace ww::tmpl;

namespace {

Value as_text(const std::string& text) { return Value::text(text); }

}  // namespace

TEST_CASE("sprig makes and reads dicts", "[tmpl][sprig]") {
    check_all({
        {R"(dict "b" 1 2 nil "x")", "map[2:<nil> b:1 x:]"},
        {R"(get (dict "a" nil) "a")", "<no value>"},
        {R"(get (dict) "a" | quote)", "\"\""},
        {R"(hasKey (dict "a" nil) "a")", "true"},
        {R"(keys (dict "b" 1 "a" 2) (dict "c" 1))", "[a b c]"},
        {R"(values (dict "b" 1 "a" 2))", "[2 1]"},
        {R"(pluck "a" (dict "a" 1) (dict) (dict "a" nil))", "[1 <nil>]"},
        {R"(pick (dict "a" 1 "b" 2) "b" "x")", "map[b:2]"},
        {R"(omit (dict "a" 1 "b" 2) "b" "x")", "map[a:1]"},
        {R"(dig "a" "b" 9 (dict "a" (dict "b" 1)))", "1"},
        {R"(dig "a" "x" 9 (dict "a" (dict "b" 1)))", "9"},
        {R"(dig "a" "b" 9 (dict "a" 1))",
         "error: interface conversion: interface {} is int, not map[string]interface {}"},
        {R"(dig "a" (dict))", "error: dig needs at least three arguments"},
    });
}

TEST_CASE("sprig changes dicts in place", "[tmpl][sprig]") {
    check_all({
        {R"($d := dict }}{{ set $d "a" 1 }}{{ $d)", "map[a:1]map[a:1]"},
        {R"($d := dict "a" 1 }}{{ unset $d "a" }}{{ $d)", "map[]map[]"},
        {R"(set nil "a" 1)", "error: assignment to entry in nil map"},
    });
}

TEST_CASE("sprig's merge fills what is empty", "[tmpl][sprig]") {
    check_all({
        {R"(merge (dict "a" 0 "b" 1) (dict "a" 5 "b" 6 "c" 7))", "map[a:5 b:1 c:7]"},
        {R"(merge (dict "n" (dict "a" 1)) (dict "n" (dict "a" 2 "b" 3)) | toJson)",
         R"({"n":{"a":1,"b":3}})"},
        {R"(merge (dict) (dict "a" nil "b" ""))", "map[b:]"},
        {R"(merge (dict "a" (list)) (dict "a" (list 1)))", "map[a:[1]]"},
        {R"(merge (dict "a" "x") (dict "a" (dict "b" 1)))", "map[a:x]"},
        {R"(merge nil (dict "a" 1))", "map[a:1]"},
        {R"(merge (dict "v" (semver "1.2.3")) (dict "v" (dict)))", ""},
        {R"(mustMerge (dict "v" (semver "1.2.3")) (dict "v" (dict)))",
         "error: src and dst must be of same type"},
        {R"($in := dict "a" 1 }}{{ $_ := merge (dict "n" $in) (dict "n" (dict "b" 2)) }}{{ $in)",
         "map[a:1 b:2]"},
    });
}

TEST_CASE("sprig's mergeOverwrite lets the source win", "[tmpl][sprig]") {
    check_all({
        {R"(mergeOverwrite (dict "a" 1 "b" 1) (dict "a" 2 "b" nil))", "map[a:2 b:<nil>]"},
        {R"(mergeOverwrite (dict "n" (dict "a" 1)) (dict "n" (dict)))", "map[n:map[a:1]]"},
        {R"(mergeOverwrite (dict "a" (list 1)) (dict "a" (list)))", "map[a:[]]"},
        {R"(mergeOverwrite (dict "m" (split "," "x")) (dict "m" (dict "_0" "y")))",
         "error: reflect.Value.SetMapIndex: value of type interface {} is not assignable to type "
         "string"},
    });
}

TEST_CASE("sprig copies deeply", "[tmpl][sprig]") {
    check_all({
        {R"($d := dict "l" (list (dict "a" 1)) }}{{ $c := deepCopy $d }})"
         R"({{ $_ := set (index $c.l 0) "a" 2 }}{{ $d)",
         "map[l:[map[a:1]]]"},
        {R"(deepCopy nil)", "error: reflect: call of reflect.Value.Type on zero Value"},
        {R"($d := dict }}{{ $_ := set $d "d" $d }}{{ deepCopy $d)",
         "error: nested more than 2000 deep"},
        {R"($d := dict }}{{ $_ := set $d "d" $d }}{{ $c := dict "d" (dict "d" $d) }})"
         R"({{ merge $c $d | kindOf)",
         "error: nested more than 2000 deep"},
    });
}

TEST_CASE("sprig changes a copy of what the caller owns", "[tmpl][sprig]") {
    const std::map<std::string, std::string> tags{{"a", "1"}};
    const Value map = StringMapView<std::string, as_text>::of(types::kMapStringAny, tags);
    CHECK(rendered(R"({{ set . "b" 2 }}{{ . }})", map) == "map[a:1 b:2]map[a:1]");
    CHECK(rendered(R"({{ unset . "a" }}{{ . }})", map) == "map[]map[a:1]");
    CHECK(rendered(R"({{ mergeOverwrite . (dict "a" 3) }}{{ . }})", map) == "map[a:3]map[a:1]");
    CHECK(rendered(R"({{ $d := dict "n" . }}{{ merge $d (dict "n" (dict "b" 2)) }}{{ . }})", map) ==
          "map[n:map[a:1 b:2]]map[a:1]");
}
