// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/command.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/nearest.h"

namespace ww::ctl {

namespace {

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const size_t end = std::min(text.find(' '), text.size());
        if (end > 0) words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

Command* descend(Command& from, const std::vector<std::string>& words) {
    Command* at = &from;
    for (const std::string& word : words) {
        const auto it = std::find_if(at->children.begin(),
                                     at->children.end(),
                                     [&](const Command& child) { return child.name == word; });
        WW_CHECK(it != at->children.end(), "a command's group comes before it in the table");
        at = &*it;
    }
    return at;
}

void sort_children(Command& command) {
    std::sort(command.children.begin(),
              command.children.end(),
              [](const Command& a, const Command& b) { return a.name < b.name; });
    for (Command& child : command.children) sort_children(child);
}

/// Takes its name and its place among `root`'s from `path`.
void add(Command& root, std::string_view path, Command command) {
    std::vector<std::string> words = split_words(path);
    command.name = words.back();
    words.pop_back();
    Command* parent = descend(root, words);
    command.path = parent->path + " " + command.name;
    parent->children.push_back(std::move(command));
}

Command make_tree() {
    Command root;
    root.path = root.name = "wwctl";
    for (const CommandRow& row : command_table()) {
        Command command;
        command.aliases = split_words(row.aliases);
        command.arguments = row.arguments;
        command.arity = row.arity;
        for (const std::vector<Flag>& set : row.flags)
            command.flags.insert(command.flags.end(), set.begin(), set.end());
        command.run = row.run;
        command.complete = row.complete;
        command.required = split_words(row.required);
        command.hidden = row.hidden;
        command.needs = row.needs;
        command.ours = row.ours;
        add(root, row.path, std::move(command));
    }
    sort_children(root);
    return root;
}

}  // namespace

const Command* Command::child(std::string_view word) const {
    for (const Command& child : children) {
        if (child.name == word) return &child;
        if (std::find(child.aliases.begin(), child.aliases.end(), word) != child.aliases.end())
            return &child;
    }
    return nullptr;
}

std::string Command::nearest_child(std::string_view word) const {
    std::vector<std::string_view> known;
    for (const Command& child : children) {
        if (child.hidden) continue;
        known.push_back(child.name);
        known.insert(known.end(), child.aliases.begin(), child.aliases.end());
    }
    return nearest_hint(word, known);
}

const Command& command_tree() {
    static const Command root = make_tree();
    return root;
}

std::span<const Flag> global_flags() {
    static constexpr Flag flags[] = {
        {"ca",
         0,
         FlagKind::Text,
         "File with who signed the server's certificate",
         {},
         false,
         {},
         Complete::Files},
        {"debug", 'd', FlagKind::Bool, "Say what happens in detail"},
        {"emptyconf", 0, FlagKind::Bool, "Use the built-in configuration", {}, true},
        {"fingerprint", 0, FlagKind::Text, "The server's certificate: sha256:..."},
        {"insecure", 0, FlagKind::Bool, "Allow plain http to a server on this machine", {}, true},
        {"loglevel", 0, FlagKind::Int, "Number of the lowest level shown", "20", true},
        {"server", 0, FlagKind::Text, "Ask this server: https://HOST[:PORT]"},
        {"token-file",
         0,
         FlagKind::Text,
         "File with the token that the server wants",
         {},
         false,
         {},
         Complete::Files},
        {"verbose", 'v', FlagKind::Bool, "Say what happens"},
        {"warewulfconf", 0, FlagKind::Text, "Configuration file", {}, false, {}, Complete::Files},
    };
    return flags;
}

std::vector<Flag> known_flags(const Command& command, Help help) {
    std::vector<Flag> flags = command.flags;
    flags.insert(flags.end(), global_flags().begin(), global_flags().end());
    if (help == Help::Yes) flags.push_back({"help", 'h', FlagKind::Bool, "Show this help"});
    return flags;
}

Result<void> check_arity(const Command& command, size_t arguments, std::string_view first) {
    const Arity& arity = command.arity;
    const auto refuse = [](std::string text) {
        return Error(ErrorCode::InvalidArgument, std::move(text));
    };
    switch (arity.rule) {
        case Arity::Rule::Any:
            return {};
        case Arity::Rule::None:
            if (arguments == 0) return {};
            return refuse(fmt::format("unknown command \"{}\" for \"{}\"", first, command.path))
                .with_hint(command.nearest_child(first));
        case Arity::Rule::Exactly:
            if (arguments == arity.low) return {};
            return refuse(fmt::format("accepts {} arg(s), received {}", arity.low, arguments));
        case Arity::Rule::AtLeast:
            if (arguments >= arity.low) return {};
            return refuse(
                fmt::format("requires at least {} arg(s), only received {}", arity.low, arguments));
        case Arity::Rule::Between:
            if (arguments >= arity.low && arguments <= arity.high) return {};
            return refuse(fmt::format(
                "accepts between {} and {} arg(s), received {}", arity.low, arity.high, arguments));
    }
    return {};
}

}  // namespace ww::ctl
