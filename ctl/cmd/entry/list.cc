// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node list, node export, profile list, profile export: tables and documents.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/cmd/where.h"

namespace ww::ctl::cmd {

namespace {

/// What an unset cell shows in lists of nodes and profiles.
constexpr std::string_view kUnset = "--";

/// Which entries are asked for; only nodes can be picked by what they have.
protocol::ListRequest request_of(const Context& context, const std::string& form) {
    return {context.arguments(), form, where_of(context.flags())};
}

template <class Route>
Result<int> show_document(Context& context, Route route, const std::string& form) {
    WW_TRY(const protocol::Document document, context.call(route, request_of(context, form)));
    if (form == "json")
        context.output().message(Level::Info, indent_json(document.text));
    else
        context.output().message(Level::Info, document.text);
    return 0;
}

template <class Route>
Result<int> show_table(Context& context, Route route, const std::string& form) {
    WW_TRY(const protocol::Table table, context.call(route, request_of(context, form)));
    context.output().print(format_table(table, kUnset));
    return 0;
}

}  // namespace

protocol::Where where_of(const FlagValues& flags) {
    return {flags.items("profile"), flags.items("image"), flags.items("tag")};
}

Result<int> node_list(Context& context) {
    const FlagValues& flags = context.flags();
    if (flags.is_true("json"))
        return show_document(context, protocol::route::NodeDocument{}, "json");
    if (flags.is_true("yaml"))
        return show_document(context, protocol::route::NodeDocument{}, "yaml");
    const char* form = flags.is_true("all")    ? "all"
                       : flags.is_true("arch") ? "architecture"
                       : flags.is_true("ipmi") ? "ipmi"
                       : flags.is_true("net")  ? "network"
                       : flags.is_true("long") ? "long"
                                               : "simple";
    return show_table(context, protocol::route::NodeTable{}, form);
}

Result<int> node_export(Context& context) {
    return show_document(context, protocol::route::NodeDocument{}, "export");
}

Result<int> profile_export(Context& context) {
    return show_document(context, protocol::route::ProfileDocument{}, "export");
}

Result<int> profile_list(Context& context) {
    const FlagValues& flags = context.flags();
    if (flags.is_true("json"))
        return show_document(context, protocol::route::ProfileDocument{}, "json");
    if (flags.is_true("yaml"))
        return show_document(context, protocol::route::ProfileDocument{}, "yaml");
    return show_table(
        context, protocol::route::ProfileTable{}, flags.is_true("all") ? "all" : "simple");
}

}  // namespace ww::ctl::cmd
