// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl redfish: one thing asked of one management controller, as the template redfish.tmpl has it
// done by `wwctl power` for each of many.
#include "redfish/ask.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/process.h"
#include "ctl/cmd/handlers.h"
#include "ctl/cmd/power/end_signals.h"
#include "fields/bmc.h"

namespace ww::ctl::cmd {

namespace {

constexpr int64_t kHighestPort = 65535;

Result<redfish::Target> target_of(const FlagValues& flags) {
    const int64_t port = flags.number("port");
    if (port < 1 || port > kHighestPort)
        return Error(ErrorCode::InvalidArgument, "--port must be between 1 and 65535");
    if (flags.number("timeout") < 1)
        return Error(ErrorCode::InvalidArgument, "--timeout must be at least 1");
    const char* password = std::getenv(fields::kBmcPasswordVariable);
    return redfish::Target{
        .host = {.name = flags.text("address"), .port = static_cast<uint16_t>(port)},
        .user = flags.text("user"),
        .password = password == nullptr ? "" : password,
        .trust = {.ca_file = flags.text("bmc-ca"), .fingerprint = flags.text("bmc-fingerprint")},
        .patience = std::chrono::seconds(flags.number("timeout"))};
}

}  // namespace

Result<int> redfish(Context& context) {
    const FlagValues& flags = context.flags();
    WW_TRY(const redfish::Target target, target_of(flags));
    const redfish::Wanted wanted{.command = context.arguments()[0],
                                 .persistent = flags.is_true("persistent"),
                                 .efi = flags.is_true("efiboot"),
                                 .system = flags.text("system")};
    const EndSignals signals;
    const auto answer = redfish::ask(target, wanted, signals.fd());
    if (!answer) {
        // Who runs us shows it as what went wrong with this controller.
        context.output().print_error(answer.error().describe() + "\n");
        return 1;
    }
    context.output().print(answer->text);
    if (answer->program.empty()) return 0;
    context.output().flush();
    WW_TRY(Process program, Process::start({.words = answer->program, .fresh_signals = true}));
    return program.wait().status();
}

}  // namespace ww::ctl::cmd
