// SPDX-License-Identifier: BSD-3-Clause
#include "image/leftovers.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <stop_token>

#include "content/collect.h"
#include "image/aside.h"
#include "image/source_lock.h"

namespace ww::image {

void clear_leftovers(const Images& images, const std::string& content) {
    clear_asides(content);
    content::clear_unfinished(content);
    // What cannot be looked into now is found by the next import or build.
    if (!exists(images.chroots())) return;
    clear_asides(images.chroots());
    const auto names = images.list();
    if (!names) return;
    std::stop_source not_waiting;
    not_waiting.request_stop();
    for (const std::string& name : *names)
        if (SourceLock::take(images.source(name), not_waiting.get_token()))
            for (const Variant& tree : images.variants(name)) remove_build_leftovers(images, tree);
}

void remove_build_leftovers(const Images& images, const Variant& tree) {
    const auto folder = ConfinedDir::open(images.built_folder());
    if (!folder) return;
    for (const std::string& file : folder->list("."))
        for (const std::string_view suffix : {".img.", ".img.gz.", ".img.zst."}) {
            const std::string start = fmt::format(".{}{}", tree.text(), suffix);
            const bool ours = file.starts_with(start) && file.size() == start.size() + 6 &&
                              std::all_of(file.end() - 6, file.end(), [](unsigned char c) {
                                  return std::isalnum(c);
                              });
            if (ours) ::unlinkat(folder->fd(), file.c_str(), 0);
        }
}

}  // namespace ww::image
