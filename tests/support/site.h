// SPDX-License-Identifier: BSD-3-Clause
//
// A throw-away Warewulf site in a temporary folder, with its configuration and nodes read.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "config/config.h"
#include "nodes/reader.h"
#include "nodes/snapshot.h"
#include "support/temp_dir.h"

namespace ww::test {

class Site {
   public:
    /// `nodes`: content of nodes.conf. `server`: lines for warewulf.conf besides address and paths.
    explicit Site(std::string_view nodes, std::string_view server = "") {
        write("etc/warewulf/nodes.conf", nodes);
        write("etc/warewulf/warewulf.conf",
              fmt::format(
                  "ipaddr: 10.0.0.1\nnetmask: 255.255.0.0\nnetwork: 10.0.0.0\n{}\n"
                  "paths:\n  sysconfdir: {}\n  datadir: {}\n  wwoverlaydir: {}\n  wwchrootdir: {}\n"
                  "  wwprovisiondir: {}\n  wwfilesdir: {}\n",
                  server,
                  path("etc"),
                  path("usr/share"),
                  path("overlays"),
                  path("chroots"),
                  path("provision"),
                  path("files")));
        auto loaded =
            config::load_config(path("etc/warewulf/warewulf.conf"), config::Autodetect::Off);
        WW_CHECK(loaded.has_value(), "the test's warewulf.conf does not load");
        conf_ = std::move(*loaded);
        reload();
    }

    /// Reads nodes.conf again.
    void reload() {
        const std::string file = path("etc/warewulf/nodes.conf");
        auto read = nodes::read_nodes(*read_file(file), file);
        WW_CHECK(read.has_value(), "the test's nodes.conf does not load");
        auto built = nodes::Snapshot::build(
            std::move(read->registry), std::move(read->warnings), ++generation_, snapshot_.get());
        WW_CHECK(built.has_value(), "the test's nodes do not merge");
        snapshot_ = std::move(*built);
    }

    std::string path(const std::string& below) const { return dir_ / below; }
    void write(const std::string& below, std::string_view text, mode_t mode = 0644) const {
        const std::string whole = path(below);
        WW_CHECK(make_directories(whole.substr(0, whole.rfind('/'))).has_value(), "mkdir");
        WW_CHECK(replace_file(whole, text, mode).has_value(), "write");
    }

    const config::WarewulfConf& conf() const { return conf_; }
    std::shared_ptr<const nodes::Snapshot> snapshot() const { return snapshot_; }

   private:
    TempDir dir_;
    config::WarewulfConf conf_;
    std::shared_ptr<const nodes::Snapshot> snapshot_;
    uint64_t generation_ = 0;
};

}  // namespace ww::test
