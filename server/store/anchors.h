// SPDX-License-Identifier: BSD-3-Clause
//
// Entries that others in the file are made of, by anchor and alias: such a one cannot be changed
// where it stands without changing the others with it.
#pragma once

#include <optional>

#include "base/error.h"
#include "store/node.h"
#include "store/yaml_document.h"

namespace ww::store {

/// FailedPrecondition, with reason and place, if an entry that differs between `before`, which was
/// read from `document`, and `after` carries an anchor that is used outside of it.
std::optional<Error> shared_anchor(const YamlDocument& document,
                                   const Registry& before,
                                   const Registry& after);

}  // namespace ww::store
