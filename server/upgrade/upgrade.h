// SPDX-License-Identifier: BSD-3-Clause
//
// What `wwctl upgrade` does: files of any older Warewulf 4 in today's form. Pure functions from
// text to text. Nothing goes without a word: what has no place any more is said, keys nobody knows
// are kept. Source: reference/store.md §7.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/problems.h"

namespace ww::upgrade {

struct Upgraded {
    std::string text;
    std::vector<yaml::Warning> notes;  // what changed its meaning or went, by place
    bool changed = false;              // false: the old text says the same, and needs no upgrade
};

/// warewulf.conf. Only what is given comes out, no defaults. `name` stands in places. Errors:
/// Unprocessable (with place): not YAML, a value that its key cannot take, a second document.
Result<Upgraded> upgrade_config(std::string_view text, const std::string& name);

/// A file system that nodes mounted because warewulf.conf said so, until 4.6 moved that to
/// nodes.conf.
struct NfsMount {
    std::string path;
    std::string options;

    bool operator==(const NfsMount&) const = default;
};

/// Those of a warewulf.conf. Errors: Unprocessable.
Result<std::vector<NfsMount>> legacy_mounts(std::string_view text, const std::string& name);

/// What today's `kernel: version` is for the old `kernel: override` of an entry with this image;
/// empty if it cannot be found out.
using KernelOverride =
    std::function<std::string(const std::string& image, const std::string& override_name)>;

struct NodesUpgrade {
    bool add_defaults = false;      // fill what 4.6 and later expect in the profile `default`
    bool replace_overlays = false;  // wwinit and generic by the overlays they were split into
    std::vector<NfsMount> mounts;
    KernelOverride kernel_override;
};

/// nodes.conf. Errors: as upgrade_config().
Result<Upgraded> upgrade_nodes(std::string_view text,
                               const std::string& name,
                               const NodesUpgrade& options);

}  // namespace ww::upgrade
