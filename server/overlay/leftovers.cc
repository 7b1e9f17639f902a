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

bool is_half_edited(std::string_view file) {
    const size_t tail = kEditedFile.size() + 7;
    return file.starts_with('.') && file.size() > tail + 1 &&
           file.substr(file.size() - tail).starts_with(std::string(kEditedFile) + ".");
}

void clear(const std::string& path, bool (*is_leftover)(std::string_view)) {
    const auto folder = ConfinedDir::open(path);
    if (!folder) return;
    for (const std::string& file : folder->list(".")) {
        if (!is_leftover(file)) continue;
        const auto fd = folder->open_file(file, O_RDONLY | O_NOFOLLOW);
        // Whoever writes it holds its lock.
        if (fd && ::flock(fd->get(), LOCK_EX | LOCK_NB) == 0)
            (void)::unlinkat(folder->fd(), file.c_str(), 0);
    }
}

}  // namespace

void clear_leftovers(const Folders& folders) {
    clear(folders.site, is_half_edited);
    const auto built = ConfinedDir::open(folders.built);
    if (!built) return;
    for (const std::string& node : built->list("."))
        clear(folders.built + "/" + node, is_half_written);
}

}  // namespace ww::overlay
