// SPDX-License-Identifier: BSD-3-Clause
#include "boot/images.h"

#include <algorithm>
#include <array>
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
    bool pinned = false;

    /// A kernel may have come since the zstd copy was built; of generations none is kept.
    bool may_have_zstd() const {
        return !pinned && !frozen && files->zstd != image::ZstdEvidence::None;
    }
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
    return wanted(node, std::move(tree));
}

Result<NodeImages::Wanted> NodeImages::wanted(const nodes::Node& node, image::Variant tree) const {
    Wanted wanted{.tree = std::move(tree),
                  .pin = image::ImageRef::from(node.image_name).generation};
    WW_TRY(wanted.serving, served_.of(wanted.tree, wanted.pin));
    return wanted;
}

Result<UniqueFd> NodeImages::zstd(const nodes::Node& node) const {
    WW_TRY(const image::Variant tree, this->tree(node));
    WW_TRY(UniqueFd fd, image::open_zstd(images_, tree));
    WW_TRY(const Opened opened, open(node, tree));
    if (!opened.may_have_zstd()) return none("zstd copy that its kernel unpacks");
    return fd;
}

NodeImages::Told NodeImages::told_by_script(const nodes::Node& node) const {
    const auto machine = this->machine(node);
    const auto trees = this->trees(node);
    Told told{.kernel_version = node.kernel.version, .architecture = machine};
    if (!machine && !trees->all.empty()) told.architecture = trees->all.front().architecture;
    const auto tree = this->tree(node, *trees, machine);
    if (!tree) return told;
    // Most images have none, and then a node with a kernel of its own needs no more.
    const bool zstd = image::open_zstd(images_, *tree).has_value();
    if (!zstd && !told.kernel_version.empty()) return told;
    const auto opened = open(node, *tree);
    if (!opened) return told;
    told.zstd = zstd && opened->may_have_zstd();
    if (told.kernel_version.empty() && opened->kernel)
        told.kernel_version = opened->kernel->version_text();
    return told;
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
    return tree(node, *trees(node), machine(node));
}

Result<image::Variant> NodeImages::tree(const nodes::Node& node,
                                        const image::Trees& trees,
                                        std::optional<Architecture> machine) const {
    if (node.image_name.empty()) return Error(ErrorCode::NotFound, "the node has no image");
    image::Variant first = image::ImageRef::from(node.image_name).name;
    if (!machine || !trees.told_apart()) return first;
    if (const image::KnownTree* fitting = trees.fitting(*machine)) return fitting->tree;
    return Error(ErrorCode::FailedPrecondition,
                 fmt::format("image {} is for {}, the node's machine is {}",
                             first.name,
                             trees.architectures(),
                             to_string(*machine)));
}

Result<NodeImages::Opened> NodeImages::open(const nodes::Node& node) const {
    WW_TRY(image::Variant tree, this->tree(node));
    return open(node, std::move(tree));
}

Result<NodeImages::Opened> NodeImages::open(const nodes::Node& node, image::Variant tree) const {
    WW_TRY(const Wanted wants, wanted(node, std::move(tree)));
    WW_TRY(ConfinedDir rootfs, images_.open(wants.tree));
    auto files = cache_.get(rootfs);
    Opened opened{
        .rootfs = std::move(rootfs), .files = std::move(files), .pinned = wants.pin.has_value()};
    if (wants.serving.frozen) {
        opened.frozen = wants.serving.generation;
        opened.kernel = image::choose_kernel(kernels_of(*opened.frozen), node.kernel.version);
    } else {
        opened.kernel =
            image::choose_kernel(opened.rootfs, opened.files->kernels, node.kernel.version);
    }
    return opened;
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

bool is_grub_name(std::string_view name) {
    constexpr std::array<std::string_view, 6> kNames = {
        "grub.efi", "grub-tpm.efi", "grubx64.efi", "grubia32.efi", "grubaa64.efi", "grubarm.efi"};
    return std::ranges::find(kNames, name) != kNames.end();
}

}  // namespace ww::boot
