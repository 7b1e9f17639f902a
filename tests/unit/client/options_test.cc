// SPDX-License-Identifier: BSD-3-Clause
#include "client/options.h"

#include "support/catch.h"

using ww::client::parse_options;

TEST_CASE("options of wwclient", "[client][options]") {
    auto options = parse_options({"--once", "-d", "--pidfile=/run/x", "--warewulfconf", "/etc/y"});
    REQUIRE(options);
    CHECK(options->once);
    CHECK(options->debug);
    CHECK(options->pid_file == "/run/x");
    CHECK(options->config_file == "/etc/y");

    CHECK(parse_options({})->pid_file == "/var/run/wwclient.pid");
    CHECK(parse_options({})->config_file == "/etc/warewulf/warewulf.conf");
    CHECK(parse_options({"--copy-root", "/newroot"})->copy_root == "/newroot");
    CHECK(parse_options({"--apply-attributes=/x"})->attributes == "/x");
    CHECK_FALSE(parse_options({"--pidfile"}));
    CHECK_FALSE(parse_options({"--nonsense"}));
    CHECK_FALSE(parse_options({"word"}));
}
