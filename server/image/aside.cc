// SPDX-License-Identifier: BSD-3-Clause
#include "image/aside.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/confined_dir.h"
#include "base/log.h"

namespace ww::image {

namespace {

// A plus sign is in no image's name.
constexpr std::string_view kPrefix = "+wwd-";

UniqueFd open_folder(const std::string& path) {
    return UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// The octal escapes of /proc/self/mountinfo.
std::string unescape(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 3 >= text.size()) {
            out += text[i];
            continue;
        }
        out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                 (text[i + 3] - '0'));
        i += 3;
    }
    return out;
}

/// The fifth field of a line.
std::string mount_point(std::string_view line) {
    for (int field = 0; field < 4; ++field) {
        const size_t blank = line.find(' ');
        if (blank == std::string_view::npos) return {};
        line.remove_prefix(blank + 1);
    }
    return unescape(line.substr(0, line.find(' ')));
}

}  // namespace

void clear_asides(const std::string& chroots) {
    const auto folder = ConfinedDir::open(chroots);
    if (!folder) return;
    for (const std::string& name : folder->list(".")) {
        if (!name.starts_with(kPrefix)) continue;
        const std::string path = chroots + "/" + name;
        // An owner that lives has it locked.
        const UniqueFd lock = open_folder(path);
        if (!lock.valid() || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) continue;
        const Result<void> removed = remove_tree(path);
        if (removed)
            log::info("removed {}, left behind by a stopped import", path);
        else
            log::warn("image.leftover cannot remove {}: {}", path, removed.error().message());
    }
}

Result<Aside> Aside::create(const std::string& chroots) {
    WW_TRY_VOID(make_directories(chroots));
    clear_asides(chroots);
    for (;;) {
        std::string path = fmt::format("{}/{}XXXXXX", chroots, kPrefix);
        if (::mkdtemp(path.data()) == nullptr)
            return Error::from_errno(errno, "make a folder in " + chroots);
        UniqueFd lock = open_folder(path);
        // Another process may clear it away before we hold the lock; then there is nothing left of
        // it.
        if (!lock.valid()) continue;
        if (::flock(lock.get(), LOCK_EX) != 0) return Error::from_errno(errno, "lock " + path);
        if (exists(path)) return Aside(std::move(path), std::move(lock));
    }
}

Aside::~Aside() {
    if (path_.empty()) return;
    const Result<void> removed = remove_tree(path_);
    if (!removed)
        log::warn("image.leftover cannot remove {}: {}", path_, removed.error().message());
}

Result<void> Aside::sync() const {
    if (::syncfs(lock_.get()) != 0)
        return Error::from_errno(errno, "write to disk what is in " + path_);
    return {};
}

Result<void> move_to_new(const std::string& from, const std::string& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
    if (errno != EINVAL && errno != ENOSYS)
        return Error::from_errno(errno, fmt::format("rename {} to {}", from, to));
    // NFS does not know the flag. Renaming never replaces a folder that has something in it.
    if (exists(to)) return Error(ErrorCode::AlreadyExists, to + " exists");
    if (::rename(from.c_str(), to.c_str()) != 0)
        return Error::from_errno(errno, fmt::format("rename {} to {}", from, to));
    return {};
}

Result<void> exchange(const std::string& a, const std::string& b) {
    if (::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return {};
    if (errno != EINVAL && errno != ENOSYS)
        return Error::from_errno(errno, fmt::format("exchange {} and {}", a, b));
    // NFS again: in three steps, the first of which is undone if the second fails.
    const std::string parked = a + ".parked";
    WW_TRY_VOID(move_to_new(b, parked));
    if (Result<void> moved = move_to_new(a, b); !moved) {
        WW_TRY_VOID(move_to_new(parked, b));
        return moved;
    }
    return move_to_new(parked, a);
}

Result<void> refuse_mounts_in(const std::string& folder) {
    const std::unique_ptr<char, void (*)(void*)> real(::realpath(folder.c_str(), nullptr), &::free);
    if (!real) return Error::from_errno(errno, "resolve " + folder);
    const std::string top = real.get();
    WW_TRY(const std::string mounts, read_file("/proc/self/mountinfo"));
    for (std::string_view rest = mounts; !rest.empty();) {
        const size_t end = rest.find('\n');
        const std::string point = mount_point(rest.substr(0, end));
        if (point == top || point.starts_with(top + "/"))
            return Error(ErrorCode::FailedPrecondition, fmt::format("{} is mounted", point))
                .with_hint("unmount it first");
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    return {};
}

}  // namespace ww::image
