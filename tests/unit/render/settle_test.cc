// SPDX-License-Identifier: BSD-3-Clause
#include "render/settle.h"

#include <ctime>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::render;

namespace {

int64_t now_as_files_have_it() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

TEST_CASE("what settled is not changed again in the same tick", "[render][settle]") {
    const ww::test::TempDir dir;
    const std::string path = dir / "file";
    for (int i = 0; i < 8; ++i) {
        REQUIRE(ww::replace_file(path, "text"));
        const auto identity = ww::identity_of(path);
        REQUIRE(identity);
        let_settle(*identity);
        CHECK(now_as_files_have_it() > identity->ctime_ns);
    }
}

TEST_CASE("another machine's clock is not waited for", "[render][settle]") {
    const int64_t tomorrow = now_as_files_have_it() + int64_t{86'400} * 1'000'000'000;
    let_settle({.device = 0, .inode = 0, .size = 0, .mtime_ns = 0, .ctime_ns = tomorrow});
    CHECK(now_as_files_have_it() < tomorrow);
}
