// SPDX-License-Identifier: BSD-3-Clause
//
// Booted: the generation each node was sent last, so that garbage collection leaves what nodes run.
// A link for each node in the content store's folder, `booted/NODE` -> "IMAGE[@ARCH]@N": written
// only when it changes, whole or not at all, and forgotten with the store.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "image/variant.h"

namespace ww::image {

struct BootedGeneration {
    Variant tree;
    uint64_t generation = 0;

    bool operator==(const BootedGeneration&) const = default;
};

/// Any thread.
class Booted {
   public:
    /// `content`: the folder of the content store; empty: nothing is written.
    explicit Booted(std::string content);
    ~Booted();

    /// What `node` is being sent. Does nothing if that is known already; what cannot be written is
    /// a word in the log. Node ids that cannot be file names are not recorded.
    void record(std::string_view node, const BootedGeneration& sent);

   private:
    struct State;
    std::unique_ptr<State> state_;
};

/// By node. Unreadable ones are left out.
std::map<std::string, BootedGeneration> read_booted(const std::string& content);
/// Forgets a node that is no more. Errors: Io.
Result<void> forget_booted(const std::string& content, const std::string& node);

}  // namespace ww::image
