// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/parser.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ctl/command.h"
#include "support/catch.h"

using namespace ww::ctl;

namespace {

using Words = std::vector<std::string>;

const std::vector<Flag> kFlags = {
    {"yes", 'y', FlagKind::Bool, ""},
    {"all", 'a', FlagKind::Bool, ""},
    {"comment", 0, FlagKind::Text, "", "none"},
    {"cluster", 'c', FlagKind::Text, ""},
    {"profile", 'P', FlagKind::Texts, ""},
    {"bind", 'b', FlagKind::TextArray, ""},
    {"tagadd", 0, FlagKind::Pairs, ""},
    {"ipaddr", 'I', FlagKind::Address, ""},
    {"ipmiaddr", 0, FlagKind::Address, ""},
    {"update", 'U', FlagKind::Int, "", "500"},
    {"mode", 'm', FlagKind::Int32, "", "493"},
    {"onboot", 0, FlagKind::WWbool, ""},
    {"wipe", 0, FlagKind::NullableBool, ""},
    {"container", 'C', FlagKind::Text, "", {}, true, "use --image instead"},
};

/// "comment=x profile=[a,b] | arg arg", or the error.
std::string parsed(const Words& words) {
    const auto result = parse_flags(kFlags, words);
    if (!result) return result.error().message();
    std::string out;
    for (const Flag& flag : kFlags) {
        if (!result->flags.given(flag.name)) continue;
        out += fmt::format("{}=", flag.name);
        if (flag.kind == FlagKind::Texts || flag.kind == FlagKind::TextArray)
            out += fmt::format("[{}] ", fmt::join(result->flags.items(flag.name), "|"));
        else if (flag.kind == FlagKind::Pairs)
            for (const auto& [key, value] : result->flags.pairs(flag.name))
                out += fmt::format("{}:{} ", key, value);
        else
            out += result->flags.text(flag.name) + " ";
    }
    return out + fmt::format("| {}", fmt::join(result->arguments, " "));
}

struct Row {
    Words words;
    const char* result;
};

}  // namespace

TEST_CASE("flags and arguments mix as in pflag", "[ctl][parser]") {
    const Row rows[] = {
        {{"n1", "--comment", "x", "n2"}, "comment=x | n1 n2"},
        {{"--comment=x"}, "comment=x | "},
        {{"--comment="}, "comment= | "},
        {{"--comment=", "n1"}, "comment= | n1"},
        {{"--comment", "--yes"}, "comment=--yes | "},
        {{"--comment", "a", "--comment", "b"}, "comment=b | "},
        {{"-c", "x"}, "cluster=x | "},
        {{"-cx"}, "cluster=x | "},
        {{"-c=x"}, "cluster=x | "},
        {{"-c="}, "cluster== | "},
        {{"-yac", "x"}, "yes=true all=true cluster=x | "},
        {{"-yacx"}, "yes=true all=true cluster=x | "},
        {{"-y=false"}, "yes=false | "},
        {{"--yes=0", "n1"}, "yes=false | n1"},
        {{"--yes", "false"}, "yes=true | false"},
        {{"-"}, "| -"},
        {{""}, "| "},
        {{"--", "-y", "--comment"}, "| -y --comment"},
        {{"a", "--", "--", "b"}, "| a -- b"},
        {{"-P", "a,b", "--profile=c"}, "profile=[a|b|c] | "},
        {{"-P", "\"a,b\",c"}, "profile=[a,b|c] | "},
        {{"-P", "\"say \"\"hi\"\"\""}, "profile=[say \"hi\"] | "},
        {{"-P", ""}, "profile=[] | "},
        {{"-P", "a,,"}, "profile=[a||] | "},
        {{"-b", "a,b", "-bc"}, "bind=[a,b|c] | "},
        {{"--tagadd", "a=1,2"}, "tagadd=a:1,2 | "},
        {{"--tagadd", "a=1,b=2", "--tagadd=c=3"}, "tagadd=a:1 b:2 c:3 | "},
        {{"--tagadd", "\"opt=a=b\""}, "tagadd=opt:a=b | "},
        {{"--tagadd", "a="}, "tagadd=a: | "},
        {{"-I", " 10.0.0.1 "}, "ipaddr=10.0.0.1 | "},
        {{"-IFD00::1"}, "ipaddr=fd00::1 | "},
        {{"--ipaddr="}, "ipaddr= | "},
        {{"-U", "0x10", "-m", "0755"}, "update=16 mode=493 | "},
        {{"-m700"}, "mode=700 | "},
        {{"-m-1"}, "mode=-1 | "},
        {{"--onboot", "no"}, "onboot=true | no"},
        {{"--onboot=no"}, "onboot=false | "},
        {{"--onboot=YES"}, "onboot=true | "},
        {{"--onboot=UNDEF"}, "onboot=UNDEF | "},
        {{"--wipe"}, "wipe=true | "},
        {{"--wipe=f"}, "wipe=false | "},
        {{"--wipe=unset"}, "wipe= | "},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words);
        CHECK(parsed(row.words) == row.result);
    }
}

TEST_CASE("a misspelt flag is recognised, a hidden one not suggested", "[ctl][parser]") {
    CHECK(parse_flags(kFlags, {"--comnent=x"}).error().hint() == "did you mean \"comment\"?");
    CHECK(parse_flags(kFlags, {"--containr", "x"}).error().hint().empty());
    CHECK(parse_flags(kFlags, {"--zzzz"}).error().hint().empty());
}

TEST_CASE("what is wrong is said in pflag's words", "[ctl][parser]") {
    const Row rows[] = {
        {{"--foo"}, "unknown flag: --foo"},
        {{"--foo=x"}, "unknown flag: --foo"},
        {{"--comm", "x"}, "unknown flag: --comm"},
        {{"-yzx"}, "unknown shorthand flag: 'z' in -zx"},
        {{"--=x"}, "bad flag syntax: --=x"},
        {{"---x"}, "bad flag syntax: ---x"},
        {{"--comment"}, "flag needs an argument: --comment"},
        {{"-yc"}, "flag needs an argument: 'c' in -c"},
        {{"-I", "x"},
         "invalid argument \"x\" for \"-I, --ipaddr\" flag: failed to parse IP: \"x\""},
        {{"--ipmiaddr=10.0.0.1/24"},
         "invalid argument \"10.0.0.1/24\" for \"--ipmiaddr\" flag: failed to parse IP: "
         "\"10.0.0.1/24\""},
        {{"--yes=maybe"},
         "invalid argument \"maybe\" for \"-y, --yes\" flag: it is true or false, or one of 1, 0, "
         "t, "
         "f"},
        {{"-m", "rwx"},
         "invalid argument \"rwx\" for \"-m, --mode\" flag: strconv.ParseInt: parsing \"rwx\": "
         "invalid syntax"},
        {{"-m", "99999999999"},
         "invalid argument \"99999999999\" for \"-m, --mode\" flag: strconv.ParseInt: parsing "
         "\"99999999999\": value out of range"},
        {{"-m", "099"},
         "invalid argument \"099\" for \"-m, --mode\" flag: strconv.ParseInt: parsing \"099\": "
         "invalid syntax"},
        {{"--tagadd", "x"},
         "invalid argument \"x\" for \"--tagadd\" flag: x must be formatted as key=value"},
        {{"--tagadd", "a=1,2,b=3"},
         "invalid argument \"a=1,2,b=3\" for \"--tagadd\" flag: 2 must be formatted as key=value"},
        {{"-P", "a\"b"},
         "invalid argument \"a\\\"b\" for \"-P, --profile\" flag: parse error on line 1, column 2: "
         "bare \" in non-quoted-field"},
        {{"--onboot=tRUE"},
         "invalid argument \"tRUE\" for \"--onboot\" flag: it is yes or no, true or false, or "
         "UNSET"},
        {{"--onboot=maybe"},
         "invalid argument \"maybe\" for \"--onboot\" flag: it is yes or no, true or false, or "
         "UNSET"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words);
        CHECK(parsed(row.words) == row.result);
    }
}

TEST_CASE("a deprecated flag works and is warned about", "[ctl][parser]") {
    const auto result = parse_flags(kFlags, {"-C", "x"});
    REQUIRE(result);
    CHECK(result->flags.text("container") == "x");
    CHECK(result->deprecations ==
          Words{"Flag --container has been deprecated, use --image instead"});
    CHECK(result->flags.text("comment") == "none");
    CHECK(result->flags.number("update") == 500);
}

TEST_CASE("words of another program are not read", "[ctl][parser]") {
    const std::vector<Flag> flags = {{"build", 'b', FlagKind::Bool, ""},
                                     {"node", 'n', FlagKind::Text, ""}};
    using Words = std::vector<std::string>;
    struct Case {
        Words words;
        Words arguments;
        std::string node;
    };
    const Case rows[] = {
        {{"os", "ls", "-n", "x", "--", "-b"}, {"os", "ls", "-n", "x", "--", "-b"}, ""},
        {{"-n", "n1", "os", "ls", "--nonsense"}, {"os", "ls", "--nonsense"}, "n1"},
        {{"os", "-n", "n1", "ls", "-n", "n2"}, {"os", "ls", "-n", "n2"}, "n1"},
        {{"os", "--", "ls", "-n", "n2"}, {"os", "ls", "-n", "n2"}, ""},
        {{"--", "os", "ls", "-n"}, {"os", "ls", "-n"}, ""},
        {{"os"}, {"os"}, ""},
    };
    for (const Case& row : rows) {
        CAPTURE(row.words);
        const auto parsed = parse_flags(flags, row.words, /*ours=*/2);
        REQUIRE(parsed);
        CHECK(parsed->arguments == row.arguments);
        CHECK(parsed->flags.text("node") == row.node);
    }
    CHECK(!parse_flags(flags, {"os", "--nonsense", "ls"}, /*ours=*/2));
}

TEST_CASE("commands are found between flags, by name or alias", "[ctl][parser]") {
    struct Case {
        Words words;
        const char* path;
        Words left;
    };
    const Case rows[] = {
        {{"node", "list"}, "wwctl node list", {}},
        {{"nodes", "ls", "n1"}, "wwctl node list", {"n1"}},
        {{"-v", "node", "-d", "list", "-a"}, "wwctl node list", {"-v", "-d", "-a"}},
        {{"--warewulfconf", "node", "node", "list"}, "wwctl node list", {"--warewulfconf", "node"}},
        {{"--warewulfconf=x", "node", "list"}, "wwctl node list", {"--warewulfconf=x"}},
        {{"node", "frobnicate"}, "wwctl node", {"frobnicate"}},
        {{"frobnicate", "node"}, "wwctl", {"frobnicate", "node"}},
        {{"--colour", "node", "list"}, "wwctl", {"--colour", "node", "list"}},
        {{"node", "--", "list"}, "wwctl node", {"--", "list"}},
        {{"node", "list", "list"}, "wwctl node list", {"list"}},
        {{}, "wwctl", {}},
    };
    for (const Case& row : rows) {
        CAPTURE(row.words);
        const Found found = find_command(command_tree(), row.words);
        CHECK(found.command->path == row.path);
        CHECK(found.words == row.left);
    }
}

TEST_CASE("wrong numbers of arguments are named", "[ctl][command]") {
    Command command;
    command.path = "wwctl x";
    const auto message = [&](Arity arity, size_t count) {
        command.arity = arity;
        const auto result = check_arity(command, count, "first");
        return result ? std::string() : result.error().message();
    };
    using Rule = Arity::Rule;
    CHECK(message({Rule::Any}, 7).empty());
    CHECK(message({Rule::None}, 0).empty());
    CHECK(message({Rule::None}, 1) == "unknown command \"first\" for \"wwctl x\"");
    CHECK(message({Rule::Exactly, 2}, 1) == "accepts 2 arg(s), received 1");
    CHECK(message({Rule::AtLeast, 1}, 0) == "requires at least 1 arg(s), only received 0");
    CHECK(message({Rule::Between, 1, 2}, 3) == "accepts between 1 and 2 arg(s), received 3");
}
