// SPDX-License-Identifier: BSD-3-Clause
//
// Who may ask for what: what can be said before an answer is looked for.
#pragma once

#include <optional>
#include <string>

#include "boot/ask.h"

namespace ww::config {
struct WarewulfConf;
}  // namespace ww::config

namespace ww::nodes {
struct Node;
}  // namespace ww::nodes

namespace ww::boot {

/// Compares in a time that tells nothing.
bool right_key(const nodes::Node& node, const Ask& ask);

/// For the log: whoever asks says what he likes.
std::string shown_identity(const Ask& ask);

/// With a line in the log.
Answer refused(int status, const Ask& ask, const char* why);

/// What can be said without knowing the node.
std::optional<Answer> refuse_early(const config::WarewulfConf& conf, const Ask& ask);

}  // namespace ww::boot
