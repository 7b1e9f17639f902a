// SPDX-License-Identifier: BSD-3-Clause
#include "store/change.h"

#include <fmt/format.h>

#include <utility>

namespace ww::store {

namespace {

template <class T>
Change add_entry(nodes::SharedMap<std::string, T> nodes::Registry::* map, std::string id, T entry) {
    return [map, id = std::move(id), entry = std::move(entry)](
               nodes::Registry& registry) -> Result<void> {
        if (!(registry.*map).emplace(id, entry).second)
            return Error(ErrorCode::AlreadyExists,
                         fmt::format("{} already exists: {}", to_string(nodes::kKindOf<T>), id));
        return {};
    };
}

template <class T>
Change put_entry(nodes::SharedMap<std::string, T> nodes::Registry::* map, std::string id, T entry) {
    return [map, id = std::move(id), entry = std::move(entry)](
               nodes::Registry& registry) -> Result<void> {
        (registry.*map)[id] = entry;
        return {};
    };
}

template <class T>
Change remove_entry(nodes::SharedMap<std::string, T> nodes::Registry::* map, std::string id) {
    return [map, id = std::move(id)](nodes::Registry& registry) -> Result<void> {
        if ((registry.*map).erase(id) == 0)
            return Error(ErrorCode::NotFound,
                         fmt::format("{} not found: {}", to_string(nodes::kKindOf<T>), id));
        return {};
    };
}

}  // namespace

Change add_node(std::string id, nodes::Node node) {
    return add_entry(&nodes::Registry::nodes, std::move(id), std::move(node));
}
Change put_node(std::string id, nodes::Node node) {
    return put_entry(&nodes::Registry::nodes, std::move(id), std::move(node));
}
Change remove_node(std::string id) { return remove_entry(&nodes::Registry::nodes, std::move(id)); }
Change add_profile(std::string id, nodes::Profile profile) {
    return add_entry(&nodes::Registry::profiles, std::move(id), std::move(profile));
}
Change put_profile(std::string id, nodes::Profile profile) {
    return put_entry(&nodes::Registry::profiles, std::move(id), std::move(profile));
}
Change remove_profile(std::string id) {
    return remove_entry(&nodes::Registry::profiles, std::move(id));
}

}  // namespace ww::store
