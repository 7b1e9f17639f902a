// SPDX-License-Identifier: BSD-3-Clause
//
// Users of an image, in all its trees, and this machine's: what the handlers that compare or
// change them share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/site.h"
#include "base/result.h"
#include "jobs/job.h"

namespace ww::api {

struct ImageUsers {
    bool differ = false;
    uint64_t files = 0;  // whose owners changed
};

enum class UserSync { Compare, Change };

/// Says what was passed over, and with --verbose each number that differs. `failure`: the begin of
/// what is said when it cannot. Errors: those of image::sync_users().
Result<ImageUsers> image_users(jobs::Job& job,
                               const Site& site,
                               const std::string& name,
                               UserSync what,
                               std::string_view failure);

/// Changes them, and says so, as a part of an import or a build.
Result<void> sync_image_users(jobs::Job& job, const Site& site, const std::string& name);

}  // namespace ww::api
