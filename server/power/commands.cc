// SPDX-License-Identifier: BSD-3-Clause
#include "power/commands.h"

#include <fmt/format.h>

#include "base/path.h"
#include "base/quote.h"
#include "fields/field.h"
#include "render/bmc.h"
#include "tmpl/template.h"

namespace ww::power {

namespace {

constexpr std::string_view kBlank = " \t\r\n";
// No template has a command of this name: what it makes then is what it makes of any it has not.
constexpr const char* kNoCommand = "wwd-none";

std::string trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return "";
    return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

Result<std::string> rendered(const tmpl::Template& source, const render::BmcData& data) {
    WW_TRY(const tmpl::Output output, tmpl::execute(source, render::bmc_value(data)));
    return trimmed(output.text);
}

}  // namespace

Commands::Commands(const std::string& datadir, Templates from)
    : folder_(datadir + "/warewulf/bmc"), from_(from), templates_(render::script_functions()) {}

Result<std::string> Commands::path_of(const std::string& name) const {
    if (name.empty())
        return Error(ErrorCode::FailedPrecondition, "no template for its BMC (ipmi template)")
            .with_hint("set --ipmitemplate ipmitool.tmpl");
    if (name.front() == '/') {
        if (from_ == Templates::Anywhere) return name;
        return Error(ErrorCode::PermissionDenied,
                     fmt::format("its template {} is not one of {}", quote(name), folder_))
            .with_hint("wwctl power runs it, with the rights of who calls it");
    }
    const auto beneath = path_beneath(name);
    if (!beneath) return Error(ErrorCode::NotFound, fmt::format("no template \"{}\"", name));
    return folder_ + "/" + std::string(*beneath);
}

Result<Command> Commands::make(const nodes::Node& node, const Verb& verb, bool persistent) {
    render::BmcData data{node.ipmi, std::string(verb.template_), persistent};
    if (!data.ipaddr || data.ipaddr->is_unspecified())
        return Error(ErrorCode::FailedPrecondition, "no address of its BMC (ipmi ipaddr)")
            .with_hint("set --ipmiaddr");
    WW_TRY(const std::string path, path_of(data.template_name));
    WW_TRY(const tmpl::Template source, templates_.get(path), "reading {}", path);
    Command command{.password = data.password};
    WW_TRY(command.text, rendered(source, data), "rendering {}", path);
    if (!data.password.empty()) data.password = fields::kMask;
    WW_TRY(command.shown, rendered(source, data), "rendering {}", path);
    data.command = kNoCommand;
    WW_TRY(const std::string none, rendered(source, data), "rendering {}", path);
    // nobmc.tmpl names the command it does not have.
    if (command.text.empty() || command.shown == none)
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("{} has no command for {}", path, verb.template_));
    return command;
}

}  // namespace ww::power
