// SPDX-License-Identifier: BSD-3-Clause
//
// How commands whose work is a job go: progress while it runs, Ctrl-C, a last line.
#pragma once

#include "ctl/context.h"
#include "ctl/interrupt.h"
#include "ctl/progress.h"

namespace ww::ctl {

/// The last words, and the exit status.
Result<int> finish_job(Output& output, const Result<protocol::JobReply>& reply, bool interrupted);

/// Blocks until the job has ended, was detached or left.
template <class Route>
Result<int> follow_job(Context& context, Route route, const typename Route::Request& request) {
    WW_TRY_VOID(context.connect());
    Result<protocol::JobReply> reply = [&] {
        const Interrupt interrupt(context.session().fd());
        ProgressView view(context.output());
        return context.session().follow(route, request, view);
    }();
    return finish_job(context.output(), reply, Interrupt::came());
}

}  // namespace ww::ctl
