// SPDX-License-Identifier: BSD-3-Clause
//
// image check
#include "api/images/checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/changes.h"
#include "api/images/image_jobs.h"
#include "api/overlays/client_program.h"
#include "api/suggest.h"
#include "image/check/check.h"
#include "image/generations/image_ref.h"
#include "image/record.h"

namespace ww::api {

namespace {

/// The entries of the stock boot menus that go by way of dracut.
bool boots_in_two_stages(const nodes::Node& node) {
    return std::ranges::any_of(node.tags, [](const auto& tag) {
        return (tag.first == "IPXEMenuEntry" || tag.first == "GrubMenuEntry") &&
               tag.second.starts_with("dracut");
    });
}

Result<image::Findings> findings_of(const Site& site,
                                    const image::Images& images,
                                    const image::Variant& tree,
                                    const std::stop_token& stop) {
    WW_TRY(const auto snapshot, current(site));
    const bool two_stage = std::ranges::any_of(snapshot->nodes(), [&](const nodes::Node& node) {
        return image::ImageRef::from(node.image_name).name == tree.name &&
               boots_in_two_stages(node);
    });
    WW_TRY(image::Findings findings,
           image::check_tree(images, tree, {.two_stage = two_stage, .stop = stop}));
    if (auto missing = missing_client(site, tree)) {
        const auto place =
            std::ranges::upper_bound(findings, image::Kind::NoClient, {}, &image::Finding::kind);
        findings.insert(place, {image::Kind::NoClient, std::move(*missing)});
    }
    return findings;
}

}  // namespace

void warn_of_findings(jobs::Job& job, const Site& site, const image::Variant& tree) {
    const image::Images images = images_of(site);
    if (!image::architecture_of(images, tree)) return;
    const auto findings = findings_of(site, images, tree, job.stop());
    if (!findings) {
        job.note(
            "warn",
            fmt::format("image {} was not checked: {}", tree.text(), findings.error().headline()));
        return;
    }
    constexpr size_t kTold = 20;
    size_t told = 0;
    for (const image::Finding& finding : *findings) {
        if (image::row_of(finding.kind).severity == image::Severity::Info || ++told > kTold)
            continue;
        job.note("warn",
                 fmt::format("image {}: {} {}: {}",
                             tree.text(),
                             image::row_of(finding.kind).word,
                             finding.path,
                             finding.reason()));
    }
    if (told > kTold)
        job.note("warn",
                 fmt::format("image {}: {} more; `wwctl image check {}` shows them",
                             tree.text(),
                             told - kTold,
                             tree.text()));
}

Result<protocol::ImageCheckReply> image_check(Call& call,
                                              const protocol::ImageCheckRequest& request) {
    const image::Images images = images_of(call.site);
    protocol::ImageCheckReply reply;
    for (const image::Variant& tree : trees_of(images, request.name)) {
        if (!images.exists(tree))
            return Error(ErrorCode::NotFound, fmt::format("image does not exist: {}", request.name))
                .with_hint(image_hint(call.site, request.name));
        WW_TRY(const image::Findings findings, findings_of(call.site, images, tree, {}));
        for (const image::Finding& finding : findings) {
            const image::KindRow& row = image::row_of(finding.kind);
            reply.findings.push_back({.image = tree.text(),
                                      .severity = std::string(to_string(row.severity)),
                                      .finding = std::string(row.word),
                                      .path = finding.path,
                                      .reason = finding.reason(),
                                      .next_step = finding.next(tree.text())});
        }
    }
    return reply;
}

}  // namespace ww::api
