// SPDX-License-Identifier: BSD-3-Clause
#include "config/config.h"

#include "support/catch.h"

using namespace ww::config;

namespace {

WarewulfConf parse(std::string_view text) {
    auto conf = parse_config(text, "warewulf.conf", Autodetect::Off);
    if (!conf) FAIL(conf.error().describe());
    return std::move(*conf);
}

}  // namespace

TEST_CASE("an empty file is all defaults", "[store][config]") {
    for (const char* text : {"", "# nothing\n", "{}\n", "nfs:\ntftp:\nwarewulf: {}\n"}) {
        CAPTURE(text);
        const WarewulfConf conf = parse(text);
        CHECK(conf.warewulf.port == 9873);
        CHECK(conf.warewulf.secure());
        CHECK_FALSE(conf.warewulf.tls());
        CHECK(conf.warewulf.autobuild_overlays());
        CHECK(conf.tftp.ipxe.size() == 4);
        CHECK(conf.api.allowed_subnets.size() == 2);
        CHECK(conf.ssh.key_types.size() == 3);
        CHECK(conf.image_mounts.size() == 1);
        CHECK(conf.paths.nodes_conf() == "/etc/warewulf/nodes.conf");
        CHECK(conf.ipaddr.empty());
        CHECK(conf.warnings.empty());
    }
}

TEST_CASE("what null does to each kind of value", "[store][config]") {
    const WarewulfConf conf =
        parse("warewulf: {port: , secure: , systemd name: }\nssh: {key types: }\n");
    CHECK(conf.warewulf.port == 9873);
    CHECK_FALSE(conf.warewulf.secure());
    CHECK(conf.ssh.key_types.empty());
}

TEST_CASE("values are converted as upstream does", "[store][config]") {
    const WarewulfConf conf = parse(
        "netmask: 24\n"
        "warewulf: {port: 9873.5, secure: 'no', tls: on, secure files: true}\n"
        "tftp: {ipxe: {'00:0B': x.efi}}\n"
        "api: {allowed subnets: [10.1.2.3/16]}\n"
        "nfs: {export paths: [{path: /home, export options: rw}, {path: /opt}]}\n");
    CHECK(conf.netmask == "24");
    CHECK(conf.warewulf.port == 9873);
    CHECK_FALSE(conf.warewulf.secure());
    CHECK(conf.warewulf.secure_files());
    CHECK(conf.warewulf.tls());
    CHECK(conf.tftp.ipxe == std::map<std::string, std::string>{{"00:0B", "x.efi"}});
    REQUIRE(conf.api.allowed_subnets.size() == 1);
    CHECK(conf.api.allowed_subnets[0].address.to_string() == "10.1.0.0");
    REQUIRE(conf.nfs.export_paths.size() == 2);
    CHECK(conf.nfs.export_paths[1].export_options.empty());
}

TEST_CASE("addresses are split and derived", "[store][config]") {
    const WarewulfConf conf = parse("ipaddr: 192.168.0.1/24\nipaddr6: 2001:DB8::1/64\n");
    CHECK(conf.ipaddr == "192.168.0.1");
    CHECK(conf.network == "192.168.0.0");
    CHECK(conf.netmask == "255.255.255.0");
    CHECK(conf.ip_cidr() == "192.168.0.1/24");
    CHECK(conf.network_cidr() == "192.168.0.0/24");
    CHECK(conf.ipaddr6 == "2001:db8::1");
    CHECK(conf.prefixlen6 == "64");
    CHECK(conf.network_cidr6() == "2001:db8::/64");
    const WarewulfConf given =
        parse("ipaddr: 192.168.0.1/24\nnetwork: 192.168.0.0\nnetmask: 255.255.0.0\n");
    CHECK(given.netmask == "255.255.0.0");
}

TEST_CASE("every bad value is reported with its place, all in one go", "[store][config]") {
    const auto conf = parse_config(
        "ipaddr: [a]\nwarewulf:\n  port: \"9873\"\n  tls: \"true\"\napi:\n"
        "  allowed subnets: [10.0.0.1]\nwwclient: {port: 70000}\n",
        "w.conf",
        Autodetect::Off);
    REQUIRE_FALSE(conf);
    const std::string text = conf.error().describe();
    CAPTURE(text);
    for (const char* part :
         {"w.conf:1:9", "w.conf:3:9", "w.conf:4:8", "w.conf:6:21", "w.conf:7:18"})
        CHECK(text.find(part) != std::string::npos);
}

TEST_CASE("an unknown key is a warning with its place", "[store][config]") {
    const WarewulfConf conf = parse("warewulf:\n  syslog: false\n");
    REQUIRE(conf.warnings.size() == 1);
    CHECK(conf.warnings[0].place.line == 2);
    CHECK(conf.warnings[0].text.find("syslog") != std::string::npos);
}

TEST_CASE("a printed configuration reads back the same", "[store][config]") {
    const WarewulfConf conf = parse(
        "ipaddr: 10.0.0.1/24\nipaddr6: 2001:DB8::1/64\ncomment: '12'\n"
        "warewulf: {port: 0, secure: false, secure files: true}\n"
        "api: {allowed subnets: []}\nssh: {key types: []}\nimage mounts: []\n"
        "tftp: {enabled: , ipxe: {'00:0B': x.efi}}\nwwclient: {port: 987}\n"
        "nfs: {export paths: [{path: /a, export options: ro}, {path: /b}]}\n");
    const std::string text = print_config(conf, 4);
    CHECK(print_config(parse(text), 4) == text);
    const WarewulfConf again = parse(text);
    CHECK(again.warewulf.port == 0);
    CHECK(again.api.allowed_subnets.empty());
    CHECK(again.image_mounts.empty());
    CHECK_FALSE(again.tftp.enabled());
    CHECK(again.netmask == "255.255.255.0");
    CHECK(again.wwclient.port == 987);
    CHECK(text.find("    export paths:\n        - path: /a\n          export options: ro\n        "
                    "- path: /b\n") != std::string::npos);
}
