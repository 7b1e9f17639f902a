// SPDX-License-Identifier: BSD-3-Clause
#include "enter/landing.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <deque>

#include "base/path.h"

namespace ww::enter {

namespace {

/// As the kernel counts. Source: path_resolution(7).
constexpr int kMostLinks = 40;

/// Puts the parts of `path` in front of those that are still to be walked.
void push_front(std::deque<std::string>& parts, std::string_view path) {
    std::deque<std::string> first;
    while (!path.empty()) {
        const size_t slash = path.find('/');
        const std::string_view part = path.substr(0, slash);
        if (!part.empty() && part != ".") first.emplace_back(part);
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
    parts.insert(parts.begin(), first.begin(), first.end());
}

std::string joined(const std::string& folder, const std::string& name) {
    return folder.empty() ? name : fmt::format("{}/{}", folder, name);
}

Result<std::string> target_of(int link, const std::string& path) {
    std::array<char, PATH_MAX> target{};
    const ssize_t length = ::readlinkat(link, "", target.data(), target.size());
    if (length < 0) return Error::from_errno(errno, "read the link " + path);
    return std::string(target.data(), static_cast<size_t>(length));
}

}  // namespace

bool Landing::within(std::string_view folder) const {
    return path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

Result<Landing> land(const ConfinedDir& root, std::string_view path) {
    Landing landing{.path = {}, .exists = true, .parent_exists = true};
    std::deque<std::string> parts;
    push_front(parts, path);
    int links = 0;
    while (!parts.empty()) {
        const std::string part = std::move(parts.front());
        parts.pop_front();
        if (part == "..") {
            landing.path = parent_of(landing.path);
            continue;
        }
        const std::string next = joined(landing.path, part);
        landing.parent_exists = landing.exists;
        if (!landing.exists) {
            landing.path = next;
            continue;
        }
        const auto fd = root.open_file(next, O_PATH | O_NOFOLLOW);
        if (!fd) {
            if (fd.error().code() != ErrorCode::NotFound) return fd.error();
            landing.exists = false;
            landing.path = next;
            continue;
        }
        struct stat status{};
        if (::fstat(fd->get(), &status) != 0) return Error::from_errno(errno, "stat " + next);
        if (S_ISLNK(status.st_mode)) {
            if (++links > kMostLinks)
                return Error(ErrorCode::Unprocessable,
                             fmt::format("links in a circle at /{}", next));
            WW_TRY(const std::string target, target_of(fd->get(), next));
            if (target.starts_with('/')) landing.path.clear();
            push_front(parts, target);
            continue;
        }
        if (!parts.empty() && !S_ISDIR(status.st_mode))
            return Error(ErrorCode::Unprocessable, fmt::format("/{} is not a folder", next));
        landing.path = next;
    }
    return landing;
}

Result<void> make_path(int folder, const std::string& path, Leaf leaf) {
    UniqueFd at(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!at.valid()) return Error::from_errno(errno, "open a folder for /" + path);
    std::deque<std::string> parts;
    push_front(parts, path);
    while (!parts.empty()) {
        const std::string part = std::move(parts.front());
        parts.pop_front();
        if (parts.empty() && leaf == Leaf::File) {
            const UniqueFd file(::openat(
                at.get(), part.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
            if (!file.valid()) return Error::from_errno(errno, "make /" + path);
            return {};
        }
        if (::mkdirat(at.get(), part.c_str(), 0755) != 0 && errno != EEXIST)
            return Error::from_errno(errno, "make /" + path);
        at = UniqueFd(
            ::openat(at.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!at.valid()) return Error::from_errno(errno, "make /" + path);
    }
    return {};
}

}  // namespace ww::enter
