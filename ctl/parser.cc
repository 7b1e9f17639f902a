// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/parser.h"

#include <fmt/format.h>

#include "base/nearest.h"
#include "ctl/command.h"

namespace ww::ctl {

namespace {

Error invalid(std::string text) { return {ErrorCode::InvalidArgument, std::move(text)}; }

/// While commands are looked for, a flag without "=" takes the next word along unless it is known
/// to need none. Unknown flags count as taking one.
bool takes_next_word(const FlagValues& flags, const std::string& word) {
    if (word.find('=') != std::string::npos || word.size() < 2 || word[0] != '-') return false;
    const Flag* flag = nullptr;
    if (word[1] == '-')
        flag = flags.find(std::string_view(word).substr(2));
    else if (word.size() == 2)
        flag = flags.find(word[1]);
    else
        return false;
    return flag == nullptr || !has_optional_value(flag->kind);
}

/// Index of the first word that is neither a flag nor a flag's value.
std::optional<size_t> first_argument(const FlagValues& flags,
                                     const std::vector<std::string>& words) {
    for (size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--") return std::nullopt;
        if (takes_next_word(flags, words[i]))
            ++i;
        else if (!words[i].empty() && words[i][0] != '-')
            return i;
    }
    return std::nullopt;
}

class FlagReader {
   public:
    FlagReader(Parsed& parsed, const std::vector<std::string>& words, size_t ours)
        : parsed_(parsed), words_(words), ours_(ours) {}

    Result<void> run() {
        while (at_ < words_.size()) {
            const std::string& word = words_[at_++];
            if (word.size() < 2 || word[0] != '-') {
                parsed_.arguments.push_back(word);
                if (parsed_.arguments.size() == ours_) take_rest();
            } else if (word == "--") {
                parsed_.dash = parsed_.arguments.size();
                take_rest();
            } else if (word[1] == '-') {
                WW_TRY_VOID(read_long(word));
            } else {
                WW_TRY_VOID(read_short(std::string_view(word).substr(1)));
            }
        }
        return {};
    }

   private:
    void take_rest() {
        parsed_.arguments.insert(parsed_.arguments.end(),
                                 words_.begin() + static_cast<std::ptrdiff_t>(at_),
                                 words_.end());
        at_ = words_.size();
    }

    Result<void> read_long(const std::string& word) {
        std::string_view name = std::string_view(word).substr(2);
        if (name[0] == '-' || name[0] == '=')
            return invalid(fmt::format("bad flag syntax: {}", word));
        const size_t equals = name.find('=');
        const std::string_view value =
            equals == std::string_view::npos ? std::string_view() : name.substr(equals + 1);
        name = name.substr(0, equals);
        const Flag* flag = parsed_.flags.find(name);
        if (flag == nullptr) return unknown_flag(name);
        if (equals != std::string_view::npos) return set(*flag, value);
        if (has_optional_value(flag->kind)) return set(*flag, "true");
        if (at_ < words_.size()) return set(*flag, words_[at_++]);
        return invalid(fmt::format("flag needs an argument: --{}", name));
    }

    Result<void> read_short(std::string_view letters) {
        while (!letters.empty()) {
            const char letter = letters.front();
            const Flag* flag = parsed_.flags.find(letter);
            if (flag == nullptr)
                return invalid(fmt::format("unknown shorthand flag: '{}' in -{}", letter, letters));
            if (letters.size() > 2 && letters[1] == '=') return set(*flag, letters.substr(2));
            if (!has_optional_value(flag->kind)) {
                if (letters.size() > 1) return set(*flag, letters.substr(1));
                if (at_ < words_.size()) return set(*flag, words_[at_++]);
                return invalid(fmt::format("flag needs an argument: '{}' in -{}", letter, letters));
            }
            WW_TRY_VOID(set(*flag, "true"));
            letters.remove_prefix(1);
        }
        return {};
    }

    Error unknown_flag(std::string_view name) const {
        std::vector<std::string_view> known;
        for (const Flag& flag : parsed_.flags.flags())
            if (!flag.hidden && flag.deprecated.empty()) known.push_back(flag.name);
        return invalid(fmt::format("unknown flag: --{}", name))
            .with_hint(nearest_hint(name, known));
    }

    Result<void> set(const Flag& flag, std::string_view value) {
        WW_TRY_VOID(parsed_.flags.set(flag, value));
        if (!flag.deprecated.empty())
            parsed_.deprecations.push_back(
                fmt::format("Flag --{} has been deprecated, {}", flag.name, flag.deprecated));
        return {};
    }

    Parsed& parsed_;
    const std::vector<std::string>& words_;
    const size_t ours_;
    size_t at_ = 0;
};

}  // namespace

Found find_command(const Command& root, std::vector<std::string> words) {
    const Command* command = &root;
    while (true) {
        const FlagValues flags(known_flags(*command, Help::No));
        const auto argument = first_argument(flags, words);
        if (!argument) break;
        const Command* child = command->child(words[*argument]);
        if (child == nullptr) break;
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(*argument));
        command = child;
    }
    return {command, std::move(words)};
}

Result<Parsed> parse_flags(std::vector<Flag> flags,
                           const std::vector<std::string>& words,
                           size_t ours) {
    Parsed parsed{FlagValues(std::move(flags)), {}, {}, {}};
    WW_TRY_VOID(FlagReader(parsed, words, ours).run());
    return parsed;
}

}  // namespace ww::ctl
