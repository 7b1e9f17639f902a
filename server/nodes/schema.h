// SPDX-License-Identifier: BSD-3-Clause
//
// The schema of nodes.conf: for each field its member, its key and how it is merged. Reading,
// merging, writing, listing, comparing and setting all walk these rows. What people see of a field
// is in its row of fields/table.h.
#pragma once

#include <concepts>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "fields/field.h"
#include "nodes/node.h"

namespace ww::nodes {

using ResourceMap = std::map<std::string, yaml::Value>;

/// The structs below a profile, and maps of them: what a walk over the schema goes into.
template <class T>
concept Section =
    std::same_as<T, Kernel> || std::same_as<T, Ipmi> || std::same_as<T, NetDev> ||
    std::same_as<T, Disk> || std::same_as<T, Partition> || std::same_as<T, FileSystem>;
template <class T>
concept SectionMap = requires { typename T::mapped_type; } && Section<typename T::mapped_type>;
/// Sections that stand in their entry by themselves, not in a map.
template <class T>
concept SingleSection = std::same_as<T, Kernel> || std::same_as<T, Ipmi>;

/// What a layer does to the value below it, where the type does not already say so (texts,
/// addresses and booleans replace when set; lists append; maps unite).
enum class Rule {
    ByType,
    Negate,  // a list in which "~x" removes every x once all layers are merged
    Own,     // never inherited; a list of this kind knows "~x" too
};

/// A pointer to a member of T of one of these types. Every walk over the schema is compiled once
/// for each of them, so a struct names only those it has.
template <class T, class... Types>
struct MemberOf {
    using Pointer = std::variant<Types T::*...>;
};
template <class T>
struct Members;
template <>
struct Members<Node> : MemberOf<Node, std::string, WWbool> {};
template <>
struct Members<Profile> : MemberOf<Profile,
                                   std::string,
                                   StringList,
                                   StringMap,
                                   Kernel,
                                   Ipmi,
                                   std::map<std::string, NetDev>,
                                   std::map<std::string, Disk>,
                                   std::map<std::string, FileSystem>,
                                   ResourceMap> {};
template <>
struct Members<Kernel> : MemberOf<Kernel, std::string, StringList> {};
template <>
struct Members<Ipmi> : MemberOf<Ipmi, std::string, WWbool, std::optional<IpAddress>, StringMap> {};
template <>
struct Members<NetDev>
    : MemberOf<NetDev, std::string, WWbool, std::optional<IpAddress>, StringMap> {};
template <>
struct Members<Disk> : MemberOf<Disk, std::optional<bool>, std::map<std::string, Partition>> {};
template <>
struct Members<Partition> : MemberOf<Partition, std::string, std::optional<bool>> {};
template <>
struct Members<FileSystem> : MemberOf<FileSystem, std::string, StringList, std::optional<bool>> {};

/// One field of struct T, or a section of it.
template <class T>
struct Field {
    using Member = typename Members<T>::Pointer;

    const fields::Field* row;  // nullptr: a section
    std::string_view name;     // "Ipaddr": in templates and field lists
    std::string_view key;      // in nodes.conf
    Member member;
    Rule rule = Rule::ByType;
    std::string_view json_key = {};  // empty: as `key`
    std::string_view internal_name =
        {};  // in change summaries, for fields without a flag; empty: `name`

    std::string_view json() const { return json_key.empty() ? key : json_key; }
    std::string_view flag() const { return row == nullptr ? std::string_view() : row->flag; }
    bool is_secret() const { return row != nullptr && row->secret; }
};

/// The rows of T in the order they are written. A Node's own rows come before its profile rows,
/// which are schema<Profile>().
template <class T>
std::span<const Field<T>> schema();

template <>
std::span<const Field<Node>> schema<Node>();
template <>
std::span<const Field<Profile>> schema<Profile>();
template <>
std::span<const Field<Kernel>> schema<Kernel>();
template <>
std::span<const Field<Ipmi>> schema<Ipmi>();
template <>
std::span<const Field<NetDev>> schema<NetDev>();
template <>
std::span<const Field<Disk>> schema<Disk>();
template <>
std::span<const Field<Partition>> schema<Partition>();
template <>
std::span<const Field<FileSystem>> schema<FileSystem>();

/// Calls visit(field, object.*member) for every field of T, in order; for a Node its profile's too.
template <class T, class Visitor>
void for_each_field(T& object, Visitor&& visit) {
    using Plain = std::remove_const_t<T>;
    for (const Field<Plain>& field : schema<Plain>())
        std::visit([&](auto member) { visit(field, object.*member); }, field.member);
    if constexpr (std::is_same_v<Plain, Node>) {
        using Base = std::conditional_t<std::is_const_v<T>, const Profile, Profile>;
        for_each_field(static_cast<Base&>(object), visit);
    }
}

/// The same for two objects side by side: visit(field, a.*member, b.*member).
template <class T, class U, class Visitor>
void for_each_field(T& a, U& b, Visitor&& visit) {
    using Plain = std::remove_const_t<T>;
    static_assert(std::is_same_v<Plain, std::remove_const_t<U>>);
    for (const Field<Plain>& field : schema<Plain>())
        std::visit([&](auto member) { visit(field, a.*member, b.*member); }, field.member);
    if constexpr (std::is_same_v<Plain, Node>) {
        using BaseA = std::conditional_t<std::is_const_v<T>, const Profile, Profile>;
        using BaseB = std::conditional_t<std::is_const_v<U>, const Profile, Profile>;
        for_each_field(static_cast<BaseA&>(a), static_cast<BaseB&>(b), visit);
    }
}

/// A field with the keys that lead to it: "network devices.*.ipaddr".
struct FieldKeys {
    const fields::Field* field;
    std::string keys;
};

/// All fields in the order they are written.
const std::vector<FieldKeys>& field_keys();

}  // namespace ww::nodes
