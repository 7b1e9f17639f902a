// SPDX-License-Identifier: BSD-3-Clause
#include "base/machine/architecture.h"

#include "support/catch.h"

using namespace ww;

TEST_CASE("an architecture is known by every spelling") {
    for (const char* word : {"x86_64", "amd64", "AMD64", "x86-64", "x64"})
        CHECK(architecture_from(word) == Architecture::X86_64);
    for (const char* word : {"aarch64", "arm64", "ARM64", "armv8"})
        CHECK(architecture_from(word) == Architecture::Aarch64);
    for (const char* word : {"i386", "i686", "386", "x86"})
        CHECK(architecture_from(word) == Architecture::I386);
    CHECK(architecture_from("arm32") == Architecture::Arm);  // iPXE's buildarch
    for (const char* word : {"", "arm6", "sparc", "x86_64 ", "linux/amd64"})
        CHECK_FALSE(architecture_from(word));
}

TEST_CASE("each architecture's own words lead back to it") {
    for (int i = 0; i <= static_cast<int>(Architecture::S390x); ++i) {
        const auto architecture = static_cast<Architecture>(i);
        INFO(to_string(architecture));
        CHECK(architecture_from(to_string(architecture)) == architecture);
        CHECK(architecture_from(go_name(architecture)) == architecture);
    }
    CHECK(go_name(Architecture::Aarch64) == "arm64");
}

TEST_CASE("architectures are told by the numbers of headers and of DHCP") {
    CHECK(architecture_of_elf(62, true, true) == Architecture::X86_64);
    CHECK(architecture_of_elf(183, true, true) == Architecture::Aarch64);
    CHECK_FALSE(architecture_of_elf(183, true, false));  // big-endian
    CHECK_FALSE(architecture_of_elf(62, false, true));   // x32
    CHECK(architecture_of_pe(0x8664) == Architecture::X86_64);
    CHECK(architecture_of_pe(0xaa64) == Architecture::Aarch64);
    CHECK_FALSE(architecture_of_pe(0));
    CHECK(architecture_of_dhcp(7) == Architecture::X86_64);
    CHECK(architecture_of_dhcp(11) == Architecture::Aarch64);
    CHECK(architecture_of_dhcp(19) == Architecture::Aarch64);
    CHECK_FALSE(architecture_of_dhcp(0));
    CHECK_FALSE(architecture_of_dhcp(65535));
}

TEST_CASE("a machine runs its own programs and those of its elder") {
    CHECK(runs(Architecture::X86_64, Architecture::I386));
    CHECK_FALSE(runs(Architecture::I386, Architecture::X86_64));
    CHECK_FALSE(runs(Architecture::Aarch64, Architecture::X86_64));
    CHECK(runs(own_architecture(), own_architecture()));
}
