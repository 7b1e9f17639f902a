// SPDX-License-Identifier: BSD-3-Clause
#include "boot/images.h"

#include <algorithm>
#include <span>
#include <vector>

#include "image/initramfs.h"

namespace ww::boot {

struct NodeImages::Opened {
    ConfinedDir rootfs;
    std::shared_ptr<const image::BootFiles> files;
    std::optional<image::Kernel> kernel;  // the one the node boots
    /// Where kernels come from, if not from the tree.
    std::shared_ptr<const image::Generation> frozen;
};

namespace {

Error none(const char* what) {
    return {ErrorCode::NotFound, fmt::format("the image has no {}", what)};
}

Result<ImageFile> open_file(const ConfinedDir& rootfs, std::string path, Form form) {
    if (form == Form::Gzip) path += ".gz";
    WW_TRY(UniqueFd fd, image::open_boot_file(rootfs, path));
    return ImageFile{std::move(path), std::move(fd)};
}

std::vector<image::Kernel> kernels_of(const image::Generation& generation) {
    std::vector<image::Kernel> kernels;
    for (const image::KeptFile& file : generation.kernels) kernels.emplace_back(file.path);
    return kernels;
}

std::vector<std::string> initramfs_of(const image::Generation& generation) {
    std::vector<std::string> paths;
    for (const image::KeptFile& file : generation.initramfs) paths.push_back(file.path);
    return paths;
}

/// One of the files a generation has beside its archive.
Result<ImageFile> open_kept(const image::ServedGenerations& served,
                            std::span<const image::KeptFile> files,
                            const std::string& path,
                            Form form) {
    const auto at = std::ranges::find(files, path, &image::KeptFile::path);
    if (at == files.end() || form == Form::Gzip) return none("such file");
    WW_TRY(UniqueFd fd, served.open(at->digest));
    return ImageFile{path, std::move(fd)};
}

}  // namespace

std::string NodeImages::rootfs(const std::string& image) const {
    const std::string name = image::ImageRef::from(image).name;
    return images_.exists(name) ? images_.rootfs(name) : std::string();
}

Result<NodeImages::Wanted> NodeImages::wanted(const nodes::Node& node) const {
    WW_TRY(image::Variant tree, this->tree(node));
    Wanted wanted{.tree = std::move(tree),
                  .pin = image::ImageRef::from(node.image_name).generation};
    WW_TRY(wanted.serving, served_.of(wanted.tree, wanted.pin));
    return wanted;
}

Result<UniqueFd> NodeImages::zstd(const nodes::Node& node) const {
    WW_TRY(const image::Variant tree, this->tree(node));
    // First: every boot script asks, and most images have none.
    WW_TRY(UniqueFd fd, image::open_zstd(images_, tree));
    const auto pin = image::ImageRef::from(node.image_name).generation;
    WW_TRY(const image::Serving serving, served_.of(tree, pin));
    if (pin || serving.frozen) return none("zstd copy of this generation");
    WW_TRY(const ConfinedDir rootfs, images_.open(tree));
    // A kernel may have come since it was built.
    if (cache_.get(rootfs)->zstd == image::ZstdEvidence::None) return none("kernel for zstd");
    return fd;
}

std::shared_ptr<const image::Trees> NodeImages::trees(const nodes::Node& node) const {
    return trees_.get(image::ImageRef::from(node.image_name).name);
}

void NodeImages::told(const nodes::Node& node, Architecture machine) const {
    const auto trees = this->trees(node);
    machines_.told(
        node.id, machine, trees->all.empty() ? std::nullopt : trees->all.front().architecture);
}

std::optional<Architecture> NodeImages::machine(const nodes::Node& node) const {
    if (const auto told = machines_.of(node.id)) return told;
    const auto tag = node.tags.find("arch");
    return tag == node.tags.end() ? std::nullopt : machine_told(tag->second);
}

std::optional<Architecture> NodeImages::architecture(const nodes::Node& node) const {
    if (const auto known = machine(node)) return known;
    const auto trees = this->trees(node);
    return trees->all.empty() ? std::nullopt : trees->all.front().architecture;
}

Result<image::Variant> NodeImages::tree(const nodes::Node& node) const {
    if (node.image_name.empty()) return Error(ErrorCode::NotFound, "the node has no image");
    image::Variant first = image::ImageRef::from(node.image_name).name;
    const auto machine = this->machine(node);
    const auto trees = this->trees(node);
    if (!machine || !trees->told_apart()) return first;
    if (const image::KnownTree* fitting = trees->fitting(*machine)) return fitting->tree;
    return Error(ErrorCode::FailedPrecondition,
                 fmt::format("image {} is for {}, the node's machine is {}",
                             first.name,
                             trees->architectures(),
                             to_string(*machine)));
}

Result<NodeImages::Opened> NodeImages::open(const nodes::Node& node) const {
    WW_TRY(Wanted wants, wanted(node));
    WW_TRY(ConfinedDir rootfs, images_.open(wants.tree));
    auto files = cache_.get(rootfs);
    if (wants.serving.frozen) {
        auto kept =
            image::choose_kernel(kernels_of(*wants.serving.generation), node.kernel.version);
        return Opened{
            std::move(rootfs), std::move(files), std::move(kept), wants.serving.generation};
    }
    auto kernel = image::choose_kernel(rootfs, files->kernels, node.kernel.version);
    return Opened{std::move(rootfs), std::move(files), std::move(kernel), nullptr};
}

std::string NodeImages::default_kernel_version(const nodes::Node& node) const {
    const auto opened = open(node);
    return opened && opened->kernel ? opened->kernel->version_text() : std::string();
}

Result<ImageFile> NodeImages::kernel(const nodes::Node& node, Form form) const {
    WW_TRY(const Opened opened, open(node));
    if (!opened.kernel) return none("kernel for this node");
    if (opened.frozen) return open_kept(served_, opened.frozen->kernels, opened.kernel->path, form);
    return open_file(opened.rootfs, opened.kernel->path, form);
}

Result<ImageFile> NodeImages::initramfs(const nodes::Node& node, Form form) const {
    WW_TRY(const Opened opened, open(node));
    if (!opened.kernel) return none("kernel for this node");
    const std::vector<std::string> files =
        opened.frozen ? initramfs_of(*opened.frozen) : opened.files->initramfs;
    const std::string* path = image::initramfs_for(*opened.kernel, files);
    if (path == nullptr) return none("initramfs for its kernel");
    if (opened.frozen) return open_kept(served_, opened.frozen->initramfs, *path, form);
    return open_file(opened.rootfs, *path, form);
}

Result<ImageFile> NodeImages::shim(const nodes::Node& node, Form form) const {
    WW_TRY(const Opened opened, open(node));
    if (opened.files->shim.empty()) return none("shim");
    return open_file(opened.rootfs, opened.files->shim, form);
}

Result<ImageFile> NodeImages::grub(const nodes::Node& node, Form form) const {
    WW_TRY(const Opened opened, open(node));
    if (opened.files->grub.empty()) return none("GRUB");
    return open_file(opened.rootfs, opened.files->grub, form);
}

void NodeImages::retain_machines(const nodes::Snapshot& snapshot) const {
    machines_.retain([&](std::string_view node) { return snapshot.find(node) != nullptr; });
}

}  // namespace ww::boot
