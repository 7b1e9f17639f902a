// SPDX-License-Identifier: BSD-3-Clause
//
// Gives users and groups that an image and this machine both know this machine's numbers: the
// owners of files, and the image's passwd and group. Users only the image has stay.
// Source: reference/images-and-boot.md §1.13.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "base/progress.h"
#include "image/image.h"

namespace ww::image {

struct UserSyncOptions {
    std::string passwd;  // of this machine
    std::string group;
    bool write = true;  // else only look
    std::stop_token stop;
    /// Of names looked at. On the calling thread.
    ProgressSink progress;
};

struct UserSyncResult {
    bool differs = false;  // this machine has a name the image has not, or with another number
    uint64_t files = 0;    // whose owner or group changed
    std::vector<std::string> moves;     // "user munge: 201 becomes 990"
    std::vector<std::string> warnings;  // of lines that were passed over
};

/// In one tree of an image. Never follows a link; set-user-id and capabilities stay; nothing of
/// another file system that is mounted in the image changes. A killed one is finished by the next.
/// Blocks, also for another changer of the image. Errors: NotFound (no image, no passwd or group on
/// either side), FailedPrecondition (a number is one's here and another's there), Unprocessable (a
/// number too large to be moved safely), Io, Cancelled (before the first change).
Result<UserSyncResult> sync_users(const Images& images,
                                  const Variant& tree,
                                  const UserSyncOptions& options);

}  // namespace ww::image
