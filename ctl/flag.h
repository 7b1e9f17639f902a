// SPDX-License-Identifier: BSD-3-Clause
//
// Command line flags with the rules of Go's pflag, which scripts around wwctl were written for:
// what a flag takes, how its value is read, and what is said when it is wrong. Source:
// reference/cli.md §1.1.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ww::ctl {

enum class FlagKind {
    Bool,  // never takes the next word
    Int,   // 64 bits; decimal, 0x, leading 0 is octal
    Int32,
    Text,
    Texts,         // comma-separated, quotes as in CSV
    TextArray,     // one item per use
    Pairs,         // k=v, or k=v,k2=v2
    Address,       // IPv4 or IPv6
    WWbool,        // optional value, kept as text
    NullableBool,  // optional value; unset words are nothing
};

/// What Tab offers for a value or an argument.
enum class Complete {
    Nothing,
    Files,
    Nodes,
    Profiles,
    Entries,  // nodes and profiles
    Images,
    Jobs,
    Overlays,
    OverlayFiles,  // of the overlay that stands before
    NodeFiles,     // of the node that stands before
    IpxeTemplates,
    NetworkDevices,
    Tags,
    IpmiTags,
    NetTags,
    SetFields,  // of the entry that stands before
    Revisions,
    Tokens,
    // One of a few words (fixed_words.h).
    Booleans,
    BootDevices,
    Compressions,
    IpmiInterfaces,
    KeyTypes,
    NetworkTypes,
    Platforms,
    Roles,
    Roots,
    Shells,
};

struct Flag {
    std::string_view name;
    char shorthand = 0;
    FlagKind kind = FlagKind::Bool;
    std::string_view usage;
    std::string_view fallback = {};  // the value without the flag; empty is the type's zero
    bool hidden = false;
    std::string_view deprecated = {};  // "use --image instead"
    Complete complete = Complete::Nothing;
    bool secret = false;  // its value is not kept in the history
};

/// A bare flag of this kind means "true".
bool has_optional_value(FlagKind kind);
/// As help shows it: "string", "strings", "" for a bool.
std::string_view type_name(FlagKind kind);

/// The value of one flag: text for scalars, items for lists, pairs for maps.
struct FlagValue {
    std::string text;
    std::vector<std::string> items;
    std::map<std::string, std::string> pairs;
};

/// One more use of `flag`. Scalars: the last wins; lists and maps accumulate.
/// Errors: InvalidArgument with pflag's reason, without the flag's name.
Result<void> add_value(const Flag& flag, std::string_view text, FlagValue& value);

/// What was given on the command line. Lookups are by flag name.
class FlagValues {
   public:
    explicit FlagValues(std::vector<Flag> flags) : flags_(std::move(flags)) {}

    const std::vector<Flag>& flags() const { return flags_; }
    const Flag* find(std::string_view name) const;
    const Flag* find(char shorthand) const;

    /// Errors: InvalidArgument, as pflag words it for the user.
    Result<void> set(const Flag& flag, std::string_view text);

    bool given(std::string_view name) const;
    bool is_true(std::string_view name) const;
    /// The text given, or the fallback.
    std::string text(std::string_view name) const;
    int64_t number(std::string_view name) const;
    std::vector<std::string> items(std::string_view name) const;
    std::map<std::string, std::string> pairs(std::string_view name) const;

   private:
    const FlagValue* value(std::string_view name) const;

    std::vector<Flag> flags_;
    std::map<std::string, FlagValue, std::less<>> values_;
};

/// "-I, --ipaddr" or "--ipmiaddr".
std::string display_name(const Flag& flag);

/// One record of comma-separated text by Go's encoding/csv: quotes around a field, doubled inside.
/// Errors: InvalidArgument with the column.
Result<std::vector<std::string>> split_csv(std::string_view text);

/// A number as strconv.ParseInt(text, 0, bits) reads it.
Result<int64_t> parse_int(std::string_view text, int bits);
/// A boolean as strconv.ParseBool reads it.
Result<bool> parse_bool(std::string_view text);

}  // namespace ww::ctl
