// SPDX-License-Identifier: BSD-3-Clause
//
// SharedRenders: renderings of one moment's data for many nodes, with the traces of each. What
// reads about all nodes, as a hosts file does, is rendered once for those for whom it comes out the
// same.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "render/render.h"
#include "render/trace.h"

namespace ww::render {

/// Any thread. For one snapshot and one configuration, and not for long: files that templates
/// include are taken to stay as they are.
class SharedRenders {
   public:
    struct Made {
        Result<Rendered> rendered;
        Trace trace;
        std::vector<Path> own_reads;  // not of all nodes
        std::string own_digest;       // of what was there
    };
    struct From {
        const RootData& root;
        const ImageFiles& images;
    };

    /// `key` names the template. Blocking.
    std::shared_ptr<const Made> render(const tmpl::Template& source,
                                       const From& from,
                                       const std::string& key);

   private:
    /// Kept of each template; those used last stay.
    static constexpr size_t kMostKept = 4;
    using Kept = std::list<std::shared_ptr<const Made>>;

    std::shared_ptr<const Made> known(const std::string& key, const RootData& root);

    Guarded<std::map<std::string, Kept>> kept_;
};

/// Whether it read about other nodes than the one it was rendered for.
bool reads_other_nodes(const Trace& trace);

}  // namespace ww::render
