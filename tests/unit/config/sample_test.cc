// SPDX-License-Identifier: BSD-3-Clause
//
// The warewulf.conf that is installed, packaging/etc/warewulf.conf, and the keys of its manual page
// are written from the schema: WW_ACCEPT=1 replaces them.
#include <fmt/format.h>

#include "config/schema.h"
#include "key_words.h"
#include "support/made_document.h"
#include "support/roff.h"

using namespace ww::config;

namespace {

constexpr std::string_view kHead =
    "# The server of this site, and what it serves nodes by. wwd reads this file when it starts:\n"
    "# systemctl restart wwd\n"
    "#\n"
    "# Every key is here, with its default. One that has none is commented out, with an example as "
    "its\n"
    "# value. See warewulf.conf(5); wwctl genconfig warewulfconf print shows what is in effect.\n";

template <class Value>
constexpr bool kIsList = requires { requires Section<typename Value::value_type>; };

template <class Value>
bool is_empty(const Value& value) {
    if constexpr (requires { value.has_value(); })
        return !value.has_value();
    else if constexpr (requires { value.empty(); })
        return value.empty();
    else
        return false;
}

std::string effect(const auto& key) {
    std::string text(key.doc);
    if (!key.empty.empty()) text += fmt::format(" Empty: {}.", key.empty);
    if (key.used_by == UsedBy::Templates) text += " For templates.";
    if (key.used_by == UsedBy::Nobody) text += " Not used yet.";
    return text;
}

// What the file says of a key, and whether its value is only an example.
struct About {
    std::string text;
    bool example = false;
};
using Abouts = std::map<std::string, About>;  // by "key" and "section: key"

// Defaults, and the example where there is none.
template <Section T>
bool choose(const std::string& path, T& chosen, const T& example, Abouts& abouts) {
    bool all_examples = true;
    for (const auto& key : keys<T>())
        std::visit(
            [&](auto member) {
                auto& value = chosen.*member;
                using Value = std::remove_cvref_t<decltype(value)>;
                About about;
                if constexpr (Section<Value>) {
                    about.example =
                        choose(fmt::format("{}: ", key.name), value, example.*member, abouts);
                } else {
                    about = {effect(key), is_empty(value)};
                    if constexpr (kIsList<Value>) {
                        for (const auto& part : keys<typename Value::value_type>())
                            about.text += fmt::format("\n  {}: {}", part.name, effect(part));
                    }
                    if (about.example) value = example.*member;
                }
                all_examples = all_examples && about.example;
                abouts[path + std::string(key.name)] = about;
            },
            key.member);
    return all_examples;
}

// Lines of comment; what goes on of a line that is itself indented is so a little more.
std::string wrapped(std::string_view text, std::string_view before) {
    constexpr size_t kColumns = 100;
    std::string out;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::string_view more = line.starts_with(' ') ? "    " : "";
        std::string_view indent;
        while (!line.empty()) {
            const size_t room = kColumns - before.size() - indent.size();
            const size_t end = line.size() <= room ? line.size() : line.rfind(' ', room);
            out += fmt::format("{}{}{}\n", before, indent, line.substr(0, end));
            line.remove_prefix(std::min(line.size(), end + 1));
            indent = more;
        }
    }
    return out;
}

WarewulfConf example() {
    const auto text = ww::read_file(WW_SOURCE_DIR "/tests/unit/config/every_key.conf");
    REQUIRE(text);
    auto conf = parse_config(*text, "every_key.conf", Autodetect::Off);
    REQUIRE(conf);
    return *conf;
}

std::string sample() {
    WarewulfConf chosen = WarewulfConf::defaults();
    Abouts abouts;
    choose("", chosen, example(), abouts);
    const std::string printed = print_config(chosen, 2);
    std::string out(kHead);
    std::string section;
    bool comment = false;
    bool first = false;  // of a section
    size_t described = 0;
    for (std::string_view left = printed; !left.empty();) {
        const std::string line(left.substr(0, left.find('\n')));
        left.remove_prefix(line.size() + 1);
        const size_t indent = line.find_first_not_of(' ');
        const std::string key = line.substr(indent, line.find(':') - indent);
        const auto about = indent == 0   ? abouts.find(key)
                           : indent == 2 ? abouts.find(fmt::format("{}: {}", section, key))
                                         : abouts.end();
        if (indent == 0) section = key;
        if (about != abouts.end()) {
            ++described;
            comment = about->second.example;
            if (!first) out += '\n';
            std::string text = about->second.text;
            std::erase(text, '`');
            out += wrapped(text, std::string(indent, ' ') + "# ");
        }
        first = indent == 0 && line.ends_with(':');
        out += line.substr(0, indent) + (comment ? "#" : "") + line.substr(indent) + '\n';
    }
    CHECK(described == abouts.size());
    return out;
}

template <Section T>
void add_items(const std::string& path, const T& section, std::string& out) {
    for_each_key(section, [&](const auto& key, const auto& value) {
        using Value = std::remove_cvref_t<decltype(value)>;
        if constexpr (Section<Value>) {
            add_items(fmt::format("{}: ", key.name), value, out);
        } else {
            std::string text = effect(key);
            if (const std::string fallback = words(value).fallback; !fallback.empty())
                text += fmt::format(" Default: {}.", fallback);
            out += fmt::format(".TP\n.B \"{}\"\n{}\n",
                               ww::test::roff(path + std::string(key.name)),
                               ww::test::roff(text));
            if constexpr (kIsList<Value>)
                add_items(
                    fmt::format("{}{}[]: ", path, key.name), typename Value::value_type(), out);
        }
    });
}

}  // namespace

TEST_CASE("the installed warewulf.conf is what the schema says", "[config][reference]") {
    ww::test::check_made("packaging/etc/warewulf.conf", sample(), "config_test");
}

TEST_CASE("the installed warewulf.conf sets nothing but defaults", "[config][reference]") {
    const auto text = ww::read_file(WW_SOURCE_DIR "/packaging/etc/warewulf.conf");
    REQUIRE(text);
    const auto conf = parse_config(*text, "warewulf.conf", Autodetect::Off);
    REQUIRE(conf);
    CHECK(conf->warnings.empty());
    CHECK(print_config(*conf, 2) == print_config(WarewulfConf::defaults(), 2));
}

TEST_CASE("every example in the installed warewulf.conf can be taken", "[config][reference]") {
    auto text = ww::read_file(WW_SOURCE_DIR "/packaging/etc/warewulf.conf");
    REQUIRE(text);
    std::string taken;
    for (std::string_view left = *text; !left.empty();) {
        std::string_view line = left.substr(0, left.find('\n') + 1);
        left.remove_prefix(line.size());
        const size_t at = std::min(line.find_first_not_of(' '), line.size() - 1);
        const bool example = line[at] == '#' && line.size() > at + 2 && line[at + 1] != ' ';
        taken += line.substr(0, at);
        taken += line.substr(example ? at + 1 : at);
    }
    const auto conf = parse_config(taken, "warewulf.conf", Autodetect::Off);
    REQUIRE(conf);
    CHECK(conf->warnings.empty());
    CHECK(conf->wwclient.port == example().wwclient.port);
    CHECK(conf->nfs.export_paths.size() == 1);
}

TEST_CASE("warewulf.conf(5) lists every key", "[config][reference]") {
    const std::string path = "packaging/man/warewulf.conf.5";
    const auto committed = ww::read_file(WW_SOURCE_DIR "/" + path);
    REQUIRE(committed);
    std::string items;
    add_items("", WarewulfConf::defaults(), items);
    ww::test::check_made(path, ww::test::with_made_part(*committed, "keys", items), "config_test");
}

TEST_CASE("the example in docs/configuration.md is taken as it stands", "[config][reference]") {
    const auto page = ww::read_file(WW_SOURCE_DIR "/docs/configuration.md");
    REQUIRE(page);
    constexpr std::string_view kFence = "```yaml\n";
    const size_t begin = page->find(kFence) + kFence.size();
    const auto conf = parse_config(
        page->substr(begin, page->find("```", begin) - begin), "example", Autodetect::Off);
    REQUIRE(conf);
    CHECK(conf->warnings.empty());
    CHECK(conf->ip_cidr() == "10.0.0.1/22");
    CHECK(conf->nfs.export_paths.size() == 2);
}
