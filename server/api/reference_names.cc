// SPDX-License-Identifier: BSD-3-Clause
#include "api/reference_names.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/suggest.h"
#include "base/confined_dir.h"
#include "base/file.h"
#include "base/nearest.h"
#include "base/site_files.h"
#include "config/config.h"
#include "image/generations/history.h"
#include "image/generations/image_ref.h"
#include "image/image.h"
#include "overlay/builder.h"
#include "overlay/site.h"

namespace ww::api {

namespace {

/// Files of a folder that end in `suffix`, without it.
std::vector<std::string> files_of(const std::string& folder, std::string_view suffix) {
    const auto dir = ConfinedDir::open(folder);
    if (!dir) return {};
    std::vector<std::string> names;
    for (std::string& name : dir->list("")) {
        if (!name.ends_with(suffix)) continue;
        name.resize(name.size() - suffix.size());
        names.push_back(std::move(name));
    }
    return names;
}

image::Images images_of_site(const Site& site) {
    const config::Paths& paths = site.conf.paths;
    return {
        paths.wwchrootdir, paths.wwprovisiondir, content_folder(state_folder(paths.localstatedir))};
}

std::vector<std::string_view> views(const std::set<std::string, std::less<>>& names) {
    return {names.begin(), names.end()};
}

}  // namespace

std::vector<std::string> ipxe_template_names(const Site& site) {
    return files_of(site.conf.paths.sysconfdir + "/warewulf/ipxe", ".ipxe");
}

ReferenceNames::Problem ReferenceNames::look_up(std::optional<Names>& names,
                                                Load load,
                                                std::string_view noun,
                                                const std::string& name) {
    if (!names) {
        const std::vector<std::string> all = (this->*load)();
        names.emplace().known.insert(all.begin(), all.end());
    }
    if (names->known.contains(name)) return {};
    std::string& problem = names->problems[name];
    if (problem.empty())
        problem = with_hint(fmt::format("no {} \"{}\"", noun, name),
                            nearest_hint(name, views(names->known)));
    return problem;
}

ReferenceNames::Problem ReferenceNames::no_profile(const nodes::Registry& registry,
                                                   const std::string& name) {
    if (registry.profiles.contains(name)) return {};
    std::string& problem = profiles_[name];
    if (problem.empty())
        problem = with_hint(fmt::format("no profile \"{}\"", name), profile_hint(registry, name));
    return problem;
}

ReferenceNames::Problem ReferenceNames::no_image(const std::string& name) {
    const auto ref = image::ImageRef::from(name);
    const Problem problem = look_up(images_, &ReferenceNames::images, "image", ref.name);
    if (problem || !ref.generation) return problem;
    const auto history = image::read_history(images_of_site(site_).content(), ref.name);
    if (!history || history->find(*ref.generation) != nullptr) return {};
    return fmt::format("image \"{}\" has no generation {}", ref.name, *ref.generation);
}
ReferenceNames::Problem ReferenceNames::no_overlay(const std::string& name) {
    return look_up(overlays_, &ReferenceNames::overlays, "overlay", name);
}
ReferenceNames::Problem ReferenceNames::no_ipxe_template(const std::string& name) {
    return look_up(ipxe_, &ReferenceNames::ipxe_templates, "iPXE template", name);
}
ReferenceNames::Problem ReferenceNames::no_ipmi_template(const std::string& name) {
    if (name.starts_with('/') && exists(name)) return {};
    return look_up(ipmi_, &ReferenceNames::ipmi_templates, "IPMI template", name);
}

ReferenceNames::Problem ReferenceNames::no_kernel(const std::string& image,
                                                  const std::string& version) {
    const auto [at, is_new] = kernels_.try_emplace({image, version});
    if (!is_new) return at->second;
    const auto ref = image::ImageRef::from(image);
    // A pinned generation has kernels of its own.
    if (ref.generation) return {};
    const auto rootfs = images_of_site(site_).open(ref.name);
    if (!rootfs) return {};
    const std::vector<image::Kernel> kernels = image::find_kernels(*rootfs);
    if (image::choose_kernel(*rootfs, kernels, version)) return {};
    std::set<std::string, std::less<>> known;
    for (const image::Kernel& kernel : kernels)
        known.insert(version.starts_with('/') ? kernel.path : kernel.version_text());
    at->second = with_hint(fmt::format("image \"{}\" has no kernel \"{}\"", image, version),
                           nearest_hint(version, views(known)));
    return at->second;
}

std::vector<std::string> ReferenceNames::images() const {
    // A list makes the folder.
    if (!is_directory(site_.conf.paths.wwchrootdir)) return {};
    return images_of_site(site_).list().value_or(std::vector<std::string>());
}

std::vector<std::string> ReferenceNames::overlays() const {
    std::vector<std::string> names;
    for (const overlay::Overlay& each : overlay::list_overlays(site_.overlays.folders()))
        names.push_back(each.name);
    return names;
}

std::vector<std::string> ReferenceNames::ipxe_templates() const {
    return ipxe_template_names(site_);
}

std::vector<std::string> ReferenceNames::ipmi_templates() const {
    return files_of(site_.conf.paths.datadir + "/warewulf/bmc", "");
}

}  // namespace ww::api
