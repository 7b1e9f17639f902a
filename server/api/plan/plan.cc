// SPDX-License-Identifier: BSD-3-Clause
//
// What a change would do to nodes and their files, told and not done.
#include "api/plan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <set>
#include <span>

#include "api/changes.h"
#include "api/overlays/differences.h"
#include "api/plan/requests.h"
#include "base/path.h"
#include "image/generations/image_ref.h"
#include "nodes/diff.h"
#include "nodes/hostlist.h"
#include "protocol/json.h"
#include "render/template_error.h"
#include "store/summary.h"

namespace ww::api {

namespace {

using overlay::Context;
using overlay::Origins;
using overlay::SnapshotPtr;
using protocol::PlanReport;

/// Bytes of differences that are told; of more only that there are.
constexpr size_t kMostTexts = 4 << 20;
/// Different differences that are told.
constexpr size_t kMostDifferences = 1000;
/// Reasons that are told of one need.
constexpr size_t kMostReasons = 12;

/// Fields that a node meets when it boots, as changes name them.
constexpr std::array<std::string_view, 9> kBootFields = {
    "asset", "discoverable", "image", "init", "ipxe", "kernel", "netdevs", "primarynet", "root"};

bool is_boot_field(std::string_view path) {
    return std::ranges::any_of(kBootFields, [&](std::string_view field) {
        return path.starts_with(field) && (path.size() == field.size() ||
                                           path[field.size()] == '.' || path[field.size()] == '[');
    });
}

/// What of all nodes' data is not the same before and after.
class AllNodesChanges {
   public:
    AllNodesChanges(const render::RootData& before, const render::RootData& after)
        : before_(before), after_(after) {}

    /// Of what a template read about all nodes.
    bool touch(const render::Trace& trace) {
        return std::ranges::any_of(trace.reads, [&](const render::Path& path) {
            return render::is_of_any_node(path) && differs(path);
        });
    }

   private:
    bool differs(const render::Path& path) {
        const std::string key = to_text(path);
        const std::lock_guard lock(mutex_);
        const auto known = known_.find(key);
        if (known != known_.end()) return known->second;
        const std::span<const render::Path> one(&path, 1);
        const bool differ = digest_of(before_, one, nullptr) != digest_of(after_, one, nullptr);
        return known_.emplace(key, differ).first->second;
    }

    const render::RootData& before_;
    const render::RootData& after_;
    std::mutex mutex_;
    std::map<std::string, bool> known_;  // guarded by mutex_
};

/// All nodes before and after, looked at one by one.
class PlanWork {
   public:
    PlanWork(
        const Site& site, Plan plan, SnapshotPtr before, SnapshotPtr after, bool files, Texts texts)
        : plan_(std::move(plan)),
          files_(files),
          before_(site, std::move(before)),
          after_(site, std::move(after), other_files(plan_.files)),
          differ_(before_, after_, texts),
          nobody_before_(before_.root_for(nobody())),
          nobody_after_(after_.root_for(nobody())),
          all_nodes_(nobody_before_, nobody_after_) {}

    Result<jobs::Totals> run(jobs::Job& job) {
        std::set<std::string> names;
        for (const nodes::Node& node : before_.snapshot().nodes()) names.insert(node.id);
        for (const nodes::Node& node : after_.snapshot().nodes()) names.insert(node.id);
        const std::vector<std::string> all(names.begin(), names.end());
        WW_TRY_VOID(for_each_in_job(job, all.size(), "comparing", [&](size_t i) { look(all[i]); }));
        PlanReport report = told();
        report.nodes = static_cast<int64_t>(all.size());
        return jobs::Totals{.report = protocol::Report<PlanReport>::text(report)};
    }

   private:
    static nodes::Node nobody() { return overlay::server_as_node(); }

    void look(const std::string& name) {
        const nodes::Node* was = before_.snapshot().find(name);
        const nodes::Node* is = after_.snapshot().find(name);
        std::vector<nodes::FieldChange> fields;
        if (plan_.registry && differ(was, is)) {
            static const nodes::Node kNone;
            fields = nodes::diff(was != nullptr ? *was : kNone, is != nullptr ? *is : kNone);
        }
        std::vector<Difference> found;
        if (files_ && was != nullptr && is != nullptr)
            for (const Context context : {Context::System, Context::Runtime})
                for (Difference& each : compare(*was, *is, context))
                    found.push_back(std::move(each));
        take(name, was, is, std::move(fields), std::move(found));
    }

    bool differ(const nodes::Node* was, const nodes::Node* is) const {
        return was == nullptr || is == nullptr ||
               before_.snapshot().digest(*was) != after_.snapshot().digest(*is);
    }

    std::vector<Difference> compare(const nodes::Node& was,
                                    const nodes::Node& is,
                                    Context context) {
        const bool same_node = !plan_.registry || !differ(&was, &is);
        const auto& overlays = overlays_of(is, context);
        const bool other_overlays = std::ranges::any_of(overlays, [&](const std::string& overlay) {
            return after_.others().contains(overlay);
        });
        if (same_node && !other_overlays && !plan_.registry) return {};
        const Origins before = before_.of(was, context);
        // What read neither this node's fields nor anything of others that changes comes out the
        // same.
        const bool touched = std::ranges::any_of(before.runs, [&](const overlay::TemplateRun& run) {
            return all_nodes_.touch(run.trace);
        });
        if (same_node && !other_overlays && !touched) return {};
        return differ_.between(context, before, after_.of(is, context));
    }

    void take(const std::string& name,
              const nodes::Node* was,
              const nodes::Node* is,
              std::vector<nodes::FieldChange> fields,
              std::vector<Difference> found) {
        std::set<std::string> reboot, poll;
        for (const nodes::FieldChange& change : fields)
            if (is_boot_field(change.path)) reboot.insert(change.path);
        for (const Difference& each : found)
            (each.context == "system" ? reboot : poll).insert(each.path);
        if (is != nullptr)
            if (const auto image = plan_.images.find(image::ImageRef::from(is->image_name).name);
                image != plan_.images.end())
                reboot.insert(fmt::format("image {}", image->first));
        if (was == nullptr) reboot = {"the node is new"};
        if (is == nullptr) reboot = {"the node is gone"};
        const std::lock_guard lock(mutex_);
        if (!fields.empty() || !found.empty() || !reboot.empty()) ++changed_;
        if (!reboot.empty()) needs_[{"reboot", std::move(reboot)}].push_back(name);
        if (!poll.empty()) needs_[{"poll", std::move(poll)}].push_back(name);
        if (!fields.empty() && was != nullptr && is != nullptr) fields_[name] = std::move(fields);
        for (Difference& each : found) remember(name, std::move(each));
    }

    // With the lock.
    void remember(const std::string& name, Difference difference) {
        if (const auto known = differences_.find(difference); known != differences_.end()) {
            known->second.push_back(name);
            return;
        }
        shortened_ |= differences_.size() >= kMostDifferences ||
                      texts_size_ + difference.text.size() > kMostTexts;
        if (differences_.size() >= kMostDifferences) return;
        if (texts_size_ + difference.text.size() > kMostTexts) difference.text.clear();
        texts_size_ += difference.text.size();
        differences_[std::move(difference)].push_back(name);
    }

    PlanReport told() {
        PlanReport report{.summary = plan_.summary};
        report.summary += store::describe(plan_.files);
        report.fields = nodes::format_changes(std::move(fields_));
        for (auto& [difference, names] : differences_)
            report.files.push_back({.context = difference.context,
                                    .path = difference.path,
                                    .overlay = difference.overlay,
                                    .what = difference.what,
                                    .text = difference.text,
                                    .nodes = folded(names),
                                    .count = std::ssize(names)});
        add_unused_templates(report);
        for (auto& [need, names] : needs_) {
            protocol::PlannedNeed one{.need = need.first, .nodes = folded(names)};
            one.count = std::ssize(names);
            for (const std::string& reason : need.second)
                if (one.why.size() < kMostReasons) one.why.push_back(reason);
            if (need.second.size() > kMostReasons)
                one.why.push_back(fmt::format("and {} more", need.second.size() - kMostReasons));
            report.needs.push_back(std::move(one));
        }
        report.changed = changed_;
        report.shortened = shortened_;
        return report;
    }

    /// Templates that do not parse and that no node uses, so that nobody has said so yet.
    void add_unused_templates(PlanReport& report) const {
        for (const store::FileChange& file : plan_.files) {
            if (!file.after || !file.after->text || !overlay::is_template_file(file.path)) continue;
            const auto parsed = tmpl::parse(
                *file.after->text, std::string(base_name(file.path)), render::overlay_functions());
            const bool is_told = std::ranges::any_of(report.files, [&](const auto& each) {
                return each.what == "fails" && each.overlay == file.overlay;
            });
            if (parsed || is_told) continue;
            const Error error = render::template_error(
                parsed.error(), *file.after->text, fmt::format("parsing {}", file.name()));
            report.files.push_back({.path = on_node(file.path),
                                    .overlay = file.overlay,
                                    .what = "fails",
                                    .text = error.describe()});
        }
    }

    static std::string folded(std::vector<std::string>& names) {
        std::ranges::sort(names);
        return nodes::compress_hostlist(names);
    }

    const Plan plan_;
    const bool files_;
    NodeFiles before_;
    NodeFiles after_;
    Differ differ_;
    const render::RootData nobody_before_;
    const render::RootData nobody_after_;
    AllNodesChanges all_nodes_;

    std::mutex mutex_;  // guards what follows
    std::map<std::string, std::vector<nodes::FieldChange>> fields_;
    std::map<Difference, std::vector<std::string>> differences_;
    std::map<std::pair<std::string, std::set<std::string>>, std::vector<std::string>> needs_;
    size_t texts_size_ = 0;
    bool shortened_ = false;
    int64_t changed_ = 0;
};

}  // namespace

Result<JobAnswer> plan(Call& call, const protocol::PlanRequest& request) {
    WW_TRY(const auto before, current(call.site));
    WW_TRY(Plan plan, plan_of(call, request));
    SnapshotPtr after = before;
    if (plan.registry) {
        WW_TRY(after,
               nodes::Snapshot::build(*plan.registry, {}, before->generation() + 1, before.get()));
    }
    const auto work =
        [=, &site = call.site, plan = std::move(plan)](jobs::Job& job) -> Result<jobs::Totals> {
        return PlanWork(site,
                        plan,
                        before,
                        after,
                        request.files,
                        request.texts ? Texts::Shown : Texts::Left)
            .run(job);
    };
    return start_job(call, {.kind = "plan", .name = request.path}, work);
}

}  // namespace ww::api
