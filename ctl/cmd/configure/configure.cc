// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl configure: all parts, or one by its name. A private wwd does the work; this shows it.
#include "ctl/cmd/handlers.h"
#include "ctl/help.h"

namespace ww::ctl::cmd {

Result<int> configure(Context& context) {
    const FlagValues& flags = context.flags();
    const Command& command = context.command();
    protocol::ConfigureRequest request;
    request.alone = command.children.empty();
    if (request.alone) {
        request.parts = {command.name};
    } else if (flags.is_true("all")) {
        // The order of Warewulf: the first error ends it.
        request.parts = {"tls", "warewulfd", "tftp", "dhcp", "nfs", "ssh", "hostfile"};
    } else {
        context.output().print(help_text(command));
        return 0;
    }
    request.dry_run = flags.is_true("dry-run");
    if (command.name == "tftp") request.dry_run = request.dry_run || flags.is_true("show");
    if (command.name == "ssh") request.key_types = flags.items("keytypes");
    if (command.name == "tls") {
        request.force = flags.is_true("force");
        request.import_dir = flags.text("import");
        request.export_dir = flags.text("export");
    }
    WW_TRY(const auto reply, context.call(protocol::route::Configure{}, request));
    context.output().print(reply.shown);
    if (!reply.changed)
        context.output().message(Level::Info, "Nothing to do: everything is as configured");
    return 0;
}

}  // namespace ww::ctl::cmd
