// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/leftovers.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <string_view>

#include "base/confined_dir.h"
#include "base/file.h"

namespace ww::overlay {

namespace {

// See AtomicFile: ".NAME." and six characters.
bool is_half_written(std::string_view file) {
    for (const std::string_view archive : {"__SYSTEM__.img", "__RUNTIME__.img"})
        for (const std::string_view suffix : {"", ".gz"}) {
            const std::string start = fmt::format(".{}{}.", archive, suffix);
            if (file.starts_with(start) && file.size() == start.size() + 6) return true;
        }
    return false;
}

}  // namespace

void clear_leftovers(const Folders& folders) {
    const auto built = ConfinedDir::open(folders.built);
    if (!built) return;
    for (const std::string& node : built->list(".")) {
        const auto folder = ConfinedDir::open(folders.built + "/" + node);
        if (!folder) continue;
        for (const std::string& file : folder->list(".")) {
            if (!is_half_written(file)) continue;
            const auto fd = folder->open_file(file, O_RDONLY | O_NOFOLLOW);
            // Whoever writes it holds its lock.
            if (fd && ::flock(fd->get(), LOCK_EX | LOCK_NB) == 0)
                (void)::unlinkat(folder->fd(), file.c_str(), 0);
        }
    }
}

}  // namespace ww::overlay
