// SPDX-License-Identifier: BSD-3-Clause
#include "image/generations/booted.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <unordered_map>

#include "base/confined_dir.h"
#include "base/guarded.h"
#include "base/log.h"
#include "base/quote.h"
#include "image/generations/image_ref.h"

namespace ww::image {

namespace {

constexpr const char* kBootedFolder = "booted";

bool is_file_name(std::string_view node) {
    return !node.empty() && node.size() < 250 && node.front() != '.' &&
           node.find('/') == std::string_view::npos && node.find('\0') == std::string_view::npos;
}

std::string text_of(const BootedGeneration& sent) {
    return ImageRef{sent.tree.text(), sent.generation}.text();
}

std::optional<BootedGeneration> booted_from(std::string_view text) {
    const ImageRef ref = ImageRef::from(text);
    auto tree = Variant::from(ref.name);
    if (!tree || !ref.generation) return std::nullopt;
    return BootedGeneration{std::move(*tree), *ref.generation};
}

/// Replaces the link in one step.
Result<void> write_link(const std::string& content,
                        const std::string& node,
                        const std::string& text) {
    const std::string folder = fmt::format("{}/{}", content, kBootedFolder);
    const std::string path = fmt::format("{}/{}", folder, node);
    const std::string aside = fmt::format("{}/.{}", folder, node);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return Error::from_errno(errno, "mkdir " + folder);
    ::unlink(aside.c_str());  // of somebody who was killed here
    if (::symlink(text.c_str(), aside.c_str()) != 0 && errno != EEXIST)
        return Error::from_errno(errno, "link " + aside);
    if (::rename(aside.c_str(), path.c_str()) != 0)
        return Error::from_errno(errno, "rename to " + path);
    return {};
}

}  // namespace

struct Booted::State {
    std::string content;
    Guarded<std::unordered_map<std::string, std::string>> last;  // by node, as written
};

Booted::Booted(std::string content) : state_(std::make_unique<State>()) {
    state_->content = std::move(content);
}
Booted::~Booted() = default;

void Booted::record(std::string_view node, const BootedGeneration& sent) {
    if (state_->content.empty() || !is_file_name(node)) return;
    const std::string text = text_of(sent);
    // One writer at a time: two would share the name aside.
    state_->last.with([&](auto& last) {
        std::string& known = last[std::string(node)];
        if (known == text) return;
        if (const auto done = write_link(state_->content, std::string(node), text); !done)
            log::warn("image.history what node {} booted is not recorded: {}",
                      quote(node),
                      done.error().describe());
        known = text;
    });
}

std::map<std::string, BootedGeneration> read_booted(const std::string& content) {
    std::map<std::string, BootedGeneration> booted;
    const std::string path = fmt::format("{}/{}", content, kBootedFolder);
    const auto folder = ConfinedDir::open(path);
    if (!folder) return booted;
    for (const std::string& node : folder->list(".")) {
        std::array<char, 1024> text{};
        const ssize_t length = ::readlinkat(folder->fd(), node.c_str(), text.data(), text.size());
        if (length < 0 || node.starts_with('.')) continue;
        if (auto sent = booted_from({text.data(), static_cast<size_t>(length)}))
            booted.emplace(node, std::move(*sent));
    }
    return booted;
}

Result<void> forget_booted(const std::string& content, const std::string& node) {
    const std::string path = fmt::format("{}/{}/{}", content, kBootedFolder, node);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return Error::from_errno(errno, "remove " + path);
    return {};
}

}  // namespace ww::image
