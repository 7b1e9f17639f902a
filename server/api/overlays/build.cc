// SPDX-License-Identifier: BSD-3-Clause
//
// The overlay archives of nodes, made by several threads.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "api/changes.h"
#include "api/handlers.h"
#include "api/overlays/client_program.h"
#include "boot/service.h"
#include "config/config.h"
#include "nodes/hostlist.h"
#include "overlay/builder.h"

namespace ww::api {

namespace {

using overlay::Context;

/// What there is afterwards: the files nodes are sent, on disk; or whatever it takes to send them
/// without anybody waiting.
struct Aim {
    bool files = true;
    overlay::WhileFailing policy = overlay::WhileFailing::Refuse;
};

class NodeBuilds {
   public:
    NodeBuilds(const Site& site,
               jobs::Job& job,
               overlay::SnapshotPtr snapshot,
               const std::vector<const nodes::Node*>& nodes,
               const Aim& aim)
        : site_(site), job_(job), snapshot_(std::move(snapshot)), nodes_(nodes), aim_(aim) {
        progress_.total_files = 2 * nodes_.size();
    }

    Result<jobs::Totals> run(size_t workers) {
        std::vector<std::jthread> threads;
        for (size_t i = 1; i < std::min(workers, nodes_.size()); ++i)
            threads.emplace_back([this] { work(); });
        work();
        threads.clear();
        if (!outcome_) return outcome_.error();
        if (job_.stop().stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        warn_of_missing_clients(job_, site_, nodes_);
        return jobs::Totals{.bytes = progress_.bytes, .files = progress_.files};
    }

   private:
    void work() {
        for (size_t i = next_++; i < nodes_.size(); i = next_++) {
            if (job_.stop().stop_requested()) return;
            build(*nodes_[i], Context::System, "system", nodes_[i]->system_overlay);
            build(*nodes_[i], Context::Runtime, "runtime", nodes_[i]->runtime_overlay);
        }
    }

    void build(const nodes::Node& node,
               Context context,
               std::string_view word,
               const nodes::StringList& overlays) {
        if (!aim_.files) return warm(node, context, word);
        const auto built = site_.overlays.build(snapshot_, node, context, aim_.policy);
        std::lock_guard lock(mutex_);
        job_.note("info", fmt::format("Building {} overlay image for {}", word, node.id));
        if (overlays.empty())
            job_.note("warn", fmt::format("No {} overlays defined for {}", word, node.id));
        if (!built) return fail(node, word, built.error());
        job_.note("info",
                  fmt::format("Created image for {} {} overlay: {}", node.id, word, *built));
        job_.note("info",
                  fmt::format("Compressed image for {} {} overlay: {}.gz", node.id, word, *built));
        struct stat status{};
        count(::stat(built->c_str(), &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0);
    }

    void warm(const nodes::Node& node, Context context, std::string_view word) {
        const auto made = site_.overlays.warm(snapshot_, node, context);
        std::lock_guard lock(mutex_);
        if (!made) return fail(node, word, made.error());
        count(0);
    }

    // These with the lock.
    void fail(const nodes::Node& node, std::string_view word, const Error& why) {
        if (!outcome_) return;  // the first one is told
        Error error(why.code(), "some overlays failed to be generated: " + why.headline());
        for (const std::string& frame : why.frames()) error = error.with_frame(frame);
        outcome_ = error.with_frame(fmt::format("building the {} overlay of {}", word, node.id));
    }
    void count(uint64_t bytes) {
        progress_.bytes += bytes;
        ++progress_.files;
        job_.progress(progress_);
    }

    const Site& site_;
    jobs::Job& job_;
    overlay::SnapshotPtr snapshot_;
    const std::vector<const nodes::Node*>& nodes_;
    const Aim aim_;
    std::atomic<size_t> next_{0};
    std::mutex mutex_;  // guards what follows, and the order of notes
    Progress progress_{.phase = "building"};
    Result<void> outcome_;
};

/// In byte order of their ids; all of them if no pattern is given. Errors: NotFound.
Result<std::vector<const nodes::Node*>> chosen(const nodes::Snapshot& snapshot,
                                               const protocol::Names& patterns) {
    std::vector<const nodes::Node*> nodes;
    if (patterns.empty())
        for (const nodes::Node& node : snapshot.nodes()) nodes.push_back(&node);
    WW_TRY(const protocol::Names wanted, nodes::expand_selection(patterns));
    for (const std::string& name : wanted) {
        const nodes::Node* node = snapshot.find(name);
        if (node == nullptr)
            return Error(ErrorCode::NotFound, "failed to find nodes")
                .with_hint(fmt::format("there is no node {}", name));
        nodes.push_back(node);
    }
    std::ranges::sort(
        nodes, {}, [](const nodes::Node* node) -> const std::string& { return node->id; });
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    return nodes;
}

/// On a large site the files of all would fill disks with what is sent without them.
Aim aim_of(const Site& site,
           const nodes::Snapshot& snapshot,
           const protocol::OverlayBuildRequest& request) {
    Aim aim;
    if (request.keep_last_good) aim.policy = overlay::WhileFailing::KeepLastGood;
    aim.files = !request.nodes.empty() || request.keep_last_good ||
                !site.conf.warewulf.autobuild_overlays() ||
                site.overlays.has_complete_files(snapshot);
    return aim;
}

/// Who asked last will ask next: those that boot now come before those that are switched off.
void sort_by_last_asked(const Site& site, std::vector<const nodes::Node*>& nodes) {
    if (site.boot == nullptr) return;
    std::map<std::string, int64_t> asked;
    for (const boot::LastSent& last : site.boot->last_sent()) asked[last.node] = last.unix_seconds;
    std::ranges::stable_sort(
        nodes, std::greater<>(), [&](const nodes::Node* node) { return asked[node->id]; });
}

}  // namespace

Result<JobAnswer> overlay_build(Call& call, const protocol::OverlayBuildRequest& request) {
    WW_TRY(const auto snapshot, current(call.site));
    WW_TRY(auto nodes, chosen(*snapshot, request.nodes));
    const size_t workers = request.workers > 0 ? static_cast<size_t>(request.workers)
                                               : std::max(1U, std::thread::hardware_concurrency());
    const Aim aim = aim_of(call.site, *snapshot, request);
    if (!aim.files) sort_by_last_asked(call.site, nodes);
    std::string name = nodes.size() == 1 ? nodes[0]->id : fmt::format("{} nodes", nodes.size());
    return start_job(
        call,
        {.kind = "overlay build", .name = std::move(name), .detached = request.detach},
        [&site = call.site, snapshot, nodes = std::move(nodes), workers, aim](jobs::Job& job) {
            if (!aim.files)
                job.note("info",
                         fmt::format("{} nodes: their overlays are made ready to be sent, not "
                                     "written to {}; name nodes to have files there",
                                     nodes.size(),
                                     site.overlays.folders().built));
            return NodeBuilds(site, job, snapshot, nodes, aim).run(workers);
        });
}

}  // namespace ww::api
