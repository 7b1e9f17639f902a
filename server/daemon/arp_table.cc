// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/arp_table.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "daemon/kernel_neighbours.h"

namespace ww::daemon {

namespace {

std::string read_all(int table) {
    std::string text;
    std::array<char, 65536> buffer;
    off_t offset = 0;
    while (true) {
        const ssize_t got = ::pread(table, buffer.data(), buffer.size(), offset);
        if (got <= 0) return text;
        text.append(buffer.data(), static_cast<size_t>(got));
        offset += got;
    }
}

// The next word of a line, and what comes behind it.
std::string_view take_word(std::string_view& rest) {
    constexpr std::string_view kBlanks = " \t";
    const size_t begin = std::min(rest.find_first_not_of(kBlanks), rest.size());
    const size_t end = std::min(rest.find_first_of(kBlanks, begin), rest.size());
    return std::exchange(rest, rest.substr(end)).substr(begin, end - begin);
}

}  // namespace

ArpTable::ArpTable() {
    const auto kernel = std::make_shared<KernelNeighbours>();
    const auto file =
        std::make_shared<const UniqueFd>(::open("/proc/net/arp", O_RDONLY | O_CLOEXEC));
    sources_.one = [kernel](const IpAddress& address) { return kernel->find(address); };
    sources_.table = [file] { return read_all(file->get()); };
}

std::optional<std::string> ArpTable::find(std::string_view address) {
    const auto ip = IpAddress::parse(address);
    if (!ip || !ip->is_v4()) return std::nullopt;
    if (auto found = sources_.one(*ip)) return std::move(*found);

    std::shared_ptr<const Entries> entries;
    const auto now = sources_.now();
    bool old = false;
    {
        const std::lock_guard lock(mutex_);
        old = !read_at_ || now - *read_at_ >= kFresh;
        if (old) read_at_ = now;  // whoever comes meanwhile uses the copy there is
        entries = entries_;
    }
    if (old) {
        entries = std::make_shared<const Entries>(parse(sources_.table()));
        const std::lock_guard lock(mutex_);
        entries_ = entries;
    }
    const auto found = entries->find(std::string(address));
    return found == entries->end() ? std::nullopt : std::optional(found->second);
}

ArpTable::Entries ArpTable::parse(std::string_view table) {
    Entries entries;
    bool titles = true;
    while (!table.empty()) {
        const size_t end = std::min(table.find('\n'), table.size());
        std::string_view line = table.substr(0, end);
        table.remove_prefix(std::min(end + 1, table.size()));
        if (std::exchange(titles, false)) continue;
        const std::string_view ip = take_word(line);
        for (int skipped = 0; skipped < 2; ++skipped) (void)take_word(line);  // kind, flags
        const std::string_view hwaddr = take_word(line);
        // An entry without an answer yet is all zeros; upstream would serve it. The first row
        // counts.
        if (hwaddr.find_first_not_of("0:") != std::string_view::npos) entries.emplace(ip, hwaddr);
    }
    return entries;
}

}  // namespace ww::daemon
