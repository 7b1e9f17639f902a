// SPDX-License-Identifier: BSD-3-Clause
#include "configure/plan.h"

#include <unistd.h>

#include <climits>

#include "base/file.h"

namespace ww::configure {

namespace {

std::optional<std::string> link_target(const std::string& path) {
    char target[PATH_MAX];
    const ssize_t length = ::readlink(path.c_str(), target, sizeof target);
    if (length < 0) return std::nullopt;
    return std::string(target, static_cast<size_t>(length));
}

}  // namespace

void Plan::add(FileChange change) {
    const auto link = link_target(change.path);
    if (change.kind == FileChange::Kind::Link) {
        if (link && *link == change.text) return;
    } else if (const auto present = read_file(change.path); present && *present == change.text) {
        return;
    }
    files.push_back(std::move(change));
}

}  // namespace ww::configure
