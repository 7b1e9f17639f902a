// SPDX-License-Identifier: BSD-3-Clause
#include "fields/table.h"

#include <cctype>
#include <set>
#include <string>

#include "fields/entry_kind.h"
#include "support/catch.h"

using namespace ww::fields;

TEST_CASE("names, flags and letters are each there once", "[fields]") {
    std::set<std::string_view> names;
    std::set<std::string_view> flags;
    std::set<char> letters;
    for (const Field& field : kAll) {
        CAPTURE(field.name);
        CHECK(names.insert(field.name).second);
        if (!field.flag.empty()) {
            CHECK(flags.insert(field.flag).second);
            CHECK(by_flag(field.flag) == &field);
        }
        if (field.letter != 0) CHECK(letters.insert(field.letter).second);
        CHECK((field.letter == 0 || !field.flag.empty()));
    }
    CHECK(by_flag("") == nullptr);
    CHECK(by_flag("ipaddrr") == nullptr);
    CHECK(named("NetDevs[].Ipaddr").last_name() == "Ipaddr");
    CHECK(named("Init").last_name() == "Init");
}

TEST_CASE("help is one sentence of one style", "[fields]") {
    for (const Field& field : kAll) {
        CAPTURE(field.name);
        REQUIRE(field.help.size() > 8);
        CHECK(std::isupper(static_cast<unsigned char>(field.help.front())));
        CHECK(field.help.back() != '.');
        CHECK(field.help.find(". ") == std::string_view::npos);
        CHECK(field.help.find("|") == std::string_view::npos);  // stands in tables of documents
    }
}

TEST_CASE("what sounds like a secret is one", "[fields][secrets]") {
    // Names that only sound like it, with the reason.
    const std::set<std::string_view> harmless = {};
    for (const Field& field : kAll) {
        std::string words = std::string(field.name) + " " + std::string(field.flag);
        for (char& c : words) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        bool sounds = false;
        for (const char* word : {"pass", "key", "secret", "token", "asset"})
            sounds = sounds || words.find(word) != std::string::npos;
        CAPTURE(field.name);
        if (sounds && !harmless.contains(field.name)) CHECK(field.secret);
    }
    CHECK(named("Ipmi.Password").secret);
    CHECK_FALSE(named("Ipmi.UserName").secret);
}

TEST_CASE("kinds of entries have the words of commands", "[fields]") {
    CHECK(to_string(EntryKind::Node) == "node");
    CHECK(to_string(EntryKind::Profile) == "profile");
    CHECK(EntryKind::Profile < EntryKind::Node);  // as in the file
}
