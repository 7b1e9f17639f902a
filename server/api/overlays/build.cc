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
#include <tuple>

#include "api/changes.h"
#include "api/handlers.h"
#include "api/overlays/client_program.h"
#include "api/overlays/node_files.h"
#include "base/disk/room.h"
#include "boot/service.h"
#include "config/config.h"
#include "nodes/hostlist.h"
#include "overlay/builder.h"
#include "protocol/json.h"
#include "protocol/problem.h"

namespace ww::api {

namespace {

using overlay::Context;

struct Aim {
    /// What there is afterwards.
    enum class Makes {
        Files,  // those that nodes are sent, on disk
        Ready,  // whatever it takes to send them without anybody waiting
        Sizes,  // of all of them, for who writes them elsewhere
    };
    Makes makes = Makes::Files;
    overlay::WhileFailing policy = overlay::WhileFailing::Refuse;
};

class NodeBuilds {
   public:
    NodeBuilds(const Site& site,
               jobs::Job& job,
               overlay::SnapshotPtr snapshot,
               const std::vector<const nodes::Node*>& nodes,
               size_t workers,
               const Aim& aim)
        : site_(site),
          job_(job),
          snapshot_(std::move(snapshot)),
          nodes_(nodes),
          workers_(workers),
          aim_(aim) {}

    Result<jobs::Totals> run() {
        // Of one, the build itself looks.
        if (aim_.makes == Aim::Makes::Files && nodes_.size() > 1) WW_TRY_VOID(look_for_room());
        for_each_archive("building",
                         [this](const auto& node, Context context) { make(node, context); });
        if (aim_.makes != Aim::Makes::Sizes && !outcome_) return outcome_.error();
        if (job_.stop().stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        warn_of_missing_clients(job_, site_, nodes_);
        jobs::Totals totals{.bytes = progress_.bytes, .files = progress_.files};
        if (aim_.makes == Aim::Makes::Sizes) totals = {.report = report()};
        return totals;
    }

   private:
    using Look = std::function<void(const nodes::Node&, Context)>;

    void for_each_archive(const char* phase, const Look& look) {
        progress_ = {.phase = phase};
        progress_.total_files = 2 * nodes_.size();
        std::atomic<size_t> next{0};
        const auto work = [&] {
            for (size_t i = next++; i < nodes_.size(); i = next++) {
                if (job_.stop().stop_requested()) return;
                look(*nodes_[i], Context::System);
                look(*nodes_[i], Context::Runtime);
            }
        };
        std::vector<std::jthread> threads;
        for (size_t i = 1; i < std::min(workers_, nodes_.size()); ++i) threads.emplace_back(work);
        work();
    }

    // Those that cannot be made take none, and say so when they are built.
    Result<void> look_for_room() {
        int64_t growth = 0;
        for_each_archive("looking for room", [&](const nodes::Node& node, Context context) {
            const auto by = site_.overlays.growth(snapshot_, node, context);
            const std::lock_guard lock(mutex_);
            if (by) growth += *by;
            count(0);
        });
        if (growth <= 0) return {};
        return check_room(site_.overlays.folders().built,
                          static_cast<uint64_t>(growth),
                          fmt::format("the archives of {} nodes take", nodes_.size()));
    }

    void make(const nodes::Node& node, Context context) {
        switch (aim_.makes) {
            case Aim::Makes::Files:
                return build(node, context);
            case Aim::Makes::Ready:
                return warm(node, context);
            case Aim::Makes::Sizes:
                return measure(node, context);
        }
    }

    void build(const nodes::Node& node, Context context) {
        const std::string_view word = to_string(context);
        const auto built = site_.overlays.build(snapshot_, node, context, aim_.policy);
        std::lock_guard lock(mutex_);
        job_.note("info", fmt::format("Building {} overlay image for {}", word, node.id));
        if (overlays_of(node, context).empty())
            job_.note("warn", fmt::format("No {} overlays defined for {}", word, node.id));
        if (!built) return fail(node, context, built.error());
        job_.note("info",
                  fmt::format("Created image for {} {} overlay: {}", node.id, word, *built));
        job_.note("info",
                  fmt::format("Compressed image for {} {} overlay: {}.gz", node.id, word, *built));
        struct stat status{};
        count(::stat(built->c_str(), &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0);
    }

    void warm(const nodes::Node& node, Context context) {
        const auto made = site_.overlays.warm(snapshot_, node, context);
        std::lock_guard lock(mutex_);
        if (!made) return fail(node, context, made.error());
        count(0);
    }

    void measure(const nodes::Node& node, Context context) {
        const auto size = sizes_of(node, context);
        std::lock_guard lock(mutex_);
        if (!size) return fail(node, context, size.error());
        sizes_.push_back(*size);
        count(0);
    }

    Result<protocol::OverlayArchiveSize> sizes_of(const nodes::Node& node, Context context) {
        using overlay::Form;
        WW_TRY(const auto plain, site_.overlays.archive(snapshot_, node, context, Form::Plain));
        WW_TRY(const auto packed, site_.overlays.archive(snapshot_, node, context, Form::Gzip));
        return protocol::OverlayArchiveSize{.node = node.id,
                                            .context = std::string(to_string(context)),
                                            .plain = static_cast<int64_t>(plain->pieces.size),
                                            .packed = static_cast<int64_t>(packed->pieces.size)};
    }

    std::string report() {
        std::ranges::sort(sizes_, [](const auto& a, const auto& b) {
            return std::tie(a.node, a.context) < std::tie(b.node, b.context);
        });
        protocol::OverlaySizesReport report{.archives = std::move(sizes_), .failure = {}};
        if (!outcome_) report.failure = protocol::to_problem(outcome_.error());
        return protocol::Report<protocol::OverlaySizesReport>::text(report);
    }

    // These with the lock.
    void fail(const nodes::Node& node, Context context, const Error& why) {
        if (!outcome_) return;  // the first one is told
        Error error(why.code(), "some overlays failed to be generated: " + why.headline());
        for (const std::string& frame : why.frames()) error = error.with_frame(frame);
        outcome_ = error.with_frame(
            fmt::format("building the {} overlay of {}", to_string(context), node.id));
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
    const size_t workers_;
    const Aim aim_;
    std::mutex mutex_;  // guards what follows, and the order of notes
    Progress progress_;
    Result<void> outcome_;
    std::vector<protocol::OverlayArchiveSize> sizes_;
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
    const bool names = !request.nodes.empty() || request.keep_last_good;
    if (request.sizes)
        aim.makes = Aim::Makes::Sizes;
    else if (!names && site.conf.warewulf.autobuild_overlays() &&
             !site.overlays.has_complete_files(snapshot))
        aim.makes = Aim::Makes::Ready;
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
    const bool only_ready = aim.makes == Aim::Makes::Ready;
    if (only_ready) sort_by_last_asked(call.site, nodes);
    std::string name = nodes.size() == 1 ? nodes[0]->id : fmt::format("{} nodes", nodes.size());
    return start_job(
        call,
        {.kind = "overlay build", .name = std::move(name), .detached = request.detach},
        [=, &site = call.site, nodes = std::move(nodes)](jobs::Job& job) {
            if (only_ready)
                job.note("info",
                         fmt::format("{} nodes: their overlays are made ready to be sent, not "
                                     "written to {}; name nodes to have files there",
                                     nodes.size(),
                                     site.overlays.folders().built));
            return NodeBuilds(site, job, snapshot, nodes, workers, aim).run();
        });
}

}  // namespace ww::api
