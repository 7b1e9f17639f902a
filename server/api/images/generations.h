// SPDX-License-Identifier: BSD-3-Clause
//
// Which generations of images somebody needs, and the tidying that follows each build.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "api/handlers.h"
#include "image/generations/gc.h"
#include "jobs/job.h"

namespace ww::api {

/// Those who need a generation.
struct Needers {
    protocol::Names pinned_by;  // "profile p" or the node's name
    protocol::Names booted_by;  // nodes
};

/// By tree ("rocky", "rocky@aarch64") and number. A pin of a node or profile counts for every tree
/// of the image.
class NeededGenerations {
   public:
    /// Errors: those of reading nodes.conf.
    static Result<NeededGenerations> of(const Site& site, const image::Images& images);

    Needers needers(const image::Variant& tree, uint64_t generation) const;
    std::set<uint64_t> of_tree(const image::Variant& tree) const;

   private:
    std::map<std::string, std::map<uint64_t, protocol::Names>> pinned_;  // by image
    std::map<std::string, std::map<uint64_t, protocol::Names>> booted_;  // by tree
};

/// Those of a tree, newest first. Errors: of reading its history and nodes.conf.
Result<std::vector<protocol::ImageGeneration>> generations_of(const Site& site,
                                                              const image::Images& images,
                                                              const image::Variant& tree);

/// After a build: forgets what is too much of this image, and collects if nobody is in the way.
/// What goes wrong is a word in the job.
void tidy_generations(jobs::Job& job, const Site& site, const image::Variant& tree);

}  // namespace ww::api
