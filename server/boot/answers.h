// SPDX-License-Identifier: BSD-3-Clause
//
// Making Answers: the few shapes that all stages share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "boot/ask.h"
#include "overlay/served.h"

namespace ww::boot {

/// No body: error answers of provisioning routes, because dracut pipes bodies into gzip.
Answer empty_answer(int status);

/// A rendered text, or a file.
Answer body_answer(std::string content_type, decltype(Answer::body) body);

/// EDK2 waits for ever for what follows a refusal without a body: at /efiboot each has one.
std::optional<Answer> for_firmware(const Ask& ask, std::optional<Answer> answer);

/// A text in memory that nobody can change any more, as a file: many may be sent it at once, and it
/// takes a descriptor to hand it over. Errors: Io.
Result<FileBody> in_memory_file(std::string_view text);

/// An archive in pieces. Errors: TooLarge (kMaxPieces).
Result<Answer> archive_answer(const overlay::Archive& made);

/// A regular file to send. Errors: NotFound (a folder, a device), Io.
Result<Answer> file_answer(UniqueFd fd);

/// The same answer, to be shown by `node status`.
Answer recorded(Answer answer, const Ask& ask, std::string_view node_id, std::string_view sent);

}  // namespace ww::boot
