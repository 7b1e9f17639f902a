// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as a list of attributes: what is read can be written, and reads back the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "archive/attribute_list.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    namespace archive = ww::archive;
    const auto files = archive::parse_attribute_list({reinterpret_cast<const char*>(data), size});
    if (!files) return 0;
    std::string list;
    std::vector<archive::FileAttributes> with_some;
    for (const archive::FileAttributes& file : *files) {
        archive::append_attributes(list, file);
        if (!file.attributes.empty()) with_some.push_back(file);
    }
    const auto again = archive::parse_attribute_list(list);
    WW_CHECK(again && *again == with_some, "a list does not read back");
    return 0;
}
