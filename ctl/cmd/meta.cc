// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl version, help, completion and server.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "ctl/cmd/handlers.h"
#include "ctl/completion.h"
#include "ctl/help.h"

namespace ww::ctl::cmd {

Result<int> version(Context& context) {
    Output& output = context.output();
    output.print("wwctl version:\t " WW_VERSION "\n");
    if (!context.flags().is_true("full") || context.flags().is_true("emptyconf")) return 0;
    WW_TRY(const auto server, context.call(protocol::route::ServerState{}, {}));
    output.print(fmt::format("wwd version:\t {}{}\nconfiguration:\t {}\nnodes:\t\t {}\n",
                             server.version,
                             server.running ? "" : " (not running)",
                             server.config,
                             server.nodes_conf));
    return 0;
}

Result<int> help(Context& context) {
    const Found found = find_command(command_tree(), context.arguments());
    if (!found.words.empty()) {
        context.output().print(
            fmt::format("Unknown help topic: {}\n", fmt::join(context.arguments(), " ")));
        const std::string hint = found.command->nearest_child(found.words.front());
        if (!hint.empty()) context.output().print_error(hint + "\n");
    }
    context.output().print(help_text(*found.command));
    return 0;
}

Result<int> completion(Context& context) {
    const std::string shell = context.arguments().empty() ? "bash" : context.arguments()[0];
    const std::string script =
        completion_script(shell, !context.flags().is_true("no-descriptions"));
    if (script.empty())
        return Error(ErrorCode::InvalidArgument, fmt::format("unknown shell: {}", shell))
            .with_hint("known shells: bash, fish, powershell, zsh");
    context.output().print(script);
    return 0;
}

Result<int> server(Context& context) {
    WW_TRY(const std::string program, program_beside("wwd"));
    context.output().flush();
    ::execl(program.c_str(), "wwd", "--warewulfconf", context.config().c_str(), nullptr);
    return Error::from_errno(errno, "failed to start Warewulf server: " + program);
}

}  // namespace ww::ctl::cmd
