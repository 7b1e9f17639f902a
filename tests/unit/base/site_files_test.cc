// SPDX-License-Identifier: BSD-3-Clause
#include "base/site_files.h"

#include "base/process.h"
#include "support/catch.h"

using namespace ww;

TEST_CASE("only the packaged site has its run-time folder in /run", "[base][site_files]") {
    const auto socket = [](const std::string& config, const std::string& localstatedir) {
        return socket_file(run_folder(config, localstatedir));
    };
    CHECK(socket(kPackagedConfig, "/var/lib") == "/run/wwd/wwd.sock");
    CHECK(socket("/etc/warewulf/../warewulf/warewulf.conf", "/var/lib") == "/run/wwd/wwd.sock");
    CHECK(socket("/srv/x/warewulf.conf", "/srv/x/var") == "/srv/x/var/warewulf/wwd/run/wwd.sock");
    CHECK(canonical_config("/nowhere/./a/../b.conf") == "/nowhere/b.conf");
}

TEST_CASE("a program finds the configuration of its prefix", "[base][site_files]") {
    for (const char* packaged :
         {"/usr/bin/wwctl", "/usr/sbin/wwd", "/bin/wwctl", "/warewulf/wwclient", "/x"})
        CHECK(config_of_program(packaged) == "/etc/warewulf/warewulf.conf");
    CHECK(config_of_program("/usr/local/bin/wwd") == "/usr/local/etc/warewulf/warewulf.conf");
    CHECK(config_of_program("/opt/wwd/sbin/wwd") == "/opt/wwd/etc/warewulf/warewulf.conf");
    CHECK(default_config() == config_of_program(*own_program()));
}

// People and packages know these names; another one would leave a site's history behind.
TEST_CASE("the names of a site's files", "[base][site_files]") {
    CHECK(writer_lock_file("/run/wwd") == "/run/wwd/lock");
    CHECK(daemon_lock_file("/run/wwd") == "/run/wwd/daemon.lock");
    const std::string state = state_folder("/var/lib");
    CHECK(journal_file(state) == "/var/lib/warewulf/wwd/journal.sqlite");
    CHECK(recovery_file(state) == "/var/lib/warewulf/wwd/nodes.conf.recovery");
}
