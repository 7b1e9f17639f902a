// SPDX-License-Identifier: BSD-3-Clause
#include "configure/services.h"

#include <fmt/format.h>

#include <map>

#include "base/process.h"

namespace ww::configure {

namespace {

/// "A=b\nC=d\n" as a map.
std::map<std::string, std::string> properties(std::string_view text) {
    std::map<std::string, std::string> all;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (const size_t equals = line.find('='); equals != std::string_view::npos)
            all.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
    return all;
}

Result<std::map<std::string, std::string>> show(const std::string& unit) {
    auto shown = capture_program(
        {"systemctl", "show", "--property=LoadState,ActiveState,UnitFileState,TriggeredBy", unit});
    if (!shown)
        return Error(ErrorCode::FailedPrecondition,
                     "there is no systemctl: systemd does not run here");
    if (shown->exit.status() != 0)
        return Error(ErrorCode::FailedPrecondition, "systemd does not run here");
    return properties(shown->output);
}

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

}  // namespace

Result<void> Systemd::available() {
    const auto shown = show("multi-user.target");
    return shown ? Result<void>() : shown.error();
}

Unit Systemd::look(const std::string& name) {
    // Of a manager that tells nothing, everything is asked.
    Unit unit{.name = name, .disabled = true};
    const auto shown = show(name);
    if (!shown) return unit;
    const auto value = [](const auto& all, const char* key) {
        const auto found = all.find(key);
        return found == all.end() ? std::string() : found->second;
    };
    const std::string load = value(*shown, "LoadState");
    if (load.empty()) return unit;
    unit.presence = load == "not-found" ? Unit::Presence::Missing : Unit::Presence::Found;
    const std::string state = value(*shown, "ActiveState");
    unit.active = state == "active" || state == "reloading";
    unit.disabled = value(*shown, "UnitFileState") == "disabled";
    // A service that its socket starts is asleep between two requests.
    const std::string sockets = value(*shown, "TriggeredBy");
    if (!unit.active && !sockets.empty()) {
        const auto socket = show(sockets.substr(0, sockets.find(' ')));
        unit.active = socket && value(*socket, "ActiveState") == "active";
        if (unit.active && socket) unit.disabled = value(*socket, "UnitFileState") == "disabled";
    }
    return unit;
}

Result<void> Systemd::run(const std::string& verb, const std::string& name) {
    WW_TRY(const Captured done, capture_program({"systemctl", verb, name}));
    if (done.exit.status() == 0) return {};
    return Error(ErrorCode::FailedPrecondition,
                 fmt::format("systemctl {} {}: {}",
                             verb,
                             name,
                             done.errors.empty() ? done.exit.describe() : trimmed(done.errors)))
        .with_hint(fmt::format("systemctl status {}; journalctl -u {}", name, name));
}

Unit first_found(Services& services, const std::vector<std::string>& names) {
    std::optional<Unit> first;
    for (const std::string& name : names) {
        Unit unit = services.look(name);
        if (unit.found() || unit.presence == Unit::Presence::Unknown) return unit;
        if (!first) first = std::move(unit);
    }
    return *first;
}

}  // namespace ww::configure
