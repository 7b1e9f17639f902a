// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/field_flags.h"

#include "ctl/parser.h"
#include "support/catch.h"

using namespace ww::ctl;
using ww::fields::EntryKind;

namespace {

FlagValues given(const std::vector<std::vector<Flag>>& sets,
                 const std::vector<std::string>& words) {
    std::vector<Flag> flags;
    for (const auto& set : sets) flags.insert(flags.end(), set.begin(), set.end());
    auto parsed = parse_flags(std::move(flags), words);
    REQUIRE(parsed);
    return parsed->flags;
}

}  // namespace

TEST_CASE("an edit holds what was given and nothing else", "[ctl][fields]") {
    const auto edit =
        edit_from(given({value_flags(EntryKind::Node), tag_flags(), removal_flags(), old_flags()},
                        {"--comment=",
                         "-P",
                         "a,b",
                         "-I",
                         "10.0.0.1",
                         "--diskwipe=false",
                         "--tagadd",
                         "k=v",
                         "--nettagdel",
                         "x,y",
                         "--netdel",
                         "ib",
                         "--diskname",
                         "/dev/sda"}));
    CHECK(edit.values == std::map<std::string, std::string>{
                             {"comment", ""}, {"ipaddr", "10.0.0.1"}, {"diskwipe", "false"}});
    CHECK(edit.lists == std::map<std::string, ww::protocol::Names>{{"profile", {"a", "b"}}});
    CHECK(edit.entries.net == "default");
    CHECK(edit.entries.disk == "/dev/sda");
    CHECK(edit.tags == ww::protocol::Tags{{"k", "v"}});
    CHECK(edit.delete_net_tags == ww::protocol::Names{"x", "y"});
    CHECK(edit.delete_net == "ib");
}

TEST_CASE("old names of flags count unless the new one is there", "[ctl][fields]") {
    const auto flags = {value_flags(EntryKind::Profile), old_flags()};
    CHECK(edit_from(given(flags, {"--container", "x"})).values.at("image") == "x");
    CHECK(edit_from(given(flags, {"--container", "x", "--image", "y"})).values.at("image") == "y");
    CHECK(edit_from(given(flags, {"--wwinit", "a,b"})).lists.at("system-overlays").size() == 2);
}

TEST_CASE("unset takes fields as switches", "[ctl][fields]") {
    const auto request = unset_from(given({switch_flags(EntryKind::Node)},
                                          {"-eI", "--netname=ib", "--comment=false", "--tag=a,b"}));
    CHECK(request.fields == ww::protocol::Names{"discoverable", "ipaddr"});
    CHECK(request.entries.net == "ib");
    CHECK(request.net_selected);
    CHECK(request.tags == ww::protocol::Names{"a", "b"});
    for (const Flag& flag : switch_flags(EntryKind::Profile)) CHECK(flag.name != "asset");
}
