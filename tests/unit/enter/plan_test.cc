// SPDX-License-Identifier: BSD-3-Clause
#include "enter/plan.h"

#include <algorithm>

#include "support/catch.h"

namespace ww::enter {

TEST_CASE("a bind is a source, a target and how") {
    struct Case {
        const char* text;
        Bind bind;
    };
    const Case cases[] = {
        {"/srv", {"/srv", "/srv"}},
        {"/srv:", {"/srv", "/srv"}},
        {"/srv/:/mnt/../opt", {"/srv", "/opt"}},
        {"/srv:/../../opt", {"/srv", "/opt"}},
        {"data:/mnt", {"/here/data", "/mnt"}},
        {"../data:/mnt:ro", {"/data", "/mnt", true, false}},
        {"/a:/b:copy", {"/a", "/b", false, true}},
        {"/a::ro", {"/a", "/a", true, false}},
    };
    for (const Case& c : cases) {
        INFO(c.text);
        const auto bind = parse_bind(c.text, "/here");
        REQUIRE(bind);
        REQUIRE(bind->source == c.bind.source);
        REQUIRE(bind->target == c.bind.target);
        REQUIRE(bind->readonly == c.bind.readonly);
        REQUIRE(bind->copy == c.bind.copy);
    }
}

TEST_CASE("a bind that is none says why") {
    for (const char* text : {"", ":/b", "/a:b", "/a:/", "/a:/..", "/a:/b:rw", "/a:/b:ro:copy"}) {
        INFO(text);
        const auto bind = parse_bind(text, "/here");
        REQUIRE(!bind);
        REQUIRE(bind.error().code() == ErrorCode::InvalidArgument);
        REQUIRE(bind.error().hint().find("SOURCE:TARGET:ro") != std::string::npos);
    }
}

TEST_CASE("what tells where one is replaces the caller's") {
    const auto inside = environment_inside(
        "os", {"PATH=/mine", "MINE=yes", "PS1=mine", "WW_PS1X=no", "WW_IMAGE_SHELL=other"});
    const auto has = [&](const std::string& variable) {
        return std::ranges::count(inside, variable) == 1;
    };
    REQUIRE(has("MINE=yes"));
    REQUIRE(has("WW_PS1X=no"));
    REQUIRE(has("PS1=[warewulf:os] \\w\\$ "));
    REQUIRE(has("WW_IMAGE_SHELL=os"));
    REQUIRE(std::ranges::count_if(inside, [](const std::string& variable) {
                return variable.starts_with("PATH=") || variable.starts_with("PS1=") ||
                       variable.starts_with("WW_IMAGE_SHELL=");
            }) == 3);
}

}  // namespace ww::enter
