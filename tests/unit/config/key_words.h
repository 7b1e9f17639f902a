// SPDX-License-Identifier: BSD-3-Clause
//
// Types and defaults of warewulf.conf's keys in the words of its documents.
#pragma once

#include <fmt/ranges.h>

#include "config/schema.h"

namespace ww::config {

struct Words {
    std::string type;
    std::string fallback;
};

inline Words words(const std::string& value) { return {"text", value}; }
inline Words words(int64_t value) { return {"number", std::to_string(value)}; }
inline Words words(OptionalBool value) {
    return {"boolean", value ? fmt::format("{}", *value) : ""};
}
inline Words words(const std::optional<int64_t>& value) {
    return {"number", value ? std::to_string(*value) : ""};
}
inline Words words(const std::vector<std::string>& value) {
    return {"list of texts", fmt::format("{}", fmt::join(value, ", "))};
}
inline Words words(const std::vector<ww::Cidr>& value) {
    std::vector<std::string> texts;
    for (const ww::Cidr& subnet : value)
        texts.push_back(fmt::format("{}/{}", subnet.address.to_string(), subnet.prefix_length));
    return {"list of networks", words(texts).fallback};
}
inline Words words(const std::map<std::string, std::string>& value) {
    std::vector<std::string> texts;
    for (const auto& [key, text] : value) texts.push_back(fmt::format("{}: {}", key, text));
    return {"map of texts", words(texts).fallback};
}
template <Section T>
inline Words words(const std::vector<T>&) {
    return {"list of maps", ""};
}

}  // namespace ww::config
