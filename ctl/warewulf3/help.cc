// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/warewulf3/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "ctl/help.h"
#include "ctl/warewulf3/options.h"

namespace ww::ctl::warewulf3 {

namespace {

bool is_called(const Word& word, std::string_view name) {
    const std::vector<std::string> aliases = cut(word.aliases, " ");
    return word.path.substr(word.path.rfind(' ') + 1) == name ||
           std::find(aliases.begin(), aliases.end(), name) != aliases.end();
}

std::string sentence(const Word& word) {
    if (word.translate != nullptr) return std::string(word.stands_for);
    return fmt::format("not here; {}", word.stands_for);
}

/// `texts` holds what the flags point to.
std::vector<Flag> explained_flags(const Word& word, std::vector<std::string>& texts) {
    std::vector<Flag> flags = flags_of(word);
    texts.reserve(word.options.size());
    for (size_t i = 0; i < word.options.size(); ++i)
        flags[i].usage = texts.emplace_back(explained(word.options[i]));
    return flags;
}

}  // namespace

std::string help_text(const Word& word) {
    std::vector<std::string> texts;
    std::string out = fmt::format("\n{}\n\nUsage:\n  {} [OPTIONS]{}{}\n",
                                  sentence(word),
                                  word.path,
                                  word.arguments.empty() ? "" : " ",
                                  word.arguments);
    if (!word.aliases.empty()) out += fmt::format("\nAliases:\n  {}\n", word.aliases);
    return out + "\nOptions:\n" + flag_usages(explained_flags(word, texts));
}

std::vector<std::pair<std::string, std::string>> children(const std::string& path) {
    std::vector<std::pair<std::string, std::string>> found;
    for (const Word& word : all_words()) {
        if (!word.path.starts_with(path + " ")) continue;
        const std::string_view rest = word.path.substr(path.size() + 1);
        const std::string name(rest.substr(0, rest.find(' ')));
        if (!found.empty() && found.back().first == name) continue;
        const bool is_group = name.size() != rest.size();
        found.emplace_back(name, is_group ? fmt::format("{} {} …", path, name) : sentence(word));
    }
    return found;
}

std::string group_help(const std::string& path) {
    std::string out = fmt::format(
        "\nWords of Warewulf 3, as what they are in wwd: each line shows the words of wwctl it "
        "stands "
        "for\non standard error, and runs them.\n\nUsage:\n  {} [-y] COMMAND "
        "[OPTIONS]\n\nAvailable "
        "Commands:\n",
        path);
    for (const auto& [name, text] : children(path)) out += fmt::format("  {:<11} {}\n", name, text);
    return out +
           fmt::format("\nUse \"{} COMMAND --help\" for more information about a COMMAND.\n", path);
}

const Word* find_word(std::string& path, std::vector<std::string>& rest) {
    while (true) {
        for (const Word& word : all_words())
            if (word.path == path) return &word;
        if (rest.empty()) return nullptr;
        std::string next;
        for (const Word& word : all_words()) {
            const size_t last = word.path.rfind(' ');
            if (word.path.substr(0, last) == path && is_called(word, rest.front()))
                next = word.path;
            else if (word.path.starts_with(fmt::format("{} {} ", path, rest.front())))
                next = fmt::format("{} {}", path, rest.front());
            if (!next.empty()) break;
        }
        if (next.empty()) return nullptr;
        path = std::move(next);
        rest.erase(rest.begin());
    }
}

Candidates candidates(const std::string& program, const std::vector<std::string>& typed_words) {
    std::string path = program;
    std::vector<std::string> rest(typed_words.begin(), typed_words.end() - 1);
    const std::string& typed = typed_words.back();
    while (!children(path).empty() && !rest.empty() && rest.front().starts_with('-'))
        rest.erase(rest.begin());
    const Word* word = find_word(path, rest);
    Candidates found;
    if (word == nullptr) {
        if (!rest.empty()) return found;
        for (const auto& [name, text] : children(path))
            if (name.starts_with(typed)) found.list.push_back({name, text});
        return found;
    }
    std::vector<std::string> texts;
    const FlagValues flags(explained_flags(*word, texts));
    if (typed.starts_with("--") && typed.find('=') != std::string::npos) {
        const size_t equals = typed.find('=');
        const Flag* flag = flags.find(std::string_view(typed).substr(2, equals - 2));
        if (flag == nullptr) return found;
        return complete_value(
            flag->complete, "", std::string_view(typed).substr(equals + 1), Form::One);
    }
    if (typed.starts_with("-")) return complete_flag_name(flags.flags(), typed);
    if (!rest.empty() && rest.back().size() > 1 && rest.back()[0] == '-') {
        const std::string& last = rest.back();
        const Flag* flag =
            last[1] == '-' ? flags.find(std::string_view(last).substr(2)) : flags.find(last.back());
        if (flag != nullptr && flag->kind != FlagKind::Bool)
            return complete_value(flag->complete, "", typed, Form::One);
    }
    return complete_value(word->complete, "", typed, Form::List);
}

}  // namespace ww::ctl::warewulf3
