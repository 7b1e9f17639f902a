// SPDX-License-Identifier: BSD-3-Clause
#include "boot/machines.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>

#include "base/confined_dir.h"
#include "base/log.h"
#include "base/quote.h"
#include "boot/by_node.h"

namespace ww::boot {

namespace {

using Known = std::map<std::string, Architecture, std::less<>>;

bool can_be_file_name(std::string_view node) {
    return !node.empty() && node.size() < 200 && node.front() != '.' &&
           node.find('/') == std::string_view::npos;
}

void read_machines(const std::string& path, ByNode<Known>& machines) {
    const auto folder = ConfinedDir::open(path);
    if (!folder) return;
    for (const std::string& node : folder->list(".")) {
        std::array<char, 64> word{};
        const ssize_t length = ::readlinkat(folder->fd(), node.c_str(), word.data(), word.size());
        if (length <= 0) continue;
        if (const auto machine =
                architecture_from(std::string_view(word.data(), static_cast<size_t>(length))))
            machines.with(node, [&](Known& part) { part.emplace(node, *machine); });
    }
}

/// Whole or not at all.
bool write_link(const std::string& folder, std::string_view node, std::string_view word) {
    if (!make_directories(folder, 0755)) return false;
    const std::string path = fmt::format("{}/{}", folder, node);
    const std::string aside = fmt::format("{}/.{}.new", folder, node);
    ::unlink(aside.c_str());
    return ::symlink(std::string(word).c_str(), aside.c_str()) == 0 &&
           ::rename(aside.c_str(), path.c_str()) == 0;
}

}  // namespace

std::optional<Architecture> machine_told(std::string_view word) {
    const auto architecture = architecture_from(word);
    return architecture == Architecture::I386 ? Architecture::X86_64 : architecture;
}

struct Machines::State {
    explicit State(std::string path) : folder(std::move(path)) { read_machines(folder, by_node); }

    const std::string folder;
    ByNode<Known> by_node;
};

Machines::Machines(std::string folder) : state_(std::make_unique<State>(std::move(folder))) {}
Machines::~Machines() = default;

std::optional<Architecture> Machines::of(std::string_view node) const {
    return state_->by_node.with(node, [&](const Known& part) -> std::optional<Architecture> {
        const auto at = part.find(node);
        return at == part.end() ? std::nullopt : std::optional(at->second);
    });
}

void Machines::told(std::string_view node,
                    Architecture machine,
                    std::optional<Architecture> usual) {
    const bool news = state_->by_node.with(node, [&](Known& part) {
        const auto at = part.find(node);
        if (at == part.end()) return part.emplace(std::string(node), machine), machine != usual;
        return std::exchange(at->second, machine) != machine;
    });
    if (!news || state_->folder.empty() || !can_be_file_name(node)) return;
    if (!write_link(state_->folder, node, to_string(machine)))
        log::warn("boot.machine cannot write down that node {} is {}: {}",
                  quote(node),
                  to_string(machine),
                  std::strerror(errno));
}

void Machines::retain(const std::function<bool(std::string_view node)>& is_there) {
    std::vector<std::string> gone;
    state_->by_node.with_each([&](Known& part) {
        std::erase_if(part, [&](const auto& row) {
            if (is_there(row.first)) return false;
            gone.push_back(row.first);
            return true;
        });
    });
    if (state_->folder.empty()) return;
    for (const std::string& node : gone)
        if (can_be_file_name(node)) ::unlink(fmt::format("{}/{}", state_->folder, node).c_str());
}

}  // namespace ww::boot
