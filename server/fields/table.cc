// SPDX-License-Identifier: BSD-3-Clause
#include "fields/table.h"

namespace ww::fields {

const Field* by_flag(std::string_view flag) {
    if (flag.empty()) return nullptr;
    for (const Field& field : kAll)
        if (field.flag == flag) return &field;
    return nullptr;
}

}  // namespace ww::fields
