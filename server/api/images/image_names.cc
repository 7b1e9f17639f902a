// SPDX-License-Identifier: BSD-3-Clause
#include "api/images/image_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "image/generations/image_ref.h"

namespace ww::api {

namespace {

/// Nodes and profiles that name the image themselves: "node n1".
std::vector<std::string> namers(const nodes::Registry& registry, const std::string& name) {
    std::vector<std::string> found;
    const auto look = [&](fields::EntryKind kind, const auto& entries) {
        for (const auto& [id, entry] : entries)
            if (image::ImageRef::from(entry.image_name).name == name)
                found.push_back(fmt::format("{} {}", to_string(kind), id));
    };
    look(fields::EntryKind::Node, registry.nodes);
    look(fields::EntryKind::Profile, registry.profiles);
    return found;
}

}  // namespace

Result<void> check_unused(const nodes::Registry& registry, const std::string& name) {
    const std::vector<std::string> users = namers(registry, name);
    if (users.empty()) return {};
    constexpr size_t kShown = 10;
    const size_t shown = std::min(users.size(), kShown);
    std::string all = fmt::format("{}", fmt::join(users.begin(), users.begin() + shown, ", "));
    if (users.size() > shown) all += fmt::format(" and {} more", users.size() - shown);
    return Error(ErrorCode::FailedPrecondition,
                 fmt::format("image {} is in use by {}, cannot delete", name, users.front()))
        .with_hint(fmt::format("it is named by {}: wwctl node set --image, or profile set", all));
}

void rename_image_in(nodes::Registry& registry, const std::string& from, const std::string& to) {
    const auto rename = [&](auto& entries) {
        const auto before = entries;
        for (const auto& [id, entry] : before) {
            auto ref = image::ImageRef::from(entry.image_name);
            if (ref.name != from) continue;
            ref.name = to;
            entries[id].image_name = ref.text();
        }
    };
    rename(registry.nodes);
    rename(registry.profiles);
}

}  // namespace ww::api
