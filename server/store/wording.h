// SPDX-License-Identifier: BSD-3-Clause
//
// Putting back the wording of entries, comments included, after an edit has put back their values.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/entry_change.h"
#include "store/source_file.h"

namespace ww::store {

/// The text of `file` with the entries of `wanted` in just that wording, where each stands as a
/// block of the same depth; what is not found stays. The result may read differently: compare it.
std::string with_wording(const SourceFile& file, const std::vector<EntryChange>& wanted);

/// `edited` with entries in just the wording asked for, where `before` had the one they are to come
/// from; unchanged if it would then read differently.
std::shared_ptr<const SourceFile> reworded(std::shared_ptr<const SourceFile> edited,
                                           const SourceFile& before,
                                           const std::vector<EntryChange>& wording);

}  // namespace ww::store
