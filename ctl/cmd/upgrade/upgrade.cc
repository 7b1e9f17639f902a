// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl upgrade config, wwctl upgrade nodes: files of older releases in today's form. wwd converts;
// files that are not the site's own are read and written here, with the permissions of the user.
#include <fmt/format.h>
#include <stdlib.h>

#include <memory>

#include "base/file.h"
#include "base/kept_copy.h"
#include "base/process.h"
#include "ctl/cmd/handlers.h"
#include "ctl/editor.h"
#include "ctl/input.h"

namespace ww::ctl::cmd {

namespace {

using protocol::UpgradeReply;
using protocol::UpgradeRequest;

std::string real_path(const std::string& path) {
    const std::unique_ptr<char, decltype(&::free)> real(::realpath(path.c_str(), nullptr), &::free);
    return real ? std::string(real.get()) : path;
}

/// What would change in `path`, line by line.
Result<void> show_difference(Output& output, const std::string& path, const std::string& text) {
    WW_TRY(const EditedFile fresh, EditedFile::create("ww4Upgrade", "", text));
    const std::string old = exists(path) ? path : "/dev/null";
    const auto diff = capture_program(
        {"diff", "-u", "--label", path, "--label", path + " (upgraded)", "--", old, fresh.path()});
    constexpr int kTrouble = 2;
    // Without the program, the new text still says it all.
    output.print(diff && diff->exit.status() < kTrouble ? diff->output : text);
    return {};
}

template <class Route>
Result<int> upgrade(Context& context, Route route, UpgradeRequest request) {
    Output& output = context.output();
    const FlagValues& flags = context.flags();
    request.source = flags.text("input-path");
    if (!request.source.empty()) {
        WW_TRY(request.text, read_to_the_end(request.source));
    }
    WW_TRY(const UpgradeReply converted, context.call(route, request));
    for (const std::string& note : converted.notes) output.message(Level::Warn, note);

    std::string target = flags.text("output-path");
    if (target == "-") {
        output.print(converted.text);
        return 0;
    }
    if (target.empty()) target = converted.path;
    const bool is_site_file = real_path(target) == real_path(converted.path);
    const auto present = read_file(target);
    const bool nothing_to_do = (present && *present == converted.text) ||
                               (is_site_file && request.source.empty() && !converted.changed);
    if (nothing_to_do) {
        output.message(Level::Info, fmt::format("Nothing to upgrade in {}", target));
        return 0;
    }
    if (flags.is_true("dry-run")) {
        WW_TRY_VOID(show_difference(output, target, converted.text));
        return 0;
    }
    std::string kept;
    if (is_site_file) {
        request.save = true;
        request.state = converted.state;
        WW_TRY(const UpgradeReply saved, context.call(route, request));
        kept = saved.kept;
    } else {
        if (exists(target)) {
            WW_TRY(kept, keep_copy(target));
        }
        WW_TRY_VOID(replace_file(target, converted.text));
    }
    output.message(Level::Info,
                   kept.empty() ? fmt::format("Wrote {}", target)
                                : fmt::format("Wrote {} (before: {})", target, kept));
    return 0;
}

}  // namespace

Result<int> upgrade_config(Context& context) {
    return upgrade(context, protocol::route::ConfigUpgrade{}, {});
}

Result<int> upgrade_nodes(Context& context) {
    const FlagValues& flags = context.flags();
    UpgradeRequest request;
    request.add_defaults = flags.is_true("add-defaults");
    request.replace_overlays = flags.is_true("replace-overlays");
    request.config_source = flags.text("with-warewulfconf");
    if (!request.config_source.empty()) {
        WW_TRY(request.config_text, read_to_the_end(request.config_source));
    }
    return upgrade(context, protocol::route::NodesUpgrade{}, std::move(request));
}

}  // namespace ww::ctl::cmd
