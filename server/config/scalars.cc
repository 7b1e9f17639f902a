// SPDX-License-Identifier: BSD-3-Clause
#include "config/scalars.h"

#include "yaml/scalar.h"

namespace ww::config {

std::optional<int64_t> number_of(const yaml::Node& node) {
    if (node.kind != yaml::Node::Kind::Scalar) return std::nullopt;
    const auto scalar = yaml::resolve(node);
    if (!scalar) return std::nullopt;
    if (const auto* whole = scalar->value.get<int64_t>()) return *whole;
    const auto* real = scalar->value.get<double>();
    const bool fits = real != nullptr && *real > -9e18 && *real < 9e18;
    return fits ? std::optional(static_cast<int64_t>(*real)) : std::nullopt;
}

std::optional<bool> flag_of(const yaml::Node& node) {
    if (node.kind != yaml::Node::Kind::Scalar) return std::nullopt;
    if (const auto word = yaml::yaml11_bool(node.text)) return word;
    const auto scalar = yaml::resolve(node);
    const bool* truth = scalar ? scalar->value.get<bool>() : nullptr;
    return truth != nullptr ? std::optional(*truth) : std::nullopt;
}

}  // namespace ww::config
