// SPDX-License-Identifier: BSD-3-Clause
//
// Where images are, and what jobs on them hold, say and count.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/handlers.h"
#include "image/compression/compression.h"
#include "image/image.h"
#include "image/import.h"
#include "jobs/hold.h"
#include "jobs/job.h"

namespace ww::api {

image::Images images_of(const Site& site);

/// Warns as upstream does, and refuses.
Result<void> check_image_name(Call& call, const std::string& name);

/// Errors: FailedPrecondition, naming one that uses it, and more in the hint.
Result<void> check_image_unused(const Site& site, const std::string& name);

/// All trees of an image, or the one of "NAME@ARCHITECTURE". What is none is for its user to tell.
std::vector<image::Variant> trees_of(const image::Images& images, const std::string& word);

/// What a job on the image holds.
std::string image_subject(std::string_view name);
/// Names that cannot be an image's are no subject: nothing will be done to them.
std::vector<jobs::Subject> image_subjects(protocol::Names names);

/// "deb", "deb and 3 more"
std::string names_text(const protocol::Names& names);

struct BuildWish {
    bool force = false;                             // also what is current
    std::optional<image::Compression> compression;  // none: as before
};

/// Adds to `totals` only if something was built.
Result<void> build_image_in(jobs::Job& job,
                            const image::Images& images,
                            const image::Variant& tree,
                            const BuildWish& wish,
                            jobs::Totals& totals);
/// What has just been made or changed; its totals are those of what made it.
Result<void> build_new_image(jobs::Job& job,
                             const image::Images& images,
                             const image::Variant& tree);

/// Totals of copies are those of what was copied, whatever is built of it then.
image::ImportOptions copy_options(jobs::Job& job, jobs::Totals& totals);

}  // namespace ww::api
