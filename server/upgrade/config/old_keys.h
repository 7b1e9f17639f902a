// SPDX-License-Identifier: BSD-3-Clause
//
// The history of warewulf.conf: its keys that are no more. Source: the releases of Warewulf;
// reference/store.md §7.1. Internal to this layer.
#pragma once

#include <span>
#include <string_view>

#include "upgrade/config/values.h"
#include "yaml/out_tree.h"

namespace ww::upgrade {

/// A key of older releases. It is ported when the key that takes its place has been written, or
/// before its section if none does.
struct OldKey {
    std::string_view section;  // "" is the top of the file
    std::string_view name;
    std::string_view releases;  // that knew it
    std::string_view now_section;
    std::string_view now;  // empty: it went
    /// Puts the value into `out`, the section of today's key, or says what becomes of it. Null: it
    /// is another name of today's key.
    void (*port)(ConfigValues& in, const yaml::Node& value, yaml::OutNode& out);
};
std::span<const OldKey> old_keys();

/// Keys that an item of `nfs: export paths` once had; both become mounts in nodes.conf.
void port_export(ConfigValues& in, Entries& entries, std::string_view path);

}  // namespace ww::upgrade
