// SPDX-License-Identifier: BSD-3-Clause
//
// Census: counts the names in a tree while something else is done with it already, so that who
// waits learns how much there is, and nobody waits for the counting. It reads folders and looks at
// nothing in them, which costs the work beside it next to nothing; sizes would double its calls.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "base/confined_dir.h"

namespace ww::archive {

class Census {
   public:
    struct Options {
        /// Whether a name counts, with all below it; its path from the top. On the census's thread.
        std::function<bool(const std::string& path)> counts = {};
        bool one_file_system = false;
    };

    /// `folder` must outlive it.
    explicit Census(const ConfinedDir& folder, Options options);
    /// Gives up counting.
    ~Census() = default;
    Census(const Census&) = delete;
    Census& operator=(const Census&) = delete;

    /// 0 until all are counted, and if that cannot be done. Any thread.
    uint64_t names() const { return names_; }

   private:
    std::atomic<uint64_t> names_{0};
    std::jthread thread_;  // last: it uses the others
};

}  // namespace ww::archive
