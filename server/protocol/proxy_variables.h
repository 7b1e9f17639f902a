// SPDX-License-Identifier: BSD-3-Clause
//
// What of a caller's environment goes along with a request, for programs that fetch on his behalf.
#pragma once

#include <array>

namespace ww::protocol {

/// They say how to reach the world.
inline constexpr std::array<const char*, 8> kProxyVariables = {"HTTP_PROXY",
                                                               "HTTPS_PROXY",
                                                               "NO_PROXY",
                                                               "ALL_PROXY",
                                                               "http_proxy",
                                                               "https_proxy",
                                                               "no_proxy",
                                                               "all_proxy"};

}  // namespace ww::protocol
