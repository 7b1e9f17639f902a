// SPDX-License-Identifier: BSD-3-Clause
//
// Notes: what some blobs of a Store are there for, in the words of whoever keeps them. A blob that
// a note names is not collected; a note without its blob is of no use, and whoever reads it finds
// out.
//
//     FOLDER/notes/<64 hex>    the digest's text, a newline, and the rest in its writer's own form
//
// The name is a digest, too: of what its writer looks it up by.
#pragma once

#include <functional>
#include <string>

#include "content/collect.h"

namespace ww::content {

struct Note {
    Digest digest;     // of the blob
    std::string text;  // at most kMaxNoteBytes
};

inline constexpr int64_t kMaxNoteBytes = 16 << 10;

/// Replaces one of that name. Hold the store from before the blob came until this has returned.
/// Errors: TooLarge, Io.
Result<void> write_note(const Store& store, const Digest& name, const Note& note);

/// Errors: NotFound, Unprocessable (not what write_note writes), Io.
Result<Note> read_note(const Store& store, const Digest& name);

/// Removes what `stays` says no to, and what is no note. Blocks; what cannot be removed stays.
void drop_notes(const Store& store, const std::function<bool(const Note&)>& stays);

/// The blobs that notes name.
Roots noted(const Store& store);

}  // namespace ww::content
