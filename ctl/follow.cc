// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/follow.h"

#include <fmt/format.h>

namespace ww::ctl {

Result<int> finish_job(Context& context,
                       const Result<protocol::JobReply>& reply,
                       bool interrupted) {
    Output& output = context.output();
    if (reply && reply->detached) {
        // For scripts; the sentence is for people.
        output.print(fmt::format("{}\n", reply->job));
        output.print_error(
            fmt::format("{} goes on; wwctl job watch {} follows it, wwctl job "
                        "cancel {} ends it\n",
                        reply->what,
                        reply->job,
                        reply->job));
        return 0;
    }
    if (reply) {
        if (reply->files > 0) output.print_error(summary_line(*reply) + "\n");
        return 0;
    }
    if (!interrupted) return reply.error();
    if (reply.error().code() == ErrorCode::Cancelled)
        output.print_error(fmt::format("{}\n", reply.error().message()));
    else if (reply.error().code() == ErrorCode::Unavailable)
        output.print_error("left; the job goes on\n");
    else
        output.failure(reply.error());
    return kInterrupted;
}

}  // namespace ww::ctl
