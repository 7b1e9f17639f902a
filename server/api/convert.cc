// SPDX-License-Identifier: BSD-3-Clause
#include "api/convert.h"

#include "fields/field.h"
#include "nodes/secrets.h"

namespace ww::api {

namespace {

nodes::Selectors selectors(const protocol::Entries& entries, bool net_given) {
    return {entries.net.empty() ? "default" : entries.net,
            net_given,
            entries.disk,
            entries.partition,
            entries.filesystem};
}

nodes::StringList one_or_none(const std::string& name) {
    return name.empty() ? nodes::StringList() : nodes::StringList{name};
}

}  // namespace

nodes::SetRequest set_request(const protocol::Edit& edit) {
    nodes::SetRequest request;
    request.selectors = selectors(edit.entries, false);
    for (const auto& [flag, value] : edit.values) request.fields.push_back({flag, {value}});
    for (const auto& [flag, values] : edit.lists) request.fields.push_back({flag, values});
    request.tags = edit.tags;
    request.ipmi_tags = edit.ipmi_tags;
    request.net_tags = edit.net_tags;
    request.tag_del = edit.delete_tags;
    request.ipmi_tag_del = edit.delete_ipmi_tags;
    request.net_tag_del = edit.delete_net_tags;
    request.net_del = one_or_none(edit.delete_net);
    request.disk_del = one_or_none(edit.delete_disk);
    request.part_del = one_or_none(edit.delete_partition);
    request.fs_del = one_or_none(edit.delete_filesystem);
    return request;
}

nodes::UnsetRequest unset_request(const protocol::UnsetRequest& request) {
    return {selectors(request.entries, request.net_selected),
            request.fields,
            request.tags,
            request.ipmi_tags,
            request.net_tags};
}

nodes::Profile masked(nodes::Profile profile, const Caller& caller) {
    if (!caller.is_admin) nodes::mask_secrets(profile);
    return profile;
}

nodes::Node masked(nodes::Node node, const Caller& caller) {
    if (!caller.is_admin) nodes::mask_secrets(node);
    return node;
}

std::string shown(const nodes::FieldValue& field, const Caller& caller) {
    const bool hidden = field.is_secret && !caller.is_admin && !field.value.empty();
    return hidden ? std::string(fields::kMask) : field.value;
}

}  // namespace ww::api
