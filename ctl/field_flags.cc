// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/field_flags.h"

#include "protocol/fields.h"

namespace ww::ctl {

namespace {

using protocol::FieldFlag;
using protocol::FieldKind;

FlagKind kind_of(FieldKind kind) {
    switch (kind) {
        case FieldKind::Text:
            return FlagKind::Text;
        case FieldKind::List:
            return FlagKind::Texts;
        case FieldKind::Address:
            return FlagKind::Address;
        case FieldKind::WWbool:
            return FlagKind::WWbool;
        case FieldKind::NullableBool:
            return FlagKind::NullableBool;
    }
    return FlagKind::Text;
}

Complete completion_of(const FieldFlag& field) {
    if (field.name == "profile") return Complete::Profiles;
    if (field.name == "image") return Complete::Images;
    if (field.name == "runtime-overlays" || field.name == "system-overlays")
        return Complete::Overlays;
    return Complete::Nothing;
}

void add_entry_flags(std::vector<Flag>& flags) {
    flags.push_back(
        {"netname", 0, FlagKind::Text, "Network device the network fields belong to", "default"});
    flags.push_back({"diskname", 0, FlagKind::Text, "Disk the disk fields belong to"});
    flags.push_back({"partname", 0, FlagKind::Text, "Partition the partition fields belong to"});
    flags.push_back({"fsname", 0, FlagKind::Text, "File system the file system fields belong to"});
}

/// Old name, new name.
constexpr std::pair<std::string_view, std::string_view> kOldNames[] = {
    {"container", "image"}, {"wwinit", "system-overlays"}, {"runtime", "runtime-overlays"}};

}  // namespace

std::vector<Flag> value_flags(Entity entity) {
    std::vector<Flag> flags;
    for (const FieldFlag& field : protocol::field_flags())
        if (entity == Entity::Node || !field.node_only)
            flags.push_back({field.name,
                             field.shorthand,
                             kind_of(field.kind),
                             field.doc,
                             {},
                             false,
                             {},
                             completion_of(field)});
    add_entry_flags(flags);
    return flags;
}

std::vector<Flag> switch_flags(Entity entity) {
    std::vector<Flag> flags;
    for (const FieldFlag& field : protocol::field_flags())
        if (entity == Entity::Node || !field.node_only)
            flags.push_back({field.name, field.shorthand, FlagKind::Bool, field.doc});
    add_entry_flags(flags);
    flags.push_back({"tag", 0, FlagKind::Texts, "Tags to delete"});
    flags.push_back({"ipmitag", 0, FlagKind::Texts, "Tags of the management controller to delete"});
    flags.push_back({"nettag", 0, FlagKind::Texts, "Tags of the network device to delete"});
    return flags;
}

std::vector<Flag> tag_flags() {
    return {
        {"tagadd", 0, FlagKind::Pairs, "Tags to add or replace", "[]"},
        {"ipmitagadd",
         0,
         FlagKind::Pairs,
         "Tags of the management controller to add or replace",
         "[]"},
        {"nettagadd", 0, FlagKind::Pairs, "Tags of the network device to add or replace", "[]"},
    };
}

std::vector<Flag> removal_flags() {
    return {
        {"tagdel", 0, FlagKind::Texts, "Tags to delete"},
        {"ipmitagdel", 0, FlagKind::Texts, "Tags of the management controller to delete"},
        {"nettagdel", 0, FlagKind::Texts, "Tags of the network device to delete"},
        {"netdel", 0, FlagKind::Text, "Network device to delete"},
        {"diskdel", 0, FlagKind::Text, "Disk to delete"},
        {"partdel", 0, FlagKind::Text, "Partition to delete, on --diskname or on every disk"},
        {"fsdel", 0, FlagKind::Text, "File system to delete"},
    };
}

std::vector<Flag> old_flags() {
    return {
        {"container", 'C', FlagKind::Text, "Image to boot", {}, true, "use --image instead"},
        {"wwinit",
         0,
         FlagKind::Texts,
         "Overlays applied at boot",
         {},
         true,
         "use --system-overlays instead"},
        {"runtime",
         0,
         FlagKind::Texts,
         "Overlays fetched at intervals",
         {},
         true,
         "use --runtime-overlays instead"},
    };
}

protocol::Edit edit_from(const FlagValues& flags) {
    protocol::Edit edit;
    for (const FieldFlag& field : protocol::field_flags()) {
        std::string_view source = field.name;
        // An old name counts if the new one is not there: it was warned about, and then it works.
        if (!flags.given(source))
            for (const auto& [old_name, new_name] : kOldNames)
                if (new_name == field.name && flags.given(old_name)) source = old_name;
        if (!flags.given(source)) continue;
        if (field.kind == FieldKind::List)
            edit.lists[std::string(field.name)] = flags.items(source);
        else
            edit.values[std::string(field.name)] = flags.text(source);
    }
    edit.entries = {flags.text("netname"),
                    flags.text("diskname"),
                    flags.text("partname"),
                    flags.text("fsname")};
    edit.tags = flags.pairs("tagadd");
    edit.ipmi_tags = flags.pairs("ipmitagadd");
    edit.net_tags = flags.pairs("nettagadd");
    edit.delete_tags = flags.items("tagdel");
    edit.delete_ipmi_tags = flags.items("ipmitagdel");
    edit.delete_net_tags = flags.items("nettagdel");
    edit.delete_net = flags.text("netdel");
    edit.delete_disk = flags.text("diskdel");
    edit.delete_partition = flags.text("partdel");
    edit.delete_filesystem = flags.text("fsdel");
    return edit;
}

protocol::UnsetRequest unset_from(const FlagValues& flags) {
    protocol::UnsetRequest request;
    for (const FieldFlag& field : protocol::field_flags())
        if (flags.is_true(field.name)) request.fields.emplace_back(field.name);
    request.entries = {flags.text("netname"),
                       flags.text("diskname"),
                       flags.text("partname"),
                       flags.text("fsname")};
    request.net_selected = flags.given("netname");
    request.tags = flags.items("tag");
    request.ipmi_tags = flags.items("ipmitag");
    request.net_tags = flags.items("nettag");
    return request;
}

}  // namespace ww::ctl
