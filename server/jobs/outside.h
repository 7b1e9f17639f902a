// SPDX-License-Identifier: BSD-3-Clause
//
// Work of a job that is done by another process: what that takes is known further up.
#pragma once

#include <string>

#include "jobs/job.h"

namespace ww::jobs {

class Outside {
   public:
    virtual ~Outside() = default;

    /// Blocks until the other process has ended. It has copies of the job's holds as long as it
    /// lives, and is told to end by job.stop(). `order`: what to do, for it to read. Any thread.
    /// Errors: those of the work; Unavailable (it could not be started); Internal (it ended without
    /// an outcome: killed, out of memory).
    virtual Result<Totals> run(Job& job, const std::string& order) = 0;
};

}  // namespace ww::jobs
