// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/unset.h"

#include <fmt/format.h>

#include <algorithm>

#include "nodes/flatten.h"
#include "nodes/removal.h"

namespace ww::nodes {

namespace {

using fields::Scope;

bool asks_for_nothing(const UnsetRequest& request) {
    const Selectors& at = request.selectors;
    return request.fields.empty() && request.tags.empty() && request.ipmi_tags.empty() &&
           request.net_tags.empty() && !at.netname_given && at.diskname.empty() &&
           at.partname.empty() && at.fsname.empty();
}

template <class T>
void drop_empty(std::map<std::string, T>& sections) {
    std::erase_if(sections, [](const auto& each) { return each.second == T(); });
}

}  // namespace

bool UnsetEdit::clears(Scope scope) const {
    return std::any_of(assignments_.begin(), assignments_.end(), [&](const Assignment& each) {
        return each.field().scope == scope;
    });
}

Result<UnsetEdit> UnsetEdit::of(UnsetRequest request) {
    if (asks_for_nothing(request))
        return Error(ErrorCode::InvalidArgument, "no fields specified to unset");
    UnsetEdit edit(std::move(request));
    const Selectors& at = edit.request_.selectors;
    for (const std::string& flag : edit.request_.fields) {
        WW_TRY(Assignment assignment, Assignment::clear(flag, at));
        edit.assignments_.push_back(std::move(assignment));
    }
    edit.removals_ = {
        .net = at.netname_given && !edit.clears(Scope::NetDev) && edit.request_.net_tags.empty(),
        .disk = !at.diskname.empty() && at.partname.empty() && !edit.clears(Scope::Disk),
        .filesystem = !at.fsname.empty() && !edit.clears(Scope::FileSystem),
        .partition = !at.partname.empty() && !edit.clears(Scope::Partition)};
    return edit;
}

template <class Entry>
Result<void> UnsetEdit::apply_to(Entry& entry) const {
    const Selectors& at = request_.selectors;
    Profile& profile = entry;
    for (const Assignment& assignment : assignments_)
        WW_TRY_VOID(assignment.apply(entry, at, Assignment::Missing::Leave));
    remove_tags(profile.tags, request_.tags);
    remove_tags(profile.ipmi.tags, request_.ipmi_tags);
    if (const auto device = profile.network_devices.find(at.netname);
        device != profile.network_devices.end())
        remove_tags(device->second.tags, request_.net_tags);
    if (removals_.net) profile.network_devices.erase(at.netname);
    if (removals_.disk) profile.disks.erase(at.diskname);
    if (removals_.filesystem) profile.filesystems.erase(at.fsname);
    if (removals_.partition) WW_TRY_VOID(remove_partition(profile, at.diskname, at.partname));
    flatten(entry);
    drop_empty(profile.network_devices);
    drop_empty(profile.disks);
    drop_empty(profile.filesystems);
    return {};
}

Result<void> UnsetEdit::apply(Node& node) const { return apply_to(node); }

Result<void> UnsetEdit::apply(Profile& profile) const { return apply_to(profile); }

std::vector<std::string> UnsetEdit::warnings() const {
    const Selectors& at = request_.selectors;
    std::vector<std::string> out;
    if (removals_.net)
        out.push_back(fmt::format("network device \"{}\" will be removed entirely", at.netname));
    if (removals_.disk)
        out.push_back(fmt::format("disk \"{}\" will be removed entirely", at.diskname));
    if (removals_.filesystem)
        out.push_back(fmt::format("filesystem \"{}\" will be removed entirely", at.fsname));
    if (removals_.partition && !at.diskname.empty())
        out.push_back(fmt::format(
            "partition \"{}\" on disk \"{}\" will be removed entirely", at.partname, at.diskname));
    else if (removals_.partition)
        out.push_back(fmt::format("partition \"{}\" will be removed from all disks", at.partname));
    return out;
}

}  // namespace ww::nodes
