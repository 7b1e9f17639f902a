// SPDX-License-Identifier: BSD-3-Clause
//
// The kernel's table of IPv4 neighbours, through a descriptor that was opened while files could
// still be opened. A table of a large site has thousands of lines, so a copy serves for a moment.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/file.h"

namespace ww::daemon {

/// Any thread.
class ArpTable {
   public:
    ArpTable();
    /// For tests: a file in the format of /proc/net/arp.
    explicit ArpTable(UniqueFd table) : table_(std::move(table)) {}

    /// The hardware address of an IPv4 neighbour. A peer that just opened a connection is in the
    /// table.
    std::optional<std::string> find(std::string_view address);

   private:
    void read();

    UniqueFd table_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::string> entries_;
    std::chrono::steady_clock::time_point read_at_{};
};

}  // namespace ww::daemon
