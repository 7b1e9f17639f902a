// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/update.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "base/ascii.h"
#include "nodes/flatten.h"
#include "nodes/schema.h"

namespace ww::nodes {

namespace {

constexpr std::string_view kByPartitionLabel = "/dev/disk/by-partlabel/";

Error invalid(std::string text) { return {ErrorCode::InvalidArgument, std::move(text)}; }
Error missing(std::string text) { return {ErrorCode::NotFound, std::move(text)}; }

bool is_unset_word(std::string_view text) {
    return is_one_of_ignoring_case(text, {"unset", "undef", "delete", "nil", "--", "0.0.0.0"});
}

std::string_view trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// true or false in any of the words flags take; nothing for the words that unset.
Result<std::optional<bool>> flag_bool(std::string_view text) {
    if (is_one_of_ignoring_case(text, {"true", "t", "1", "yes"})) return std::optional(true);
    if (is_one_of_ignoring_case(text, {"false", "f", "0", "no"})) return std::optional(false);
    if (is_unset_word(text)) return std::optional<bool>();
    return invalid(fmt::format("must be true or false: \"{}\"", text));
}

// Puts the values of a flag into a field, or clears it (no values).
class Assignment {
   public:
    explicit Assignment(const StringList* values) : values_(values) {}

    Result<void> to(std::string& field) const {
        field = last();
        return {};
    }
    Result<void> to(StringList& field) const {
        field = values_ == nullptr ? StringList() : *values_;
        return {};
    }
    Result<void> to(WWbool& field) const {
        field = {};
        if (values_ == nullptr) return {};
        // Compat: a word that unsets is kept as it is; only UNSET and UNDEF are taken out later.
        field.text = last();
        WW_TRY(const std::optional<bool> value, flag_bool(field.text));
        if (value) field.text = *value ? "true" : "false";
        return {};
    }
    Result<void> to(std::optional<bool>& field) const {
        field.reset();
        if (values_ == nullptr) return {};
        WW_TRY(field, flag_bool(last()));
        return {};
    }
    Result<void> to(std::optional<IpAddress>& field) const {
        field.reset();
        const std::string given = last();
        const std::string_view text = trimmed(given);
        if (text.empty() || text == "UNSET" || text == "UNDEF") return {};
        field = IpAddress::parse(text);
        if (!field) return invalid(fmt::format("failed to parse IP: \"{}\"", text));
        return {};
    }
    template <class T>
    Result<void> to(T&) const {
        return invalid("this field has no flag");
    }

   private:
    std::string last() const {
        return values_ == nullptr || values_->empty() ? "" : values_->back();
    }

    const StringList* values_;
};

// The field of T with this flag; Result<bool> false if T has none.
template <class T>
Result<bool> assign(T& object, std::string_view flag, const Assignment& assignment) {
    for (const Field<T>& field : fields<T>()) {
        if (field.flag != flag) continue;
        WW_TRY_VOID(
            std::visit([&](auto member) { return assignment.to(object.*member); }, field.member),
            "setting --{}",
            flag);
        return true;
    }
    return false;
}

Result<bool> assign_single(Profile& profile, std::string_view flag, const Assignment& assignment) {
    WW_TRY(bool done, assign(profile, flag, assignment));
    if (done) return done;
    WW_TRY(done, assign(profile.kernel, flag, assignment));
    if (done) return done;
    return assign(profile.ipmi, flag, assignment);
}

Result<bool> assign_own(Profile&, std::string_view, const Assignment&) { return false; }
Result<bool> assign_own(Node& node, std::string_view flag, const Assignment& assignment) {
    return assign(node, flag, assignment);
}

// The field of any scope. With `create`, entries the selectors name are made; without, a field of
// an entry that is not there is left alone.
template <class T>
Result<void> assign_any(T& entry,
                        const Selectors& at,
                        std::string_view flag,
                        const Assignment& assignment,
                        bool create) {
    Profile& profile = entry;
    const FieldInfo* info = field_by_flag(flag);
    if (info == nullptr) return invalid(fmt::format("no field has the flag --{}", flag));
    Result<bool> done = false;
    switch (info->scope) {
        case Scope::NetDev:
            if (!create && !profile.network_devices.contains(at.netname)) return {};
            done = assign(profile.network_devices[at.netname], flag, assignment);
            break;
        case Scope::Disk:
            if (!create && !profile.disks.contains(at.diskname)) return {};
            done = assign(profile.disks[at.diskname], flag, assignment);
            break;
        case Scope::Partition: {
            const auto disk = profile.disks.find(at.diskname);
            if (!create &&
                (disk == profile.disks.end() || !disk->second.partitions.contains(at.partname)))
                return {};
            done = assign(profile.disks[at.diskname].partitions[at.partname], flag, assignment);
            break;
        }
        case Scope::FileSystem:
            if (!create && !profile.filesystems.contains(at.fsname)) return {};
            done = assign(profile.filesystems[at.fsname], flag, assignment);
            break;
        default:
            done = assign_own(entry, flag, assignment);
            if (done && !*done) done = assign_single(profile, flag, assignment);
    }
    if (!done) return done.error();
    if (!*done) return invalid(fmt::format("profiles have no --{}", flag));
    return {};
}

Result<void> check_selectors(Selectors& at, const std::vector<FieldSetting>& fields) {
    if (!at.partname.empty() && at.diskname.empty())
        return invalid("partition and disk must be specified");
    if (!at.fsname.empty() && !at.fsname.starts_with("/dev")) {
        if (at.fsname != at.partname)
            return invalid("filesystems need to have a underlying blockdev");
        at.fsname = std::string(kByPartitionLabel) + at.partname;
    }
    for (const FieldSetting& field : fields) {
        const FieldInfo* info = field_by_flag(field.flag);
        if (info == nullptr) continue;
        if (info->scope == Scope::Disk && at.diskname.empty())
            return invalid(fmt::format("--diskname must be specified with --{}", field.flag));
        if (info->scope == Scope::Partition && at.partname.empty())
            return invalid(
                fmt::format("--diskname and --partname must be specified with --{}", field.flag));
        if (info->scope == Scope::FileSystem && at.fsname.empty())
            return invalid(fmt::format("--fsname must be specified with --{}", field.flag));
    }
    return {};
}

// From one disk if it is named, else from all that have it.
Result<void> remove_partition(Profile& profile,
                              const std::string& diskname,
                              const std::string& partname) {
    bool found = false;
    if (!diskname.empty()) {
        const auto disk = profile.disks.find(diskname);
        if (disk == profile.disks.end()) return missing("disk doesn't exist: " + diskname);
        found = disk->second.partitions.erase(partname) > 0;
    } else {
        for (auto& [name, disk] : profile.disks)
            found = disk.partitions.erase(partname) > 0 || found;
    }
    if (!found) return missing("partition doesn't exist: " + partname);
    return {};
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

void remove_tags(StringMap& tags, const StringList& names) {
    for (const std::string& name : names) tags.erase(name);
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

bool is_nothing(const FieldInfo& info, const StringList& values) {
    if (values.empty() || values.back().empty()) return true;
    const auto address = IpAddress::parse(trimmed(values.back()));
    return info.type == FieldType::Ip && address && address->is_unspecified();
}

// Compat: a network device is left alone, and not made, if none of its fields is given a value; the
// name UNDEF is no device.
bool touches_device(const SetRequest& request) {
    if (request.selectors.netname == "UNDEF") return false;
    return !request.net_tags.empty() ||
           std::any_of(request.fields.begin(), request.fields.end(), [](const FieldSetting& field) {
               const FieldInfo* info = field_by_flag(field.flag);
               return info != nullptr && info->scope == Scope::NetDev &&
                      !is_nothing(*info, field.values);
           });
}

template <class T>
Result<void> set_entry(T& entry, const SetRequest& request) {
    Selectors at = request.selectors;
    WW_TRY_VOID(check_selectors(at, request.fields));
    // Compat: naming an entry makes it, whichever fields follow; flattening decides whether it
    // stays.
    Profile& profile = entry;
    if (!at.partname.empty()) profile.disks[at.diskname].partitions[at.partname];
    if (!at.fsname.empty()) profile.filesystems[at.fsname];
    const bool device = touches_device(request);
    for (const FieldSetting& field : request.fields) {
        const FieldInfo* info = field_by_flag(field.flag);
        if (info != nullptr && info->scope == Scope::NetDev && !device) continue;
        WW_TRY_VOID(assign_any(entry, at, field.flag, Assignment(&field.values), /*create=*/true));
    }
    WW_TRY_VOID(remove_entries(entry, request));
    change_tags(entry, request);
    flatten(entry);
    return {};
}

bool has_field(const UnsetRequest& request, Scope scope) {
    return std::any_of(request.fields.begin(), request.fields.end(), [&](const std::string& flag) {
        const FieldInfo* info = field_by_flag(flag);
        return info != nullptr && info->scope == scope;
    });
}

// What a selector without a field of its own removes as a whole.
struct Removals {
    bool net;
    bool disk;
    bool filesystem;
    bool partition;

    explicit Removals(const UnsetRequest& request)
        : net(request.selectors.netname_given && !has_field(request, Scope::NetDev) &&
              request.net_tags.empty()),
          disk(!request.selectors.diskname.empty() && request.selectors.partname.empty() &&
               !has_field(request, Scope::Disk)),
          filesystem(!request.selectors.fsname.empty() && !has_field(request, Scope::FileSystem)),
          partition(!request.selectors.partname.empty() && !has_field(request, Scope::Partition)) {}
};

template <class T>
Result<void> unset_entry(T& entry, const UnsetRequest& request) {
    const Selectors& at = request.selectors;
    Profile& profile = entry;
    for (const std::string& flag : request.fields)
        WW_TRY_VOID(assign_any(entry, at, flag, Assignment(nullptr), /*create=*/false));
    remove_tags(profile.tags, request.tags);
    remove_tags(profile.ipmi.tags, request.ipmi_tags);
    if (const auto device = profile.network_devices.find(at.netname);
        device != profile.network_devices.end())
        remove_tags(device->second.tags, request.net_tags);
    const Removals removals(request);
    if (removals.net) profile.network_devices.erase(at.netname);
    if (removals.disk) profile.disks.erase(at.diskname);
    if (removals.filesystem) profile.filesystems.erase(at.fsname);
    if (removals.partition) WW_TRY_VOID(remove_partition(profile, at.diskname, at.partname));
    flatten(entry);
    std::erase_if(profile.network_devices,
                  [](const auto& device) { return device.second == NetDev(); });
    std::erase_if(profile.disks, [](const auto& disk) { return disk.second == Disk(); });
    std::erase_if(profile.filesystems, [](const auto& fs) { return fs.second == FileSystem(); });
    return {};
}

Result<void> advance(std::optional<IpAddress>& address, uint32_t steps) {
    if (!address || address->is_unspecified()) return {};
    std::string bytes(address->bytes().begin(), address->bytes().end());
    const size_t first = address->is_v4() ? 12 : 0;
    uint64_t carry = steps;
    for (size_t i = bytes.size(); i > first; --i) {
        carry += static_cast<unsigned char>(bytes[i - 1]);
        bytes[i - 1] = static_cast<char>(carry & 0xFF);
        carry >>= 8;
    }
    if (carry > 0)
        return invalid(
            fmt::format("no address comes {} steps after {}", steps, address->to_string()));
    address = IpAddress::from_bytes(bytes);
    return {};
}

}  // namespace

Result<void> apply_set(Node& node, const SetRequest& request) { return set_entry(node, request); }

Result<void> apply_set(Profile& profile, const SetRequest& request) {
    return set_entry(profile, request);
}

Result<void> check_unset(const UnsetRequest& request) {
    const Selectors& at = request.selectors;
    if (request.fields.empty() && request.tags.empty() && request.ipmi_tags.empty() &&
        request.net_tags.empty() && !at.netname_given && at.diskname.empty() &&
        at.partname.empty() && at.fsname.empty())
        return invalid("no fields specified to unset");
    for (const std::string& flag : request.fields) {
        const FieldInfo* info = field_by_flag(flag);
        if (info == nullptr) return invalid(fmt::format("no field has the flag --{}", flag));
        if (info->scope == Scope::Partition && (at.diskname.empty() || at.partname.empty()))
            return invalid(
                fmt::format("--diskname and --partname must be specified with --{}", flag));
        if (info->scope == Scope::Disk && at.diskname.empty())
            return invalid(fmt::format("--diskname must be specified with --{}", flag));
        if (info->scope == Scope::FileSystem && at.fsname.empty())
            return invalid(fmt::format("--fsname must be specified with --{}", flag));
    }
    return {};
}

Result<void> apply_unset(Node& node, const UnsetRequest& request) {
    return unset_entry(node, request);
}

Result<void> apply_unset(Profile& profile, const UnsetRequest& request) {
    return unset_entry(profile, request);
}

std::vector<std::string> unset_warnings(const UnsetRequest& request) {
    const Selectors& at = request.selectors;
    const Removals removals(request);
    std::vector<std::string> out;
    if (removals.net)
        out.push_back(fmt::format("network device \"{}\" will be removed entirely", at.netname));
    if (removals.disk)
        out.push_back(fmt::format("disk \"{}\" will be removed entirely", at.diskname));
    if (removals.filesystem)
        out.push_back(fmt::format("filesystem \"{}\" will be removed entirely", at.fsname));
    if (removals.partition && !at.diskname.empty())
        out.push_back(fmt::format(
            "partition \"{}\" on disk \"{}\" will be removed entirely", at.partname, at.diskname));
    else if (removals.partition)
        out.push_back(fmt::format("partition \"{}\" will be removed from all disks", at.partname));
    return out;
}

Result<void> advance_addresses(Node& node, uint32_t steps) {
    for (auto& [name, device] : node.network_devices)
        WW_TRY_VOID(advance(device.ipaddr, steps), "addressing network device {}", name);
    WW_TRY_VOID(advance(node.ipmi.ipaddr, steps), "addressing the BMC");
    return {};
}

}  // namespace ww::nodes
