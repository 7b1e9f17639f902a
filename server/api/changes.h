// SPDX-License-Identifier: BSD-3-Clause
//
// How nodes and profiles are changed, whatever the change: entries are edited as copies, compared
// with what was there, and then either only described or committed. Internal to this layer.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "api/handlers.h"
#include "nodes/node.h"
#include "nodes/snapshot.h"
#include "store/entry_text.h"

namespace ww::api {

/// The state of the file now, also right after a hand edit. Errors: those of a file that is not
/// there or does not parse.
Result<std::shared_ptr<const nodes::Snapshot>> current(const Site& site);

/// New values of entries by name; nothing means: deleted.
template <class Entry>
using Changed = std::map<std::string, std::optional<Entry>>;

/// Decides what changes, from what is there. May fill in the reply's `selected`, `missing` and
/// `warnings`. Called under the site's lock when the change is to be saved.
template <class Entry>
using Edit = std::function<Result<Changed<Entry>>(const nodes::Registry&, protocol::ChangeReply&)>;

struct Confirmation {
    bool dry_run = false;
    std::string state;     // of the preview that was confirmed; empty: none was shown
    bool rewrite = false;  // the whole file
};

/// Errors: those of `edit` and of Database::commit(); Conflict, telling what others changed, if the
/// change would no longer do what was confirmed.
template <class Entry>
Result<protocol::ChangeReply> change(Call& call,
                                     const Confirmation& confirmation,
                                     const Edit<Entry>& edit);

extern template Result<protocol::ChangeReply> change(Call&,
                                                     const Confirmation&,
                                                     const Edit<nodes::Node>&);
extern template Result<protocol::ChangeReply> change(Call&,
                                                     const Confirmation&,
                                                     const Edit<nodes::Profile>&);

/// The same for a change of nodes and profiles at once: decides what the registry becomes. The
/// summary then has a part for each kind.
using RegistryEdit =
    std::function<Result<nodes::Registry>(const nodes::Registry&, protocol::ChangeReply&)>;
Result<protocol::ChangeReply> change_all(Call& call,
                                         const Confirmation& confirmation,
                                         const RegistryEdit& edit);

/// The nodes or the profiles of a registry.
template <class Entry>
const nodes::SharedMap<std::string, Entry>& entries_of(const nodes::Registry& registry);
template <>
inline const nodes::SharedMap<std::string, nodes::Node>& entries_of(
    const nodes::Registry& registry) {
    return registry.nodes;
}
template <>
inline const nodes::SharedMap<std::string, nodes::Profile>& entries_of(
    const nodes::Registry& registry) {
    return registry.profiles;
}

}  // namespace ww::api
