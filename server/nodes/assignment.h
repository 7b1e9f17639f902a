// SPDX-License-Identifier: BSD-3-Clause
//
// A field named by its flag, with the value it is to have: looked up and read once, then put into
// any number of entries.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "nodes/schema.h"

namespace ww::nodes {

/// Which network device, disk, partition or filesystem the fields of one request belong to.
struct Selectors {
    std::string netname = "default";
    bool netname_given = false;
    std::string diskname;
    std::string partname;
    std::string fsname;
};

/// What flags of `node set` can hold.
using FlagValue =
    std::variant<std::string, StringList, WWbool, std::optional<bool>, std::optional<IpAddress>>;

class Assignment {
   public:
    /// A list takes all values, anything else the last one. Errors: InvalidArgument (no field has
    /// the flag, the selectors do not name its section, the value does not parse).
    static Result<Assignment> set(std::string_view flag,
                                  const StringList& values,
                                  const Selectors& at);
    static Result<Assignment> clear(std::string_view flag, const Selectors& at);

    const fields::Field& field() const { return *field_; }
    /// The value given is empty, or the address 0.0.0.0 or ::.
    bool is_nothing() const { return is_nothing_; }

    /// What happens where the section of a field is not there.
    enum class Missing { Make, Leave };
    /// Errors: InvalidArgument (profiles do not have the field).
    Result<void> apply(Node& node, const Selectors& at, Missing missing) const;
    Result<void> apply(Profile& profile, const Selectors& at, Missing missing) const;

   private:
    using AnyField = std::variant<const Field<Node>*,
                                  const Field<Profile>*,
                                  const Field<Kernel>*,
                                  const Field<Ipmi>*,
                                  const Field<NetDev>*,
                                  const Field<Disk>*,
                                  const Field<Partition>*,
                                  const Field<FileSystem>*>;
    Assignment(const fields::Field& field, AnyField place) : field_(&field), place_(place) {}
    static Result<Assignment> of(std::string_view flag, const Selectors& at);
    template <class Entry>
    Result<void> apply_to(Entry& entry, const Selectors& at, Missing missing) const;

    const fields::Field* field_;
    AnyField place_;
    FlagValue value_;
    bool is_nothing_ = false;
};

}  // namespace ww::nodes
