// SPDX-License-Identifier: BSD-3-Clause
#include "render.h"

using namespace ww::tmpl;

TEST_CASE("sprig trims by runes", "[tmpl][sprig]") {
    check_all({
        {R"(trim "\u2028 x\t\v" | quote)", "\"x\""},
        {R"(trimAll "éß" "éßwéßeß")", "wéße"},
        {R"(trimAll "" " x " | quote)", "\" x \""},
        {R"(trimPrefix "-" "--a")", "-a"},
        {R"(trimSuffix "" "a")", "a"},
    });
}

TEST_CASE("sprig changes case by Unicode's simple mappings", "[tmpl][sprig]") {
    check_all({
        {R"(upper "straße ĳ")", "STRAßE Ĳ"},
        {R"(upper "é\xff" | printf "%q")", R"("É�")"},
        {R"(title "don't n01-ib0 _x a—b")", "Don'T N01-Ib0 _x A—b"},
        {R"(untitle "First ÀB")", "first àB"},
        {R"(swapcase "aB ǅx ᾈ")", "Ab ǆX ᾀ"},
    });
}

TEST_CASE("sprig cuts at bytes", "[tmpl][sprig]") {
    check_all({
        {R"(substr 0 9 "abc")", "abc"},
        {R"(substr -1 2 "abc")", "ab"},
        {R"(substr 1 -1 "abc")", "bc"},
        {R"(substr 4 9 "abc")", "error: runtime error: slice bounds out of range [4:3]"},
        {R"(substr 2 1 "abc")", "error: runtime error: slice bounds out of range [2:1]"},
        {R"(substr -1 -1 "abc")", "error: runtime error: slice bounds out of range [:-1]"},
        {R"(trunc -2 "hello")", "lo"},
        {R"(trunc -9 "hello")", "hello"},
        {R"(trunc 2 "hello")", "he"},
        {R"(abbrev 5 "hello world")", "he..."},
        {R"(abbrev 3 "hello")", "hello"},
        {R"(abbrevboth 5 10 "1234 5678 9123")", "...5678..."},
        {R"(abbrevboth 5 6 "1234 5678 9123")", "1234 5678 9123"},
    });
}

TEST_CASE("sprig mangles what it takes for single bytes", "[tmpl][sprig]") {
    check_all({
        {R"(nospace "é ü")", "Ã©Ã¼"},
        {R"(nospace "éü")", "éü"},
        {R"(initials "First éTry")", "FÃ"},
    });
}

TEST_CASE("sprig replaces and repeats", "[tmpl][sprig]") {
    check_all({
        {R"(replace "a" "bb" "aca")", "bbcbb"},
        {R"(replace "" "-" "éa")", "-é-a-"},
        {R"(repeat 3 "ab")", "ababab"},
        {R"(repeat 5 "")", ""},
        {R"(repeat -1 "a")", "error: strings: negative Repeat count"},
        {R"(plural "one" "many" 1)", "one"},
        {R"(plural "one" "many" -1)", "many"},
    });
}

TEST_CASE("sprig splits into parts that share the text", "[tmpl][sprig]") {
    check_all({
        {R"(splitList "," "a,,b," | printf "%q")", R"(["a" "" "b" ""])"},
        {R"(splitList "" "aé\xff" | printf "%q")", R"(["a" "é" "\xff"])"},
        {R"(splitList "" "" | len)", "0"},
        {R"(splitn "," 2 "a,b,c")", "map[_0:a _1:b,c]"},
        {R"(splitn "" 2 "abc")", "map[_0:a _1:bc]"},
        {R"(splitn "," 0 "a")", "map[]"},
        {R"(range split "." "0.1.2.3.4.5.6.7.8.9.x" }}{{ . }}{{ end)", "01x23456789"},
        {R"(join "-" (list 1 nil "a" true))", "1-a-true"},
        {R"(join "-" nil)", ""},
        {R"(join "-" 5)", "5"},
    });
}

TEST_CASE("sprig sorts a list of texts where it is", "[tmpl][sprig]") {
    check_all({
        {R"($l := splitList "," "c,a" }}{{ sortAlpha $l }}{{ $l)", "[a c][a c]"},
        {R"($l := list "c" "a" }}{{ sortAlpha $l }}{{ $l)", "[a c][c a]"},
        {R"(sortAlpha nil)", "[<nil>]"},
        {R"(sortAlpha (list))", "[]"},
    });
}

TEST_CASE("sprig quotes, joins and indents", "[tmpl][sprig]") {
    check_all({
        {R"(quote "a\"b" nil 5)", R"("a\"b" "5")"},
        {R"(squote "it's" nil)", "'it's'"},
        {R"(cat 1 nil "a" (list 2))", "1 a [2]"},
        {R"(indent 2 "a\n\nb" | printf "%q")", R"("  a\n  \n  b")"},
        {R"(nindent 1 "a" | printf "%q")", R"("\n a")"},
        {R"(indent -1 "a")", "error: strings: negative Repeat count"},
        {R"(toString nil)", "<nil>"},
    });
}

TEST_CASE("sprig wraps at spaces", "[tmpl][sprig]") {
    check_all({
        {R"(wrap 5 "Hello World" | printf "%q")", R"("Hello\nWorld")"},
        {R"(wrap 3 "abcdef gh" | printf "%q")", R"("abcdef\ngh")"},
        {R"(wrap 4 "    abcdef" | printf "%q")", R"("abcdef")"},
        {R"(wrapWith 3 "|" "abcdef gh")", "abc|def|gh"},
        {R"(wrapWith 0 "" "ab" | printf "%q")", R"("a\nb")"},
    });
}

TEST_CASE("sprig knows the words of a name", "[tmpl][sprig]") {
    check_all({
        {R"(snakecase "HTTPServer")", "http_server"},
        {R"(snakecase "HTTP20xOK")", "http_20x_ok"},
        {R"(snakecase "Bld4Floor3rd")", "bld4_floor_3rd"},
        {R"(snakecase "a.-B c")", "a.-b_c"},
        {R"(snakecase "x½Yé’Z日A")", "x½_yé’z_日_a"},
        {R"(kebabcase "GO_PATH  x")", "go-path--x"},
        {R"(camelcase "http_server-name")", "HttpServerName"},
        {R"(camelcase "_complex__case_")", "_Complex_Case_"},
        {R"(camelcase "GOLANG_IS")", "GolangIs"},
        {R"(camelcase "_")", "__"},
    });
}
