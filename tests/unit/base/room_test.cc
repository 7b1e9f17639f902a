// SPDX-License-Identifier: BSD-3-Clause
#include "base/disk/room.h"

#include <cstdint>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;

TEST_CASE("room is that of the nearest folder that is there", "[base][room]") {
    const test::TempDir dir;
    const auto room = room_at(dir / "not/there/yet");
    REQUIRE(room);
    CHECK(*room > 0);
    REQUIRE(room_at("not-there-either"));
    REQUIRE(replace_file(dir / "file", ""));
    CHECK_FALSE(room_at(dir / "file/below"));
}

TEST_CASE("what does not fit is refused with both numbers", "[base][room]") {
    const test::TempDir dir;
    CHECK(check_room(dir / "new", 1, "it takes"));
    const auto refused = check_room(dir / "new", UINT64_MAX, "two archives take");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::Unavailable);
    CHECK(refused.error().message().starts_with((dir / "new") + " has room for "));
    CHECK(refused.error().message().ends_with(
        " bytes, of the 18446744073709551615 that two archives take"));
}
