// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/renders/renders.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/guarded.h"
#include "base/log.h"
#include "overlay/renders/codec.h"
#include "overlay/renders/content_times.h"
#include "overlay/renders/memory.h"
#include "overlay/renders/segments.h"

namespace ww::overlay {

struct Renders::State {
    State(Options given, const render::ImageFiles& given_images, render::TemplateCache& given_cache)
        : options(std::move(given)),
          images(given_images),
          templates(given_cache),
          memory(options.limits),
          times(options.limits.content_times),
          disk(options.folder, options.made_by, options.limits) {}

    // ---- What is kept ----

    void load() {
        std::call_once(loaded, [&] {
            disk.with([&](Segments& segments) {
                memory.with([&](Memory& all) {
                    segments.load([&](Segments::Found found) {
                        const auto book = all.book(found.path, found.identity);
                        (void)since(found.path, found.outcome);
                        all.insert(*book, found.identity, found.key, std::move(found.outcome));
                    });
                });
                if (segments.crowded()) rewrite(segments);
            });
        });
    }

    void rewrite(Segments& segments) {
        const auto add_all = [&] {
            memory.with([&](const Memory& all) {
                all.for_each(options.limits.disk_bytes / 2,
                             [&](const auto& book, const Name& key, const Outcome& outcome) {
                                 segments.add(book.path(), book.identity(), key, outcome);
                             });
            });
        };
        tell(segments.rewrite(add_all));
    }

    static void tell(const Result<void>& done) {
        if (!done)
            log::warn("overlay.renders_not_kept what is rendered is kept in memory only: {}",
                      done.error().describe());
    }

    // ---- One template ----

    // Gives the outcome the time that belongs to it. Whether it came out so before.
    bool since(const std::string& path, Outcome& outcome) {
        render::Packer files;
        put_files(files, outcome.made->rendered);
        const Name content = Name::of(files.bytes());
        const auto known =
            times.with([&](ContentTimes& all) { return all.of(path, content, outcome.time); });
        outcome.time = known.time;
        return known.as_before;
    }

    // Null if nothing that is kept is right.
    OutcomePointer look(Memory::Book& book,
                        const render::RootData& root,
                        render::SiteDigests* site) {
        const auto shapes = memory.with([&](Memory&) { return Memory::shapes(book); });
        for (const ReadsPointer& reads : shapes) {
            const Name key = Name::of_digest(render::digest_of(root, *reads, site));
            ++looked_at;
            const auto found = memory.with([&](Memory& all) { return all.find(book, reads, key); });
            if (found && found->files->unchanged()) return found;
        }
        return nullptr;
    }

    // Whether the next node will likely need the same.
    bool alike_for_all(const Memory::Book& book) const {
        const auto shapes = memory.with([&](const Memory&) { return Memory::shapes(book); });
        return shapes.empty() || std::ranges::any_of(shapes, [](const ReadsPointer& reads) {
                   return std::ranges::any_of(*reads, render::is_of_all_nodes);
               });
    }

    Result<OutcomePointer> make(Memory::Book& book,
                                const FileIdentity& identity,
                                const render::RootData& root,
                                render::SiteDigests* site) {
        ++renders;
        auto outcome = run(root, site);
        if (!outcome) {
            ++failed;
            return outcome.error();
        }
        Outcome& made = outcome->first;
        if (since(book.path(), made)) ++as_before;
        if (!made.unforeseeable.empty()) return std::make_shared<const Outcome>(std::move(made));
        const Name& key = outcome->second;
        const auto kept = memory.with(
            [&](Memory& all) { return all.insert(book, identity, key, std::move(made)); });
        disk.with([&](Segments& to) { to.add(book.path(), identity, key, *kept); });
        return kept;
    }

    // With the name of what it read.
    Result<std::pair<Outcome, Name>> run(const render::RootData& root, render::SiteDigests* site) {
        WW_TRY(const tmpl::Template source, templates.get(root.build_source));
        render::Recorder recorder(root);
        WW_TRY(render::Rendered rendered,
               render::render(source, {root, images, recorder.files(), &recorder}));
        drop_what_is_not_written(rendered);
        render::Trace trace = recorder.finish(site);
        render::Packer packed;
        put(packed, rendered);
        const Name name = Name::of(packed.bytes());
        Outcome outcome{
            .made = std::make_shared<const Made>(Made{std::move(rendered), name}),
            .time = options.clock(),
            .reads = std::make_shared<const std::vector<render::Path>>(std::move(trace.reads)),
            .files = std::make_shared<const render::Inputs>(std::move(trace.files)),
            .unforeseeable = std::move(trace.unforeseeable)};
        return std::pair(std::move(outcome), Name::of_digest(trace.digest));
    }

    static void drop_what_is_not_written(render::Rendered& rendered) {
        if (!rendered.write) rendered.outputs.assign(1, {});
        for (size_t i = 0; i < rendered.outputs.size(); ++i)
            if (!rendered.written(i) || rendered.outputs[i].is_link)
                rendered.outputs[i].text.clear();
    }

    const Options options;
    const render::ImageFiles& images;
    render::TemplateCache& templates;
    std::once_flag loaded;
    Guarded<Memory> memory;       // taken after `disk`, never before
    Guarded<ContentTimes> times;  // taken last
    Guarded<Segments> disk;
    std::atomic<uint64_t> renders = 0, failed = 0, as_before = 0;
    std::atomic<uint64_t> saved = 0, bytes_saved = 0, looked_at = 0;
};

Renders::Renders(Options options,
                 const render::ImageFiles& images,
                 render::TemplateCache& templates)
    : state_(std::make_unique<State>(std::move(options), images, templates)) {}

Renders::~Renders() { flush(); }

Result<OutcomePointer> Renders::get(const render::RootData& root,
                                    const FileIdentity& identity,
                                    render::SiteDigests* site) {
    State& state = *state_;
    state.load();
    const auto book =
        state.memory.with([&](Memory& all) { return all.book(root.build_source, identity); });
    auto found = state.look(*book, root, site);
    if (!found) {
        std::unique_lock turn(book->rendering, std::defer_lock);
        if (state.alike_for_all(*book)) {
            turn.lock();
            found = state.look(*book, root, site);
        }
        if (!found) return state.make(*book, identity, root, site);
    }
    ++state.saved;
    state.bytes_saved += bytes_of(*found->made);
    return found;
}

OutcomePointer Renders::find(const render::RootData& root,
                             const FileIdentity& identity,
                             render::SiteDigests* site) {
    state_->load();
    const auto book =
        state_->memory.with([&](Memory& all) { return all.book(root.build_source, identity); });
    return state_->look(*book, root, site);
}

void Renders::flush() {
    state_->disk.with([&](Segments& segments) {
        if (segments.wants_rewrite()) state_->rewrite(segments);
        State::tell(segments.flush());
    });
}

Renders::Counts Renders::counts() const {
    Counts counts;
    counts.failed = state_->failed;
    counts.as_before = state_->as_before;
    counts.renders = state_->renders;  // after those that are of them
    counts.saved = state_->saved;
    counts.bytes_saved = state_->bytes_saved;
    counts.looked_at = state_->looked_at;
    counts.disk_bytes =
        state_->disk.with([](const Segments& segments) { return segments.bytes(); });
    state_->memory.with([&](const Memory& all) {
        counts.files = all.files();
        counts.bytes = all.bytes();
        counts.evicted = all.evicted();
    });
    return counts;
}

const RenderLimits& Renders::limits() const { return state_->options.limits; }

}  // namespace ww::overlay
