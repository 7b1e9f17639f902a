// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl genconfig: the effective configuration, the built-in one, and manual pages made from the
// command table. Also wwctl clean.
#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "ctl/cmd/handlers.h"
#include "ctl/help.h"
#include "ctl/manual.h"

namespace ww::ctl::cmd {

namespace {

template <class Render>
Result<void> write_pages(const Command& command,
                         const std::string& folder,
                         char separator,
                         std::string_view suffix,
                         Render render) {
    if (!command.hidden) {
        std::string name = command.path;
        std::replace(name.begin(), name.end(), ' ', separator);
        WW_TRY_VOID(replace_file(fmt::format("{}/{}{}", folder, name, suffix), render(command)));
    }
    for (const Command& child : command.children)
        WW_TRY_VOID(write_pages(child, folder, separator, suffix, render));
    return {};
}

}  // namespace

Result<int> genconfig_defaults(Context& context) {
    context.output().print(default_configuration());
    return 0;
}

Result<int> config_print(Context& context) {
    if (context.flags().is_true("emptyconf")) return genconfig_defaults(context);
    WW_TRY(const auto document, context.call(protocol::route::ConfigDocument{}, {}));
    // Compat: upstream ends the output with an empty line.
    context.output().print(document.text + "\n");
    return 0;
}

Result<int> genconfig_man(Context& context) {
    const std::string& folder = context.arguments()[0];
    WW_TRY_VOID(make_directories(folder));
    WW_TRY_VOID(write_pages(command_tree(), folder, '-', ".1", man_page));
    return 0;
}

Result<int> genconfig_reference(Context& context) {
    const std::string& folder = context.arguments()[0];
    WW_TRY_VOID(make_directories(folder));
    WW_TRY_VOID(write_pages(command_tree(), folder, '_', ".rst", reference_page));
    return 0;
}

Result<int> clean(Context& context) {
    WW_TRY(const auto reply, context.call(protocol::route::Clean{}, {}));
    (void)reply;
    return 0;
}

}  // namespace ww::ctl::cmd
