// SPDX-License-Identifier: BSD-3-Clause
//
// Making Answers: the few shapes that all stages share.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "boot/ask.h"

namespace ww::boot {

/// No body: error answers of provisioning routes, because dracut pipes bodies into gzip.
Answer empty_answer(int status);

/// A rendered text.
Answer body_answer(std::string content_type, std::string body);

/// A regular file to send. Errors: NotFound (a folder, a device), Io.
Result<Answer> file_answer(UniqueFd fd);

/// The same answer, to be shown by `node status`.
Answer recorded(Answer answer, const Ask& ask, std::string_view node_id, std::string_view sent);

}  // namespace ww::boot
