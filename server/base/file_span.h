// SPDX-License-Identifier: BSD-3-Clause
//
// FileSpan: part of an open file that several readers share. Nobody positions or writes it.
#pragma once

#include <cstdint>
#include <memory>

#include "base/file.h"

namespace ww {

using SharedFd = std::shared_ptr<const UniqueFd>;

struct FileSpan {
    SharedFd file;
    int64_t offset = 0;  // bytes
    int64_t length = 0;
};

}  // namespace ww
