// SPDX-License-Identifier: BSD-3-Clause
//
// What only a process with a network can tell: which addresses this machine has, and those of other
// hosts. A main process without one asks a process that is started for the question as for a job.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "daemon/jobs/job_processes.h"
#include "protocol/job_order.h"

namespace ww::daemon {

/// The site's configuration, with addresses that it does not name filled in by who can see them; if
/// nobody can, they stay empty, with a word in the log. Errors: those of config::load_config().
Result<config::WarewulfConf> load_config_by(JobProcesses& processes, const std::string& path);

/// From now on templates learn the addresses of hosts from such a process. Answers are kept for ten
/// seconds. `processes` must outlive all rendering.
void look_hosts_up_by(JobProcesses& processes);

/// In that process: the answer to an order that is such a question.
std::optional<Result<std::vector<std::string>>> answer_of_network(const protocol::JobOrder& order);

}  // namespace ww::daemon
