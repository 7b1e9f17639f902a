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

Site::Site(std::string config, config::WarewulfConf conf, Serves serves)
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
               }}),
      jobs_({.holds = job_holds_folder(run_folder_), .outlives_command = serves == Serves::Nodes}),
      api_{.config = config_,
           .conf = conf_,
           .database = *database_,
           .overlays = overlays_,
           .jobs = jobs_,
           .boot = serves == Serves::Nodes ? &boot_.emplace(conf_, *database_, overlays_, images_)
                                           : nullptr} {}

}  // namespace ww::daemon
