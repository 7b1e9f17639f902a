// SPDX-License-Identifier: BSD-3-Clause
//
// The main process: builds the parts of the daemon, joins them, and takes them apart again at the
// end.
#pragma once

#include "daemon/options.h"

namespace ww::daemon {

/// Runs the daemon of a site until SIGTERM or SIGINT; the process's exit status. Errors are told on
/// stderr; a daemon that could not start exits with 255, as upstream's does.
int run_main(const Options& options);

}  // namespace ww::daemon
