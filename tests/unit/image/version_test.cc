// SPDX-License-Identifier: BSD-3-Clause
#include "image/version.h"

#include "support/catch.h"

using ww::image::Version;

namespace {

std::string found(std::string_view path) {
    const auto version = Version::find(path);
    return version ? version->text() : "--";
}

}  // namespace

TEST_CASE("the version in a path") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"vmlinuz-5.14.0-687.10.1.el9_8.0.1.x86_64", "5.14.0-687.10.1"},
        {"vmlinuz-6.12.0-211.16.1.el10_2.0.1.x86_64", "6.12.0-211.16.1"},
        {"6.12.0-160000.33-default", "6.12.0-160000.33"},
        {"vmlinuz-5.15.0-generic", "5.15.0"},
        {"vmlinuz-6.1.0-18-amd64", "6.1.0-18"},
        {"vmlinuz-6.6.20+rpt-rpi-v8", "6.6.20"},
        {"vmlinuz-6.12.0-rc1", "6.12.0"},
        {"vmlinuz-4.18.0-553.el8_10.x86_64", "4.18.0-553"},
        {"vmlinuz-6.6.02-1", "6.6.2-1"},
        {"/lib/modules/6.6.0-72.0.0.76.oe2403sp1.x86_64/vmlinuz.gz", "6.6.0-72.0.0.76"},
        {"vmlinuz-linux", "--"},
        {"vmlinuz-0-rescue-0123456789abcdef", "--"},
        {"vmlinuz-6.8-custom", "--"},
        {"", "--"},
        {"1.2", "--"},
        {"1.2.", "--"},
        {"1..2.3", "--"},
        {"vmlinuz-5.14.0-1..2", "--"},               // an empty part
        {"vmlinuz-5.14.0-553..el8-4.1.2", "4.1.2"},  // the next one that is whole
        {"vmlinuz-99999999999999999999.1.1_6.1.0", "6.1.0"},
        {"6.1.0-18.", "6.1.0-18"},
    };
    for (const auto& [path, version] : cases) {
        INFO(path);
        CHECK(found(path) == version);
    }
}

TEST_CASE("versions in ascending order") {
    const std::string_view ascending[] = {
        "2.6.32-754",
        "4.2.0",
        "4.18.0-427.18.1",
        "5.14.0-99.1.1",
        "5.14.0-427",
        "5.14.0-427.1",
        "5.14.0-427.9.1",
        "5.14.0-427.10.1",
        "5.14.0",
        "5.14.21-150500.55.7",
        "5.14.21-150500.55.52",
        "5.15.0-0",
        "5.15.0-119",
        "5.15.0-99999999999999999999999",
        "5.15.0",
        "9.9.9-1",
        "10.0.0-1",
    };
    for (size_t i = 0; i < std::size(ascending); ++i)
        for (size_t j = 0; j < std::size(ascending); ++j) {
            INFO(ascending[i] << " and " << ascending[j]);
            CHECK((*Version::find(ascending[i]) <=> *Version::find(ascending[j])) == (i <=> j));
        }
    CHECK(*Version::find("1.2.3-04") == *Version::find("1.2.3-4"));
}
