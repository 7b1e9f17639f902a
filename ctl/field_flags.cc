// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/field_flags.h"

#include "fields/table.h"

namespace ww::ctl {

namespace {

using fields::EntryKind;
using fields::Field;

FlagKind flag_kind(fields::Kind kind) {
    switch (kind) {
        case fields::Kind::Text:
            return FlagKind::Text;
        case fields::Kind::List:
            return FlagKind::Texts;
        case fields::Kind::Address:
            return FlagKind::Address;
        case fields::Kind::WWbool:
            return FlagKind::WWbool;
        case fields::Kind::NullableBool:
            return FlagKind::NullableBool;
        case fields::Kind::Tags:
        case fields::Kind::Resources:
            break;  // have no flag of their own
    }
    return FlagKind::Text;
}

std::vector<const Field*> fields_with_flag(EntryKind kind) {
    std::vector<const Field*> found;
    for (const Field& field : fields::kAll)
        if (!field.flag.empty() && (kind == EntryKind::Node || !field.node_only))
            found.push_back(&field);
    return found;
}

Complete completion_of(const Field& field) {
    if (field.flag == "profile") return Complete::Profiles;
    if (field.flag == "image") return Complete::Images;
    if (field.flag == "ipxe") return Complete::IpxeTemplates;
    if (field.flag == "primarynet") return Complete::NetworkDevices;
    if (field.flag == "runtime-overlays" || field.flag == "system-overlays")
        return Complete::Overlays;
    if (field.flag == "ipmiinterface") return Complete::IpmiInterfaces;
    if (field.flag == "root") return Complete::Roots;
    if (field.flag == "type") return Complete::NetworkTypes;
    return Complete::Nothing;
}

void add_entry_flags(std::vector<Flag>& flags) {
    flags.push_back({.name = "netname",
                     .kind = FlagKind::Text,
                     .usage = "Network device the network fields belong to",
                     .fallback = "default",
                     .complete = Complete::NetworkDevices});
    flags.push_back({"diskname", 0, FlagKind::Text, "Disk the disk fields belong to"});
    flags.push_back({"partname", 0, FlagKind::Text, "Partition the partition fields belong to"});
    flags.push_back({"fsname", 0, FlagKind::Text, "File system the file system fields belong to"});
}

struct OldName {
    std::string_view name;
    char letter;
    std::string_view new_name;
    std::string_view advice;
};
constexpr OldName kOldNames[] = {
    {"container", 'C', "image", "use --image instead"},
    {"wwinit", 0, "system-overlays", "use --system-overlays instead"},
    {"runtime", 0, "runtime-overlays", "use --runtime-overlays instead"}};

struct TagFlag {
    std::string_view add;    // of add and set
    std::string_view del;    // of set
    std::string_view unset;  // of unset
    std::string_view adds;
    std::string_view deletes;
    Complete names;
};
constexpr TagFlag kTagFlags[] = {
    {"tagadd", "tagdel", "tag", "Tags to add or replace", "Tags to delete", Complete::Tags},
    {"ipmitagadd",
     "ipmitagdel",
     "ipmitag",
     "Tags of the management controller to add or replace",
     "Tags of the management controller to delete",
     Complete::IpmiTags},
    {"nettagadd",
     "nettagdel",
     "nettag",
     "Tags of the network device to add or replace",
     "Tags of the network device to delete",
     Complete::NetTags},
};

Flag value_flag(const Field& field) {
    return {.name = field.flag,
            .shorthand = field.letter,
            .kind = flag_kind(field.kind),
            .usage = field.help,
            .complete = completion_of(field),
            .secret = field.secret};
}

}  // namespace

std::vector<Flag> value_flags(EntryKind kind) {
    std::vector<Flag> flags;
    for (const Field* field : fields_with_flag(kind)) flags.push_back(value_flag(*field));
    add_entry_flags(flags);
    return flags;
}

std::vector<Flag> switch_flags(EntryKind kind) {
    std::vector<Flag> flags;
    for (const Field* field : fields_with_flag(kind))
        flags.push_back({field->flag, field->letter, FlagKind::Bool, field->help});
    add_entry_flags(flags);
    for (const TagFlag& tag : kTagFlags)
        flags.push_back({.name = tag.unset,
                         .kind = FlagKind::Texts,
                         .usage = tag.deletes,
                         .complete = tag.names});
    return flags;
}

std::vector<Flag> tag_flags() {
    std::vector<Flag> flags;
    for (const TagFlag& tag : kTagFlags)
        flags.push_back({.name = tag.add,
                         .kind = FlagKind::Pairs,
                         .usage = tag.adds,
                         .fallback = "[]",
                         .complete = tag.names});
    return flags;
}

std::vector<Flag> removal_flags() {
    std::vector<Flag> flags;
    for (const TagFlag& tag : kTagFlags)
        flags.push_back({.name = tag.del,
                         .kind = FlagKind::Texts,
                         .usage = tag.deletes,
                         .complete = tag.names});
    const std::vector<Flag> entries = {
        {.name = "netdel",
         .kind = FlagKind::Text,
         .usage = "Network device to delete",
         .complete = Complete::NetworkDevices},
        {"diskdel", 0, FlagKind::Text, "Disk to delete"},
        {"partdel", 0, FlagKind::Text, "Partition to delete, on --diskname or on every disk"},
        {"fsdel", 0, FlagKind::Text, "File system to delete"},
    };
    flags.insert(flags.end(), entries.begin(), entries.end());
    return flags;
}

std::vector<Flag> old_flags() {
    std::vector<Flag> flags;
    for (const OldName& old : kOldNames) {
        Flag flag = value_flag(*fields::by_flag(old.new_name));
        flag.name = old.name;
        flag.shorthand = old.letter;
        flag.hidden = true;
        flag.deprecated = old.advice;
        flags.push_back(flag);
    }
    return flags;
}

protocol::Edit edit_from(const FlagValues& flags) {
    protocol::Edit edit;
    for (const Field* field : fields_with_flag(EntryKind::Node)) {
        std::string_view source = field->flag;
        // An old name counts if the new one is not there: it was warned about, and then it works.
        if (!flags.given(source))
            for (const OldName& old : kOldNames)
                if (old.new_name == field->flag && flags.given(old.name)) source = old.name;
        if (!flags.given(source)) continue;
        if (field->kind == fields::Kind::List)
            edit.lists[std::string(field->flag)] = flags.items(source);
        else
            edit.values[std::string(field->flag)] = flags.text(source);
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
    for (const Field* field : fields_with_flag(EntryKind::Node))
        if (flags.is_true(field->flag)) request.fields.emplace_back(field->flag);
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
