// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/assignment.h"

#include <fmt/format.h>

#include <concepts>
#include <map>

#include "base/ascii.h"
#include "fields/table.h"
#include "fields/words.h"

namespace ww::nodes {

namespace {

using fields::Scope;
using Missing = Assignment::Missing;

Error invalid(std::string text) { return {ErrorCode::InvalidArgument, std::move(text)}; }

// ---- reading values

std::string_view trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// true or false in any of the words flags take; nothing for the words that unset.
Result<std::optional<bool>> read_bool(std::string_view text) {
    if (is_one_of_ignoring_case(text, fields::kYesWords)) return std::optional(true);
    if (is_one_of_ignoring_case(text, fields::kNoWords)) return std::optional(false);
    if (is_one_of_ignoring_case(text, fields::kNothingWords)) return std::optional<bool>();
    return invalid(fmt::format("must be true or false: \"{}\"", text));
}

Result<FlagValue> read_wwbool(const std::string& text) {
    WW_TRY(const std::optional<bool> value, read_bool(text));
    // Compat: a word that unsets is kept as it is; only UNSET and UNDEF are taken out later.
    return FlagValue(WWbool{value ? (*value ? "true" : "false") : text});
}

Result<FlagValue> read_nullable_bool(std::string_view text) {
    if (text.empty()) return FlagValue(std::optional<bool>());  // wwctl's word for nothing
    WW_TRY(const std::optional<bool> value, read_bool(text));
    return FlagValue(value);
}

Result<FlagValue> read_address(std::string_view given) {
    const std::string_view text = trimmed(given);
    if (text.empty() || fields::clears_text(text)) return FlagValue(std::optional<IpAddress>());
    const auto address = IpAddress::parse(text);
    if (!address) return invalid(fmt::format("failed to parse IP: \"{}\"", text));
    return FlagValue(address);
}

Result<FlagValue> read_value(fields::Kind kind, const StringList& values) {
    const std::string last = values.empty() ? "" : values.back();
    switch (kind) {
        case fields::Kind::List:
            return FlagValue(values);
        case fields::Kind::WWbool:
            return read_wwbool(last);
        case fields::Kind::NullableBool:
            return read_nullable_bool(last);
        case fields::Kind::Address:
            return read_address(last);
        default:
            return FlagValue(last);
    }
}

Result<void> check_selectors(const fields::Field& field, const Selectors& at) {
    if (field.scope == Scope::Disk && at.diskname.empty())
        return invalid(fmt::format("--diskname must be specified with --{}", field.flag));
    if (field.scope == Scope::Partition && (at.diskname.empty() || at.partname.empty()))
        return invalid(
            fmt::format("--diskname and --partname must be specified with --{}", field.flag));
    if (field.scope == Scope::FileSystem && at.fsname.empty())
        return invalid(fmt::format("--fsname must be specified with --{}", field.flag));
    return {};
}

// ---- finding the place of a field in an entry; nullptr: it is not there and is not to be made

template <class T>
T* pick(std::map<std::string, T>& map, const std::string& name, Missing missing) {
    if (missing == Missing::Make) return &map[name];
    const auto found = map.find(name);
    return found == map.end() ? nullptr : &found->second;
}

template <class T>
T* section(Profile& entry, const Selectors& at, Missing missing) {
    if constexpr (std::same_as<T, Profile>) {
        return &entry;
    } else if constexpr (std::same_as<T, Kernel>) {
        return &entry.kernel;
    } else if constexpr (std::same_as<T, Ipmi>) {
        return &entry.ipmi;
    } else if constexpr (std::same_as<T, NetDev>) {
        return pick(entry.network_devices, at.netname, missing);
    } else if constexpr (std::same_as<T, Disk>) {
        return pick(entry.disks, at.diskname, missing);
    } else if constexpr (std::same_as<T, Partition>) {
        Disk* disk = section<Disk>(entry, at, missing);
        return disk == nullptr ? nullptr : pick(disk->partitions, at.partname, missing);
    } else {
        return pick(entry.filesystems, at.fsname, missing);
    }
}

template <class T>
void put(T& object, const Field<T>& field, const FlagValue& value) {
    std::visit(
        [&](auto member) {
            using Type = std::remove_cvref_t<decltype(object.*member)>;
            if constexpr (requires(FlagValue v) { v = Type(); })
                object.*member = std::get<Type>(value);
        },
        field.member);
}

}  // namespace

Result<Assignment> Assignment::of(std::string_view flag, const Selectors& at) {
    static const auto kPlaces = [] {
        std::map<std::string_view, AnyField> places;
        const auto add = [&](const auto& rows) {
            for (const auto& row : rows)
                if (!row.flag().empty()) places.emplace(row.flag(), &row);
        };
        add(schema<Node>());
        add(schema<Profile>());
        add(schema<Kernel>());
        add(schema<Ipmi>());
        add(schema<NetDev>());
        add(schema<Disk>());
        add(schema<Partition>());
        add(schema<FileSystem>());
        return places;
    }();
    const fields::Field* field = fields::by_flag(flag);
    if (field == nullptr) return invalid(fmt::format("no field has the flag --{}", flag));
    WW_TRY_VOID(check_selectors(*field, at));
    return Assignment(*field, kPlaces.at(field->flag));
}

Result<Assignment> Assignment::set(std::string_view flag,
                                   const StringList& values,
                                   const Selectors& at) {
    WW_TRY(Assignment assignment, of(flag, at));
    WW_TRY(assignment.value_, read_value(assignment.field_->kind, values), "setting --{}", flag);
    const auto* address = std::get_if<std::optional<IpAddress>>(&assignment.value_);
    assignment.is_nothing_ = values.empty() || values.back().empty() ||
                             (address != nullptr && *address && (*address)->is_unspecified());
    return assignment;
}

Result<Assignment> Assignment::clear(std::string_view flag, const Selectors& at) {
    WW_TRY(Assignment assignment, of(flag, at));
    std::visit(
        [&]<class T>(const Field<T>* field) {
            std::visit(
                [&]<class Type>(Type T::*) {
                    if constexpr (requires { assignment.value_ = Type(); })
                        assignment.value_ = Type();
                },
                field->member);
        },
        assignment.place_);
    return assignment;
}

template <class Entry>
Result<void> Assignment::apply_to(Entry& entry, const Selectors& at, Missing missing) const {
    return std::visit(
        [&]<class T>(const Field<T>* place) -> Result<void> {
            if constexpr (!std::same_as<T, Node>) {
                if (T* found = section<T>(entry, at, missing)) put(*found, *place, value_);
            } else if constexpr (std::same_as<Entry, Node>) {
                put(entry, *place, value_);
            } else {
                return invalid(fmt::format("profiles have no --{}", field_->flag));
            }
            return {};
        },
        place_);
}

Result<void> Assignment::apply(Node& node, const Selectors& at, Missing missing) const {
    return apply_to(node, at, missing);
}

Result<void> Assignment::apply(Profile& profile, const Selectors& at, Missing missing) const {
    return apply_to(profile, at, missing);
}

}  // namespace ww::nodes
