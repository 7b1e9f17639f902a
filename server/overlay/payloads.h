// SPDX-License-Identifier: BSD-3-Clause
//
// Payloads: the large contents that archives of many nodes have in common, each kept once for the
// site. Those that are files of overlays lie in the content store, where a restart finds them;
// rendered ones are in memory. Source: design §4 "Artifacts".
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "archive/payload.h"
#include "overlay/file_tree.h"

namespace ww::overlay {

/// Payloads that are in memory, in bytes of both forms.
inline constexpr uint64_t kPayloadsInMemory = uint64_t{64} << 20;

/// Any thread. Blocking.
class Payloads {
   public:
    /// `content_folder`: of the content store, made when it is first needed; empty: nowhere.
    explicit Payloads(std::string content_folder);
    ~Payloads();
    Payloads(const Payloads&) = delete;
    Payloads& operator=(const Payloads&) = delete;

    /// Of an entry with at least kLargeContent bytes. What cannot be kept on disk is in memory; of
    /// a file that changes while it is read, what is in it now. Errors: Io (no memory, either),
    /// NotFound.
    Result<archive::PayloadPtr> of(const Entry& entry);

    /// Lets the next garbage collection have what was made of files that are not there any more.
    void drop_unused() const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ww::overlay
