// SPDX-License-Identifier: BSD-3-Clause
//
// Machines: of which architecture each node's machine is, as its boot loader told. It is asked once
// a boot; what comes later (wwclient, dracut) does not tell. Kept over restarts: a link for each
// node whose machine is not what its image's first tree is for, FOLDER/NODE -> "aarch64". Without
// the folder a node is asked again at its next boot.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/machine/architecture.h"

namespace ww::boot {

/// What boot loaders say: iPXE's ${buildarch}, GRUB's $grub_cpu. A 32-bit x86 loader runs on 64-bit
/// machines, too, and starts their kernels: it counts as x86_64. None for other words.
std::optional<Architecture> machine_told(std::string_view word);

/// Any thread.
class Machines {
   public:
    /// `folder` is made when there is something to write; empty: memory only.
    explicit Machines(std::string folder);
    ~Machines();

    std::optional<Architecture> of(std::string_view node) const;
    /// `usual`: what anybody would take it for without asking; that is not written down.
    void told(std::string_view node, Architecture machine, std::optional<Architecture> usual);
    /// Forgets nodes that are no longer there.
    void retain(const std::function<bool(std::string_view node)>& is_there);

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ww::boot
