// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/site.h"

#include "base/file.h"
#include "base/site_files.h"

namespace ww::daemon {

namespace {

std::string make_run_folder(const std::string& config, const config::Paths& paths) {
    std::string folder = run_folder(config, paths.localstatedir);
    (void)make_directories(folder);
    return folder;
}

}  // namespace

Site::Site(std::string config,
           config::WarewulfConf conf,
           Serves serves,
           SiteJobs jobs,
           overlay::RenderLimits renders)
    : config_(std::move(config)),
      conf_(std::move(conf)),
      run_folder_(make_run_folder(config_, conf_.paths)),
      database_(store::Database::open(conf_.paths.nodes_conf(),
                                      writer_lock_file(run_folder_),
                                      state_folder(conf_.paths.localstatedir))),
      images_(image::Images(conf_.paths.wwchrootdir,
                            conf_.paths.wwprovisiondir,
                            content_folder(state_folder(conf_.paths.localstatedir))),
              machines_folder(state_folder(conf_.paths.localstatedir))),
      overlays_(
          {.conf = conf_,
           .images = images_,
           .kernel_version =
               [this](const nodes::Node& node) { return images_.default_kernel_version(node); },
           .architecture =
               [this](const nodes::Node& node) {
                   const auto known = images_.architecture(node);
                   return known ? std::string(to_string(*known)) : std::string();
               },
           .renders_folder = renders_folder(state_folder(conf_.paths.localstatedir)),
           .render_limits = renders,
           .content_folder = content_folder(state_folder(conf_.paths.localstatedir))}),
      tokens_(tokens_file(state_folder(conf_.paths.localstatedir))),
      jobs_({.holds = job_holds_folder(run_folder_),
             .held = std::move(jobs.held),
             .quiet = serves == Serves::Job,
             .outlives_command = serves != Serves::Commands}),
      api_{.config = config_,
           .conf = conf_,
           .database = *database_,
           .overlays = overlays_,
           .jobs = jobs_,
           .outside = jobs.outside,
           .tokens = tokens_,
           .boot = serves == Serves::Nodes ? &boot_.emplace(conf_, *database_, overlays_, images_)
                                           : nullptr,
           .ticker = boot_ ? &ticker_.emplace(api::StatusTicker::Board{
                                 [this] { return boot_->status_changes(); },
                                 [this] { return boot_->last_sent(); }})
                           : nullptr} {}

void Site::stop(const std::string& why) {
    jobs_.cancel_all(why);
    if (ticker_) ticker_->end();
}

}  // namespace ww::daemon
