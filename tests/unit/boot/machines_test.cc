// SPDX-License-Identifier: BSD-3-Clause
#include "boot/machines.h"

#include "boot/machine_scripts.h"
#include "support/catch.h"
#include "support/shell.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::boot;

TEST_CASE("what boot loaders say is understood", "[boot][machines]") {
    CHECK(machine_told("x86_64") == Architecture::X86_64);
    CHECK(machine_told("i386") == Architecture::X86_64);  // a BIOS' loader on a 64-bit machine
    CHECK(machine_told("arm64") == Architecture::Aarch64);
    CHECK_FALSE(machine_told(""));
    CHECK_FALSE(machine_told("${buildarch}"));
}

TEST_CASE("what a machine is stays known, and only what is not usual is written",
          "[boot][machines]") {
    const test::TempDir dir;
    const std::string folder = dir / "machines";
    {
        Machines machines(folder);
        machines.told("n1", Architecture::X86_64, Architecture::X86_64);
        CHECK(machines.of("n1") == Architecture::X86_64);
        CHECK_FALSE(exists(folder));
        machines.told("n2", Architecture::Aarch64, Architecture::X86_64);
        machines.told("../n3", Architecture::Aarch64, std::nullopt);
        CHECK(machines.of("../n3") == Architecture::Aarch64);
    }
    CHECK(test::output_of("ls -A " + folder + " " + dir.path()) ==
          dir.path() + ":\nmachines\n\n" + folder + ":\nn2\n");
    Machines again(folder);
    CHECK(again.of("n2") == Architecture::Aarch64);
    CHECK_FALSE(again.of("n1"));
    // A node that got another machine.
    again.told("n2", Architecture::X86_64, Architecture::X86_64);
    CHECK(Machines(folder).of("n2") == Architecture::X86_64);
    test::shell("ln -s rubbish " + folder + "/n4 && touch " + folder + "/n5");
    CHECK_FALSE(Machines(folder).of("n4"));
    CHECK_FALSE(Machines(folder).of("n5"));
    // Nodes that are gone take nothing else with them.
    again.retain([](std::string_view node) { return node != "n2"; });
    CHECK_FALSE(again.of("n2"));
    CHECK(test::output_of("ls -A " + folder) == "n4\nn5\n");
}

TEST_CASE("no name of a node or key of a client becomes a command of a script",
          "[boot][machines]") {
    const WrongMachine wrong{.node = "n1 || shell\nreboot",
                             .machine = "aarch64",
                             .image = "rocky ${x}\"",
                             .architectures = "x86_64"};
    for (const std::string& script : {refuse_machine_ipxe(wrong), refuse_machine_grub(wrong)}) {
        CHECK(script.find("||") == std::string::npos);
        CHECK(script.find('$') == std::string::npos);
        CHECK(script.find("node n1????shell?reboot, is aarch64") != std::string::npos);
        CHECK(script.find("sleep 60\nreboot\n") != std::string::npos);
    }
    Ask ask;
    ask.identity = "02:00:00:00:00:01";
    ask.asset_key = "a&b\n${y}";
    CHECK(
        ask_machine_ipxe("10.0.0.1:9873", ask)
            .find(
                "chain "
                "http://10.0.0.1:9873/ipxe/02%3A00%3A00%3A00%3A00%3A01?assetkey=a%26b%0A%24%7By%7D"
                "&uuid=${uuid}&arch=${buildarch} ||\n") != std::string::npos);
    CHECK(ask_machine_grub("10.0.0.1:9873", ask).find("&arch=${grub_cpu}\"\n") !=
          std::string::npos);
}
