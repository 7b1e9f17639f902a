// SPDX-License-Identifier: BSD-3-Clause
#include "api/overlays/findings.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "api/overlays/differences.h"
#include "base/nearest.h"
#include "nodes/field_lister.h"
#include "render/follow.h"

namespace ww::api {

namespace {

using overlay::Brought;
using overlay::Context;
using overlay::Kind;
using overlay::Origins;
using overlay::TemplateRun;

/// What a template prints of a key that is not there. Source: reference/templates.md.
constexpr std::string_view kNoValue = "<no value>";
/// Shorter ones stand in many texts by chance.
constexpr size_t kShortestSecret = 4;

class NodeFindings {
   public:
    NodeFindings(const render::RootData& root,
                 Context context,
                 const Origins& origins,
                 const KnownNames& known,
                 const Serving& serving)
        : root_(root), context_(context), origins_(origins), known_(known), serving_(serving) {}

    std::vector<Finding> all() {
        for (const Origins::Failure& failure : origins_.failures)
            add(Severity::Error,
                "failure",
                failure.overlay,
                failure.source,
                failure.error.describe());
        for (const Origins::Failure& conflict : origins_.conflicts)
            add(Severity::Error,
                "conflict",
                conflict.overlay,
                conflict.source,
                conflict.error.headline());
        for (const auto& [path, here] : origins_.files) look_at(path, here);
        for (const TemplateRun& run : origins_.runs) look_at(run);
        return std::move(found_);
    }

   private:
    void add(Severity severity,
             std::string word,
             const std::string& overlay,
             std::string place,
             std::string text) {
        found_.push_back({severity, std::move(word), overlay, std::move(place), std::move(text)});
    }

    void look_at(const std::string& path, const Origins::Here& here) {
        const Brought& brought = origins_.brought[here.by];
        for (const size_t hidden : here.hidden)
            if (origins_.brought[hidden].overlay != brought.overlay)
                add(Severity::Info,
                    "hidden",
                    origins_.brought[hidden].overlay,
                    origins_.brought[hidden].source,
                    fmt::format("{} comes from overlay {}", on_node(path), brought.overlay));
        if (!brought.run || brought.kind != Kind::File || !brought.text || here.is_backup) return;
        const size_t at = brought.text->find(kNoValue);
        if (at != std::string::npos)
            add(Severity::Warn,
                "missing-value",
                brought.overlay,
                brought.source,
                fmt::format("{}, line {}, holds {}: a key that is not there",
                            on_node(path),
                            1 + std::count(brought.text->begin(),
                                           brought.text->begin() + static_cast<ptrdiff_t>(at),
                                           '\n'),
                            kNoValue));
        look_for_secrets(path, brought);
    }

    // ---- secrets: values that a template read and that stand in what it made

    void look_for_secrets(const std::string& path, const Brought& brought) {
        for (const auto& [field, value] : secrets_read_by(origins_.runs[*brought.run])) {
            if (brought.text->find(value) == std::string::npos) continue;
            const std::string what = fmt::format("{} holds {}", on_node(path), field);
            if ((brought.meta.mode & S_IROTH) != 0)
                add(Severity::Warn,
                    "secret",
                    brought.overlay,
                    place_of(brought.source, brought.line),
                    fmt::format("{}, and everybody on the node can read it (mode {:04o})",
                                what,
                                brought.meta.mode));
            if (const std::string route = open_route(); !route.empty())
                add(Severity::Warn,
                    "secret",
                    brought.overlay,
                    place_of(brought.source, brought.line),
                    fmt::format("{}, and {}", what, route));
        }
    }

    /// Who gets the archive without showing who he is; empty: nobody.
    std::string open_route() const {
        if (!root_.node.asset_key.empty()) return {};
        if (context_ == Context::System)
            return "whoever asks for the system overlay by the node's hardware address gets it: "
                   "give the node an asset key";
        if (serving_.secure || serving_.tls) return {};
        return "whoever asks for the runtime overlay gets it: set `secure` or `tls`";
    }

    std::map<std::string, std::string> secrets_read_by(const TemplateRun& run) const {
        std::map<std::string, std::string> secrets;
        for (const render::Path& path : run.trace.reads) {
            const auto field = render::field_read(path);
            if (!field || !field->is_secret) continue;
            if (field->of == render::FieldRead::Of::This) {
                keep(secrets, field->generic, render::value_text(root_, path).value_or(""));
                continue;
            }
            for (const nodes::Node& node : root_.all_nodes)
                for (const nodes::FieldValue& each : nodes::own_fields(node))
                    if (each.is_secret) keep(secrets, each.name + " of " + node.id, each.value);
        }
        return secrets;
    }

    static void keep(std::map<std::string, std::string>& secrets,
                     const std::string& field,
                     std::string value) {
        if (value.size() >= kShortestSecret) secrets.emplace(field, std::move(value));
    }

    // ---- templates

    void look_at(const TemplateRun& run) {
        for (const std::string& warning : run.warnings)
            add(Severity::Warn, "warning", run.overlay, run.source, warning);
        if (!run.trace.unforeseeable.empty())
            add(Severity::Warn,
                "unforeseeable",
                run.overlay,
                run.source,
                fmt::format("calls {}: made anew whenever a node asks",
                            fmt::join(run.trace.unforeseeable, ", ")));
        for (const render::Path& path : run.trace.reads) look_at(run, path);
    }

    void look_at(const TemplateRun& run, const render::Path& path) {
        const auto field = render::field_read(path);
        if (!field || path.empty()) return;
        const render::Step* key = nullptr;
        for (size_t i = 1; i < path.size() && key == nullptr; ++i)
            if (path[i].kind == render::Step::Kind::Key &&
                (path[i - 1].name == "Tags" || path[i - 1].name == "Resources"))
                key = &path[i];
        if (key == nullptr) return;
        const bool is_tag = field->generic.ends_with("Tags");
        const auto& names = is_tag ? known_.tags : known_.resources;
        if (names.contains(key->name)) return;
        const std::string hint = nearest_hint(key->name, {names.begin(), names.end()});
        add(hint.empty() ? Severity::Info : Severity::Warn,
            "unset",
            run.overlay,
            run.source,
            fmt::format("asks for {} {}, which nothing sets{}{}",
                        is_tag ? "tag" : "resource",
                        key->name,
                        hint.empty() ? "" : "; ",
                        hint));
    }

    const render::RootData& root_;
    const Context context_;
    const Origins& origins_;
    const KnownNames& known_;
    const Serving& serving_;
    std::vector<Finding> found_;
};

}  // namespace

KnownNames KnownNames::of(const nodes::Registry& registry) {
    KnownNames known;
    const auto look = [&](const auto& entries) {
        for (const auto& [name, entry] : entries) {
            for (const auto& [tag, value] : entry.tags) known.tags.insert(tag);
            for (const auto& [tag, value] : entry.ipmi.tags) known.tags.insert(tag);
            for (const auto& [device, net] : entry.network_devices)
                for (const auto& [tag, value] : net.tags) known.tags.insert(tag);
            for (const auto& [resource, value] : entry.resources) known.resources.insert(resource);
        }
    };
    look(registry.nodes);
    look(registry.profiles);
    return known;
}

std::vector<Finding> findings_of(const render::RootData& root,
                                 Context context,
                                 const Origins& origins,
                                 const KnownNames& known,
                                 const Serving& serving) {
    return NodeFindings(root, context, origins, known, serving).all();
}

}  // namespace ww::api
