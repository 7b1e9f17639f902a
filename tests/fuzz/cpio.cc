// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as a newc archive: every record lies within them, and a path called safe is.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "archive/cpio_reader.h"
#include "base/check.h"

namespace {

bool within(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view archive(reinterpret_cast<const char*>(data), size);
    ww::archive::CpioReader reader(archive);
    ww::archive::CpioRecord record;
    for (;;) {
        const auto more = reader.next(record);
        if (!more || !*more) return 0;
        WW_CHECK(within(record.path, archive) && within(record.data, archive),
                 "a record leaves the archive");
        const auto path = ww::archive::safe_cpio_path(record.path);
        if (!path) continue;
        WW_CHECK(!path->starts_with('/'), "an absolute path is no safe path");
        WW_CHECK(("/" + *path + "/").find("/../") == std::string::npos,
                 "a path with .. is no safe path");
    }
}
