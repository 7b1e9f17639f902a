// SPDX-License-Identifier: BSD-3-Clause
//
// The tables of docs/configuration.md are written from the schema; the prose around them is the
// file's own. This test writes them anew and compares; WW_ACCEPT=1 replaces them. every_key.conf
// has each key once, with a value that is not its default.
#include <cstdlib>

#include "base/file.h"
#include "config/schema.h"
#include "key_words.h"
#include "support/catch.h"

using namespace ww::config;

namespace {

// ---- The tables

std::string_view users(UsedBy used_by) {
    if (used_by == UsedBy::Nobody) return "read, not used yet";
    return used_by == UsedBy::Programs ? "" : "templates only";
}

template <class T, class Value>
std::string row(const std::string& path, const Key<T>& key, const Value& fallback) {
    const Words value = words(fallback);
    const std::string effect =
        key.empty.empty() ? std::string(key.doc) : fmt::format("{} Empty: {}.", key.doc, key.empty);
    return fmt::format("| `{}` | {} | {} | {} | {} |\n",
                       path + std::string(key.name),
                       value.type,
                       value.fallback.empty() ? "" : fmt::format("`{}`", value.fallback),
                       effect,
                       users(key.used_by));
}

// Rows of `section`, and those of the items of its lists.
template <Section T>
void add_rows(const std::string& path, const T& section, std::string& out) {
    for_each_key(section, [&](const auto& key, const auto& value) {
        using Value = std::remove_cvref_t<decltype(value)>;
        if constexpr (Section<Value>) {
            return;
        } else {
            CAPTURE(path, key.name);
            CHECK(key.doc.ends_with('.'));
            out += row(path, key, value);
            if constexpr (requires { requires Section<typename Value::value_type>; })
                add_rows(
                    fmt::format("{}{}[]: ", path, key.name), typename Value::value_type(), out);
        }
    });
}

constexpr std::string_view kHead =
    "| key | type | default | what it does | used by |\n|---|---|---|---|---|\n";

// Tables by the name of their section; "" is the top of the file.
std::map<std::string, std::string> tables() {
    std::map<std::string, std::string> all;
    const WarewulfConf defaults = WarewulfConf::defaults();
    all[""] = kHead;
    add_rows("", defaults, all[""]);
    for_each_key(defaults, [&](const auto& key, const auto& value) {
        if constexpr (Section<std::remove_cvref_t<decltype(value)>>) {
            std::string& table = all[std::string(key.name)];
            table = kHead;
            add_rows(fmt::format("{}: ", key.name), value, table);
        }
    });
    return all;
}

// The document with its tables made anew. A table stands behind a line "<!-- keys: SECTION -->".
std::string with_tables(std::string_view text) {
    constexpr std::string_view kMark = "<!-- keys: ";
    constexpr std::string_view kMarkEnd = " -->\n";
    auto left = tables();
    std::string out;
    while (!text.empty()) {
        const std::string_view line =
            text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        text.remove_prefix(line.size());
        out += line;
        if (!line.starts_with(kMark) || !line.ends_with(kMarkEnd)) continue;
        const std::string name(
            line.substr(kMark.size(), line.size() - kMark.size() - kMarkEnd.size()));
        CAPTURE(name);
        const auto table = left.find(name == "top" ? "" : name);
        REQUIRE(table != left.end());
        out += table->second;
        left.erase(table);
        while (text.starts_with('|'))
            text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    }
    for (const auto& [name, table] : left) FAIL_CHECK("no place for the keys of \"" << name << '"');
    return out;
}

// The text of each value, by its path.
using Values = std::map<std::string, std::string>;

template <Section T>
void collect(const std::string& path, const T& section, Values& out) {
    for_each_key(section, [&](const auto& key, const auto& value) {
        using Value = std::remove_cvref_t<decltype(value)>;
        const std::string here = path + std::string(key.name);
        if constexpr (Section<Value>) {
            collect(here + ": ", value, out);
        } else if constexpr (requires { requires Section<typename Value::value_type>; }) {
            collect(here + "[]: ", value.empty() ? typename Value::value_type() : value[0], out);
        } else {
            out[here] = words(value).fallback;
        }
    });
}

}  // namespace

TEST_CASE("the tables of docs/configuration.md are what the schema says", "[config][reference]") {
    const std::string path = WW_SOURCE_DIR "/docs/configuration.md";
    const auto committed = ww::read_file(path);
    REQUIRE(committed);
    const std::string made = with_tables(*committed);
    if (std::getenv("WW_ACCEPT") != nullptr && made != *committed) {
        REQUIRE(ww::replace_file(path, made, 0644));
        FAIL("docs/configuration.md was written anew; look at it, then run the test again");
    }
    INFO("WW_ACCEPT=1 build/dev/bin/config_test \"[reference]\" writes them anew");
    const bool same = made == *committed;
    CHECK(same);
}

TEST_CASE("every_key.conf sets every key of the schema", "[config][reference]") {
    const auto text = ww::read_file(WW_SOURCE_DIR "/tests/unit/config/every_key.conf");
    REQUIRE(text);
    const auto conf = parse_config(*text, "every_key.conf", Autodetect::Off);
    REQUIRE(conf);
    Values set, fallback;
    collect("", *conf, set);
    WarewulfConf defaults = WarewulfConf::defaults();
    defaults.image_mounts.clear();
    collect("", defaults, fallback);
    for (const auto& [path, value] : fallback) {
        CAPTURE(path);
        CHECK(set[path] != value);
    }
}

TEST_CASE("every key is read, and printed as it was", "[config][reference]") {
    const auto text = ww::read_file(WW_SOURCE_DIR "/tests/unit/config/every_key.conf");
    REQUIRE(text);
    const auto conf = parse_config(*text, "every_key.conf", Autodetect::Off);
    REQUIRE(conf);
    for (const auto& warning : conf->warnings) FAIL_CHECK(warning.to_string());
    CHECK(print_config(*conf, 2) == *text);
}
