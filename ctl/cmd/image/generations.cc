// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl image history, rollback, gc.
#include <fmt/format.h>

#include <charconv>

#include "ctl/cmd/handlers.h"
#include "ctl/cmd/revision.h"
#include "ctl/follow.h"
#include "ctl/json.h"

namespace ww::ctl::cmd {

namespace {

std::string state_of(const protocol::ImageGeneration& generation) {
    if (generation.pinned_by.empty()) return generation.served ? "served" : "";
    return generation.served ? "served, pinned" : "pinned";
}

}  // namespace

Result<int> image_history(Context& context) {
    const protocol::ImageHistoryRequest request{.name = context.arguments()[0]};
    WW_TRY(const auto reply, context.call(protocol::route::ImageHistory{}, request));
    if (context.flags().is_true("json")) {
        print_json(context.output(), protocol::route::ImageHistory{}, reply);
        return 0;
    }
    protocol::Table table{
        {"GENERATION", "BUILT", "USER", "KERNEL", "SIZE", "STATE", "BOOTED", "COMMAND"}, {}};
    for (const protocol::ImageGeneration& each : reply.generations)
        table.rows.push_back({fmt::to_string(each.generation),
                              time_text(each.built),
                              each.user,
                              each.kernel_version,
                              format_size(static_cast<uint64_t>(each.compressed_size)),
                              state_of(each),
                              fmt::to_string(each.booted_by.size()),
                              each.command});
    context.output().print(format_table(table, "--"));
    return 0;
}

Result<int> image_rollback(Context& context) {
    const auto& arguments = context.arguments();
    protocol::ImageRollbackRequest request{.name = arguments[0],
                                           .detach = context.flags().is_true("detach")};
    if (arguments.size() > 1) {
        const std::string& digits = arguments[1];
        const char* end = digits.data() + digits.size();
        const auto read = std::from_chars(digits.data(), end, request.generation);
        if (read.ec != std::errc() || read.ptr != end || request.generation < 1)
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("{} is no number of a generation", digits))
                .with_hint(fmt::format("`wwctl image history {}` lists them", request.name));
    }
    return follow_job(context, protocol::route::ImageRollback{}, request);
}

Result<int> image_gc(Context& context) {
    const FlagValues& flags = context.flags();
    return follow_job(context,
                      protocol::route::ImageGc{},
                      {.keep = flags.number("keep"),
                       .dry_run = flags.is_true("dry-run"),
                       .detach = flags.is_true("detach")});
}

}  // namespace ww::ctl::cmd
