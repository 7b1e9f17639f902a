// SPDX-License-Identifier: BSD-3-Clause
//
// Work of jobs done by processes of their own: children of the daemon, or, where a service manager
// runs us, instances of a unit with a sandbox of their own, which it starts for each connection to
// its socket. Either way their memory and their end are their own.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/process.h"
#include "jobs/outside.h"
#include "protocol/job_order.h"

namespace ww::daemon {

struct StartedJob {
    UniqueFd socket;
    Process child;  // none where it is somebody else's
};

class JobProcesses final : public jobs::Outside {
   public:
    /// `socket`: where a connection starts one; empty: they are children. `arguments`: further
    /// words for the command line of children. `patience`: what run_job() has. `cut_off` is called
    /// after one that ended without an outcome, and may have left something; on the job's thread.
    JobProcesses(std::string socket,
                 std::vector<std::string> arguments,
                 std::chrono::milliseconds patience,
                 std::function<void()> cut_off);

    Result<jobs::Totals> run(jobs::Job& job, const std::string& order) override;
    /// The lines of an answer to what is no job, but takes such a process. Blocking, for a minute
    /// at most. Errors: those of the answer, and as run().
    Result<std::vector<std::string>> ask(const protocol::JobOrder& question);

   private:
    Result<StartedJob> start() const;

    const std::string socket_;
    const std::vector<std::string> arguments_;
    const std::chrono::milliseconds patience_;
    const std::function<void()> cut_off_;
};

}  // namespace ww::daemon
