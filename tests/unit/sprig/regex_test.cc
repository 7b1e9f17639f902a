// SPDX-License-Identifier: BSD-3-Clause
#include "render.h"

using namespace ww::tmpl;

TEST_CASE("sprig matches with Go's syntax", "[tmpl][sprig]") {
    check_all({
        {R"(regexMatch "(?<h>\\w+)@" "me@x")", "true"},
        {R"(regexMatch "[(?<h>]" "<")", "true"},
        {R"(regexMatch "\\Q(?<\\E" "(?<")", "true"},
        {R"(regexMatch "\\C" "a")", "false"},
        {R"(mustRegexMatch "\\C" "a")",
         "error: error parsing regexp: invalid escape sequence: `\\C`"},
        {R"(regexMatch "^\\p{letter}\\p{ upper-case_letter }\\p{greek}$" "aBα")", "true"},
        {R"(regexMatch "\\p{Old_Italic}" "𐌀")", "false"},
        {R"(regexMatch "^\\P{ASCII}[\\P{ascii}x]$" "éx")", "true"},
        {R"(regexMatch "\\pC" "\u0378")", "true"},
        {R"(regexMatch "[\\P{Assigned}]" "a")", "false"},
        {R"(regexFind "(" "x")", "error: error parsing regexp: missing closing ): `(`"},
        {R"(regexMatch "(" "x")", "false"},
    });
}

TEST_CASE("sprig finds what Go finds", "[tmpl][sprig]") {
    check_all({
        {R"(regexFindAll "a|b|" "xb" -1 | printf "%q")", R"(["" "b"])"},
        {R"(regexFindAll "a*" "baac" -1 | printf "%q")", R"(["" "aa" ""])"},
        {R"(regexFindAll "a" "aaa" 2)", "[a a]"},
        {R"(regexFindAll "a" "aaa" 0 | toJson)", "null"},
        {R"(regexFindAll "x" "aaa" -1 | toJson)", "null"},
        {R"(regexFindAll "\\B" "aé" -1 | len)", "1"},
        {R"(regexFindAll "." "a\xffé" -1 | printf "%q")", R"(["a" "\xff" "é"])"},
        {R"(regexFind "b$|a" "ab")", "a"},
        {R"(regexFind "x" "ab" | quote)", "\"\""},
    });
}

TEST_CASE("sprig replaces matches", "[tmpl][sprig]") {
    check_all({
        {R"(regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W")", "-W-xxW-"},
        {R"(regexReplaceAll "a(x*)b" "-ab-axxb-" "$1W")", "---"},
        {R"re(regexReplaceAll "(?P<n>a)|(?P<n>b)" "ab" "[$n]")re", "[a][b]"},
        {R"(regexReplaceAll "(a)(b)?" "ab a" "<$1|$2|$3|${1x|$$|$")",
         "<a|b||${1x|$|$ <a|||${1x|$|$"},
        {R"re(regexReplaceAll "(?P<x>a)" "a" "$01 $xy ${x}y")re", "  ay"},
        {R"(regexReplaceAll "" "é\xff" "-" | printf "%q")", R"("-é-\xff-")"},
        {R"(regexReplaceAll "b*" "abc" "-")", "-a-c-"},
        {R"(regexReplaceAllLiteral "a" "aba" "$1")", "$1b$1"},
        {R"(regexQuoteMeta "a.b*[c]")", R"(a\.b\*\[c\])"},
    });
}

TEST_CASE("sprig splits at matches", "[tmpl][sprig]") {
    check_all({
        {R"(regexSplit "[ ;]+" "a; b;" -1 | printf "%q")", R"(["a" "b" ""])"},
        {R"(regexSplit "a*" "abaabaccadaaae" 5 | printf "%q")", R"(["" "b" "b" "c" "cadaaae"])"},
        {R"(regexSplit "" "ab" -1 | printf "%q")", R"(["a" "b"])"},
        {R"(regexSplit "x" "" -1 | printf "%q")", R"([""])"},
        {R"(regexSplit "" "" -1 | printf "%q")", "[]"},
        {R"(regexSplit "," "a,b" 0 | toJson)", "null"},
    });
}

TEST_CASE("sprig forgets compiled patterns in time", "[tmpl][sprig]") {
    CHECK(rendered(R"({{ range until 100 }}{{ $re := printf "^%d$" . }})"
                   R"({{ if not (regexMatch $re (toString .)) }}x{{ end }}{{ end }}ok)") == "ok");
}
