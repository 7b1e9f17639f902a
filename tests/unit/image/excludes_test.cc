// SPDX-License-Identifier: BSD-3-Clause
#include "image/excludes.h"

#include "support/catch.h"

using namespace ww::image;

TEST_CASE("patterns match as in Go") {
    struct Row {
        std::string_view pattern;
        std::string_view path;
        bool matches;
    };
    const Row rows[] = {
        {"abc", "abc", true},
        {"*", "abc", true},
        {"*", "", true},
        {"*c", "abc", true},
        {"a*", "a", true},
        {"a*", "abc", true},
        {"a*", "ab/c", false},
        {"a*/b", "abc/b", true},
        {"a*/b", "a/c/b", false},
        {"a*b*c*d*e*/f", "axbxcxdxe/f", true},
        {"a*b*c*d*e*/f", "axbxcxdxexxx/f", true},
        {"a*b*c*d*e*/f", "axbxcxdxe/xxx/f", false},
        {"a*b*c*d*e*/f", "axbxcxdxexxx/fff", false},
        {"a*b?c*x", "abxbbxdbxebxczzx", true},
        {"a*b?c*x", "abxbbxdbxebxczzy", false},
        {"ab[c]", "abc", true},
        {"ab[b-d]", "abc", true},
        {"ab[e-g]", "abc", false},
        {"ab[^c]", "abc", false},
        {"ab[^b-d]", "abc", false},
        {"ab[^e-g]", "abc", true},
        {"a\\*b", "a*b", true},
        {"a\\*b", "ab", false},
        {"a?b", "a\u263ab", true},
        {"a[^a]b", "a\u263ab", true},
        {"a???b", "a\u263ab", false},
        {"a[^a][^a][^a]b", "a\u263ab", false},
        {"[a-\u03b6]*", "\u03b1", true},
        {"*[a-\u03b6]", "A", false},
        {"a?b", "a/b", false},
        {"a*b", "a/b", false},
        {"[\\]a]", "]", true},
        {"[\\-]", "-", true},
        {"[x\\-]", "x", true},
        {"[x\\-]", "z", false},
        {"[\\-x]", "x", true},
        {"[]a]", "]", false},
        {"[-]", "-", false},
        {"[x-]", "x", false},
        {"[-x]", "-", false},
        {"\\", "a", false},
        {"[a-b-c]", "a", false},
        {"[", "a", false},
        {"[^", "a", false},
        {"[^bc", "a", false},
        {"a[", "a", false},
        {"a[", "ab", false},
        {"*x", "xxx", true},
        {"?", "\xff", true},
        {"", "", true},
        {"", "a", false},
    };
    for (const Row& row : rows) {
        INFO(row.pattern << " on " << row.path);
        CHECK(path_match(row.pattern, row.path) == row.matches);
    }
}

TEST_CASE("a pattern with many stars takes no time") {
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "a*";
    REQUIRE_FALSE(path_match(pattern + "b", std::string(4000, 'a')));
}

TEST_CASE("excludes are whole paths, one a line") {
    const Excludes excludes =
        Excludes::parse("/boot/\nusr/share/*/\n#x\n\n/\n!etc/motd\n//opt//\nvar/log\r\nlast");
    CHECK(excludes.match("boot"));
    CHECK(excludes.match("usr/share/doc"));
    CHECK(excludes.match("#x"));
    CHECK(excludes.match("!etc/motd"));
    CHECK(excludes.match("opt"));
    CHECK(excludes.match("var/log"));
    CHECK(excludes.match("last"));
    CHECK_FALSE(excludes.match("boot/grub"));  // its folder is left out already
    CHECK_FALSE(excludes.match("etc/motd"));
    CHECK_FALSE(excludes.match("usr/share"));
    CHECK_FALSE(excludes.match("x/boot"));
    CHECK_FALSE(excludes.match(""));
    CHECK_FALSE(Excludes().match("a"));
}
