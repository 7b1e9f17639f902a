// SPDX-License-Identifier: BSD-3-Clause
//
// What reader and writer know of cpio's "newc" alike. Source: cpio(5) "New ASCII Format".
#pragma once

#include <cstdint>
#include <string_view>

namespace ww::archive {

/// The name of the entry that ends an archive.
inline constexpr std::string_view kCpioTrailer = "TRAILER!!!";
/// Of headers and contents, in bytes.
inline constexpr uint64_t kCpioAlignment = 4;

}  // namespace ww::archive
