// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/jobs/network.h"

#include <chrono>
#include <map>
#include <memory>

#include "base/guarded.h"
#include "base/log.h"
#include "sprig/hosts.h"

namespace ww::daemon {

namespace {

using std::chrono::steady_clock;

// In the place of a route's path.
constexpr std::string_view kAddresses = "network/addresses";
constexpr std::string_view kHost = "network/host";

class KnownHosts {
   public:
    explicit KnownHosts(JobProcesses& processes) : processes_(processes) {}

    std::vector<std::string> look_up(const std::string& name) {
        const auto now = steady_clock::now();
        const auto known = hosts_.with([&](auto& hosts) -> std::optional<std::vector<std::string>> {
            std::erase_if(hosts, [&](const auto& each) { return now - each.second.at > kKept; });
            const auto at = hosts.find(name);
            if (at == hosts.end()) return std::nullopt;
            return at->second.addresses;
        });
        if (known) return *known;
        const auto answer = processes_.ask({.path = std::string(kHost), .body = name});
        if (!answer) {
            log::warn("network.host {}", answer.error().describe());
            return {};
        }
        hosts_.with([&](auto& hosts) {
            if (hosts.size() < kMostHosts) hosts[name] = {now, *answer};
        });
        return *answer;
    }

   private:
    static constexpr std::chrono::seconds kKept{10};
    static constexpr size_t kMostHosts = 1000;

    struct Host {
        steady_clock::time_point at;
        std::vector<std::string> addresses;
    };

    JobProcesses& processes_;
    Guarded<std::map<std::string, Host>> hosts_;
};

}  // namespace

Result<config::WarewulfConf> load_config_by(JobProcesses& processes, const std::string& path) {
    WW_TRY(auto conf, config::load_config(path, config::Autodetect::Off));
    if (!conf.ipaddr.empty() && !conf.netmask.empty() && !conf.network.empty()) return conf;
    const auto found =
        processes.ask({.config = conf.file, .path = std::string(kAddresses), .body = {}});
    if (!found || found->size() != 3) {
        log::warn("network.addresses {}", found ? "an odd answer" : found.error().describe());
        return conf;
    }
    conf.address_detected = conf.ipaddr.empty() && !(*found)[0].empty();
    for (size_t i = 0; auto* const text : {&conf.ipaddr, &conf.netmask, &conf.network}) {
        const std::string& value = (*found)[i++];
        if (!text->empty() || value.empty()) continue;
        *text = value;
        conf.autodetected = true;
    }
    return conf;
}

void look_hosts_up_by(JobProcesses& processes) {
    sprig::set_host_lookup([hosts = std::make_shared<KnownHosts>(processes)](
                               const std::string& name) { return hosts->look_up(name); });
}

std::optional<Result<std::vector<std::string>>> answer_of_network(const protocol::JobOrder& order) {
    if (order.path == kHost) return sprig::addresses_of_host(order.body);
    if (order.path != kAddresses) return std::nullopt;
    const auto conf = config::load_config(order.config, config::Autodetect::On);
    if (!conf) return conf.error();
    return std::vector{conf->ipaddr, conf->netmask, conf->network};
}

}  // namespace ww::daemon
