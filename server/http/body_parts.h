// SPDX-License-Identifier: BSD-3-Clause
//
// Sends a body that lies in parts of several files.
#pragma once

#include "http/message.h"
#include "http/transport.h"

namespace ww::http {

/// Those of `parts`, and what of them, that hold the bytes [first, first + length) of the whole.
std::vector<FileSpan> cut_parts(const std::vector<FileSpan>& parts, int64_t first, int64_t length);

/// Sends these bytes of `body`, which must outlive the coroutine, as the transport does. Fewer than
/// asked for: see Transport::send_file.
Task<int64_t> send_parts(Transport& transport, const FileBody& body, int64_t first, int64_t length);

}  // namespace ww::http
