// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "base/file.h"
#include "config/config.h"
#include "support/catch.h"
#include "upgrade/upgrade.h"

using namespace ww::config;
using namespace ww::upgrade;

namespace {

Upgraded upgraded(std::string_view text) {
    auto result = upgrade_config(text, "w.conf");
    if (!result) FAIL(result.error().describe());
    return *std::move(result);
}

std::string text(std::string_view before) { return upgraded(before).text; }

std::string notes(std::string_view before) {
    std::string all;
    for (const ww::yaml::Warning& note : upgraded(before).notes) all += note.to_string() + "\n";
    return all;
}

std::string in_effect(std::string_view conf) {
    const auto parsed = parse_config(conf, "w.conf", Autodetect::Off);
    if (!parsed) FAIL(parsed.error().describe());
    return print_config(*parsed, 2);
}

}  // namespace

TEST_CASE("an upgraded configuration holds what was given, in order", "[store][upgrade]") {
    CHECK(text("") == "{}\n");
    CHECK(text("# only a comment\n") == "{}\n");
    CHECK(text("nfs: {enabled: true}\ncomment: c\n") == "comment: c\nnfs:\n  enabled: true\n");
    CHECK(text("warewulf: {secure: true, secure files: false}") ==
          "warewulf:\n  secure: true\n  secure files: false\n");
    CHECK(text("api: {enabled: true, tls: true, allowed subnets: [10.0.0.5/8]}\n"
               "dhcp: {range6 start: 'fd00::1', range6 end: 'fd00::9'}") ==
          "api:\n  enabled: true\n  tls: true\n  allowed subnets:\n    - 10.0.0.0/8\n"
          "dhcp:\n  range6 start: fd00::1\n  range6 end: fd00::9\n");
    CHECK(text("tftp: {ipxe: {'00:00': b, '00:0B': a}}") ==
          "tftp:\n  ipxe:\n    00:0B: a\n    \"00:00\": b\n");
    CHECK(text("prefixlen6: 64") == "prefixlen6: \"64\"\n");
}

TEST_CASE("an upgrade knows every key of today", "[upgrade]") {
    const auto conf = ww::read_file(WW_SOURCE_DIR "/tests/unit/config/every_key.conf");
    REQUIRE(conf);
    CHECK(text(*conf) == *conf);
    CHECK(notes(*conf).empty());
    CHECK_FALSE(upgraded(*conf).changed);
}

TEST_CASE("keys of older configurations find their new places", "[store][upgrade]") {
    CHECK(text("nfs: {systemd name: s, exports: [/a, /b], export paths: [{path: /c}]}") ==
          "nfs:\n  export paths:\n    - path: /a\n    - path: /b\n    - path: /c\n  systemd name: "
          "s\n");
    CHECK(text("nfs: {exports: [/a], systemd name: s}") ==
          "nfs:\n  export paths:\n    - path: /a\n  systemd name: s\n");
    CHECK(text("warewulf: {datastore: /d}\npaths: {bindir: /b, wwoverlaydir: /o}") ==
          "warewulf: {}\npaths:\n  bindir: /b\n  datadir: /d\n  wwoverlaydir: /o\n");
    CHECK(text("container mounts: [{source: /a, dest: /b, readonly: true}]") ==
          "image mounts:\n  - source: /a\n    dest: /b\n    readonly: true\n");
    CHECK(text("ipv6net: 2001:db8::/64") == "ipaddr6: '2001:db8::'\nprefixlen6: \"64\"\n");
    CHECK(text("ipv6net: 2001:db8::/64\nprefixlen6: 48") ==
          "ipaddr6: '2001:db8::'\nprefixlen6: \"48\"\n");
    CHECK(text("ipv6net: 2001:db8::/64\nipaddr6: fd00::1") ==
          "ipaddr6: fd00::1\nprefixlen6: \"64\"\n");
}

TEST_CASE("what goes from a configuration is said, with its place", "[store][upgrade]") {
    CHECK(notes("WW_INTERNAL: 45\n") == "w.conf:1:14: ignore: WW_INTERNAL: 45 (no longer used)\n");
    CHECK(notes("warewulf:\n  syslog: true\n") ==
          "w.conf:2:11: \"syslog\" is no longer used: the journal has all logs\n");
    CHECK(
        notes("nfs: {export paths: [{path: /h, mount: true}, {path: /o, mount: false}]}") ==
        "w.conf:1:40: that nodes mount /h is no longer said here; `wwctl upgrade nodes` makes it a "
        "resource of the default profile\n");
    CHECK(notes("ipv6net: nonsense\n") ==
          "w.conf:1:10: ignore: ipv6net: nonsense (not a network)\n");
    CHECK(notes("warewulf: {datastore: /a}\npaths: {datadir: /b}") ==
          "w.conf:1:23: \"datastore\" is ignored beside \"paths: datadir\"\n");
    CHECK(notes("# a\n\n# b\nipaddr: 10.0.0.1\n") ==
          "w.conf: 2 lines of comments are not carried over\n");
}

// Upstream loses all of these without a word.
TEST_CASE("an upgrade loses no key of a configuration", "[store][upgrade]") {
    CHECK(text("paths: {systemddir: /s, wwfilesdir: /f, datadir: /d}") ==
          "paths:\n  systemddir: /s\n  datadir: /d\n  wwfilesdir: /f\n");
    CHECK(text("tftp: {tftproot: /t}") == "tftp:\n  tftproot: /t\n");
    CHECK(text("mine: {a: 1}\nwarewulf: {port: 1, typo: x}\nnfs: {export paths: [{path: /a, why: "
               "b}]}") ==
          "warewulf:\n  port: 1\n  typo: x\nnfs:\n  export paths:\n    - path: /a\n      why: b\n"
          "mine:\n  a: 1\n");
    CHECK(text("warewulf: &w {port: 1, secure: no}\nwwclient: {<<: *w}") ==
          "warewulf:\n  port: 1\n  secure: false\nwwclient:\n  port: 1\n  secure: \"no\"\n");
    CHECK(notes("warewulf: {typo: x}") == "w.conf:1:12: unknown key \"typo\" is kept as it is\n");
}

// The words on the left mean the same to the server as those on the right.
TEST_CASE("an upgraded configuration of this release has the same effect", "[store][upgrade]") {
    const char* conf = GENERATE("",
                                "api: {allowed subnets: []}",
                                "ssh: {key types: []}",
                                "image mounts: []",
                                "warewulf: {update interval: 0}",
                                "warewulf: {secure: , port: 9873.5}",
                                "tftp: {}",
                                "tftp: {enabled: }",
                                "tftp: {enabled: false, tftproot: ''}",
                                "dhcp: {systemd name: '', template: }",
                                "nfs: {enabled: no, export paths: []}",
                                "paths: {datadir: ''}",
                                "tftp: {ipxe: {}}",
                                "ipaddr: 10.0.0.1/24\nipaddr6: fd00::1/64",
                                "wwclient: {port: 0}",
                                "warewulf: &w {port: 1}\nwwclient: {<<: *w}",
                                "grubboot: true");
    CAPTURE(conf);
    CHECK(in_effect(text(conf)) == in_effect(conf));
    CHECK(text(text(conf)) == text(conf));
}

TEST_CASE("only a configuration that needs it counts as changed", "[store][upgrade]") {
    CHECK_FALSE(upgraded("").changed);
    CHECK_FALSE(upgraded("# mine\nipaddr: 10.0.0.1\nother: x\n").changed);
    CHECK(upgraded("WW_INTERNAL: 45\n").changed);
    CHECK(upgraded("nfs: {exports: [/home]}\n").changed);
    CHECK(upgraded("nfs: {export paths: [{path: /home, mount: false}]}\n").changed);
}

TEST_CASE("a configuration that cannot be read is refused with its place", "[store][upgrade]") {
    const auto refusal = [](std::string_view conf) {
        const auto result = upgrade_config(conf, "w.conf");
        return result ? "accepted" : result.error().headline();
    };
    CHECK(refusal("a: [\n").starts_with("w.conf:"));
    CHECK(refusal("- a\n") == "w.conf:1:1: the file must be a map of settings");
    CHECK(refusal("nfs: x\n") == "w.conf:1:6: \"nfs\" must be a map of settings");
    CHECK(refusal("warewulf: {port: \"1\"}\n") ==
          "w.conf:1:18: \"port\" must be a number without quotes");
    CHECK(refusal("dhcp: {enabled: maybe}\n") ==
          "w.conf:1:17: \"enabled\" must be true or false, without quotes");
    CHECK(refusal("api: {allowed subnets: [10.0.0.1]}\n") ==
          "w.conf:1:25: invalid CIDR address: 10.0.0.1");
    CHECK(refusal("ipaddr: 10.0.0.1\n---\nipaddr: 10.0.0.2\n") ==
          "w.conf:2:1: a second document starts here; it would be lost");
}

TEST_CASE("old configurations say what nodes mount", "[store][upgrade]") {
    const auto mounts = [](std::string_view conf) {
        const auto result = legacy_mounts(conf, "w.conf");
        if (!result) FAIL(result.error().describe());
        return *result;
    };
    CHECK(mounts("").empty());
    CHECK(mounts("nfs: {exports: [/a], export paths: [{path: /b, mount: true, mount options: o}, "
                 "{path: /c, mount: false}, {path: /d}]}") ==
          std::vector<NfsMount>{{"/a", ""}, {"/b", "o"}});
}
