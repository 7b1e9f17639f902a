// SPDX-License-Identifier: BSD-3-Clause
#include "image/generations/gc.h"

#include <algorithm>

#include "image/record.h"
#include "image/source_lock.h"

namespace ww::image {

namespace {

/// Takes out of a history what goes: the numbers of those, oldest first.
std::vector<uint64_t> prune(const Images& images,
                            const Variant& tree,
                            const GcOptions& options,
                            History& history) {
    std::set<uint64_t> stay = options.needed ? options.needed(tree) : std::set<uint64_t>();
    if (const Generation* now = served(images, tree, history)) stay.insert(now->number);
    const size_t old =
        history.generations.size() - std::min(options.newest, history.generations.size());
    std::vector<uint64_t> gone;
    std::vector<Generation> kept;
    for (size_t i = 0; i < history.generations.size(); ++i) {
        const uint64_t number = history.generations[i].number;
        if (i >= old || stay.contains(number))
            kept.push_back(std::move(history.generations[i]));
        else
            gone.push_back(number);
    }
    history.generations = std::move(kept);
    return gone;
}

/// What collect_garbage() would do now.
Result<GcOutcome> would_collect(const Images& images,
                                const Histories& histories,
                                const GcOptions& options) {
    GcOutcome outcome;
    const auto roots = [&]() -> Result<content::Roots> {
        content::Roots all;
        for (const Variant& tree : histories.list()) {
            if (!images.exists(tree)) continue;
            WW_TRY(History history, histories.read(tree));
            auto gone = prune(images, tree, options, history);
            if (!gone.empty()) outcome.forgotten.emplace_back(tree, std::move(gone));
            add_roots(history, all);
        }
        WW_TRY(const auto imported, recorded_blobs(images));
        all.insert(imported.begin(), imported.end());
        return all;
    };
    WW_TRY(outcome.collected,
           content::collect(histories.store(),
                            roots,
                            {.grace = options.grace, .dry_run = true, .stop = options.stop}));
    return outcome;
}

}  // namespace

Result<std::vector<uint64_t>> forget_generations(const Images& images,
                                                 const Variant& tree,
                                                 const GcOptions& options) {
    WW_TRY(const Histories histories, Histories::open(images.content()));
    WW_TRY(History history, histories.read(tree));
    std::vector<uint64_t> gone = prune(images, tree, options, history);
    if (!gone.empty()) WW_TRY_VOID(histories.write(tree, history));
    return gone;
}

Result<content::Collected> collect_content(const Images& images,
                                           const content::CollectOptions& options) {
    WW_TRY(const Histories histories, Histories::open(images.content()));
    const auto roots = [&]() -> Result<content::Roots> {
        WW_TRY(content::Roots all, histories.roots());
        WW_TRY(const auto imported, recorded_blobs(images));
        all.insert(imported.begin(), imported.end());
        return all;
    };
    return content::collect(histories.store(), roots, options);
}

Result<GcOutcome> collect_garbage(const Images& images, const GcOptions& options) {
    WW_TRY(const Histories histories, Histories::open(images.content()));
    if (options.dry_run) return would_collect(images, histories, options);
    GcOutcome outcome;
    for (const Variant& tree : histories.list()) {
        if (!images.exists(tree)) {
            WW_TRY_VOID(histories.remove(tree));
            continue;
        }
        WW_TRY(const SourceLock lock, SourceLock::take(images.source(tree.name), options.stop));
        WW_TRY(auto gone, forget_generations(images, tree, options));
        if (!gone.empty()) outcome.forgotten.emplace_back(tree, std::move(gone));
    }
    WW_TRY(outcome.collected,
           collect_content(images, {.grace = options.grace, .stop = options.stop}));
    return outcome;
}

}  // namespace ww::image
