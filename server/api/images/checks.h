// SPDX-License-Identifier: BSD-3-Clause
//
// What is wrong with images: for `image check`, and said after each import and build.
#pragma once

#include "api/site.h"
#include "image/variant.h"
#include "jobs/job.h"

namespace ww::api {

/// A warning for each thing that is wrong, nothing if all is well. A tree without any program of a
/// known machine is no system, and is passed over. That it cannot be looked at is a word, too.
void warn_of_findings(jobs::Job& job, const Site& site, const image::Variant& tree);

}  // namespace ww::api
