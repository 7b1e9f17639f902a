// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/recorded.h"

#include <fmt/format.h>

#include <algorithm>

#include "fields/field.h"
#include "fields/secret_url.h"
#include "protocol/command_line.h"

namespace ww::ctl {

namespace {

/// Which site it is goes without saying: each has a history of its own.
bool is_noise(const Flag& flag) {
    constexpr std::string_view kNoise[] = {
        "ca", "fingerprint", "insecure", "server", "token-file", "warewulfconf"};
    return std::find(std::begin(kNoise), std::end(kNoise), flag.name) != std::end(kNoise);
}

/// Whether the value of a word's last flag is the next word, and whether that is a secret.
struct Word {
    std::string shown;
    bool takes_next = false;
    bool secret_next = false;
    bool left_out = false;
};

Word long_flag(const std::string& word, const FlagValues& flags) {
    const size_t equals = word.find('=');
    const Flag* flag = flags.find(std::string_view(word).substr(2, equals - 2));
    if (flag == nullptr) return {word};
    const bool attached = equals != std::string::npos;
    if (attached && flag->secret) return {word.substr(0, equals + 1).append(fields::kMask)};
    const bool takes_next = !attached && !has_optional_value(flag->kind);
    return {word, takes_next, flag->secret, is_noise(*flag)};
}

/// "-ya": letters until one takes a value, which is the rest of the word or the next one.
Word short_flags(const std::string& word, const FlagValues& flags) {
    for (size_t i = 1; i < word.size(); ++i) {
        const Flag* flag = flags.find(word[i]);
        if (flag == nullptr) return {word};
        if (has_optional_value(flag->kind)) {
            if (i + 1 < word.size() && word[i + 1] == '=') return {word};
            continue;
        }
        const bool attached = i + 1 < word.size();
        if (attached && flag->secret) return {word.substr(0, i + 1).append(fields::kMask)};
        return {word, !attached, flag->secret};
    }
    return {word};
}

}  // namespace

std::string recorded_command(const std::vector<std::string>& words, const FlagValues& flags) {
    std::vector<std::string> shown;
    for (size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--") {
            shown.insert(shown.end(), words.begin() + static_cast<ptrdiff_t>(i), words.end());
            break;
        }
        Word word{fields::without_credentials(words[i])};
        if (words[i].starts_with("--"))
            word = long_flag(words[i], flags);
        else if (words[i].size() > 1 && words[i][0] == '-')
            word = short_flags(words[i], flags);
        if (!word.left_out) shown.push_back(word.shown);
        if (!word.takes_next || i + 1 == words.size()) continue;
        ++i;
        if (!word.left_out)
            shown.push_back(word.secret_next ? std::string(fields::kMask) : words[i]);
    }
    return protocol::join_command(shown);
}

}  // namespace ww::ctl
