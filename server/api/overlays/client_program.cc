// SPDX-License-Identifier: BSD-3-Clause
#include "api/overlays/client_program.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <utility>

#include "api/changes.h"
#include "api/images/image_jobs.h"
#include "base/confined_dir.h"
#include "image/architecture.h"
#include "image/generations/image_ref.h"
#include "image/record.h"
#include "overlay/builder.h"

namespace ww::api {

namespace {

/// The stock overlay that brings it, and its copies for one architecture ("wwclient.aarch64").
constexpr std::string_view kClientOverlay = "wwclient";
constexpr const char* kClientFile = "warewulf/wwclient";

enum class Found { Nothing, Fitting, Other };

/// A file that is no program of a known machine is taken for what the site wants there.
Found look_for_client(const std::string& root, Architecture architecture) {
    const auto folder = ConfinedDir::open(root);
    if (!folder) return Found::Nothing;
    const auto fd = folder->open_file(kClientFile);
    struct stat status{};
    if (!fd || ::fstat(fd->get(), &status) != 0 || !S_ISREG(status.st_mode)) return Found::Nothing;
    std::string head(image::kHeaderBytes, '\0');
    const ssize_t got = ::pread(fd->get(), head.data(), head.size(), 0);
    head.resize(got > 0 ? static_cast<size_t>(got) : 0);
    const auto program = image::architecture_of_program(head);
    return !program || runs(architecture, *program) ? Found::Fitting : Found::Other;
}

bool is_to_bring_client(std::string_view overlay) {
    return overlay == kClientOverlay || overlay.starts_with(fmt::format("{}.", kClientOverlay));
}

std::vector<std::string> overlays_of(const nodes::Node& node) {
    std::vector<std::string> all(node.system_overlay.begin(), node.system_overlay.end());
    all.insert(all.end(), node.runtime_overlay.begin(), node.runtime_overlay.end());
    return all;
}

}  // namespace

std::optional<std::string> missing_client(const overlay::Folders& folders,
                                          const std::vector<std::string>& overlays,
                                          Architecture architecture) {
    std::optional<std::string> missing;
    for (const std::string& name : overlays) {
        const auto overlay = overlay::find_overlay(folders, name);
        if (!overlay) continue;  // that is said elsewhere
        const std::string beside = overlay->content_root_for(to_string(architecture));
        const Found special = look_for_client(beside, architecture);
        const Found usual = look_for_client(overlay->content_root(), architecture);
        // What comes last is what the node has.
        const Found last = special != Found::Nothing ? special : usual;
        if (last == Found::Fitting)
            missing.reset();
        else if (last == Found::Other)
            missing = fmt::format("{}/{}", beside, kClientFile);
        else if (is_to_bring_client(name) && !missing)
            missing =
                fmt::format("{}/{}",
                            architecture == own_architecture() ? overlay->content_root() : beside,
                            kClientFile);
    }
    return missing;
}

void warn_of_missing_clients(jobs::Job& job,
                             const Site& site,
                             const std::vector<const nodes::Node*>& nodes) {
    struct Need {
        std::string first;
        size_t nodes = 0;
    };
    using Kind = std::pair<std::vector<std::string>, Architecture>;
    std::map<Kind, std::optional<std::string>> answers;
    std::map<std::pair<std::string, Architecture>, Need> needs;
    for (const nodes::Node* node : nodes) {
        const auto architecture = architecture_from(site.overlays.architecture(*node));
        if (!architecture) continue;
        const auto [at, fresh] = answers.try_emplace({overlays_of(*node), *architecture});
        if (fresh)
            at->second = missing_client(site.overlays.folders(), at->first.first, *architecture);
        if (!at->second) continue;
        Need& need = needs[{*at->second, *architecture}];
        if (need.nodes++ == 0) need.first = node->id;
    }
    for (const auto& [what, need] : needs)
        job.note(
            "warn",
            fmt::format("{} {}: there is no wwclient for it, {} is missing; it is in wwd's "
                        "package for {}, as wwclient of the overlay wwclient",
                        need.nodes == 1
                            ? fmt::format("Node {} is", need.first)
                            : fmt::format("Node {} and {} more are", need.first, need.nodes - 1),
                        to_string(what.second),
                        what.first,
                        to_string(what.second)));
}

std::optional<std::string> missing_client(const Site& site, const image::Variant& tree) {
    const auto architecture = image::architecture_of(images_of(site), tree);
    const auto snapshot = current(site);
    if (!architecture || !snapshot) return std::nullopt;
    const overlay::Folders& folders = site.overlays.folders();
    bool used = false;
    for (const nodes::Node& node : (*snapshot)->nodes()) {
        if (image::ImageRef::from(node.image_name).name != tree.name ||
            site.overlays.architecture(node) != to_string(*architecture))
            continue;
        used = true;
        if (auto missing = missing_client(folders, overlays_of(node), *architecture))
            return missing;
    }
    if (used) return std::nullopt;
    const std::string special = fmt::format("{}.{}", kClientOverlay, to_string(*architecture));
    auto missing = missing_client(folders, {std::string(kClientOverlay)}, *architecture);
    const bool has_special = overlay::find_overlay(folders, special).has_value() &&
                             !missing_client(folders, {special}, *architecture);
    return has_special ? std::nullopt : missing;
}

}  // namespace ww::api
