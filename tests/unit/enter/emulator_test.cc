// SPDX-License-Identifier: BSD-3-Clause
#include "enter/emulator.h"

#include "support/catch.h"
#include "support/shell.h"
#include "support/temp_dir.h"

namespace ww::enter {

namespace {

/// The first 20 bytes of a program for this machine, and as much again.
std::string elf_for(unsigned char machine) {
    std::string bytes(
        "\x7f"
        "ELF\x02\x01\x01",
        7);
    bytes.resize(16, '\0');
    bytes += std::string("\x02\0", 2);
    bytes += static_cast<char>(machine);
    bytes.resize(64, '\0');
    return bytes;
}

constexpr const char* kQemu =
    "enabled\ninterpreter {}\nflags: {}\noffset 0\n"
    "magic 7f454c460201010000000000000000000200b700\n"
    "mask ffffffffffffff00fffffffffffffffffeffffff\n";

struct Computer {
    test::TempDir dir;
    Machine machine{Architecture::X86_64, dir / "formats", dir / "os-release"};

    Computer() {
        put("formats/status", "enabled\n");
        put("rootfs/bin/sh", elf_for(183));
    }
    void put(const std::string& path, const std::string& text) const {
        const std::string full = dir / path;
        REQUIRE(make_directories(full.substr(0, full.rfind('/'))));
        REQUIRE(replace_file(full, text));
    }
    Result<std::optional<Bind>> ask() const {
        return emulator_for(ConfinedDir::open(dir / "rootfs").value(), machine);
    }
};

}  // namespace

TEST_CASE("an image of this machine needs no emulator") {
    const Computer computer;
    computer.put("rootfs/bin/sh", elf_for(62));
    REQUIRE(computer.ask());
    REQUIRE(!computer.ask()->has_value());
    std::string elder = elf_for(3);
    elder[4] = 1;  // 32 bits
    computer.put("rootfs/bin/sh", elder);
    REQUIRE(!computer.ask()->has_value());
    computer.put("rootfs/bin/sh", "#!/bin/busybox\n");
    REQUIRE(!computer.ask()->has_value());
    computer.put("rootfs/bin/busybox", elf_for(183));
    REQUIRE(!computer.ask());
}

TEST_CASE("a link to the shell is followed in the image only") {
    const Computer computer;
    test::shell(
        "cd " + computer.dir.path() +
        "/rootfs && mkdir -p usr/bin && mv bin/sh usr/bin/dash && ln -s /usr/bin/dash bin/sh");
    REQUIRE(computer.ask().error().message().find("is for aarch64") != std::string::npos);
}

TEST_CASE("an emulator the kernel keeps open needs nothing of the image; another is lent") {
    const Computer computer;
    computer.put("qemu", elf_for(62));
    computer.put("formats/qemu-aarch64", fmt::format(kQemu, computer.dir / "qemu", "OCF"));
    REQUIRE(computer.ask());
    REQUIRE(!computer.ask()->has_value());
    computer.put("formats/qemu-aarch64", fmt::format(kQemu, computer.dir / "qemu", "OC"));
    const auto lent = computer.ask();
    REQUIRE(lent);
    REQUIRE(lent->has_value());
    REQUIRE((*lent)->source == computer.dir / "qemu");
    REQUIRE((*lent)->target == computer.dir / "qemu");
    REQUIRE((*lent)->readonly);
}

TEST_CASE("what is missing is named as this machine's administrator would install it") {
    const Computer computer;
    const auto hint = [&](const std::string& os) {
        computer.put("os-release", os);
        const auto answer = computer.ask();
        REQUIRE(!answer);
        REQUIRE(answer.error().code() == ErrorCode::FailedPrecondition);
        return answer.error().hint();
    };
    REQUIRE(hint("ID=debian\n").starts_with("apt-get install qemu-user-static;"));
    REQUIRE(hint("NAME=x\nID=ubuntu\nID_LIKE=debian").starts_with("apt-get install"));
    REQUIRE(hint("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n")
                .starts_with("dnf install qemu-user-static-aarch64 (from EPEL)"));
    REQUIRE(hint("ID=fedora\n").starts_with("dnf install qemu-user-static-aarch64;"));
    REQUIRE(hint("ID=opensuse-leap\nID_LIKE=\"suse opensuse\"\n")
                .starts_with("zypper install qemu-linux-user"));
    REQUIRE(hint("ID=arch\n").find("zypper") != std::string::npos);

    // Registered, but switched off, for another machine, gone, or not to be lent.
    std::string format = fmt::format(kQemu, computer.dir / "qemu", "OC");
    computer.put("formats/qemu-aarch64", "disabled\n" + format.substr(format.find('\n') + 1));
    REQUIRE(computer.ask().error().message().find("no emulator is registered") !=
            std::string::npos);
    computer.put("formats/qemu-aarch64", format);
    REQUIRE(computer.ask().error().message().find("qemu is not there") != std::string::npos);
    computer.put("qemu", "#!/bin/sh\n");
    REQUIRE(computer.ask().error().message().find("does not run inside") != std::string::npos);
}

}  // namespace ww::enter
