// SPDX-License-Identifier: BSD-3-Clause
#include "base/site_files.h"

#include "support/catch.h"

using namespace ww;

TEST_CASE("only the built-in site has its run-time folder in /run", "[base][site_files]") {
    const auto socket = [](const std::string& config, const std::string& localstatedir) {
        return socket_file(run_folder(config, localstatedir));
    };
    CHECK(socket(default_config(), "/var/lib") == "/run/wwd/wwd.sock");
    CHECK(socket("/etc/warewulf/../warewulf/warewulf.conf", "/var/lib") == "/run/wwd/wwd.sock");
    CHECK(socket("/srv/x/warewulf.conf", "/srv/x/var") == "/srv/x/var/warewulf/wwd/run/wwd.sock");
    CHECK(canonical_config("/nowhere/./a/../b.conf") == "/nowhere/b.conf");
}

// People and packages know these names; another one would leave a site's history behind.
TEST_CASE("the names of a site's files", "[base][site_files]") {
    CHECK(writer_lock_file("/run/wwd") == "/run/wwd/lock");
    CHECK(daemon_lock_file("/run/wwd") == "/run/wwd/daemon.lock");
    const std::string state = state_folder("/var/lib");
    CHECK(journal_file(state) == "/var/lib/warewulf/wwd/journal.sqlite");
    CHECK(recovery_file(state) == "/var/lib/warewulf/wwd/nodes.conf.recovery");
}
