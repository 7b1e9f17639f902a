// SPDX-License-Identifier: BSD-3-Clause
#include "protocol/command_line.h"

#include "support/catch.h"

using namespace ww::protocol;

TEST_CASE("a command travels in a header line and back", "[protocol][command_line]") {
    const std::string odd = "set n1 '50% \xc3\xa4'";
    CHECK(encode_command(odd) == "set n1 '50%25 %C3%A4'");
    CHECK(decode_command(encode_command(odd)) == odd);
    CHECK(decode_command("a%0d%0Ab%00%7f%zz%4") == "a  b  %zz%4");
    const std::string bounded = decode_command(std::string(kMaxCommandBytes * 2, 'x'));
    CHECK(bounded.size() == kMaxCommandBytes);
    CHECK(bounded.ends_with("x..."));
    CHECK(join_command({std::string(kMaxCommandBytes * 2, 'x'), "y"}).size() == kMaxCommandBytes);
}
