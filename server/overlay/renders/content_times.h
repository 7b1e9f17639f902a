// SPDX-License-Identifier: BSD-3-Clause
//
// ContentTimes: since when contents that templates made are what they are. A time belongs to a
// content, not to a rendering: what comes out as it was keeps its time, however often it is made,
// so that the archive it is in is the same and nobody is sent it again. Known for longer than the
// content is kept.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "overlay/renders/name.h"

namespace ww::overlay {

/// Not for several threads: its owner has the lock.
class ContentTimes {
   public:
    /// `most`: that are remembered; of more, those that were not asked for lately are forgotten.
    explicit ContentTimes(size_t most) : half_(most / 2) {}

    struct Since {
        int64_t time = 0;  // Unix seconds
        bool as_before = false;
    };
    /// Of what the template at `path` made; `now` if it never did before, as far as is remembered.
    Since of(const std::string& path, const Name& content, int64_t now);

   private:
    using Times = std::unordered_map<Name, int64_t, Name::Hash>;

    const size_t half_;
    Times lately_, earlier_;
};

}  // namespace ww::overlay
