// SPDX-License-Identifier: BSD-3-Clause
//
// One neighbour out of the kernel's table, without the rest of it: the route to the address tells
// the device, and the device's table is asked for that address alone. Source: rtnetlink(7).
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/net.h"
#include "base/result.h"

namespace ww::daemon {

/// Any thread. The socket is made at once, so that it is there when sockets may no longer be made.
class KernelNeighbours {
   public:
    /// Where that is forbidden (a unit, a container), every find() fails.
    KernelNeighbours();

    /// The hardware address of an IPv4 neighbour; nothing if it is none, or has not answered yet.
    /// Takes microseconds. Errors: Unavailable (the kernel does not say: too old, or forbidden).
    Result<std::optional<std::string>> find(const IpAddress& address);

   private:
    struct Attributes;
    Result<std::optional<Attributes>> ask(std::string request);

    UniqueFd socket_;
    std::mutex mutex_;  // one question at a time
    uint32_t sequence_ = 0;
};

}  // namespace ww::daemon
