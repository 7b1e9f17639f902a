// SPDX-License-Identifier: BSD-3-Clause
//
// What boot logic asks of images: the kernel a node boots, what goes with it, and files for
// templates. Keeps what was found until the image changes.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "boot/machines.h"
#include "image/boot_files.h"
#include "image/generations/image_ref.h"
#include "image/generations/served.h"
#include "image/image.h"
#include "image/trees.h"
#include "nodes/node.h"
#include "nodes/snapshot.h"
#include "render/render.h"

namespace ww::boot {

/// Whether a file is wanted as it is, or the one beside it with ".gz" added.
enum class Form { Plain, Gzip };

/// A file inside an image.
struct ImageFile {
    std::string path;  // in the image
    UniqueFd fd;
};

/// Any thread.
class NodeImages final : public render::ImageFiles {
   public:
    /// `machines`: the folder of Machines.
    explicit NodeImages(image::Images images, std::string machines = {})
        : images_(std::move(images)),
          served_(images_),
          trees_(images_),
          machines_(std::move(machines)) {}

    const image::Images& images() const { return images_; }

    std::string rootfs(const std::string& image) const override;

    /// Forgets what machines the nodes are that are no longer there.
    void retain_machines(const nodes::Snapshot& snapshot) const;
    /// What machines the trees of a node's image are for.
    std::shared_ptr<const image::Trees> trees(const nodes::Node& node) const;
    /// The node's boot loader said what it runs on.
    void told(const nodes::Node& node, Architecture machine) const;
    /// What the node's machine is: as it told, else as its tag "arch" says.
    std::optional<Architecture> machine(const nodes::Node& node) const;
    /// The same, or else what its image is for: what overlays are made for. Any spelling of it in
    /// the tag; none if nobody knows.
    std::optional<Architecture> architecture(const nodes::Node& node) const;
    /// The tree of its image that the node boots. Errors: NotFound (the node has no image),
    /// FailedPrecondition (none is for its machine).
    Result<image::Variant> tree(const nodes::Node& node) const;

    /// What a node with this image name boots.
    struct Wanted {
        image::Variant tree;
        std::optional<uint64_t> pin;
        image::Serving serving;
    };
    /// Errors: NotFound (no image, no such generation), Unprocessable, Io.
    Result<Wanted> wanted(const nodes::Node& node) const;
    /// The zstd copy of what the node boots, if its kernels unpack it. Errors: NotFound (it gets
    /// the gzip), those of wanted().
    Result<UniqueFd> zstd(const nodes::Node& node) const;
    /// The bytes of the generation a node is pinned to. Errors: NotFound, Io.
    Result<UniqueFd> open_generation(const image::Generation& generation) const {
        return served_.open(generation.digest);
    }

    /// What a boot script says of a node's image; one look for all of it.
    struct Told {
        std::string kernel_version;  // the node's own, or of the kernel it boots; empty: none
        std::optional<Architecture> architecture;
        bool zstd = false;  // zstd() would give it
    };
    Told told_by_script(const nodes::Node& node) const;

    /// The version of the kernel that a node without "kernel: version" boots; empty if there is
    /// none.
    std::string default_kernel_version(const nodes::Node& node) const;

    /// Errors: NotFound (no image, no such file), Io.
    Result<ImageFile> kernel(const nodes::Node& node, Form form) const;
    Result<ImageFile> initramfs(const nodes::Node& node, Form form) const;
    Result<ImageFile> shim(const nodes::Node& node, Form form) const;
    Result<ImageFile> grub(const nodes::Node& node, Form form) const;

   private:
    struct Opened;
    Result<image::Variant> tree(const nodes::Node& node,
                                const image::Trees& trees,
                                std::optional<Architecture> machine) const;
    Result<Wanted> wanted(const nodes::Node& node, image::Variant tree) const;
    Result<Opened> open(const nodes::Node& node) const;
    Result<Opened> open(const nodes::Node& node, image::Variant tree) const;

    image::Images images_;
    image::ServedGenerations served_;
    mutable image::BootFilesCache cache_;
    image::TreesCache trees_;
    mutable Machines machines_;
};

/// Whether GRUB of an image is asked for: the names that shim has for it, and those of firmware.
bool is_grub_name(std::string_view name);

}  // namespace ww::boot
