// SPDX-License-Identifier: BSD-3-Clause
//
// Each field of the table by itself, as wwctl sets, clears and explains it.
#include <algorithm>

#include "ctl/command.h"
#include "ctl/field_flags.h"
#include "ctl/help.h"
#include "ctl/parser.h"
#include "fields/table.h"
#include "support/catch.h"

using namespace ww::ctl;
using ww::fields::EntryKind;
using ww::fields::Field;

namespace {

const Command& command(const std::vector<std::string>& words) {
    return *find_command(command_tree(), words).command;
}

const Flag* flag_of(const Command& command, const Field& field) {
    for (const Flag& flag : command.flags)
        if (flag.name == field.flag) return &flag;
    return nullptr;
}

}  // namespace

TEST_CASE("every field with a flag is set, cleared and explained by it", "[ctl][every_field]") {
    for (const std::string entry : {"node", "profile"})
        for (const std::string verb : {"add", "set", "unset"}) {
            const Command& edit = command({entry, verb});
            const std::string help = help_text(edit);
            for (const Field& field : ww::fields::kAll) {
                if (field.flag.empty()) continue;
                CAPTURE(entry, verb, field.flag);
                const Flag* flag = flag_of(edit, field);
                CHECK((flag != nullptr) == (entry == "node" || !field.node_only));
                if (flag == nullptr) continue;
                CHECK(flag->shorthand == field.letter);
                CHECK(flag->secret == (field.secret && verb != "unset"));
                CHECK(help.find("--" + std::string(field.flag) + " ") != std::string::npos);
                CHECK(help.find(field.help) != std::string::npos);
            }
        }
}

TEST_CASE("every flag travels to wwd under its name", "[ctl][every_field]") {
    for (const Field& field : ww::fields::kAll) {
        if (field.flag.empty()) continue;
        CAPTURE(field.flag);
        const std::string name(field.flag);
        const bool is_address = field.kind == ww::fields::Kind::Address;
        const auto given = parse_flags(value_flags(EntryKind::Node),
                                       {"--" + name + "=" + (is_address ? "10.0.0.9" : "true")});
        REQUIRE(given);
        const auto edit = edit_from(given->flags);
        CHECK(edit.values.count(name) + edit.lists.count(name) == 1);
        const auto switched = parse_flags(switch_flags(EntryKind::Node), {"--" + name});
        REQUIRE(switched);
        CHECK(unset_from(switched->flags).fields == ww::protocol::Names{name});
    }
}

TEST_CASE("flags that sound like secrets are kept out of the history", "[ctl][secrets]") {
    for (const CommandRow& row : command_table())
        for (const auto& set : row.flags)
            for (const Flag& flag : set) {
                if (flag.kind == FlagKind::Bool) continue;
                if (flag.name == "keytypes") continue;  // kinds of keys, not keys
                CAPTURE(row.path, flag.name);
                for (const char* word : {"pass", "key", "secret", "token", "asset"})
                    if (flag.name.find(word) != std::string_view::npos) CHECK(flag.secret);
            }
}
