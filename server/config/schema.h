// SPDX-License-Identifier: BSD-3-Clause
//
// The schema of warewulf.conf: one row per key, and the only list of keys there is. Reading,
// printing, upgrading and docs/configuration.md follow from these rows; a new key is a struct
// member, a row, and a line in tests/unit/config/every_key.conf. Defaults are those of the structs.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "config/config.h"

namespace ww::config {

/// A pointer to a member of T of one of these types. A walk over the schema is compiled once for
/// each of them, so a struct names only those it has.
template <class T, class... Types>
struct MemberOf {
    using Pointer = std::variant<Types T::*...>;
};
template <class T>
struct Members;
template <>
struct Members<WarewulfConf> : MemberOf<WarewulfConf,
                                        std::string,
                                        ServerConf,
                                        ApiConf,
                                        DhcpConf,
                                        TftpConf,
                                        NfsConf,
                                        SshConf,
                                        std::vector<ImageMount>,
                                        Paths,
                                        ClientConf,
                                        PowerConf> {};
template <>
struct Members<ServerConf>
    : MemberOf<ServerConf, int64_t, std::optional<int64_t>, OptionalBool, std::string> {};
template <>
struct Members<ApiConf> : MemberOf<ApiConf, OptionalBool, std::vector<Cidr>> {};
template <>
struct Members<DhcpConf> : MemberOf<DhcpConf, OptionalBool, std::string> {};
template <>
struct Members<TftpConf>
    : MemberOf<TftpConf, OptionalBool, std::string, std::map<std::string, std::string>> {};
template <>
struct Members<NfsConf> : MemberOf<NfsConf, OptionalBool, std::string, std::vector<NfsExport>> {};
template <>
struct Members<NfsExport> : MemberOf<NfsExport, std::string> {};
template <>
struct Members<SshConf> : MemberOf<SshConf, std::vector<std::string>> {};
template <>
struct Members<ImageMount> : MemberOf<ImageMount, std::string, OptionalBool> {};
template <>
struct Members<Paths> : MemberOf<Paths, std::string> {};
template <>
struct Members<ClientConf> : MemberOf<ClientConf, std::optional<int64_t>> {};
template <>
struct Members<PowerConf> : MemberOf<PowerConf, std::string, std::optional<int64_t>> {};

/// What is a map of keys in the file: the sections, and the items of two lists.
template <class T>
concept Section = requires { typename Members<T>::Pointer; };

enum class Print {
    IfGiven,  // left out when it is empty: "", 0, null, a list or a section with nothing in it
    Always,
};

/// What a key has an effect on today.
enum class UsedBy {
    Programs,   // wwd, wwctl or wwclient
    Templates,  // nothing but templates that ask for it
    Nobody,     // it is read and printed, no more
};

/// One key of struct T.
template <class T>
struct Key {
    std::string_view name;
    typename Members<T>::Pointer member;
    std::string_view doc = {};    // what it does, a sentence; none for a section
    std::string_view empty = {};  // what an empty value does, where that is not plain
    UsedBy used_by = UsedBy::Programs;
    Print print = Print::IfGiven;
};

/// The rows of T in the order they are printed.
template <class T>
std::span<const Key<T>> keys();

template <>
std::span<const Key<WarewulfConf>> keys<WarewulfConf>();
template <>
std::span<const Key<ServerConf>> keys<ServerConf>();
template <>
std::span<const Key<ApiConf>> keys<ApiConf>();
template <>
std::span<const Key<DhcpConf>> keys<DhcpConf>();
template <>
std::span<const Key<TftpConf>> keys<TftpConf>();
template <>
std::span<const Key<NfsConf>> keys<NfsConf>();
template <>
std::span<const Key<NfsExport>> keys<NfsExport>();
template <>
std::span<const Key<SshConf>> keys<SshConf>();
template <>
std::span<const Key<ImageMount>> keys<ImageMount>();
template <>
std::span<const Key<Paths>> keys<Paths>();
template <>
std::span<const Key<ClientConf>> keys<ClientConf>();
template <>
std::span<const Key<PowerConf>> keys<PowerConf>();

/// Calls visit(key, object.*member) for every key of T, in order.
template <class T, class Visitor>
void for_each_key(T& object, Visitor&& visit) {
    for (const auto& key : keys<std::remove_const_t<T>>())
        std::visit([&](auto member) { visit(key, object.*member); }, key.member);
}

}  // namespace ww::config
