// SPDX-License-Identifier: BSD-3-Clause
#include "api/node_filter.h"
#include "image/generations/image_ref.h"

#include <algorithm>

#include "nodes/merge.h"

namespace ww::api {

namespace {

bool is_among(const protocol::Names& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool NodeFilter::takes(const nodes::Node& node) const {
    if (!where_.images.empty() && !is_among(where_.images, node.image_name) &&
        !is_among(where_.images, image::ImageRef::from(node.image_name).name))
        return false;
    const auto has = [&](const std::string& tag) {
        const size_t equals = tag.find('=');
        const auto found = node.tags.find(tag.substr(0, equals));
        return found != node.tags.end() &&
               (equals == std::string::npos || found->second == tag.substr(equals + 1));
    };
    if (!std::all_of(where_.tags.begin(), where_.tags.end(), has)) return false;
    if (where_.profiles.empty()) return true;
    const protocol::Names all =
        nodes::expand_profiles(registry_, registry_.nodes.at(node.id).profiles);
    return std::all_of(where_.profiles.begin(),
                       where_.profiles.end(),
                       [&](const std::string& profile) { return is_among(all, profile); });
}

}  // namespace ww::api
