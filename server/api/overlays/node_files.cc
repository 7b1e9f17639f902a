// SPDX-License-Identifier: BSD-3-Clause
#include "api/overlays/node_files.h"

namespace ww::api {

namespace {

using overlay::OtherFile;
using overlay::OtherOverlay;
using store::KeptFile;

OtherFile other_file(const KeptFile& kept) {
    OtherFile file{.meta = {kept.mode, kept.uid, kept.gid}, .text = kept.text};
    if (kept.type == KeptFile::Type::Folder) file.kind = overlay::Kind::Folder;
    if (kept.type == KeptFile::Type::Link) file.kind = overlay::Kind::Link;
    return file;
}

}  // namespace

overlay::OtherFiles other_files(const std::vector<store::FileChange>& changes) {
    overlay::OtherFiles others;
    for (const store::FileChange& change : changes) {
        OtherOverlay& overlay = others[change.overlay];
        if (!change.path.empty())
            overlay.files[change.path] =
                change.after ? std::optional(other_file(*change.after)) : std::nullopt;
        else if (!change.after)
            overlay.base = OtherOverlay::Base::Distribution;
        else if (!change.before)
            overlay.base = OtherOverlay::Base::Nothing;
    }
    // Files of an overlay that is not there are not, either: what the distribution has is seen.
    for (auto& [name, overlay] : others)
        if (overlay.base == OtherOverlay::Base::Distribution) overlay.files.clear();
    return others;
}

NodeFiles::NodeFiles(const Site& site, overlay::SnapshotPtr snapshot, overlay::OtherFiles others)
    : site_(site),
      snapshot_(std::move(snapshot)),
      finder_(site.overlays.materials(), std::move(others)) {}

render::RootData NodeFiles::root_for(const nodes::Node& node) const {
    render::RootData root = site_.overlays.root_for(*snapshot_, node);
    // When it is made is no difference between two sets of files.
    root.build_time = "-";
    root.build_time_unix = "0";
    return root;
}

overlay::Origins NodeFiles::of(const nodes::Node& node, overlay::Context context) {
    return of(node, overlays_of(node, context));
}

overlay::Origins NodeFiles::of(const nodes::Node& node, const std::vector<std::string>& overlays) {
    render::RootData root = root_for(node);
    return finder_.find(overlays, root);
}

overlay::FileTree::Data NodeFiles::text_of(const overlay::Brought& brought) const {
    return finder_.text_of(brought);
}

Result<void> for_each_in_job(jobs::Job& job,
                             size_t count,
                             const std::string& phase,
                             const std::function<void(size_t)>& look) {
    std::atomic<size_t> next{0};
    std::mutex mutex;
    Progress progress{.phase = phase};
    progress.total_files = count;
    const auto work = [&] {
        for (size_t i = next++; i < count && !job.stop().stop_requested(); i = next++) {
            look(i);
            const std::lock_guard lock(mutex);
            ++progress.files;
            job.progress(progress);
        }
    };
    {
        std::vector<std::jthread> threads;
        const size_t workers = std::min<size_t>(count, std::thread::hardware_concurrency());
        for (size_t i = 1; i < workers; ++i) threads.emplace_back(work);
        work();
    }
    if (job.stop().stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
    return {};
}

}  // namespace ww::api
