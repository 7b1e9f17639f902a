// SPDX-License-Identifier: BSD-3-Clause
//
// The command line somebody gave, as it goes into the history: quoted as for a shell, bounded, and
// encoded for a header line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ww::protocol {

/// Each request of wwctl carries it.
inline constexpr const char* kCommandHeader = "Wwctl-Command";
/// Longer ones are cut.
inline constexpr size_t kMaxCommandBytes = 2000;

/// "node set n1 '--comment=two words'"
std::string join_command(const std::vector<std::string>& words);

/// Percent-encoding of everything that is not printable ASCII, and of "%".
std::string encode_command(std::string_view command);
/// Bounded, and without control characters whatever was encoded.
std::string decode_command(std::string_view header);

}  // namespace ww::protocol
