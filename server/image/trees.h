// SPDX-License-Identifier: BSD-3-Clause
//
// The trees of an image with what machines each is for, kept until something in the image's folder
// changes place. A storm of nodes asks the same thousands of times a second; that costs one stat.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/machine/architecture.h"
#include "image/image.h"

namespace ww::image {

struct KnownTree {
    Variant tree;
    std::optional<Architecture> architecture;  // none: neither recorded nor found
};

/// Immutable once made; share it between threads.
struct Trees {
    std::vector<KnownTree> all;  // the first one first

    /// Whether any is known to be for some machine. If not, nothing is refused to anybody.
    bool told_apart() const;
    /// The first for machines of `architecture`, else the first nobody knows the architecture of.
    /// None if all are for others.
    const KnownTree* fitting(Architecture architecture) const;
    /// "x86_64 and aarch64"
    std::string architectures() const;
};

/// Any thread.
class TreesCache {
   public:
    explicit TreesCache(Images images);
    ~TreesCache();

    /// Without trees for what is no image.
    std::shared_ptr<const Trees> get(std::string_view name) const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ww::image
