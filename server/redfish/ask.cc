// SPDX-License-Identifier: BSD-3-Clause
#include "redfish/ask.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/json_text.h"
#include "base/path.h"
#include "base/quote.h"
#include "redfish/choice.h"
#include "redfish/sensors.h"

namespace ww::redfish {

namespace {

constexpr size_t kMostSystems = 64;  // of a chassis with many nodes: an Id is looked for in them
constexpr size_t kMostChassis = 16;

/// Where not all were looked at.
std::string bound(size_t most, size_t all) {
    return all > most ? fmt::format(" among the first {} of {}", most, all) : "";
}

class Machine {
   public:
    Machine(Service& service, const Target& target, const Wanted& wanted)
        : service_(service), target_(target), wanted_(wanted) {}

    Result<Answer> answer() {
        WW_TRY_VOID(find_system());
        const std::string& command = wanted_.command;
        if (command == "PowerStatus") return power_status();
        if (const Switch* kind = find_switch(command)) return switch_it(*kind);
        if (const BootDevice* device = find_boot_device(command)) return boot_from(*device);
        if (command == "SDRList" || command == "SensorList") return sensors();
        if (command == "Identify") return identify(true);
        if (command == "IdentifyOff") return identify(false);
        return console();
    }

   private:
    /// The path of the system that is meant.
    Result<std::string> choose_system() {
        if (wanted_.system.starts_with('/')) return wanted_.system;
        const std::string collection = service_.root().link({"Systems"});
        if (collection.empty())
            return Error(ErrorCode::FailedPrecondition, "this BMC tells of no system");
        WW_TRY(const Resource found, service_.get(collection));
        std::vector<std::string> systems = found.document.links({"Members"});
        if (wanted_.system.empty() && systems.size() == 1) return systems.front();
        std::vector<std::string> names;
        for (const std::string& path : systems) {
            if (names.size() == kMostSystems) break;
            std::string_view name = path;
            while (name.ends_with('/')) name.remove_suffix(1);
            names.emplace_back(base_name(name));
            if (names.back() == wanted_.system) return path;
            names.back() = quote(names.back());
        }
        return Error(ErrorCode::FailedPrecondition,
                     wanted_.system.empty() ? fmt::format("this BMC has {} systems", systems.size())
                                            : fmt::format("this BMC has no system {}{}",
                                                          quote(wanted_.system),
                                                          bound(kMostSystems, systems.size())))
            .with_hint(
                fmt::format("set --ipmitagadd system=ID, one of {}", fmt::join(names, ", ")));
    }

    Result<void> find_system() {
        WW_TRY(path_, choose_system());
        WW_TRY(system_, service_.get(path_));
        return {};
    }

    Result<Answer> power_status() const {
        std::string state = system_.document.text({"PowerState"});
        if (state.empty())
            return Error(ErrorCode::Unprocessable, "this BMC does not tell whether it is on");
        std::ranges::transform(state, state.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
        });
        const bool known = state == "on" || state == "off";
        return Answer{fmt::format("Chassis Power is {}\n", known ? state : quote(state)), {}};
    }

    Result<Answer> switch_it(const Switch& kind) {
        const Answer done{fmt::format("Chassis Power Control: {}\n", kind.said), {}};
        // Services refuse to do what is done.
        if (!kind.state.empty() && system_.document.text({"PowerState"}) == kind.state) return done;
        const Document action = system_.document.at({"Actions", "#ComputerSystem.Reset"});
        std::string where = action.text({"target"});
        if (!where.starts_with('/') || where.starts_with("//"))
            return Error(ErrorCode::FailedPrecondition, "this BMC has no action to switch it");
        std::vector<std::string> allowed = allowable(action, "ResetType");
        if (const std::string info = action.text({"@Redfish.ActionInfo"});
            allowed.empty() && info.starts_with('/')) {
            WW_TRY(const Resource about, service_.get(info));
            allowed = allowable_by_info(about.document, "ResetType");
        }
        WW_TRY(const std::string type, choose_reset(kind, allowed));
        WW_TRY_VOID(service_.post(where, fmt::format(R"({{"ResetType":{}}})", json_quote(type))));
        return done;
    }

    Result<Answer> boot_from(const BootDevice& device) {
        const Document boot = system_.document.at({"Boot"});
        const auto allowed = allowable(boot, "BootSourceOverrideTarget");
        if (!allowed.empty() && std::ranges::find(allowed, device.target) == allowed.end()) {
            std::vector<std::string> names;
            for (const std::string& one : allowed) names.push_back(quote(one));
            return Error(ErrorCode::FailedPrecondition,
                         fmt::format("this machine cannot be told to boot from {}: it offers {}",
                                     device.said,
                                     fmt::join(names, ", ")));
        }
        const std::string body = fmt::format(
            R"({{"Boot":{{"BootSourceOverrideEnabled":"{}",{}"BootSourceOverrideTarget":"{}"}}}})",
            wanted_.persistent ? "Continuous" : "Once",
            wanted_.efi ? R"("BootSourceOverrideMode":"UEFI",)" : "",
            device.target);
        WW_TRY_VOID(change(path_, body));
        return Answer{fmt::format("Set Boot Device to {}\n", device.said), {}};
    }

    /// Once more, if somebody else changed it meanwhile: what is set does not depend on what was.
    Result<void> change(const std::string& path, const std::string& body) {
        WW_TRY(Resource now, service_.get(path));
        auto changed = service_.patch(path, body, now.etag);
        if (changed || changed.error().code() != ErrorCode::Conflict) return changed;
        WW_TRY(now, service_.get(path));
        return service_.patch(path, body, now.etag);
    }

    Result<Answer> identify(bool on) {
        std::vector<std::string> places{path_};
        const auto chassis = system_.document.links({"Links", "Chassis"});
        places.insert(places.end(), chassis.begin(), chassis.end());
        places.resize(std::min(places.size(), kMostChassis));
        for (const std::string& place : places) {
            WW_TRY(const Resource resource, service_.get(place));
            const Document& document = resource.document;
            std::string body;
            if (document.boolean({"LocationIndicatorActive"}))
                body = fmt::format(R"({{"LocationIndicatorActive":{}}})", on);
            else if (!document.text({"IndicatorLED"}).empty())
                body = fmt::format(R"({{"IndicatorLED":"{}"}})", on ? "Blinking" : "Off");
            if (body.empty()) continue;
            WW_TRY_VOID(change(place, body));
            return Answer{
                fmt::format("Chassis identify: {}\n", on ? "on, until it is switched off" : "off"),
                {}};
        }
        return Error(ErrorCode::FailedPrecondition, "this machine has no light to identify it by");
    }

    Result<Answer> sensors() {
        std::vector<std::string> chassis = system_.document.links({"Links", "Chassis"});
        if (const std::string all = service_.root().link({"Chassis"});
            chassis.empty() && !all.empty()) {
            WW_TRY(const Resource found, service_.get(all));
            chassis = found.document.links({"Members"});
        }
        const size_t all = chassis.size();
        chassis.resize(std::min(all, kMostChassis));
        std::vector<Sensor> sensors;
        for (const std::string& path : chassis) WW_TRY_VOID(add_sensors(path, sensors));
        if (sensors.empty())
            return Error(ErrorCode::FailedPrecondition,
                         fmt::format("this BMC tells of no sensors{}", bound(kMostChassis, all)));
        return Answer{wanted_.command == "SDRList" ? short_table(sensors) : full_table(sensors),
                      {}};
    }

    Result<void> add_sensors(const std::string& path, std::vector<Sensor>& sensors) {
        WW_TRY(const Resource chassis, service_.get(path));
        if (const std::string link = chassis.document.link({"Sensors"}); !link.empty()) {
            WW_TRY(const Resource collection, service_.get(link + expansion()));
            for (const Document& member : collection.document.items({"Members"})) {
                if (sensors.size() == kMostItems) return {};
                if (member.at({"Reading"}).exists() || member.at({"Name"}).exists()) {
                    sensors.push_back(sensor_of(member));
                    continue;
                }
                WW_TRY(const Resource one, service_.get(member.link({})));
                sensors.push_back(sensor_of(one.document));
            }
            if (!sensors.empty()) return {};
        }
        using Reader = std::vector<Sensor> (*)(const Document&);
        const std::pair<const char*, Reader> older[] = {{"Thermal", sensors_of_thermal},
                                                        {"Power", sensors_of_power}};
        for (const auto& [name, read] : older) {
            const std::string link = chassis.document.link({name});
            if (link.empty()) continue;
            WW_TRY(const Resource one, service_.get(link));
            const auto found = read(one.document);
            sensors.insert(sensors.end(), found.begin(), found.end());
        }
        return {};
    }

    /// One question for all members, where the service answers it. Source: DSP0266 "Expand".
    std::string expansion() const {
        const auto able =
            service_.root().boolean({"ProtocolFeaturesSupported", "ExpandQuery", "NoLinks"});
        return able.value_or(false) ? "?$expand=." : "";
    }

    Result<Answer> console() {
        Resource manager;
        if (const auto links = system_.document.links({"Links", "ManagedBy"}); !links.empty()) {
            WW_TRY(manager, service_.get(links.front()));
        }
        WW_TRY(const SshConsole found, ssh_console(system_.document, manager.document));
        Answer answer{"",
                      {"ssh",
                       "-t",
                       "-p",
                       fmt::to_string(found.port),
                       "-l",
                       target_.user,
                       "--",
                       target_.host.name}};
        if (!found.entry.empty()) answer.program.push_back(found.entry);
        return answer;
    }

    Service& service_;
    const Target& target_;
    const Wanted& wanted_;
    std::string path_;
    Resource system_;
};

}  // namespace

bool is_command(const std::string& command) {
    return find_switch(command) != nullptr || find_boot_device(command) != nullptr ||
           std::ranges::count(
               std::initializer_list<std::string_view>{
                   "PowerStatus", "SDRList", "SensorList", "Identify", "IdentifyOff", "Console"},
               std::string_view(command)) > 0;
}

Result<Answer> ask(const Target& target, const Wanted& wanted, int stop_fd) {
    if (!is_command(wanted.command))
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("nothing to ask by Redfish is called {}", quote(wanted.command)));
    WW_TRY(const auto service, Service::open(target, stop_fd));
    return Machine(*service, target, wanted).answer();
}

}  // namespace ww::redfish
