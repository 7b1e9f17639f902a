// SPDX-License-Identifier: BSD-3-Clause
#include "base/text/line_diff.h"

#include "support/catch.h"

using ww::line_diff;

// What diff -u says, from its third line on.
TEST_CASE("lines that differ are told as diff -u does", "[base][line_diff]") {
    CHECK(line_diff("a\nb\n", "a\nb\n").empty());
    CHECK(line_diff("", "a\n") == "@@ -0,0 +1 @@\n+a\n");
    CHECK(line_diff("a\n", "") == "@@ -1 +0,0 @@\n-a\n");
    CHECK(line_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n") ==
          "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n");
    CHECK(line_diff("a\nb", "a\nb\n") ==
          "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
    CHECK(line_diff("a\nb\nc\n", "b\nc\nd\n") == "@@ -1,3 +1,3 @@\n-a\n b\n c\n+d\n");
}

TEST_CASE("changes far from each other have hunks of their own", "[base][line_diff]") {
    std::string a;
    for (int i = 1; i <= 20; ++i) a += std::to_string(i) + "\n";
    std::string b = a;
    b.replace(b.find("2\n"), 1, "two");
    b.replace(b.find("18\n"), 2, "x");
    CHECK(line_diff(a, b) ==
          "@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n"
          "@@ -15,6 +15,6 @@\n 15\n 16\n 17\n-18\n+x\n 19\n 20\n");
    // Seven lines between two changes are too many, six are not.
    CHECK(line_diff("a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n") ==
          "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n");
}

TEST_CASE("long texts that have nothing in common take no time", "[base][line_diff]") {
    std::string a;
    std::string b;
    for (int i = 0; i < 30000; ++i) {
        a += "a" + std::to_string(i) + "\n";
        b += "b" + std::to_string(i) + "\n";
    }
    CHECK(line_diff("x\n" + a + "y\n", "x\n" + b + "y\n")
              .starts_with("@@ -1,30002 +1,30002 @@\n x\n-a0\n"));
}
