// SPDX-License-Identifier: BSD-3-Clause
//
// What a node would get of an archive.
#pragma once

#include <string>

#include "base/check.h"
#include "base/file.h"
#include "overlay/served.h"

namespace ww::test {

inline std::string bytes_of(const overlay::Served& served) {
    if (!served.archive) return read_file(served.path).value();
    archive::StringSink out;
    WW_CHECK(served.archive->pieces.write(out).has_value(), "the archive cannot be read");
    return std::move(out).text();
}

}  // namespace ww::test
