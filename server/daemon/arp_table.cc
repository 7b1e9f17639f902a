// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/arp_table.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <sstream>

namespace ww::daemon {

namespace {

// How long a copy is used before the table is read again.
constexpr std::chrono::milliseconds kFresh(200);

}  // namespace

ArpTable::ArpTable() : table_(::open("/proc/net/arp", O_RDONLY | O_CLOEXEC)) {}

std::optional<std::string> ArpTable::find(std::string_view address) {
    const std::string key(address);
    std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    auto found = now - read_at_ < kFresh ? entries_.find(key) : entries_.end();
    // A peer may have entered the table since the copy was made: a miss is never final.
    if (found == entries_.end()) {
        read_at_ = now;
        read();
        found = entries_.find(key);
    }
    if (found == entries_.end()) return std::nullopt;
    return found->second;
}

void ArpTable::read() {
    std::string text;
    std::array<char, 16384> buffer;
    off_t offset = 0;
    while (true) {
        const ssize_t got = ::pread(table_.get(), buffer.data(), buffer.size(), offset);
        if (got <= 0) break;
        text.append(buffer.data(), static_cast<size_t>(got));
        offset += got;
    }
    entries_.clear();
    std::istringstream lines(text);
    std::string line;
    std::getline(lines, line);  // titles
    while (std::getline(lines, line)) {
        std::istringstream fields(line);
        std::string ip, type, flags, hwaddr;
        fields >> ip >> type >> flags >> hwaddr;
        // An entry without an answer yet has this one; upstream would serve it. The first row
        // counts.
        if (!hwaddr.empty() && hwaddr != "00:00:00:00:00:00") entries_.emplace(ip, hwaddr);
    }
}

}  // namespace ww::daemon
