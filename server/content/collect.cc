// SPDX-License-Identifier: BSD-3-Clause
#include "content/collect.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "base/lock_file.h"
#include "content/notes.h"

namespace ww::content {

namespace {

/// One name in sha256/.
Result<void> collect_one(const ConfinedDir& folder,
                         const std::string& name,
                         const Roots& roots,
                         const CollectOptions& options,
                         Collected& so_far) {
    const std::string path = fmt::format("{}/{}", kBlobFolder, name);
    WW_TRY(const struct stat status, folder.link_status(path));
    const Result<Digest> digest = Digest::from_hex(name);
    const uint64_t size = static_cast<uint64_t>(status.st_size);
    const bool young = std::time(nullptr) - status.st_ctim.tv_sec < options.grace.count();
    // What is no blob's name is somebody's temporary file.
    if (young || (digest && roots.contains(*digest))) {
        ++so_far.kept;
        so_far.kept_bytes += size;
        return {};
    }
    if (!options.dry_run && ::unlinkat(folder.fd(), path.c_str(), 0) != 0 && errno != ENOENT)
        return Error::from_errno(errno, fmt::format("remove {}/{}", folder.path(), path));
    ++so_far.removed;
    if (status.st_nlink == 1) so_far.freed += size;
    return {};
}

// Who wrote these would hold the store.
void remove_incoming(const ConfinedDir& folder) {
    for (const std::string& name : folder.list(kIncomingFolder))
        ::unlinkat(folder.fd(), fmt::format("{}/{}", kIncomingFolder, name).c_str(), 0);
}

}  // namespace

Result<Collected> collect(const Store& store,
                          const std::function<Result<Roots>()>& roots,
                          const CollectOptions& options) {
    WW_TRY(const UniqueFd alone, lock_folder(store.folder(), LockKind::Exclusive, options.stop));
    WW_TRY(Roots wanted, roots());
    wanted.merge(noted(store));
    WW_TRY(const ConfinedDir folder, ConfinedDir::open(store.folder()));
    if (!options.dry_run) remove_incoming(folder);
    Collected collected;
    for (const std::string& name : folder.list(kBlobFolder)) {
        if (options.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        WW_TRY_VOID(collect_one(folder, name, wanted, options, collected));
    }
    return collected;
}

void clear_unfinished(const std::string& path) {
    std::stop_source not_waiting;
    not_waiting.request_stop();
    const auto alone = lock_folder(path, LockKind::Exclusive, not_waiting.get_token());
    const auto folder = ConfinedDir::open(path);
    if (!alone || !folder) return;
    remove_incoming(*folder);
    const auto remove_drafts = [&](const std::string& below) {
        for (const std::string& name : folder->list(below))
            if (name.starts_with('.'))
                ::unlinkat(folder->fd(), fmt::format("{}/{}", below, name).c_str(), 0);
    };
    remove_drafts(".");
    for (const std::string& name : folder->list(".")) remove_drafts(name);
}

}  // namespace ww::content
