// SPDX-License-Identifier: BSD-3-Clause
//
// A new file takes the place of nodes.conf by changing places with it, so that what an editor saved
// a moment before is still there and can be given its place back. Whoever is killed before he has
// looked leaves it under the name of the new file, which therefore tells what that is about:
//
//     .nodes.conf-<what was replaced>-<by what>.XXXXXX        the first 16 hex digits of SHA-256
#pragma once

#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace ww::store {

/// Puts `file`, which says `after` and is on the disk, in the place of `target`, in which `before`
/// was found. Gives errno. Errors: Conflict (another program has saved something else by now, which
/// is kept); Io.
Result<int> put_in_place(AtomicFile& file,
                         const std::string& target,
                         std::string_view before,
                         std::string_view after);

/// That the file was saved by another program while it was being changed.
Error saved_by_another(const std::string& target);

/// Whether a file that was to take the place of `target`, or what changed places with it, is left.
bool has_left_exchange(const std::string& target);

/// Ends what was interrupted: an edit by hand that changed places with a change gets its place
/// back, or, if the file was changed once more since, is kept beside it under a name that the log
/// tells. The site lock is held. What fails is logged.
void end_left_exchanges(const std::string& target);

}  // namespace ww::store
