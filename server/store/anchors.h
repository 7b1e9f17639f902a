// SPDX-License-Identifier: BSD-3-Clause
//
// Entries that others in the file are made of, by anchor and alias: such a one cannot be changed
// where it stands without changing the others with it.
#pragma once

#include <optional>

#include "base/error.h"
#include "nodes/node.h"
#include "yaml/document.h"

namespace ww::store {

/// FailedPrecondition, with reason and place, if an entry that differs between `before`, which was
/// read from `document`, and `after` carries an anchor that is used outside of it.
std::optional<Error> shared_anchor(const yaml::Document& document,
                                   const nodes::Registry& before,
                                   const nodes::Registry& after);

}  // namespace ww::store
