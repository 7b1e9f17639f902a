// SPDX-License-Identifier: BSD-3-Clause
//
// What boot logic asks of images: the kernel a node boots, what goes with it, and files for
// templates. Keeps what was found until the image changes.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "image/boot_files.h"
#include "image/generations/image_ref.h"
#include "image/generations/served.h"
#include "image/image.h"
#include "nodes/node.h"
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
    explicit NodeImages(image::Images images) : images_(std::move(images)), served_(images_) {}

    const image::Images& images() const { return images_; }

    std::string rootfs(const std::string& image) const override;

    /// What a node with this image name boots.
    struct Wanted {
        image::Variant tree;
        std::optional<uint64_t> pin;
        image::Serving serving;
    };
    /// Errors: NotFound (no image, no such generation), Unprocessable, Io.
    Result<Wanted> wanted(const nodes::Node& node) const;
    /// The bytes of the generation a node is pinned to. Errors: NotFound, Io.
    Result<UniqueFd> open_generation(const image::Generation& generation) const {
        return served_.open(generation.digest);
    }

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
    Result<Opened> open(const nodes::Node& node) const;

    image::Images images_;
    image::ServedGenerations served_;
    mutable image::BootFilesCache cache_;
};

}  // namespace ww::boot
