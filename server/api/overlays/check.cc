// SPDX-License-Identifier: BSD-3-Clause
//
// What is wrong with overlays: all of them rendered for all nodes, and nothing kept.
#include <fmt/format.h>

#include <map>
#include <mutex>
#include <set>

#include "api/changes.h"
#include "api/overlays/findings.h"
#include "config/config.h"
#include "nodes/hostlist.h"
#include "protocol/json.h"

namespace ww::api {

namespace {

using overlay::Context;
using overlay::Origins;
using overlay::SnapshotPtr;
using protocol::OverlayCheckReport;

/// The overlay that is for the server itself.
constexpr const char* kHostOverlay = "host";
/// Findings that are told; a site with more has its hands full with these.
constexpr size_t kMostFindings = 1000;

std::string_view level_of(Severity severity) {
    if (severity == Severity::Error) return "error";
    return severity == Severity::Warn ? "warn" : "info";
}

class CheckWork {
   public:
    CheckWork(const Site& site, SnapshotPtr snapshot, std::set<std::string> asked, bool all)
        : files_(site, std::move(snapshot)),
          known_(KnownNames::of(files_.snapshot().raw())),
          serving_{site.conf.warewulf.secure(), site.conf.warewulf.tls()},
          asked_(std::move(asked)) {
        std::set<std::string> used{kHostOverlay};
        for (const nodes::Node& node : files_.snapshot().nodes()) {
            nodes_.push_back(&node);
            for (const Context context : {Context::System, Context::Runtime})
                for (const std::string& name : overlays_of(node, context)) used.insert(name);
        }
        for (const overlay::Overlay& each : overlay::list_overlays(site.overlays.folders()))
            if (!used.contains(each.name) && (all || asked_.contains(each.name)))
                unused_.push_back(each.name);
        looks_at_host_ =
            asked_.contains(kHostOverlay) ||
            (all && overlay::find_overlay(site.overlays.folders(), kHostOverlay).has_value());
    }

    Result<jobs::Totals> run(jobs::Job& job) {
        WW_TRY_VOID(
            for_each_in_job(job, nodes_.size(), "checking", [&](size_t i) { look(*nodes_[i]); }));
        if (looks_at_host_) {
            nodes::Node server = overlay::server_as_node();
            take(server, Context::System, files_.of(server, {kHostOverlay}));
        }
        OverlayCheckReport report = told();
        return jobs::Totals{.files = static_cast<uint64_t>(report.files),
                            .report = protocol::Report<OverlayCheckReport>::text(report)};
    }

   private:
    void look(const nodes::Node& node) {
        for (const Context context : {Context::System, Context::Runtime})
            take(node, context, files_.of(node, context));
        // Each by itself: nobody says in which order they would come.
        for (const std::string& name : unused_)
            take(node, Context::System, files_.of(node, {name}));
    }

    void take(const nodes::Node& node, Context context, const Origins& origins) {
        auto found = findings_of(files_.root_for(node), context, origins, known_, serving_);
        const std::lock_guard lock(mutex_);
        rendered_ += std::ssize(origins.files);
        for (Finding& finding : found)
            if (asked_.empty() || asked_.contains(finding.overlay)) {
                auto& names = by_finding_[std::move(finding)];
                if (names.empty() || names.back() != node.id) names.push_back(node.id);
            }
    }

    OverlayCheckReport told() {
        OverlayCheckReport report{.nodes = std::ssize(nodes_), .files = rendered_};
        for (auto& [finding, names] : by_finding_) {
            if (finding.severity == Severity::Error) ++report.errors;
            if (finding.severity == Severity::Warn) ++report.warnings;
            report.shortened |= report.findings.size() == kMostFindings;
            if (report.shortened) continue;
            std::ranges::sort(names);
            names.erase(std::unique(names.begin(), names.end()), names.end());
            report.findings.push_back({.level = std::string(level_of(finding.severity)),
                                       .word = finding.word,
                                       .overlay = finding.overlay,
                                       .place = finding.place,
                                       .text = finding.text,
                                       .nodes = nodes::compress_hostlist(names),
                                       .count = std::ssize(names)});
        }
        return report;
    }

    NodeFiles files_;
    const KnownNames known_;
    const Serving serving_;
    const std::set<std::string> asked_;
    std::vector<const nodes::Node*> nodes_;
    std::vector<std::string> unused_;
    bool looks_at_host_ = false;

    std::mutex mutex_;  // guards what follows
    int64_t rendered_ = 0;
    std::map<Finding, std::vector<std::string>> by_finding_;
};

}  // namespace

Result<JobAnswer> overlay_check(Call& call, const protocol::OverlayCheckRequest& request) {
    WW_TRY(const auto snapshot, current(call.site));
    for (const std::string& name : request.overlays)
        WW_TRY_VOID(overlay::find_overlay(call.site.overlays.folders(), name), "checking {}", name);
    std::set<std::string> asked(request.overlays.begin(), request.overlays.end());
    std::string name =
        asked.empty() ? "all nodes" : fmt::format("{}", fmt::join(request.overlays, ", "));
    return start_job(call,
                     {.kind = "overlay check", .name = std::move(name)},
                     [=, &site = call.site, all = request.all](jobs::Job& job) {
                         return CheckWork(site, snapshot, asked, all).run(job);
                     });
}

}  // namespace ww::api
