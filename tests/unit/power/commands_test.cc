// SPDX-License-Identifier: BSD-3-Clause
#include "power/commands.h"

#include <sys/stat.h>

#include <set>

#include "base/file.h"
#include "base/process.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;

namespace {

/// A node whose BMC has everything set, with the templates that come with wwd.
nodes::Node full_node() {
    nodes::Node node;
    node.id = "n1";
    node.ipmi.template_name = "ipmitool.tmpl";
    node.ipmi.ipaddr = IpAddress::parse("10.0.9.1");
    node.ipmi.interface = "lanplus";
    node.ipmi.port = "687";
    node.ipmi.escapechar = "~";
    node.ipmi.username = "ad\"min$(reboot)";
    node.ipmi.password = "calvin";
    return node;
}

std::string shipped() {
    static const test::TempDir folder;
    REQUIRE(make_directories(folder.path() + "/warewulf/bmc"));
    for (const char* name : {"ipmitool.tmpl", "nobmc.tmpl", "redfish.tmpl"}) {
        const auto text = read_file(std::string(WW_SOURCE_DIR "/templates/bmc/") + name);
        REQUIRE(text);
        REQUIRE(replace_file(folder.path() + "/warewulf/bmc/" + name, *text));
    }
    return folder.path();
}

std::string text_of(const nodes::Node& node, std::string_view word, bool persistent = false) {
    power::Commands commands(shipped());
    const auto made = commands.make(node, *power::find_verb(word), persistent);
    REQUIRE(made);
    CHECK(made->password == node.ipmi.password);
    return made->text;
}

}  // namespace

TEST_CASE("ipmitool is told everything but the password", "[power]") {
    const std::string line =
        R"~(ipmitool -I "lanplus" -e "~" -p "687" -H 10.0.9.1 -U "ad\"min\$(reboot)" -E )~";
    nodes::Node node = full_node();
    CHECK(text_of(node, "off") == line + "chassis power off");
    CHECK(text_of(node, "console") == line + "sol activate");
    CHECK(text_of(node, "bootdev pxe") == line + "chassis bootdev pxe");
    CHECK(text_of(node, "bootdev pxe", true) == line + "chassis bootdev pxe options=persistent");
    node.ipmi.tags = {{"efiboot", "true"}};
    CHECK(text_of(node, "bootdev disk", true) ==
          line + "chassis bootdev disk options=efiboot,persistent");
    node.ipmi = {.ipaddr = node.ipmi.ipaddr, .template_name = "ipmitool.tmpl"};
    CHECK(text_of(node, "status") == "ipmitool -H 10.0.9.1 chassis power status");
}

TEST_CASE("wwctl is told everything but the password", "[power]") {
    nodes::Node node = full_node();
    node.ipmi.template_name = "redfish.tmpl";
    const std::string line =
        R"~(exec "${WWCTL:-wwctl}" redfish --address 10.0.9.1 --port "687" --user "ad\"min\$(reboot)")~";
    CHECK(text_of(node, "off") == line + " PowerOff");
    node.ipmi.tags = {{"ca", "/etc/bmc `ca`.pem"},
                      {"fingerprint", "sha256:0f"},
                      {"system", "1"},
                      {"efiboot", "true"}};
    CHECK(text_of(node, "bootdev pxe", true) ==
          line + R"~( --bmc-ca "/etc/bmc \`ca\`.pem" --bmc-fingerprint "sha256:0f" --system "1")~" +
              " --efiboot --persistent BootPxe");
}

TEST_CASE("every verb has a command of its own", "[power]") {
    for (const char* name : {"ipmitool.tmpl", "redfish.tmpl"}) {
        nodes::Node node = full_node();
        node.ipmi.template_name = name;
        std::set<std::string> texts;
        for (const power::Verb& verb : power::verbs()) texts.insert(text_of(node, verb.word));
        CHECK(texts.size() == power::verbs().size());
    }
    CHECK(power::find_verb("explode") == nullptr);
}

TEST_CASE("what a node says is never run", "[power]") {
    const test::TempDir folder;
    REQUIRE(make_directories(folder.path() + "/bin"));
    for (const char* name : {"ipmitool", "wol", "ssh", "ping", "wwctl"}) {
        const std::string path = folder.path() + "/bin/" + name;
        REQUIRE(replace_file(path, "#!/bin/sh\n"));
        REQUIRE(::chmod(path.c_str(), 0755) == 0);
    }
    const std::string trap = folder.path() + "/trap";
    for (const std::string& escape : {"; : > " + trap + " #",
                                      "\"; : > " + trap + " #",
                                      "'; : > " + trap + " #",
                                      "\\\"; : > " + trap + " #",
                                      "$(: > " + trap + ")",
                                      "`: > " + trap + "`",
                                      "\n: > " + trap + "\n"})
        for (const char* name : {"ipmitool.tmpl", "nobmc.tmpl", "redfish.tmpl"}) {
            nodes::Node node = full_node();
            node.ipmi.template_name = name;
            for (auto* field : {&node.ipmi.interface,
                                &node.ipmi.port,
                                &node.ipmi.escapechar,
                                &node.ipmi.username,
                                &node.ipmi.password})
                *field = escape;
            node.ipmi.tags = {{"cipher", escape},
                              {"hwaddr", escape},
                              {"ca", escape},
                              {"fingerprint", escape},
                              {"system", escape},
                              {"efiboot", escape}};
            power::Commands commands(shipped());
            for (const power::Verb& verb : power::verbs()) {
                const auto made = commands.make(node, verb, false);
                if (!made) continue;  // nobmc.tmpl has not all of them
                auto shell = Process::start(
                    {.words = {"/bin/sh", "-c", "exec > /dev/null 2>&1; " + made->text},
                     .environment = {"PATH=" + folder.path() + "/bin"}});
                REQUIRE(shell);
                (void)shell->wait();
                INFO(made->text);
                REQUIRE_FALSE(exists(trap));
            }
        }
}

TEST_CASE("a template of somebody else's is not run for him", "[power]") {
    nodes::Node node = full_node();
    power::Commands commands(shipped(), power::Templates::Installed);
    CHECK(commands.make(node, *power::find_verb("status"), false));
    node.ipmi.template_name = shipped() + "/warewulf/bmc/ipmitool.tmpl";
    const auto made = commands.make(node, *power::find_verb("status"), false);
    REQUIRE_FALSE(made);
    CHECK(made.error().code() == ErrorCode::PermissionDenied);
    CHECK(power::Commands(shipped()).make(node, *power::find_verb("status"), false));
    node.ipmi.template_name = "../bmc/ipmitool.tmpl";
    CHECK_FALSE(commands.make(node, *power::find_verb("status"), false));
}

TEST_CASE("nothing is made for a node without an address", "[power]") {
    for (const char* name : {"ipmitool.tmpl", "nobmc.tmpl", "redfish.tmpl"})
        for (const auto& address : {std::optional<IpAddress>(), IpAddress::parse("0.0.0.0")}) {
            nodes::Node node = full_node();
            node.ipmi.template_name = name;
            node.ipmi.ipaddr = address;
            power::Commands commands(shipped());
            for (const power::Verb& verb : power::verbs()) {
                const auto made = commands.make(node, verb, false);
                REQUIRE_FALSE(made);
                CHECK(made.error().code() == ErrorCode::FailedPrecondition);
            }
        }
}
