// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/recorded.h"

#include "ctl/command.h"
#include "ctl/parser.h"
#include "support/catch.h"

using namespace ww::ctl;

namespace {

std::string recorded(const std::vector<std::string>& words) {
    const Found found = find_command(command_tree(), words);
    return recorded_command(words, FlagValues(known_flags(*found.command, Help::Yes)));
}

}  // namespace

TEST_CASE("the recorded command hides secrets in every form they are given", "[ctl][recorded]") {
    struct Case {
        std::vector<std::string> words;
        std::string expected;
    };
    const Case cases[] = {
        {{"node", "set", "n1", "--ipmipass=x", "-y"}, "node set n1 '--ipmipass=********' -y"},
        {{"node", "set", "--ipmipass", "x", "n1"}, "node set --ipmipass '********' n1"},
        {{"node", "set", "--asset", "x", "n[1-2]"}, "node set --asset '********' n[1-2]"},
        {{"profile", "set", "-yAquiet", "--ipmipass=", "p"},
         "profile set -yAquiet '--ipmipass=********' p"},
        {{"node", "set", "n1", "--comment", "--asset", "n2"}, "node set n1 --comment --asset n2"},
        {{"node", "set", "-y=true", "n1", "--", "--asset", "x"},
         "node set -y=true n1 -- --asset x"},
        {{"--warewulfconf", "/x", "node", "set", "n1"}, "node set n1"},
        {{"node", "set", "--warewulfconf=/x", "n1"}, "node set n1"},
        {{"node", "set", "--nonsense", "x"}, "node set --nonsense x"},
        {{"image", "import", "https://me:pw@h/x?token=t", "x"},
         "image import 'https://********@h/x?********' x"},
        {{"node", "set", "n1", "--comment=it's"}, "node set n1 '--comment=it'\\''s'"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.expected);
        CHECK(recorded(each.words) == each.expected);
    }
}
