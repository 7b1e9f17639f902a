// SPDX-License-Identifier: BSD-3-Clause
#include "boot/failed_overlay.h"

#include "support/catch.h"

using namespace ww::boot;

TEST_CASE("node status names the place of a failure", "[boot][failed_overlay]") {
    struct Row {
        const char* headline;
        const char* word;
    };
    for (const Row& row : {
             Row{"template: t.ww:1:2: executing \"t.ww\" at <.Nope>: no", "FAILED t.ww:1:2"},
             Row{"template: t.ww:12: unexpected \"}\"", "FAILED t.ww:12"},
             Row{"template: a b.ww:3:4: x", "FAILED a b.ww:3:4"},
             Row{"template: \x1b[0m.ww:3:4: x", "FAILED   0m.ww:3:4"},
             Row{"template: t.ww", "FAILED"},
             Row{"template: t.ww:x", "FAILED"},
             Row{"overlay does not exist: o", "FAILED"},
             Row{"", "FAILED"},
         }) {
        CAPTURE(row.headline);
        CHECK(failed_word(row.headline) == row.word);
    }
}

TEST_CASE("boot scripts tell a failure, and nothing in it is a command", "[boot][failed_overlay]") {
    const std::string headline = "template: t.ww:1:2: at <.X>\"; reboot ${x} || shell\nexit";
    const std::string words =
        "The system overlay of this node cannot be made: template: t.ww:1:2: at  .X    reboot   x "
        "    shell exit";
    CHECK(tell_failure_ipxe("#!ipxe\nboot\n", headline) == "#!ipxe\necho " + words + "\nboot\n");
    CHECK(tell_failure_ipxe("boot\n", headline) == "boot\n");
    CHECK(tell_failure_grub("boot\n", headline) == "echo \"" + words + "\"\nboot\n");
    const std::string longer = tell_failure_grub("", std::string(161, 'x'));
    CHECK(std::count(longer.begin(), longer.end(), 'x') == 160);
}
