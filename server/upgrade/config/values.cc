// SPDX-License-Identifier: BSD-3-Clause
#include "upgrade/config/values.h"

#include "config/scalars.h"
#include "yaml/scalar.h"

namespace ww::upgrade {

Entries ConfigValues::entries_of(const yaml::Node& node, std::string_view what) {
    const yaml::Node& map = node.resolved();
    if (yaml::is_null(map)) return {};
    if (map.kind != yaml::Node::Kind::Map) {
        problem(node, fmt::format("{} must be a map of settings", what));
        return {};
    }
    auto list = yaml::map_entries(document_, map, problems);
    if (!list) return {};
    std::erase_if(*list, [](const yaml::MapEntry& entry) {
        return entry.key->kind != yaml::Node::Kind::Scalar;
    });
    return Entries(*std::move(list));
}

std::span<const yaml::Node* const> ConfigValues::items_of(const yaml::Node& node,
                                                          std::string_view key) {
    if (yaml::is_null(node)) return {};
    if (node.kind == yaml::Node::Kind::List) return node.items;
    problem(node, fmt::format("\"{}\" must be a list", key));
    return {};
}

std::string ConfigValues::text_of(const yaml::Node& node, std::string_view key) {
    const yaml::Node& value = node.resolved();
    if (yaml::is_null(value)) return {};
    if (value.kind == yaml::Node::Kind::Scalar) return std::string(value.text);
    problem(node, fmt::format("\"{}\" must be a single value", key));
    return {};
}

std::optional<bool> ConfigValues::flag_of(const yaml::Node& node, std::string_view key) {
    if (yaml::is_null(node)) return std::nullopt;
    const auto flag = config::flag_of(node);
    if (!flag) problem(node, fmt::format("\"{}\" must be true or false, without quotes", key));
    return flag;
}

std::optional<int64_t> ConfigValues::number_of(const yaml::Node& node, std::string_view key) {
    const auto number = config::number_of(node);
    if (!number) problem(node, fmt::format("\"{}\" must be a number without quotes", key));
    return number;
}

}  // namespace ww::upgrade
