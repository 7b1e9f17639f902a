// SPDX-License-Identifier: BSD-3-Clause
//
// Any text as a file of an older release: refused, or made into one that today's readers take and
// that needs no further upgrade.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "upgrade/upgrade.h"
#include "upgrade/warewulf3.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace ww::upgrade;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto conf = upgrade_config(text, "fuzz")) {
        const auto again = upgrade_config(conf->text, "fuzz");
        WW_CHECK(again && again->text == conf->text, "a second upgrade of warewulf.conf differs");
    }
    if (const auto nodes = upgrade_nodes(text, "fuzz", {})) {
        const auto again = upgrade_nodes(nodes->text, "fuzz", {});
        WW_CHECK(again && again->text == nodes->text, "a second upgrade of nodes.conf differs");
    }
    Warewulf3Dump dump;
    dump.add(text, "fuzz");
    (void)import_warewulf3(dump, {}, [](const std::string&) { return false; });
    return 0;
}
