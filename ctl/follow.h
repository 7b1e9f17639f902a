// SPDX-License-Identifier: BSD-3-Clause
//
// How commands whose work is a job go: progress while it runs, Ctrl-C, a last line.
#pragma once

#include <optional>

#include "ctl/context.h"
#include "ctl/interrupt.h"
#include "ctl/progress.h"

namespace ww::ctl {

/// The last words, and the exit status.
Result<int> finish_job(Context& context, const Result<protocol::JobReply>& reply, bool interrupted);

/// Blocks until the job has ended, was detached or left.
template <class Route>
Result<protocol::JobReply> wait_for_job(Context& context,
                                        Route route,
                                        const typename Route::Request& request) {
    WW_TRY_VOID(context.connect());
    const Interrupt interrupt(context.session().fd());
    ProgressView view(context.output());
    return context.session().follow(route, request, view);
}

/// The same, with the last words.
template <class Route>
Result<int> follow_job(Context& context, Route route, const typename Route::Request& request) {
    if (context.is_planning()) return context.keep_planned<Route>(request);
    const Result<protocol::JobReply> reply = wait_for_job(context, route, request);
    return finish_job(context, reply, Interrupt::came());
}

/// What a job finds out whose purpose that is. Nothing: the user interrupted it, and was told.
/// Errors: those of the job.
template <class Report, class Route>
Result<std::optional<Report>> report_of_job(Context& context,
                                            Route route,
                                            const typename Route::Request& request) {
    const Result<protocol::JobReply> reply = wait_for_job(context, route, request);
    if (!reply && Interrupt::came()) {
        (void)finish_job(context, reply, true);
        return std::optional<Report>();
    }
    if (!reply) return reply.error();
    WW_TRY(Report report, protocol::Report<Report>::read(reply->report));
    return std::optional<Report>(std::move(report));
}

}  // namespace ww::ctl
