// SPDX-License-Identifier: BSD-3-Clause
//
// Shelf: archives that were sent lately, as they were sent. What is not there any more is put
// together again from what was rendered.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <utility>

#include "base/guarded.h"
#include "overlay/served.h"

namespace ww::overlay {

/// Any thread.
class Shelf {
   public:
    /// `bytes`: of what archives have of their own.
    explicit Shelf(uint64_t bytes = kShelfBytes) : most_(bytes) {}

    static constexpr uint64_t kShelfBytes = uint64_t{48} << 20;

    /// By the path of the plain file. Null if it is not there.
    ArchivePtr get(const std::string& path, Form form);
    /// The same; null, too, if it was made by another recipe: whoever had asked before the last
    /// change may put his there at any time.
    ArchivePtr get(const std::string& path, Form form, const Name& recipe);
    /// The same; what is there only as it is not packed is packed. Blocking.
    ArchivePtr get_or_pack(const std::string& path, Form form, const Name& recipe);
    /// In the place of what was there; what was asked for longest ago gives way. Since when it is
    /// what it is stays known for longer than it is there.
    ArchivePtr put(const std::string& path, Form form, const Name& recipe, archive::Pieces pieces);
    /// Both forms.
    void drop(const std::string& path);
    uint64_t bytes() const;

   private:
    using Key = std::pair<std::string, Form>;
    struct Place {
        Key key;
        ArchivePtr archive;
    };
    struct Last {
        std::string digest;
        int64_t changed = 0;
    };
    struct State {
        std::map<Key, Last> last;  // of all that ever were there
        std::list<Place> places;   // asked for last comes first
        std::map<Key, std::list<Place>::iterator> by_key;
        uint64_t bytes = 0;

        void remove(const Key& key);
    };
    static uint64_t size_of(const Place& place);

    const uint64_t most_;
    mutable Guarded<State> state_;
};

}  // namespace ww::overlay
