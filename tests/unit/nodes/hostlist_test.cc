// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/hostlist.h"

#include <fmt/format.h>

#include "support/catch.h"

using ww::nodes::compress_hostlist;
using ww::nodes::expand_hostlist;

TEST_CASE("hostlists expand as upstream does", "[store][hostlist]") {
    struct Row {
        std::vector<std::string> patterns;
        std::vector<std::string> names;
    };
    const Row rows[] = {
        {{"node[1,2-3]"}, {"node1", "node2", "node3"}},
        {{"n[1-3],n5,n[7-8,10]"}, {"n1", "n2", "n3", "n5", "n7", "n8", "n10"}},
        {{"n[01-03]"}, {"n01", "n02", "n03"}},
        {{"r[1-2]-n[3-4]"}, {"r1-n3", "r1-n4", "r2-n3", "r2-n4"}},
        {{"r[1-2][3,5]"}, {"r13", "r15", "r23", "r25"}},
        {{"node[-1]"}, {"node0", "node1"}},
        {{"n[]"}, {"n"}},
        {{"n[8-011]"}, {"n8", "n9", "n10", "n11"}},
        {{"n[098-101]"}, {"n098", "n099", "n100", "n101"}},
        {{"node[4,1]"}, {"node4", "node1"}},
        {{"n[1,1]"}, {"n1", "n1"}},
        {{"node[4-1]"}, {}},
        {{"n[1-2-3]"}, {}},
        {{"n[1-]"}, {}},
        {{"n[2-1],x"}, {"x"}},
        {{"n[1,]"}, {"n1", "n"}},
        {{"n[a-b]"}, {"n[a-b]"}},
        {{"n[1 -2]"}, {"n[1 -2]"}},
        {{"n[[1-2]]"}, {"n[[1-2]]"}},
        {{"n[1-2]", "x[a]"}, {"n[1-2]", "x[a]"}},
        {{"n[1-3"}, {"n[1-3"}},
        {{"n1]"}, {"n1]"}},
        {{"n]1["}, {"n]1["}},
        {{"a,,b"}, {"a", "", "b"}},
        {{"n[1-2", "3]"}, {"n[1-2", "3]"}},
        {{"~n1"}, {"~n1"}},
        {{"n*"}, {"n*"}},
        {{}, {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.patterns);
        CHECK(expand_hostlist(row.patterns).value() == row.names);
    }
}

TEST_CASE("patterns that stand for too much are refused", "[store][hostlist]") {
    CHECK(expand_hostlist({"n[1-100000]"}).value().size() == 100'000);
    const std::string wide(1500, '0');
    for (const std::string& pattern : std::vector<std::string>{"n[1-100001]",
                                                               "n[1-99999999999999999999]",
                                                               "n[1-1000][1-1000]",
                                                               "n[" + wide + "-1000000]"}) {
        CAPTURE(pattern.size());
        const auto names = expand_hostlist({pattern});
        REQUIRE_FALSE(names);
        CHECK(names.error().code() == ww::ErrorCode::InvalidArgument);
        CHECK(names.error().message().find("stand for more than 100000 names") !=
              std::string::npos);
    }
}

TEST_CASE("names fold into ranges", "[store][hostlist]") {
    struct Row {
        std::vector<std::string> names;
        const char* text;
    };
    const Row rows[] = {
        {{"n01", "n02", "n04"}, "n[01-02,04]"},
        {{"n1", "n01"}, "n1,n01"},
        {{"n9", "n10"}, "n9,n10"},
        {{"head", "login"}, "head,login"},
        {{"n01", "n02", "rack01"}, "n[01-02],rack01"},
        {{"1", "2", "3"}, "[1-3]"},
        {{"r1-n1", "r1-n2", "r2-n1"}, "r1-n[1-2],r2-n1"},
        {{"n01", "n01", "n02"}, "n[01,01-02]"},
        {{"n3", "n1"}, "n[1,3]"},
        {{}, ""},
        // Longer than any number: names, not numbers.
        {{"n00000000000000000001", "n99999999999999999999"},
         "n00000000000000000001,n99999999999999999999"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.names);
        CHECK(compress_hostlist(row.names) == row.text);
    }
}

TEST_CASE("a selection that stands for nothing is an error", "[store][hostlist]") {
    using ww::nodes::expand_selection;
    CHECK(expand_selection({})->empty());
    CHECK(*expand_selection({"n[1-2]", "x"}) == std::vector<std::string>{"n1", "n2", "x"});
    CHECK(*expand_selection({"n[2-1],x"}) == std::vector<std::string>{"x"});
    for (const std::vector<std::string>& patterns :
         {std::vector<std::string>{"n[4-1]"}, {"n1", "n[1-2-3]"}, {"n[1-]", "n1"}}) {
        const auto names = expand_selection(patterns);
        REQUIRE_FALSE(names);
        CHECK(names.error().code() == ww::ErrorCode::InvalidArgument);
        CHECK(names.error().message().ends_with(" selects no nodes"));
    }
}
