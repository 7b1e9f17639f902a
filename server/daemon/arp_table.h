// SPDX-License-Identifier: BSD-3-Clause
//
// Who an IPv4 neighbour is. The kernel is asked for the one address where it can be; where not, its
// whole table is read, through a descriptor that was opened while files could still be opened. That
// takes tens of milliseconds on a large site, so a copy serves for a moment, hit or miss.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/net.h"
#include "base/result.h"

namespace ww::daemon {

/// Any thread.
class ArpTable {
   public:
    /// How long a copy of the table is used before it is read again: anybody can have it looked
    /// at, nobody can have it read more often. A machine that asks is in the table for longer.
    static constexpr std::chrono::milliseconds kFresh{200};

    struct Sources {
        /// One address; an error: read the table.
        std::function<Result<std::optional<std::string>>(const IpAddress&)> one;
        /// All of it, in the format of /proc/net/arp.
        std::function<std::string()> table;
        std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
    };

    /// The kernel's.
    ArpTable();
    explicit ArpTable(Sources sources) : sources_(std::move(sources)) {}

    /// The hardware address of an IPv4 neighbour. Never waits for somebody else's reading of the
    /// table.
    std::optional<std::string> find(std::string_view address);

   private:
    using Entries = std::unordered_map<std::string, std::string>;
    static Entries parse(std::string_view table);

    Sources sources_;
    std::mutex mutex_;  // what follows; not held while the table is read
    std::shared_ptr<const Entries> entries_ = std::make_shared<Entries>();
    std::optional<std::chrono::steady_clock::time_point> read_at_;
};

}  // namespace ww::daemon
