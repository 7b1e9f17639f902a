// SPDX-License-Identifier: BSD-3-Clause
#include "api/suggest.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest.h"
#include "config/config.h"
#include "image/image.h"

namespace ww::api {

namespace {

constexpr size_t kSuggestions = 5;

/// Without its digits, and the number they make without leading zeros.
std::pair<std::string, std::string> letters_and_number(std::string_view name) {
    std::pair<std::string, std::string> parts;
    for (const char c : name) {
        if (c < '0' || c > '9')
            parts.first += c;
        else if (c != '0' || !parts.second.empty())
            parts.second += c;
    }
    return parts;
}

template <class Entries>
std::vector<std::string_view> names_of(const Entries& entries) {
    std::vector<std::string_view> names;
    names.reserve(entries.size());
    for (const auto& [name, entry] : entries) names.push_back(name);
    return names;
}

template <class Hint>
void suggest(protocol::ChangeReply& reply, const Hint& hint) {
    const size_t count = std::min(reply.missing.size(), kSuggestions);
    for (size_t i = 0; i < count; ++i) {
        const std::string& name = reply.missing[i];
        if (std::string text = hint(name); !text.empty()) reply.hints[name] = std::move(text);
    }
}

}  // namespace

std::string node_hint(const nodes::Registry& registry, std::string_view wrong) {
    auto names = names_of(registry.nodes);
    const auto [letters, number] = letters_and_number(wrong);
    std::erase_if(names, [&, letters = letters, number = number](std::string_view name) {
        const auto other = letters_and_number(name);
        return other.first == letters && other.second != number;
    });
    return nearest_hint(wrong, names);
}

std::string profile_hint(const nodes::Registry& registry, std::string_view wrong) {
    return nearest_hint(wrong, names_of(registry.profiles));
}

std::string image_hint(const Site& site, std::string_view wrong) {
    const config::Paths& paths = site.conf.paths;
    const auto names = image::Images(paths.wwchrootdir, paths.wwprovisiondir).list();
    if (!names) return "";
    return nearest_hint(wrong, {names->begin(), names->end()});
}

void suggest_nodes(const nodes::Registry& registry, protocol::ChangeReply& reply) {
    suggest(reply, [&](const std::string& name) { return node_hint(registry, name); });
}

void suggest_profiles(const nodes::Registry& registry, protocol::ChangeReply& reply) {
    suggest(reply, [&](const std::string& name) { return profile_hint(registry, name); });
}

std::string with_hint(std::string text, const std::string& hint) {
    if (!hint.empty()) text += "; " + hint;
    return text;
}

}  // namespace ww::api
