// SPDX-License-Identifier: BSD-3-Clause
#include "upgrade/nodes/values.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "fields/words.h"
#include "golib/bool.h"
#include "yaml/map.h"
#include "yaml/scalar.h"

namespace ww::upgrade {

namespace {}  // namespace

nodes::StringList split(std::string_view text, std::string_view separators) {
    constexpr std::string_view kBlanks = " \t\r\n";
    nodes::StringList parts;
    for (size_t at = 0; at <= text.size();) {
        const size_t end = std::min(text.find_first_of(separators, at), text.size());
        std::string_view part = text.substr(at, end - at);
        part.remove_prefix(std::min(part.find_first_not_of(kBlanks), part.size()));
        part = part.substr(0, part.find_last_not_of(kBlanks) + 1);
        if (!part.empty()) parts.emplace_back(part);
        at = end + 1;
    }
    return parts;
}

const yaml::Node* take(Entries& entries, std::string_view key) {
    const yaml::Node* value = entries.take(key);
    return value == nullptr || yaml::is_null(*value) ? nullptr : value;
}

// "node n1: network devices: eth0: "
std::string NodeValues::where() const {
    std::string text;
    for (size_t i = 0; i < path_.size(); ++i) {
        if (i == 0)
            text += path_[i] == "nodes" ? "node " : "profile ";
        else
            text += path_[i] + ": ";
    }
    return text;
}

void NodeValues::refuse(const yaml::Node& node, std::string_view text) {
    problems.add(document_.place(node), where() + std::string(text));
}

void NodeValues::note(const yaml::Node& node, std::string_view text) {
    legacy = true;
    notes.push_back({document_.place(node), where() + std::string(text)});
}

std::vector<yaml::MapEntry> NodeValues::list_of(const yaml::Node& node, std::string_view subject) {
    const yaml::Node& map = node.resolved();
    if (yaml::is_null(map)) return {};
    if (map.kind != yaml::Node::Kind::Map) {
        refuse(node, fmt::format("{}must be a map", subject));
        return {};
    }
    auto list = yaml::map_entries(document_, map, problems);
    if (!list) return {};
    std::erase_if(*list, [&](const yaml::MapEntry& entry) {
        if (entry.key->kind == yaml::Node::Kind::Scalar) return false;
        refuse(*entry.at, "a key must be a name");
        return true;
    });
    return *std::move(list);
}

Entries NodeValues::entries_of(const yaml::Node& node, std::string_view subject) {
    return Entries(list_of(node, subject));
}

void NodeValues::keep_unknown(const Entries& entries) {
    for (const yaml::MapEntry& entry : entries.left()) {
        notes.push_back(
            {document_.place(*entry.at),
             fmt::format("{}unknown key \"{}\" is kept as it is", where(), entry.key->text)});
        UnknownKey kept{path_, yaml::out_tree(yaml::to_value(document_, *entry.value, problems))};
        kept.path.emplace_back(entry.key->text);
        unknown.push_back(std::move(kept));
    }
}

std::optional<std::string_view> NodeValues::text_of(const yaml::Node& node) {
    const yaml::Node& scalar = node.resolved();
    if (scalar.kind == yaml::Node::Kind::Scalar) return scalar.text;
    refuse(node, "must be a single value");
    return std::nullopt;
}

void NodeValues::read(const yaml::Node& node, std::string& value) {
    if (const auto text = text_of(node)) value = *text;
}

void NodeValues::read(const yaml::Node& node, nodes::WWbool& value) {
    const auto text = text_of(node);
    if (!text || text->empty()) return;
    if (is_one_of_ignoring_case(*text, {"yes", "no"}))
        value.text = same_ignoring_case(*text, "yes") ? "true" : "false";
    else if (const auto flag = golib::parse_bool(*text))
        value.text = *flag ? "true" : "false";
    else if (is_one_of_ignoring_case(*text, fields::kNothingWords))
        value.text = *text;
    else
        note(node, fmt::format("ignore: {} (neither true nor false)", *text));
}

void NodeValues::read(const yaml::Node& node, std::optional<bool>& value) {
    const auto text = text_of(node);
    if (!text || text->empty()) return;
    value = golib::parse_bool(*text);
    if (!value) value = yaml::yaml11_bool(*text);
    if (!value) note(node, fmt::format("ignore: {} (neither true nor false)", *text));
}

void NodeValues::read(const yaml::Node& node, std::optional<IpAddress>& value) {
    const auto text = text_of(node);
    if (!text || text->empty()) return;
    value = IpAddress::parse(*text);
    if (!value) note(node, fmt::format("ignore: {} (not an IP address)", *text));
}

void NodeValues::read(const yaml::Node& node, nodes::StringList& value) {
    if (node.kind != yaml::Node::Kind::List) return refuse(node, "must be a list");
    for (const yaml::Node* item : node.items) {
        if (yaml::is_null(item->resolved())) continue;
        if (const auto text = text_of(*item)) value.emplace_back(*text);
    }
}

void NodeValues::read(const yaml::Node& node, nodes::StringMap& value) {
    for (const yaml::MapEntry& entry : list_of(node)) {
        const At at(*this, entry.key->text);
        std::string& text = value[std::string(entry.key->text)];
        if (!yaml::is_null(*entry.value)) read(*entry.value, text);
    }
}

void NodeValues::read(const yaml::Node& node, nodes::ResourceMap& value) {
    for (const yaml::MapEntry& entry : list_of(node))
        value[std::string(entry.key->text)] = yaml::to_value(document_, *entry.value, problems);
}

}  // namespace ww::upgrade
