// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/output.h"

#include "ctl/command.h"
#include "ctl/completion.h"
#include "ctl/help.h"
#include "support/catch.h"

using namespace ww::ctl;

TEST_CASE("tables are aligned by characters, the last column is not padded", "[ctl][output]") {
    CHECK(format_table({{"NODE NAME", "X"}, {}}) == "NODE NAME  X\n---------  -\n");
    CHECK(format_table(
              {{"A", "BB", "C"}, {{"\xc3\xbc\xc3\xbc\xc3\xbc", "", "1"}, {"x", "yyyy", ""}}}) ==
          "A    BB    C\n"
          "-    --    -\n"
          "\xc3\xbc\xc3\xbc\xc3\xbc        1\n"
          "x    yyyy  \n");
    CHECK(format_table({{"A", "B"}, {{"", ""}}}, "--") == "A   B\n-   -\n--  --\n");
}

TEST_CASE("tabs and line breaks in values are those of the table", "[ctl][output]") {
    CHECK(format_table({{"A", "B"}, {{"x", "long\nvalue"}, {"yyyy", "1"}}}) ==
          "A  B\n-  -\nx  long\nvalue\nyyyy  1\n");
    CHECK(format_table({{"A", "B", "C"}, {{"x", "1\t2", "3"}, {"yyyy", "1", "2"}}}) ==
          "A     B  C\n-     -  -\nx     1  2  3\nyyyy  1  2\n");
    CHECK(format_table({{"A", "B"}, {{"a\n\nb", "1"}}}) == "A  B\n-  -\na\n\nb  1\n");
}

TEST_CASE("JSON is laid out as Go's MarshalIndent does", "[ctl][output]") {
    CHECK(indent_json("{}") == "{}");
    CHECK(indent_json(R"({"a":{"b":[1,"x,{\"}"],"c":[]},"d":true})") ==
          "{\n"
          "  \"a\": {\n"
          "    \"b\": [\n"
          "      1,\n"
          "      \"x,{\\\"}\"\n"
          "    ],\n"
          "    \"c\": []\n"
          "  },\n"
          "  \"d\": true\n"
          "}");
}

TEST_CASE("sizes are shown with one decimal", "[ctl][output]") {
    CHECK(format_size(0) == "0 B");
    CHECK(format_size(1023) == "1023 B");
    CHECK(format_size(1024) == "1.0 KiB");
    CHECK(format_size(35635) == "34.8 KiB");
    CHECK(format_size(uint64_t{5} << 40) == "5.0 TiB");
    CHECK(format_size(UINT64_MAX) == "16.0 EiB");
}

TEST_CASE("of a long text the first lines are shown, and the rest counted", "[ctl][output]") {
    CHECK(first_lines("", 2).empty());
    CHECK(first_lines("a\nb\n", 2) == "a\nb\n");
    CHECK(first_lines("a\nb", 1) == "a\nb");
    CHECK(first_lines("a\nb\nc\n", 1) ==
          "a\n... and 2 more lines; a pipe or a file gets them all\n");
}

TEST_CASE("flags are listed as pflag lists them", "[ctl][help]") {
    CHECK(flag_usages({{"yes", 'y', FlagKind::Bool, "Do not ask"},
                       {"netname", 0, FlagKind::Text, "Device", "default"},
                       {"mode", 'm', FlagKind::Int32, "Mode", "493"},
                       {"onboot", 0, FlagKind::WWbool, "Up at boot"}}) ==
          "  -m, --mode int32             Mode (default 493)\n"
          "      --netname string         Device (default \"default\")\n"
          "      --onboot WWbool[=true]   Up at boot\n"
          "  -y, --yes                    Do not ask\n");
}

namespace {
void check_help(const Command& command) {
    CAPTURE(command.path);
    const HelpPage page = help_page(command);
    CHECK_FALSE(page.summary.empty());
    CHECK_FALSE(page.text.empty());
    CHECK(help_text(command).find("Usage:\n  " + command.path) != std::string::npos);
    for (const Flag& flag : command.flags) {
        CAPTURE(flag.name);
        CHECK_FALSE(flag.usage.empty());
        size_t same_name = 0, same_letter = 0;
        for (const Flag& other : known_flags(command, Help::Yes)) {
            same_name += other.name == flag.name;
            same_letter += flag.shorthand != 0 && other.shorthand == flag.shorthand;
        }
        CHECK(same_name == 1);
        CHECK(same_letter <= 1);
    }
    for (const Command& child : command.children) check_help(child);
}
}  // namespace

TEST_CASE("every command has help, and flags that do not clash", "[ctl][help]") {
    check_help(command_tree());
}

TEST_CASE("completion scripts call the hidden command", "[ctl][completion]") {
    for (const char* shell : {"bash", "zsh", "fish", "powershell"}) {
        CAPTURE(shell);
        CHECK(completion_script(shell, true).find(" __complete ") != std::string::npos);
        CHECK(completion_script(shell, false).find(" __completeNoDesc ") != std::string::npos);
    }
    CHECK(completion_script("csh", true).empty());
}
