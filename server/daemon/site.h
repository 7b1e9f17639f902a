// SPDX-License-Identifier: BSD-3-Clause
//
// A site and what serves it, put together in one place for all who serve: the daemon, and a private
// wwd that answers one wwctl.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/token_file.h"
#include "api/site.h"
#include "api/status/ticker.h"
#include "boot/images.h"
#include "boot/service.h"
#include "config/config.h"
#include "jobs/outside.h"
#include "jobs/registry.h"
#include "overlay/builder.h"
#include "store/database.h"

namespace ww::daemon {

/// How the jobs of a site are done.
struct SiteJobs {
    jobs::Outside* outside = nullptr;    // by whom; nullptr: here
    std::vector<std::string> held = {};  // what the daemon holds for the one job of this process
};

/// Owns all of it. What it hands out may be used by any thread and lives as long as the site.
class Site {
   public:
    /// Whether nodes are served, too, or only commands, or one job.
    enum class Serves { Nodes, Commands, Job };

    /// `config`: canonical path of warewulf.conf. Blocking: reads nodes.conf; if that fails,
    /// database().problem() says why. Makes the run folder; where it cannot, whoever needs it will
    /// say so.
    Site(std::string config,
         config::WarewulfConf conf,
         Serves serves,
         SiteJobs jobs = {},
         overlay::RenderLimits renders = {});
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    const std::string& config() const { return config_; }
    const config::WarewulfConf& conf() const { return conf_; }
    /// Where the sockets and locks of this site are.
    const std::string& run_folder() const { return run_folder_; }
    store::Database& database() { return *database_; }
    /// Only where nodes are served.
    boot::Service& boot() { return *boot_; }
    const api::Site& api() const { return api_; }
    jobs::Registry& jobs() { return jobs_; }
    access::TokenFile& tokens() { return tokens_; }
    /// What would not end by itself: jobs are cancelled, and who watches is told that it is over.
    void stop(const std::string& why);

   private:
    const std::string config_;
    const config::WarewulfConf conf_;
    const std::string run_folder_;
    const std::unique_ptr<store::Database> database_;
    const boot::NodeImages images_;
    overlay::Builder overlays_;
    std::optional<boot::Service> boot_;
    std::optional<api::StatusTicker> ticker_;  // of boot_
    access::TokenFile tokens_;
    jobs::Registry jobs_;  // last but what refers to it: jobs use all of the above
    const api::Site api_;
};

}  // namespace ww::daemon
