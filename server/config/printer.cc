// SPDX-License-Identifier: BSD-3-Clause
//
// The configuration in effect as YAML, in the order and form upstream prints it: the schema says
// what is left out when it is empty.
#include "config/schema.h"
#include "yaml/writer.h"

namespace ww::config {

namespace {

yaml::OutNode tree(const std::string& value) { return yaml::OutNode::of(value); }
yaml::OutNode tree(int64_t value) { return yaml::OutNode::of(value); }
yaml::OutNode tree(const Cidr& subnet) {
    return yaml::OutNode::of(
        fmt::format("{}/{}", subnet.address.to_string(), subnet.prefix_length));
}
yaml::OutNode tree(const std::map<std::string, std::string>& files) {
    yaml::Value::Map rows;
    for (const auto& [architecture, file] : files) rows.push_back({architecture, file});
    return yaml::out_tree(yaml::Value(std::move(rows)));
}
template <class T>
yaml::OutNode tree(const std::optional<T>& value) {
    return value ? yaml::OutNode::of(*value) : yaml::OutNode();
}

template <class T>
bool is_empty(const T& value) {
    if constexpr (std::is_same_v<T, int64_t>)
        return value == 0;
    else if constexpr (requires { value.has_value(); })
        return !value.has_value();
    else
        return value.empty();
}
template <Section T>
bool is_empty(const T& section) {
    bool empty = true;
    for_each_key(section, [&](const auto& key, const auto& value) {
        empty = empty && key.print == Print::IfGiven && is_empty(value);
    });
    return empty;
}

template <Section T>
yaml::OutNode tree(const T& section);

template <class T>
yaml::OutNode tree(const std::vector<T>& values) {
    yaml::OutNode list = yaml::OutNode::list();
    for (const T& value : values) list.items.push_back(tree(value));
    return list;
}

template <Section T>
yaml::OutNode tree(const T& section) {
    yaml::OutNode out = yaml::OutNode::map();
    for_each_key(section, [&](const auto& key, const auto& value) {
        if (key.print == Print::Always || !is_empty(value))
            out.pairs.push_back({std::string(key.name), tree(value)});
    });
    return out;
}

}  // namespace

std::string print_config(const WarewulfConf& conf, int indent) {
    return yaml::write(tree(conf), indent);
}

}  // namespace ww::config
