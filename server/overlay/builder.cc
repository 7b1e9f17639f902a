// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/builder.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include "base/guarded.h"
#include "base/log.h"
#include "overlay/all_nodes.h"
#include "overlay/build_time.h"
#include "overlay/complete_files.h"
#include "overlay/pack.h"
#include "overlay/payloads.h"
#include "overlay/queue.h"
#include "overlay/renders/made_by.h"
#include "overlay/shelf.h"

namespace ww::overlay {

struct Builder::State {
    explicit State(Environment given)
        : environment(std::move(given)),
          folders{environment.conf.paths.site_overlays(),
                  environment.conf.paths.distribution_overlays(),
                  environment.conf.paths.overlay_provision()},
          templates(render::overlay_functions()),
          large(environment.content_folder),
          layouts(folders),
          all_nodes(environment.conf),
          renders({.folder = environment.renders_folder,
                   .made_by = renders_made_by(environment.conf),
                   .limits = environment.render_limits,
                   .clock = environment.clock},
                  environment.images,
                  templates) {}

    // What an archive was made from.
    struct Built {
        std::string node_digest;
        std::string kernel_version;
        std::string architecture;
        Name recipe;
        std::vector<LayoutPointer> layouts;
        std::vector<std::shared_ptr<const render::Inputs>> looked_at;
        AllNodes::Places of_nodes;
        std::string nodes_digest;  // of what they lead to
        std::vector<std::string> unforeseeable;
        // The last one for which all of it was as it is here.
        mutable std::atomic<uint64_t> generation = 0;
    };
    using BuiltPointer = std::shared_ptr<const Built>;
    struct Slot {
        Queue building;
        Guarded<BuiltPointer> built;
        Guarded<std::optional<std::string>> failure;  // of the last attempt
    };

    // Nothing: the archive is right.
    void note_failure(Slot& slot, std::optional<std::string> why) {
        slot.failure.with([&](auto& failure) {
            failures += (why ? 1 : 0) - (failure ? 1 : 0);
            failure = std::move(why);
        });
    }

    std::shared_ptr<Slot> slot(const std::string& path) {
        return slots.with([&](auto& all) {
            auto& found = all[path];
            if (!found) found = std::make_shared<Slot>();
            return found;
        });
    }
    std::shared_ptr<Slot> slot_if_any(const std::string& path) const {
        return slots.with([&](const auto& all) {
            const auto found = all.find(path);
            return found == all.end() ? nullptr : found->second;
        });
    }

    std::string kernel_version(const nodes::Node& node) const {
        return node.kernel.version.empty() ? environment.kernel_version(node) : node.kernel.version;
    }

    std::string architecture(const nodes::Node& node) const {
        return environment.architecture ? environment.architecture(node) : std::string();
    }

    render::RootData root_for(const nodes::Snapshot& snapshot, const nodes::Node& node) const {
        const int64_t now = environment.clock();
        render::RootData root;
        root.conf = &environment.conf;
        root.snapshot = &snapshot;
        root.node = node;
        root.node.kernel.version = kernel_version(node);
        root.arch = architecture(node);
        root.build_host = server_name();
        root.build_time = build_time_text(now);
        root.build_time_unix = std::to_string(now);
        root.derive();
        return root;
    }

    // ---- Whether an archive may be sent as it is ----

    enum class Effort { Quick, Any };

    std::optional<Served> servable(const Slot& slot,
                                   const SnapshotPtr& snapshot,
                                   const nodes::Node& node,
                                   const std::string& path,
                                   Form form,
                                   Effort effort) {
        Served served{.path = file_of(path, form)};
        if (frozen()) return exists(path) ? std::optional(std::move(served)) : std::nullopt;
        const BuiltPointer built = fresh(slot, snapshot, node, effort);
        if (!built) return std::nullopt;
        served.archive = shelf.get(path, form, built->recipe);
        return served.archive ? std::optional(std::move(served)) : std::nullopt;
    }

    /// What was made last, if it would be made again.
    BuiltPointer fresh(const Slot& slot,
                       const SnapshotPtr& snapshot,
                       const nodes::Node& node,
                       Effort effort) const {
        BuiltPointer built = slot.built.with([](const auto& kept) { return kept; });
        const bool same = built && built->unforeseeable.empty() &&
                          built->kernel_version == kernel_version(node) &&
                          built->architecture == architecture(node) &&
                          nodes_unchanged(*built, snapshot, node, effort) &&
                          files_unchanged(*built);
        return same ? built : nullptr;
    }

    /// What lies on disk is what is sent.
    bool frozen() const { return !environment.conf.warewulf.autobuild_overlays(); }

    static std::string file_of(const std::string& path, Form form) {
        return form == Form::Gzip ? path + ".gz" : path;
    }

    bool nodes_unchanged(const Built& built,
                         const SnapshotPtr& snapshot,
                         const nodes::Node& node,
                         Effort effort) const {
        const uint64_t generation = snapshot->generation();
        if (built.generation == generation) return true;
        if (built.node_digest != snapshot->digest(node)) return false;
        if (!built.of_nodes->empty()) {
            if (effort == Effort::Quick) return false;
            if (all_nodes.digest(snapshot, *built.of_nodes) != built.nodes_digest) return false;
        }
        built.generation = generation;
        return true;
    }

    ArchiveState state_of(const SnapshotPtr& snapshot,
                          const nodes::Node& node,
                          Context context,
                          const std::string& path) {
        ArchiveState state{.node = node.id, .context = context};
        state.keeps_last_good = keeps_last_good(path);
        if (frozen() && exists(path)) {
            state.is = ArchiveState::Is::Frozen;
            return state;
        }
        const auto slot = slot_if_any(path);
        if (!slot) return state;
        const BuiltPointer built = slot->built.with([](const auto& kept) { return kept; });
        if (auto failure = slot->failure.with([](const auto& kept) { return kept; })) {
            state.is = ArchiveState::Is::Failing;
            state.why = std::move(*failure);
        } else if (built && !built->unforeseeable.empty()) {
            state.is = ArchiveState::Is::Unforeseeable;
            state.why = fmt::format("{}", fmt::join(built->unforeseeable, "; "));
        } else if (built) {
            const bool is_right = fresh(*slot, snapshot, node, Effort::Any) != nullptr ||
                                  comes_out_so(*built, snapshot, node, context);
            state.is = is_right ? ArchiveState::Is::Current : ArchiveState::Is::Stale;
        }
        return state;
    }

    /// Whether nothing that changed makes a difference.
    bool comes_out_so(const Built& built,
                      const SnapshotPtr& snapshot,
                      const nodes::Node& node,
                      Context context) {
        render::RootData root = root_for(*snapshot, node);
        const auto digests = all_nodes.digests(snapshot);
        return is_still(workshop(digests.get()), overlays_of(node, context), root, built.recipe);
    }

    Workshop workshop(render::SiteDigests* of_site) {
        return {layouts, renders, contents, of_site};
    }

    static bool files_unchanged(const Built& built) {
        return std::ranges::all_of(built.layouts,
                                   [](const LayoutPointer& each) { return each->unchanged(); }) &&
               std::ranges::all_of(built.looked_at,
                                   [](const auto& each) { return each->unchanged(); });
    }

    // ---- Making it ----

    /// Its plain form.
    Result<archive::Pieces> make(Slot& slot,
                                 const SnapshotPtr& snapshot,
                                 const nodes::Node& node,
                                 Context context,
                                 const std::string& path) {
        auto made = make_archive(slot, snapshot, node, context, path);
        note_failure(slot, made ? std::nullopt : std::optional(made.error().headline()));
        if (!made)
            return made.error().with_frame(fmt::format(
                "building the {} overlay image of node {}", to_string(context), node.id));
        return made;
    }

    Result<archive::Pieces> make_archive(Slot& slot,
                                         const SnapshotPtr& snapshot,
                                         const nodes::Node& node,
                                         Context context,
                                         const std::string& path) {
        auto built = std::make_shared<Built>();
        render::RootData root = root_for(*snapshot, node);
        const auto digests = all_nodes.digests(snapshot);
        auto assembled = assemble(workshop(digests.get()), overlays_of(node, context), root);
        renders.flush();
        if (!assembled) return assembled.error();
        warn(assembled->warnings);
        WW_TRY(archive::Pieces plain, describe(assembled->files, large));
        Recipe& recipe = assembled->recipe;
        const BuiltPointer before = slot.built.with([](const auto& kept) { return kept; });
        if (!before || before->recipe != recipe.name) shelf.drop(path);
        built->generation = snapshot->generation();
        built->node_digest = digest_if_any(*snapshot, node);
        built->kernel_version = root.node.kernel.version;
        built->architecture = root.arch;
        built->recipe = recipe.name;
        built->layouts = std::move(recipe.layouts);
        built->looked_at = std::move(recipe.looked_at);
        built->of_nodes = all_nodes.shared(std::move(recipe.of_nodes));
        built->nodes_digest = all_nodes.digest(snapshot, *built->of_nodes);
        built->unforeseeable = std::move(recipe.unforeseeable);
        slot.built.with([&](auto& kept) { kept = built; });
        log::info("overlay built node={} context={} files={}",
                  node.id,
                  to_string(context),
                  assembled->files.entries().size());
        return plain;
    }

    /// Puts one form of what was just made where the next who asks for it finds it.
    ArchivePtr shelve(const Slot& slot,
                      const std::string& path,
                      Form form,
                      const archive::Pieces& plain) {
        const Name recipe = slot.built.with([](const auto& kept) { return kept->recipe; });
        return shelf.put(path, form, recipe, form == Form::Gzip ? archive::gzip(plain) : plain);
    }

    /// As it is sent where nothing is frozen.
    Result<ArchivePtr> up_to_date(Slot& slot,
                                  const SnapshotPtr& snapshot,
                                  const nodes::Node& node,
                                  Context context,
                                  const std::string& path,
                                  Form form) {
        if (const BuiltPointer built = fresh(slot, snapshot, node, Effort::Any))
            if (ArchivePtr archive = shelf.get_or_pack(path, form, built->recipe)) return archive;
        WW_TRY(const archive::Pieces plain, make(slot, snapshot, node, context, path));
        ArchivePtr archive = shelve(slot, path, form, plain);
        if (!frozen()) keep_files(plain, path, *snapshot);
        return archive;
    }

    // ---- Complete files ----

    static bool all_have_files(const nodes::Snapshot& snapshot) {
        return snapshot.nodes().size() <= kCompleteFilesNodes;
    }

    /// What lies on disk is what nodes are sent, or does not lie there.
    static void keep_files(const archive::Pieces& plain,
                           const std::string& path,
                           const nodes::Snapshot& snapshot) {
        if (!all_have_files(snapshot) && !keeps_last_good(path)) {
            if (exists(path) && !is_complete(plain, path)) remove_complete(path);
            return;
        }
        // Nodes do not wait for it.
        if (const auto written = write_complete(plain, path); !written)
            log::warn("overlay.not_written {}", written.error().describe());
    }

    static std::string digest_if_any(const nodes::Snapshot& snapshot, const nodes::Node& node) {
        return snapshot.find(node.id) == &node ? snapshot.digest(node) : std::string();
    }

    void warn(const std::vector<std::string>& warnings) {
        for (const std::string& warning : warnings) {
            const bool first = warned.with([&](auto& said) { return said.insert(warning).second; });
            if (first) log::warn("overlay.warning {}", warning);
        }
    }

    Environment environment;
    Folders folders;
    render::TemplateCache templates;
    StaticContents contents;
    Payloads large;
    Shelf shelf;
    Layouts layouts;
    AllNodes all_nodes;
    Renders renders;
    Guarded<std::set<std::string>> warned;
    Guarded<std::map<std::string, std::shared_ptr<Slot>>> slots;
    std::atomic<int> failures = 0;  // archives whose last attempt failed
};

Builder::Builder(Environment environment)
    : state_(std::make_unique<State>(std::move(environment))) {}
Builder::~Builder() = default;

const Folders& Builder::folders() const { return state_->folders; }

std::string Builder::architecture(const nodes::Node& node) const {
    return state_->architecture(node);
}

Materials Builder::materials() const {
    return {state_->folders, state_->environment.images, state_->templates};
}

render::RootData Builder::root_for(const nodes::Snapshot& snapshot, const nodes::Node& node) const {
    return state_->root_for(snapshot, node);
}

std::string Builder::archive_path(const std::string& node_id, Context context) const {
    const char* name = context == Context::System ? "__SYSTEM__.img" : "__RUNTIME__.img";
    return fmt::format("{}/{}/{}", state_->folders.built, node_id, name);
}

std::optional<Served> Builder::current(const SnapshotPtr& snapshot,
                                       const nodes::Node& node,
                                       Context context,
                                       Form form) const {
    if (!check_node_id(node.id)) return std::nullopt;
    const std::string path = archive_path(node.id, context);
    const auto slot = state_->slot(path);
    auto served = state_->servable(*slot, snapshot, node, path, form, State::Effort::Quick);
    if (served) state_->note_failure(*slot, std::nullopt);
    return served;
}

std::optional<Result<Served>> Builder::ensure(const SnapshotPtr& snapshot,
                                              const nodes::Node& node,
                                              Context context,
                                              Form form,
                                              std::function<void()> again) {
    if (const auto checked = check_node_id(node.id); !checked) return checked.error();
    const std::string path = archive_path(node.id, context);
    const auto slot = state_->slot(path);
    const auto turn = slot->building.enter(std::move(again));
    if (!turn) return std::nullopt;
    // In its turn: somebody else may have built it while this one waited.
    if (auto served = state_->servable(*slot, snapshot, node, path, form, State::Effort::Any)) {
        state_->note_failure(*slot, std::nullopt);
        return std::move(*served);
    }
    Served served{.path = State::file_of(path, form)};
    const auto plain = state_->make(*slot, snapshot, node, context, path);
    if (!plain) {
        if (!keeps_last_good(path) || !exists(path)) return plain.error();
        log::warn(
            "overlay.last_good node={} context={}: sent as it was, since it cannot be made: {}",
            node.id,
            to_string(context),
            plain.error().describe());
        return served;
    }
    if (state_->frozen()) {
        if (const auto written = write_complete(*plain, path); !written) return written.error();
        return served;
    }
    served.archive = state_->shelve(*slot, path, form, *plain);
    State::keep_files(*plain, path, *snapshot);
    return served;
}

Result<std::string> Builder::build(const SnapshotPtr& snapshot,
                                   const nodes::Node& node,
                                   Context context,
                                   WhileFailing policy) {
    WW_TRY_VOID(check_node_id(node.id));
    std::string path = archive_path(node.id, context);
    const auto slot = state_->slot(path);
    const Queue::Turn turn = slot->building.wait();
    WW_TRY_VOID(set_while_failing(path, policy));
    WW_TRY(const archive::Pieces plain, state_->make(*slot, snapshot, node, context, path));
    WW_TRY_VOID(write_complete(plain, path));
    return path;
}

Result<void> Builder::warm(const SnapshotPtr& snapshot, const nodes::Node& node, Context context) {
    WW_TRY_VOID(check_node_id(node.id));
    const std::string path = archive_path(node.id, context);
    const auto slot = state_->slot(path);
    const Queue::Turn turn = slot->building.wait();
    WW_TRY_VOID(set_while_failing(path, WhileFailing::Refuse));
    // All clients of ours ask for this form.
    const auto made = state_->up_to_date(*slot, snapshot, node, context, path, Form::Gzip);
    return made ? Result<void>() : made.error();
}

Result<int64_t> Builder::growth(const SnapshotPtr& snapshot,
                                const nodes::Node& node,
                                Context context) {
    WW_TRY_VOID(check_node_id(node.id));
    const std::string path = archive_path(node.id, context);
    const auto slot = state_->slot(path);
    const Queue::Turn turn = slot->building.wait();
    WW_TRY(const archive::Pieces plain, state_->make(*slot, snapshot, node, context, path));
    return growth_by(plain, path);
}

Result<ArchivePtr> Builder::archive(const SnapshotPtr& snapshot,
                                    const nodes::Node& node,
                                    Context context,
                                    Form form) {
    WW_TRY_VOID(check_node_id(node.id));
    const std::string path = archive_path(node.id, context);
    const auto slot = state_->slot(path);
    const Queue::Turn turn = slot->building.wait();
    return state_->up_to_date(*slot, snapshot, node, context, path, form);
}

ArchivePtr Builder::made_lately(const std::string& node_id, Context context, Form form) const {
    return state_->shelf.get(archive_path(node_id, context), form);
}

bool Builder::has_complete_files(const nodes::Snapshot& snapshot) const {
    return State::all_have_files(snapshot);
}

void Builder::drop_unused_pieces() const { state_->large.drop_unused(); }

std::optional<std::string> Builder::failure(const std::string& node_id, Context context) const {
    if (state_->failures == 0) return std::nullopt;
    const auto slot = state_->slot_if_any(archive_path(node_id, context));
    return slot ? slot->failure.with([](const auto& failure) { return failure; }) : std::nullopt;
}

Statistics Builder::statistics(const SnapshotPtr& snapshot) const {
    const Renders::Counts counts = state_->renders.counts();
    Statistics statistics{.renders = counts.renders,
                          .failed = counts.failed,
                          .as_before = counts.as_before,
                          .renders_saved = counts.saved,
                          .bytes_saved = counts.bytes_saved,
                          .looked_at = counts.looked_at,
                          .files = counts.files,
                          .bytes = counts.bytes,
                          .limit_bytes = state_->renders.limits().memory_bytes,
                          .disk_bytes = counts.disk_bytes,
                          .evicted = counts.evicted};
    for (const nodes::Node& node : snapshot->nodes())
        for (const Context context : {Context::System, Context::Runtime})
            statistics.archives.push_back(
                state_->state_of(snapshot, node, context, archive_path(node.id, context)));
    return statistics;
}

Result<render::Rendered> Builder::render_file(const nodes::Snapshot& snapshot,
                                              const nodes::Node& node,
                                              const std::string& overlay,
                                              const std::string& path) const {
    render::RootData root = state_->root_for(snapshot, node);
    root.overlay = overlay;
    root.build_source = path;
    WW_TRY(const tmpl::Template source, state_->templates.get(path));
    render::Inputs unused;
    return render::render(source, {root, state_->environment.images, unused});
}

Result<Assembled> Builder::files_of(const nodes::Snapshot& snapshot,
                                    const nodes::Node& node,
                                    const std::string& overlay) const {
    render::RootData root = state_->root_for(snapshot, node);
    return assemble(state_->workshop(nullptr), {overlay}, root);
}

}  // namespace ww::overlay
