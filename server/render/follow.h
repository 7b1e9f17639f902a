// SPDX-License-Identifier: BSD-3-Clause
//
// What a path of a trace leads to, and what that is to people: which field of which node, its value
// as text, and whether it is a secret.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "render/model.h"
#include "render/trace.h"
#include "tmpl/value.h"

namespace ww::render {

/// One step from `value`, which is on the way from the root. An invalid value if it leads nowhere.
/// Not for Every and Extent, which lead to many.
tmpl::Value follow(const RootData& root, const tmpl::Value& value, const Step& step);

/// The field of nodes.conf behind a read.
struct FieldRead {
    enum class Of { This, One, All };  // the node that was rendered for, another one, all of them
    Of of = Of::This;
    std::string node;     // of One
    std::string name;     // as FieldLister names it: "NetDevs[eth0].Device"
    std::string generic;  // as fields/table.h names it: "NetDevs[].Device"
    bool is_secret = false;
};
/// Nothing: it is the server's, or no single field.
std::optional<FieldRead> field_read(const Path& path);

/// Whether it is of the server: its configuration, or the machine.
bool is_of_server(const Path& path);

/// The value as a template would print it; nothing if the path leads to many.
std::optional<std::string> value_text(const RootData& root, const Path& path);

}  // namespace ww::render
