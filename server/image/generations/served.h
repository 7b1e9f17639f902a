// SPDX-License-Identifier: BSD-3-Clause
//
// ServedGenerations: which generation of an image a node gets, asked anew at each boot. Histories
// are read once and kept until their file changes; a question costs two stats.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "image/generations/history.h"
#include "image/image.h"

namespace ww::image {

/// What a node gets of a tree.
struct Serving {
    /// The generation, if it has one: things were built before there was a history, or by others.
    std::shared_ptr<const Generation> generation;
    /// Kernels are the generation's own: it is pinned, or an earlier one was made the served one.
    /// Else they are the tree's, as they always were.
    bool frozen = false;
};

/// Any thread.
class ServedGenerations {
   public:
    explicit ServedGenerations(Images images);
    ~ServedGenerations();

    /// Errors: NotFound (there is no generation `pin`), Unprocessable (the history is damaged; only
    /// with a pin: without one what is served needs no history), Io.
    Result<Serving> of(const Variant& tree, std::optional<uint64_t> pin) const;
    /// The bytes of something that a generation has. Errors: NotFound, Io.
    Result<UniqueFd> open(const content::Digest& digest) const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ww::image
