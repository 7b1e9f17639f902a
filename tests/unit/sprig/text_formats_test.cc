// SPDX-License-Identifier: BSD-3-Clause
//
// JSON, base64, URLs, paths and versions.
#include "render.h"

using namespace ww::tmpl;

TEST_CASE("sprig writes JSON as Go does", "[tmpl][sprig]") {
    check_all({
        {R"(toJson (dict "b" (list 1 nil 2.50 "é<") "a" true))",
         R"({"a":true,"b":[1,null,2.5,"é\u003c"]})"},
        {R"(toRawJson "<\u2028\x7f\x01")", "\"<\\u2028\x7f\\u0001\""},
        {R"(toJson "a\xff\b")", R"("a\ufffd\b")"},
        {R"(toJson (list 1e21 1e-7 0.000001 100000000000000000000.0))",
         "[1e+21,1e-7,0.000001,100000000000000000000]"},
        {R"(toPrettyJson (dict "a" (list 1) "b" (list) "c" (dict)))",
         "{\n  \"a\": [\n    1\n  ],\n  \"b\": [],\n  \"c\": {}\n}"},
        {R"(toJson (float64 "NaN"))", ""},
        {R"(mustToJson (float64 "NaN"))", "error: json: unsupported value: NaN"},
        {R"(toJson (semver "1.2.3"))", R"("1.2.3")"},
        {R"(toJson (dateModify "1ms" (toDate "2006" "2024")))", R"("2024-01-01T00:00:00.001Z")"},
        {R"($d := dict }}{{ $_ := set $d "d" $d }}{{ mustToJson $d)",
         "error: json: unsupported value: encountered a cycle via map[string]interface {}"},
    });
}

TEST_CASE("sprig reads JSON as Go does", "[tmpl][sprig]") {
    check_all({
        {R"(fromJson "{\"a\":[1,{\"b\":null}],\"a\":2}")", "map[a:2]"},
        {R"(fromJson "[1,1e999,2]")", "[1 <nil> 2]"},
        {R"(mustFromJson "[1e999]")",
         "error: json: cannot unmarshal number 1e999 into Go value of type float64"},
        {R"(fromJson "\"\\ud83d\\ude00\\ud800x\\u0041\"")", "😀�xA"},
        {R"(fromJson "[1,]")", "<no value>"},
        {R"(mustFromJson "[1,]")", "error: invalid character ']' looking for beginning of value"},
        {R"(mustFromJson "{\"a\" 1}")", "error: invalid character '1' after object key"},
        {R"(mustFromJson "{\"a\":1")", "error: unexpected end of JSON input"},
        {R"(mustFromJson "tru")", "error: unexpected end of JSON input"},
        {R"(mustFromJson "trux")", "error: invalid character 'x' in literal true (expecting 'e')"},
        {R"(mustFromJson "01")", "error: invalid character '1' after top-level value"},
        {R"(mustFromJson "1.x")",
         "error: invalid character 'x' after decimal point in numeric literal"},
        {R"(mustFromJson "\"\n\"")", R"(error: invalid character '\n' in string literal)"},
        {R"(mustFromJson (repeat 10001 "["))", "error: exceeded max depth"},
        {R"(mustFromJson (print (repeat 10000 "[") (repeat 10000 "]")) | len)", "1"},
    });
}

TEST_CASE("sprig decodes base64 and base32 or says where they break", "[tmpl][sprig]") {
    check_all({
        {R"(b64enc "ab")", "YWI="},
        {R"(b64dec "YW\nI=")", "ab"},
        {R"(b64dec "YWI")", "illegal base64 data at input byte 0"},
        {R"(b64dec "YWI=x")", "illegal base64 data at input byte 4"},
        {R"(b64dec "YW!=")", "illegal base64 data at input byte 2"},
        {R"(b32enc "ab")", "MFRA===="},
        {R"(b32dec "MFRA====")", "ab"},
        {R"(b32dec "MFRA=")", "illegal base32 data at input byte 5"},
    });
}

TEST_CASE("sprig takes URLs apart", "[tmpl][sprig]") {
    check_all({
        {R"(urlParse "HTTP://u%40:p@[fe80::1%25en0]:80/a%20b?q=1#f%41")",
         "map[fragment:fA host:[fe80::1%en0]:80 hostname:fe80::1%en0 opaque: path:/a b query:q=1 "
         "scheme:http userinfo:u%40:p]"},
        {R"((urlParse "mailto:a@b").opaque)", "a@b"},
        {R"(urlParse "http://h:x/")",
         R"(error: unable to parse url: parse "http://h:x/": invalid port ":x" after host)"},
        {R"(urlParse "a:b/%zz" | len)", "8"},
        {R"(urlParse "/%zz")",
         R"(error: unable to parse url: parse "/%zz": invalid URL escape "%zz")"},
        {R"(urlParse ":x")", R"(error: unable to parse url: parse ":x": missing protocol scheme)"},
        {R"(urlParse "http://[1.2.3.4]/" | len)",
         "error: unable to parse url: parse \"http://[1.2.3.4]/\": invalid host: \"1.2.3.4\" is no "
         "IPv6 address"},
    });
}

TEST_CASE("sprig puts URLs together", "[tmpl][sprig]") {
    check_all({
        {R"(urlJoin (dict "scheme" "http" "host" "h" "path" "a b" "query" "q" "fragment" "f"))",
         "http://h/a%20b?q#f"},
        {R"(urlJoin (dict "path" "a:b"))", "./a:b"},
        {R"(urlJoin (dict "host" "h" "userinfo" "u:p w"))",
         "error: unable to parse userinfo in dict: parse \"proto://u:p w@host\": net/url: invalid "
         "userinfo"},
        {R"(urlJoin (dict "host" 5))",
         "error: unable to parse host key, must be of type string, but int found"},
    });
}

TEST_CASE("sprig reads paths by their text", "[tmpl][sprig]") {
    check_all({
        {R"(clean "/a/../../b//./c/")", "/b/c"},
        {R"(clean "../a/..")", ".."},
        {R"(clean "")", "."},
        {R"(base "a/b//")", "b"},
        {R"(base "/")", "/"},
        {R"(dir "/a")", "/"},
        {R"(dir "a")", "."},
        {R"(ext "a.tar/x")", ""},
        {R"(ext "a.tar.gz")", ".gz"},
        {R"(isAbs "/")", "true"},
    });
}

TEST_CASE("sprig reads versions tolerantly", "[tmpl][sprig]") {
    check_all({
        {R"(semver "v1.2")", "1.2.0"},
        {R"((semver "v1.2").Original)", "v1.2"},
        {R"((semver "1.2.3-rc.1+b").Metadata)", "b"},
        {R"((semver "1.2.3").Compare (semver "1.2.3-rc.1"))", "1"},
        {R"((semver "1.2.3-rc.1").IncPatch)", "1.2.3"},
        {R"((semver "v1.2.3").IncMinor.IncMajor)", "2.0.0"},
        {R"(semver "1.2.3-01")", "error: Version segment starts with 0"},
        {R"(semver "1.2.3.4")", "error: Invalid Semantic Version"},
        {R"(semver "99999999999999999999")",
         "error: Error parsing version segment: strconv.ParseUint: parsing "
         "\"99999999999999999999\": value out of range"},
    });
}

TEST_CASE("sprig checks versions against constraints", "[tmpl][sprig]") {
    check_all({
        {R"(semverCompare "^1.2.0" "1.9.9")", "true"},
        {R"(semverCompare "^0.2" "0.3.0")", "false"},
        {R"(semverCompare "~1.2" "1.3.0")", "false"},
        {R"(semverCompare "1.2 - 1.4" "1.4.9")", "true"},
        {R"(semverCompare ">1" "1.5.0")", "false"},
        {R"(semverCompare "!=1.x" "1.5.0")", "false"},
        {R"(semverCompare "<1 || >=2, <3" "2.5")", "true"},
        {R"(semverCompare ">1.0.0,<3.0.0-0" "2.0.0-rc1")", "false"},
        {R"(semverCompare ">=1.0.0-0" "1.0.0-beta")", "true"},
        {R"(semverCompare "==1" "1.0.0")", "error: improper constraint: ==1"},
        {R"(semverCompare "1|2" "1.0.0")", "error: constraint Parser Error"},
        {R"(semverCompare "*" "")", "error: Invalid Semantic Version"},
    });
}
