// SPDX-License-Identifier: BSD-3-Clause
//
// What holds for the functions of sprig as a whole, and the small families.
#include <cstdlib>
#include <set>

#include "render.h"
#include "sprig/functions.h"

using namespace ww::tmpl;

TEST_CASE("sprig has its 211 functions, each once and with a line of help", "[tmpl][sprig]") {
    std::set<std::string_view> names;
    for (const Function& function : ww::sprig::functions()) {
        INFO(function.name);
        CHECK(names.insert(function.name).second);
        CHECK(function.doc.size() > 5);
        CHECK(function.doc.ends_with("."));
    }
    CHECK(names.size() == 211);
}

TEST_CASE("sprig marks what is not the same twice", "[tmpl][sprig]") {
    std::set<std::string_view> changing;
    for (const Function& function : ww::sprig::functions())
        if (function.result == Function::Result::Volatile) changing.insert(function.name);
    for (const std::string_view name : {"now",
                                        "ago",
                                        "env",
                                        "expandenv",
                                        "getHostByName",
                                        "uuidv4",
                                        "randInt",
                                        "randBytes",
                                        "shuffle",
                                        "bcrypt",
                                        "htpasswd",
                                        "genCA",
                                        "genPrivateKey",
                                        "encryptAES"}) {
        INFO(name);
        CHECK(changing.contains(name));
    }
    CHECK_FALSE(changing.contains("keys"));
    CHECK_FALSE(changing.contains("toJson"));
}

TEST_CASE("sprig asks before it uses memory", "[tmpl][sprig]") {
    Limits limits;
    limits.memory_bytes = 1 << 20;
    const std::string long_texts = R"($x := repeat 2000 "x" }}{{ $y := repeat 2000 "y" }}{{ )";
    const std::string nested =  // 2^20 texts
        R"($l := list (repeat 1000 "x") }}{{ range until 20 }}{{ $l = list $l $l }}{{ end }}{{ )";
    for (const std::string& expression : {
             std::string(R"(repeat 1000000000 "ab")"),
             std::string("until 1000000000"),
             std::string("untilStep 0 9000000000000000000 1"),
             std::string("seq 1000000000"),
             std::string(R"(indent 1000000000 "x")"),
             std::string("randAlpha 1000000000"),
             std::string("randBytes 1000000000"),
             std::string(R"(splitList "" (repeat 900000 "x"))"),
             std::string(R"(regexFindAll "" (repeat 900000 "x") -1)"),
             long_texts + R"(replace "" $x $y)",
             long_texts + R"(replace "y" $x $y)",
             long_texts + R"(regexReplaceAll "y" $y $x)",
             long_texts + "join $x (until 2000)",
             long_texts + "wrapWith 1 $x $y",
             nested + "toJson $l",
             nested + "deepCopy $l",
         }) {
        INFO(expression);
        CHECK(rendered("{{ " + expression + " }}", Value(), limits) ==
              "error: more than 1048576 bytes of memory");
    }
}

TEST_CASE("sprig chooses by emptiness", "[tmpl][sprig]") {
    check_all({
        {R"(default "d" "")", "d"},
        {R"(default "d" 0)", "d"},
        {R"(default "d" "0")", "0"},
        {R"(default "d" .x)", "d"},
        {R"(default "d")", "d"},
        {R"(default "d" now | kindOf)", "struct"},
        {R"(coalesce 0 "" (list) 2)", "2"},
        {R"(coalesce)", "<no value>"},
        {R"(all 1 "a")", "true"},
        {R"(all)", "true"},
        {R"(any 0 "")", "false"},
        {R"(empty (dict))", "true"},
        {R"(ternary "a" "b" true)", "a"},
        {R"(fail "no")", "error: no"},
    });
}

TEST_CASE("sprig names types", "[tmpl][sprig]") {
    check_all({
        {R"(typeOf (dict))", "map[string]interface {}"},
        {R"(typeOf nil)", "<nil>"},
        {R"(kindOf nil)", "invalid"},
        {R"(kindOf (semver "1"))", "ptr"},
        {R"(typeIsLike "semver.Version" (semver "1"))", "true"},
        {R"(typeIs "int" 1)", "true"},
        {R"(kindIs "slice" (list))", "true"},
        {R"(deepEqual (list 1) (list 1))", "true"},
        {R"(deepEqual (list 1) (until 1))", "false"},
    });
}

TEST_CASE("sprig reads the environment", "[tmpl][sprig]") {
    setenv("SPRIG_TEST", "value", 1);
    check_all({
        {R"(env "SPRIG_TEST")", "value"},
        {R"(env "SPRIG_TEST_MISSING")", ""},
        {R"(expandenv "$SPRIG_TEST-${SPRIG_TEST}$")", "value-value$"},
        {R"(expandenv "${} ${x $! $-x")", " x  x"},
    });
}

TEST_CASE("sprig looks up hosts", "[tmpl][sprig]") {
    check_all({
        {R"(getHostByName "127.0.0.1")", "127.0.0.1"},
        {R"(getHostByName "")", "error: host \"\" has no address"},
    });
}
