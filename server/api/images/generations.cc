// SPDX-License-Identifier: BSD-3-Clause
//
// image history, rollback, gc
#include "api/images/generations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "api/changes.h"
#include "api/images/image_jobs.h"
#include "api/suggest.h"
#include "config/config.h"
#include "image/generations/booted.h"
#include "image/generations/image_ref.h"
#include "image/generations/rollback.h"
#include "image/source_lock.h"
#include "overlay/builder.h"

namespace ww::api {

namespace {

size_t kept_generations(const Site& site, int64_t asked) {
    if (asked >= 0) return static_cast<size_t>(asked);
    const std::optional<int64_t> configured = site.conf.warewulf.image_generations;
    return configured && *configured > 0 ? static_cast<size_t>(*configured)
                                         : image::kGenerationsKept;
}

/// "rocky" or "rocky@aarch64", of what is there.
Result<image::Variant> tree_of(const Site& site,
                               const image::Images& images,
                               const std::string& text) {
    const auto tree = image::Variant::from(text);
    if (tree && images.exists(*tree)) return *tree;
    return Error(ErrorCode::NotFound, fmt::format("image does not exist: {}", text))
        .with_hint(image_hint(site, text));
}

image::GcOptions gc_options(const NeededGenerations& needed, size_t newest, jobs::Job& job) {
    image::GcOptions options;
    options.newest = newest;
    options.needed = [&needed](const image::Variant& tree) { return needed.of_tree(tree); };
    options.stop = job.stop();
    return options;
}

}  // namespace

Result<NeededGenerations> NeededGenerations::of(const Site& site, const image::Images& images) {
    WW_TRY(const auto snapshot, current(site));
    NeededGenerations needed;
    const auto pin = [&](const std::string& image_name, std::string who) {
        const auto ref = image::ImageRef::from(image_name);
        if (ref.generation) needed.pinned_[ref.name][*ref.generation].push_back(std::move(who));
    };
    for (const auto& [id, node] : snapshot->raw().nodes) pin(node.image_name, id);
    for (const auto& [id, profile] : snapshot->raw().profiles)
        pin(profile.image_name, fmt::format("profile {}", id));
    for (const auto& [node, sent] : image::read_booted(images.content())) {
        if (snapshot->raw().nodes.contains(node))
            needed.booted_[sent.tree.text()][sent.generation].push_back(node);
        else
            (void)image::forget_booted(images.content(), node);  // else the next time
    }
    return needed;
}

Needers NeededGenerations::needers(const image::Variant& tree, uint64_t generation) const {
    const auto find = [generation](const auto& all, const std::string& name) {
        const auto by_number = all.find(name);
        if (by_number == all.end()) return protocol::Names();
        const auto names = by_number->second.find(generation);
        return names == by_number->second.end() ? protocol::Names() : names->second;
    };
    return {find(pinned_, tree.name), find(booted_, tree.text())};
}

std::set<uint64_t> NeededGenerations::of_tree(const image::Variant& tree) const {
    std::set<uint64_t> numbers;
    const auto add = [&numbers](const auto& all, const std::string& name) {
        if (const auto at = all.find(name); at != all.end())
            for (const auto& [number, names] : at->second) numbers.insert(number);
    };
    add(pinned_, tree.name);
    add(booted_, tree.text());
    return numbers;
}

void tidy_generations(jobs::Job& job, const Site& site, const image::Variant& tree) {
    const image::Images images = images_of(site);
    const auto tidy = [&]() -> Result<void> {
        WW_TRY(const NeededGenerations needed, NeededGenerations::of(site, images));
        {
            WW_TRY(const auto lock, image::SourceLock::take(images.source(tree.name), job.stop()));
            WW_TRY_VOID(image::forget_generations(
                images, tree, gc_options(needed, kept_generations(site, -1), job)));
        }
        std::stop_source only_trying;
        only_trying.request_stop();
        const auto collected = image::collect_content(images, {.stop = only_trying.get_token()});
        if (!collected && collected.error().code() != ErrorCode::Cancelled)
            return collected.error();
        return {};
    };
    if (const auto done = tidy(); !done)
        job.note("warn",
                 fmt::format(
                     "old builds of {} are still kept: {}", tree.text(), done.error().headline()));
}

Result<protocol::ImageHistoryReply> image_history(Call& call,
                                                  const protocol::ImageHistoryRequest& request) {
    const image::Images images = images_of(call.site);
    WW_TRY(const image::Variant tree, tree_of(call.site, images, request.name));
    protocol::ImageHistoryReply reply{.name = tree.text()};
    WW_TRY(reply.generations, generations_of(call.site, images, tree));
    return reply;
}

Result<std::vector<protocol::ImageGeneration>> generations_of(const Site& site,
                                                              const image::Images& images,
                                                              const image::Variant& tree) {
    WW_TRY(const image::History history, image::read_history(images.content(), tree));
    WW_TRY(const NeededGenerations needed, NeededGenerations::of(site, images));
    const image::Generation* now = image::served(images, tree, history);
    std::vector<protocol::ImageGeneration> generations;
    for (auto each = history.generations.rbegin(); each != history.generations.rend(); ++each) {
        Needers needers = needed.needers(tree, each->number);
        generations.push_back({.generation = static_cast<int64_t>(each->number),
                               .digest = each->digest.text(),
                               .built = each->built,
                               .user = each->author,
                               .command = each->reason,
                               .kernel_version = each->kernel,
                               .size = static_cast<int64_t>(each->size),
                               .compressed_size = static_cast<int64_t>(each->compressed_size),
                               .served = &*each == now,
                               .pinned_by = std::move(needers.pinned_by),
                               .booted_by = std::move(needers.booted_by)});
    }
    return generations;
}

Result<JobAnswer> image_rollback(Call& call, const protocol::ImageRollbackRequest& request) {
    const image::Images images = images_of(call.site);
    WW_TRY(const image::Variant tree, tree_of(call.site, images, request.name));
    if (request.generation < 0)
        return Error(ErrorCode::InvalidArgument, "generations are counted from 1");
    const auto work =
        [images, tree, number = request.generation](jobs::Job& job) -> Result<jobs::Totals> {
        image::RollbackOptions options;
        if (number > 0) options.generation = static_cast<uint64_t>(number);
        options.stop = job.stop();
        options.progress = job.progress_sink();
        WW_TRY(const image::Generation now, image::roll_back(images, tree, options));
        job.note("info",
                 fmt::format("Nodes that boot {} now get generation {}", tree.text(), now.number));
        return jobs::Totals{.bytes = now.size};
    };
    return start_job_of<protocol::route::ImageRollback>(call,
                                                        {.kind = "image rollback",
                                                         .name = tree.text(),
                                                         .subjects = {{image_subject(tree.name)}},
                                                         .detached = request.detach},
                                                        request,
                                                        work);
}

Result<JobAnswer> image_gc(Call& call, const protocol::ImageGcRequest& request) {
    const auto work = [images = images_of(call.site),
                       newest = kept_generations(call.site, request.keep),
                       dry_run = request.dry_run,
                       &site = call.site](jobs::Job& job) -> Result<jobs::Totals> {
        WW_TRY(const NeededGenerations needed, NeededGenerations::of(site, images));
        image::GcOptions options = gc_options(needed, newest, job);
        options.dry_run = dry_run;
        if (!dry_run) site.overlays.drop_unused_pieces();
        WW_TRY(const image::GcOutcome outcome, image::collect_garbage(images, options));
        for (const auto& [tree, numbers] : outcome.forgotten)
            job.note("info",
                     fmt::format("{} generation{} {} of {}",
                                 dry_run ? "Would forget" : "Forgot",
                                 numbers.size() == 1 ? "" : "s",
                                 fmt::join(numbers, ", "),
                                 tree.text()));
        const content::Collected& collected = outcome.collected;
        job.note("info",
                 fmt::format("{} {} blobs ({} bytes); {} blobs with {} bytes stay",
                             dry_run ? "Would remove" : "Removed",
                             collected.removed,
                             collected.freed,
                             collected.kept,
                             collected.kept_bytes));
        return jobs::Totals{.bytes = collected.freed, .files = collected.removed};
    };
    return start_job_of<protocol::route::ImageGc>(
        call,
        {.kind = "image gc", .name = "", .subjects = {}, .detached = request.detach},
        request,
        work);
}

}  // namespace ww::api
