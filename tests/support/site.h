// SPDX-License-Identifier: BSD-3-Clause
//
// A throw-away Warewulf site in a temporary folder, with its configuration and database open.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "store/config.h"
#include "store/database.h"
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
            store::load_config(path("etc/warewulf/warewulf.conf"), store::Autodetect::Off);
        WW_CHECK(loaded.has_value(), "the test's warewulf.conf does not load");
        conf_ = std::move(*loaded);
        database_ = store::Database::open(path("etc/warewulf/nodes.conf"), path("lock"));
    }

    std::string path(const std::string& below) const { return dir_ / below; }
    void write(const std::string& below, std::string_view text, mode_t mode = 0644) const {
        const std::string whole = path(below);
        WW_CHECK(make_directories(whole.substr(0, whole.rfind('/'))).has_value(), "mkdir");
        WW_CHECK(replace_file(whole, text, mode).has_value(), "write");
    }

    const store::WarewulfConf& conf() const { return conf_; }
    store::Database& database() const { return *database_; }
    std::shared_ptr<const store::Snapshot> snapshot() const { return database_->snapshot(); }

   private:
    TempDir dir_;
    store::WarewulfConf conf_;
    std::unique_ptr<store::Database> database_;
};

}  // namespace ww::test
