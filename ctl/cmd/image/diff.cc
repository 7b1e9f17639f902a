// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl image diff.
#include "ctl/cmd/handlers.h"
#include "ctl/follow.h"
#include "ctl/json.h"

namespace ww::ctl::cmd {

namespace {

std::string size_of(int64_t bytes, bool there) {
    return there ? format_size(static_cast<uint64_t>(bytes)) : std::string();
}

}  // namespace

Result<int> image_diff(Context& context) {
    const auto& arguments = context.arguments();
    WW_TRY(
        const auto report,
        report_of_job<protocol::ImageDiffReport>(context,
                                                 protocol::route::ImageDiff{},
                                                 {.before = arguments[0], .after = arguments[1]}));
    if (!report) return kInterrupted;
    if (context.flags().is_true("json")) {
        print_report(context.output(), *report);
        return 0;
    }
    protocol::Table packages{{"PACKAGE", "BEFORE", "AFTER"}, {}};
    for (const protocol::PackageChange& each : report->packages)
        packages.rows.push_back({each.name, each.before, each.after});
    context.output().print(format_table(packages, "--"));
    if (context.flags().is_true("packages")) return 0;
    protocol::Table files{{"FILE", "CHANGE", "BEFORE", "AFTER", "WHAT"}, {}};
    for (const protocol::FileChange& each : report->files)
        files.rows.push_back({each.path,
                              each.change,
                              size_of(each.before, each.change != "added"),
                              size_of(each.after, each.change != "removed"),
                              each.what});
    context.output().print("\n" + format_table(files, "--"));
    return 0;
}

}  // namespace ww::ctl::cmd
