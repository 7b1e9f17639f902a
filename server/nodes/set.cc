// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/set.h"

#include <algorithm>

#include "nodes/flatten.h"
#include "nodes/removal.h"

namespace ww::nodes {

namespace {

constexpr std::string_view kByPartitionLabel = "/dev/disk/by-partlabel/";

Error invalid(std::string text) { return {ErrorCode::InvalidArgument, std::move(text)}; }
Error missing(std::string text) { return {ErrorCode::NotFound, std::move(text)}; }

// A file system may be named by the label of its partition.
Result<void> complete(Selectors& at) {
    if (!at.partname.empty() && at.diskname.empty())
        return invalid("partition and disk must be specified");
    if (at.fsname.empty() || at.fsname.starts_with("/dev")) return {};
    if (at.fsname != at.partname) return invalid("filesystems need to have a underlying blockdev");
    at.fsname = std::string(kByPartitionLabel) + at.partname;
    return {};
}

bool is_of_device(const Assignment& assignment) {
    return assignment.field().scope == fields::Scope::NetDev;
}

// Compat: a network device is left alone, and not made, if none of its fields is given a value; the
// name UNDEF is no device.
bool touches_device(const SetRequest& request, const std::vector<Assignment>& assignments) {
    if (request.selectors.netname == "UNDEF") return false;
    return !request.net_tags.empty() ||
           std::any_of(assignments.begin(), assignments.end(), [](const Assignment& each) {
               return is_of_device(each) && !each.is_nothing();
           });
}

// Compat: naming an entry makes it, whichever fields follow; flattening decides whether it stays.
void make_named(Profile& profile, const Selectors& at) {
    if (!at.partname.empty()) profile.disks[at.diskname].partitions[at.partname];
    if (!at.fsname.empty()) profile.filesystems[at.fsname];
}

Result<void> remove_entries(Profile& profile, const SetRequest& request) {
    for (const std::string& name : request.net_del)
        if (profile.network_devices.erase(name) == 0)
            return missing("network device name doesn't exist: " + name);
    for (const std::string& name : request.part_del)
        WW_TRY_VOID(remove_partition(profile, request.selectors.diskname, name));
    for (const std::string& name : request.disk_del)
        if (profile.disks.erase(name) == 0) return missing("disk doesn't exist: " + name);
    for (const std::string& name : request.fs_del)
        if (profile.filesystems.erase(name) == 0)
            return missing("filesystem doesn't exist: " + name);
    return {};
}

void add_tags(StringMap& tags, const StringMap& more) {
    for (const auto& [name, value] : more) tags[name] = value;
}

void change_tags(Profile& profile, const SetRequest& request) {
    remove_tags(profile.tags, request.tag_del);
    add_tags(profile.tags, request.tags);
    add_tags(profile.ipmi.tags, request.ipmi_tags);
    remove_tags(profile.ipmi.tags, request.ipmi_tag_del);
    const std::string& netname = request.selectors.netname;
    if (request.net_tags.empty() && !profile.network_devices.contains(netname)) return;
    StringMap& net_tags = profile.network_devices[netname].tags;
    remove_tags(net_tags, request.net_tag_del);
    add_tags(net_tags, request.net_tags);
}

}  // namespace

Result<SetEdit> SetEdit::of(SetRequest request) {
    WW_TRY_VOID(complete(request.selectors));
    SetEdit edit(std::move(request));
    std::vector<Assignment>& all = edit.assignments_;
    for (const FieldSetting& field : edit.request_.fields) {
        WW_TRY(Assignment assignment,
               Assignment::set(field.flag, field.values, edit.request_.selectors));
        all.push_back(std::move(assignment));
    }
    if (!touches_device(edit.request_, all)) std::erase_if(all, is_of_device);
    return edit;
}

template <class Entry>
Result<void> SetEdit::apply_to(Entry& entry) const {
    const Selectors& at = request_.selectors;
    make_named(entry, at);
    for (const Assignment& assignment : assignments_)
        WW_TRY_VOID(assignment.apply(entry, at, Assignment::Missing::Make));
    WW_TRY_VOID(remove_entries(entry, request_));
    change_tags(entry, request_);
    flatten(entry);
    return {};
}

Result<void> SetEdit::apply(Node& node) const { return apply_to(node); }

Result<void> SetEdit::apply(Profile& profile) const { return apply_to(profile); }

}  // namespace ww::nodes
