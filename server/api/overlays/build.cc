// SPDX-License-Identifier: BSD-3-Clause
//
// The overlay archives of nodes, made by several threads.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "api/changes.h"
#include "api/handlers.h"
#include "api/overlays/client_program.h"
#include "nodes/hostlist.h"
#include "overlay/builder.h"

namespace ww::api {

namespace {

using overlay::Context;

class NodeBuilds {
   public:
    NodeBuilds(const Site& site,
               jobs::Job& job,
               overlay::SnapshotPtr snapshot,
               const std::vector<const nodes::Node*>& nodes)
        : site_(site), job_(job), snapshot_(std::move(snapshot)), nodes_(nodes) {
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
        const auto built = site_.overlays.build(snapshot_, node, context);
        std::lock_guard lock(mutex_);
        job_.note("info", fmt::format("Building {} overlay image for {}", word, node.id));
        if (overlays.empty())
            job_.note("warn", fmt::format("No {} overlays defined for {}", word, node.id));
        if (built) {
            job_.note("info",
                      fmt::format("Created image for {} {} overlay: {}", node.id, word, *built));
            job_.note(
                "info",
                fmt::format("Compressed image for {} {} overlay: {}.gz", node.id, word, *built));
            count(*built);
        } else if (outcome_) {
            Error error(built.error().code(),
                        "some overlays failed to be generated: " + built.error().headline());
            for (const std::string& frame : built.error().frames()) error = error.with_frame(frame);
            outcome_ =
                error.with_frame(fmt::format("building the {} overlay of {}", word, node.id));
        }
    }

    void count(const std::string& archive) {
        struct stat status{};
        if (::stat(archive.c_str(), &status) == 0)
            progress_.bytes += static_cast<uint64_t>(status.st_size);
        ++progress_.files;
        job_.progress(progress_);
    }

    const Site& site_;
    jobs::Job& job_;
    overlay::SnapshotPtr snapshot_;
    const std::vector<const nodes::Node*>& nodes_;
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

}  // namespace

Result<JobAnswer> overlay_build(Call& call, const protocol::OverlayBuildRequest& request) {
    WW_TRY(const auto snapshot, current(call.site));
    WW_TRY(auto nodes, chosen(*snapshot, request.nodes));
    const size_t workers = request.workers > 0 ? static_cast<size_t>(request.workers)
                                               : std::max(1U, std::thread::hardware_concurrency());
    std::string name = nodes.size() == 1 ? nodes[0]->id : fmt::format("{} nodes", nodes.size());
    return start_job(
        call,
        {.kind = "overlay build", .name = std::move(name), .detached = request.detach},
        [&site = call.site, snapshot, nodes = std::move(nodes), workers](jobs::Job& job) {
            return NodeBuilds(site, job, snapshot, nodes).run(workers);
        });
}

}  // namespace ww::api
