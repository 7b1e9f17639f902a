// SPDX-License-Identifier: BSD-3-Clause
#include "client/attributes.h"

#include <sys/xattr.h>
#include <unistd.h>

#include <array>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using ww::client::apply_attributes;

namespace {

std::string attribute(const std::string& path, const char* name) {
    std::array<char, 100> value{};
    const ssize_t size = ::lgetxattr(path.c_str(), name, value.data(), value.size());
    return size < 0 ? "none" : std::string(value.data(), static_cast<size_t>(size));
}

}  // namespace

TEST_CASE("files get the attributes of a list, beneath the root and through no link") {
    const test::TempDir dir;
    const std::string root = dir / "root";
    REQUIRE(make_directories(root + "/folder"));
    REQUIRE(replace_file(dir / "outside", "x"));
    REQUIRE(replace_file(root + "/file", "x"));
    if (::setxattr((root + "/file").c_str(), "user.old", "1", 1, 0) != 0) return;
    REQUIRE(::symlink("../outside", (root + "/link").c_str()) == 0);
    REQUIRE(::symlink("..", (root + "/up").c_str()) == 0);
    const auto applied = apply_attributes(ConfinedDir::open(root).value(),
                                          "# file: file\nuser.one=0x31\nuser.two=0x\n\n"
                                          "# file: folder\nuser.one=0x32\n\n"
                                          "# file: gone\nuser.one=0x32\n\n"
                                          "# file: link\nuser.one=0x33\n\n"
                                          "# file: up/outside\nuser.one=0x33\n\n"
                                          "# file: ../outside\nuser.one=0x33\n\n")
                             .value();
    REQUIRE(attribute(root + "/file", "user.one") == "1");
    REQUIRE(attribute(root + "/file", "user.two").empty());
    REQUIRE(attribute(root + "/file", "user.old") == "1");
    REQUIRE(attribute(root + "/folder", "user.one") == "2");
    REQUIRE(attribute(dir / "outside", "user.one") == "none");
    REQUIRE(applied.files == 2);
    REQUIRE(applied.missing == 3);
    REQUIRE(applied.failed == 1);  // a link can have no user.*
    REQUIRE_THAT(applied.failure, Catch::Matchers::Contains("set the attribute user.one of link"));
}

TEST_CASE("an attribute that cannot be set takes no other with it") {
    const test::TempDir dir;
    REQUIRE(replace_file(dir / "file", "x"));
    if (::setxattr((dir / "file").c_str(), "user.old", "1", 1, 0) != 0) return;
    const auto applied =
        apply_attributes(ConfinedDir::open(dir.path()).value(),
                         "# file: file\nnowhere.one=0x31\nuser.one=0x32\nnowhere.two=0x33\n\n")
            .value();
    CHECK(attribute(dir / "file", "user.one") == "2");
    CHECK(applied.files == 0);
    CHECK(applied.failed == 1);
    CHECK_THAT(applied.failure, Catch::Matchers::Contains("the attribute nowhere.one of file"));
}

TEST_CASE("of a damaged list nothing is applied") {
    const test::TempDir dir;
    REQUIRE(replace_file(dir / "file", "x"));
    const auto applied = apply_attributes(ConfinedDir::open(dir.path()).value(),
                                          "# file: file\nuser.one=0x31\nuser.two=0x3\n");
    REQUIRE(applied.error().code() == ErrorCode::Unprocessable);
    REQUIRE(attribute(dir / "file", "user.one") == "none");
}
