// SPDX-License-Identifier: BSD-3-Clause
//
// `wwd --job FD`: the process of one job. Reads its order, does the work as the daemon would have,
// says how far it is, and ends. Ours to give is a result or nothing: when the daemon goes away or
// wants it no more, and on SIGTERM, it stops and removes what it made.
#pragma once

#include <chrono>

#include "base/file.h"

namespace ww::daemon {

/// The program: returns its exit status. Before any thread is started. `patience`: how long after
/// nobody wants it any more it may take to end; then it is killed.
int run_job(UniqueFd socket, std::chrono::milliseconds patience);

}  // namespace ww::daemon
