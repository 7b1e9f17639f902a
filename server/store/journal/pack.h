// SPDX-License-Identifier: BSD-3-Clause
//
// How the journal keeps texts: those of many entries together, compressed. A text and what became
// of it, and entries made from one mould, say nearly the same and cost nearly nothing. A pack has a
// checksum and knows whose it is, since an undo writes what is in it into nodes.conf.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/entry_change.h"
#include "store/file_change.h"
#include "store/summary.h"

namespace ww::store {

struct JournalPack {
    std::string first;  // the names in it are these and some between
    std::string last;
    std::string bytes;
};

/// Whose a pack is: the texts of a revision, or all texts known as of one.
std::string revision_owner(int64_t number);
std::string known_owner(int64_t number);

std::vector<JournalPack> pack_changes(const std::vector<EntryChange>& changes,
                                      std::string_view owner);

/// Appends what is in pack number `part`. False: it is not what was packed.
[[nodiscard]] bool unpack_changes(std::string_view bytes,
                                  std::string_view owner,
                                  size_t part,
                                  std::vector<EntryChange>& out);

/// Summaries and files of overlays, in the same way, each in one piece.
std::string pack_groups(const std::vector<ChangeGroup>& groups, std::string_view owner);
std::optional<std::vector<ChangeGroup>> unpack_groups(std::string_view bytes,
                                                      std::string_view owner);

std::string pack_files(const std::vector<FileChange>& files, std::string_view owner);
std::optional<std::vector<FileChange>> unpack_files(std::string_view bytes, std::string_view owner);

}  // namespace ww::store
