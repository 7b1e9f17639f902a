// SPDX-License-Identifier: BSD-3-Clause
#include "client/identity.h"

#include "base/file.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using ww::client::identify;
using ww::client::kernel_argument;

namespace {

void put(const std::string& path, const std::string& text) {
    REQUIRE(ww::make_directories(path.substr(0, path.rfind('/'))));
    REQUIRE(ww::replace_file(path, text));
}

}  // namespace

TEST_CASE("the first argument of a name counts", "[client][identity]") {
    CHECK(kernel_argument("quiet wwid=a wwid=b\n", "wwid") == "a");
    CHECK(kernel_argument("xwwid=a", "wwid").empty());
    CHECK(kernel_argument("wwid", "wwid").empty());
    CHECK(kernel_argument("wwid=", "wwid").empty());
    CHECK(kernel_argument("", "wwid").empty());
}

TEST_CASE("a node is what its kernel was told", "[client][identity]") {
    ww::test::TempDir root;
    put(root.path() + "/proc/cmdline", "initrd=image wwid=02:00:00:00:00:01 quiet\n");
    put(root.path() + "/sys/class/dmi/id/chassis_asset_tag", "  rack 7 \n");
    auto identity = identify(root.path());
    REQUIRE(identity);
    CHECK(identity->wwid == "02:00:00:00:00:01");
    CHECK(identity->asset_key == "rack 7");  // inner spaces are part of the tag
    CHECK(identity->uuid.empty());           // a board without SMBIOS
}

TEST_CASE("a device in brackets stands for its address", "[client][identity]") {
    ww::test::TempDir root;
    put(root.path() + "/proc/cmdline", "wwid=[eth0]\n");
    CHECK_FALSE(identify(root.path()));
    put(root.path() + "/sys/class/net/eth0/address", "02:00:00:00:00:07\n");
    auto identity = identify(root.path());
    REQUIRE(identity);
    CHECK(identity->wwid == "02:00:00:00:00:07");
}

TEST_CASE("a device name cannot lead elsewhere", "[client][identity]") {
    ww::test::TempDir root;
    put(root.path() + "/proc/cmdline", "wwid=[../../../secret]\n");
    put(root.path() + "/secret/address", "x\n");
    CHECK_FALSE(identify(root.path()));
}

TEST_CASE("without a wwid the error says where it comes from", "[client][identity]") {
    ww::test::TempDir root;
    put(root.path() + "/proc/cmdline", "quiet\n");
    auto identity = identify(root.path());
    REQUIRE_FALSE(identity);
    CHECK(identity.error().describe().find("wwid=") != std::string::npos);
}
