// SPDX-License-Identifier: BSD-3-Clause
//
// Percent-encoded text of URLs, decoded as Go does: no escape is guessed at.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ww {

/// A plus is a space in a query, and itself in a path.
enum class Plus { Itself, Space };

/// Nothing for a bad escape.
std::optional<std::string> percent_decode(std::string_view text, Plus plus);

/// The pairs of a query ("a=1&b"), decoded, in order; a pair that holds a ";" or a bad escape is
/// dropped, as Go's url.ParseQuery does.
std::vector<std::pair<std::string, std::string>> query_pairs(std::string_view query);

}  // namespace ww
