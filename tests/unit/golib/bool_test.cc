// SPDX-License-Identifier: BSD-3-Clause
#include "golib/bool.h"

#include "support/catch.h"

using ww::golib::parse_bool;

TEST_CASE("booleans are the twelve words of strconv.ParseBool", "[golib][bool]") {
    for (const char* word : {"1", "t", "T", "true", "True", "TRUE"})
        CHECK(parse_bool(word) == true);
    for (const char* word : {"0", "f", "F", "false", "False", "FALSE"})
        CHECK(parse_bool(word) == false);
    for (const char* word : {"", "yes", "tRUE", "01", " true", "2", "n"})
        CHECK_FALSE(parse_bool(word).has_value());
}
