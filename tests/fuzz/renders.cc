// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as what is kept of renderings: what is read is written and read again as the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "overlay/renders/codec.h"
#include "render/inputs.h"

namespace {

using ww::render::Packer;
using ww::render::Unpacker;

// `get` gives an optional, `put` takes what is in it.
template <class Get, class Put>
void there_and_back(std::string_view bytes, const Get& get, const Put& put) {
    Unpacker in(bytes);
    const auto value = get(in);
    if (!value) return;
    Packer once;
    put(once, *value);
    Unpacker again(once.bytes());
    const auto same = get(again);
    WW_CHECK(same && again.at_end(), "what was written cannot be read");
    Packer twice;
    put(twice, *same);
    WW_CHECK(once.bytes() == twice.bytes(), "what was read is something else");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto put = [](Packer& out, const auto& value) { ww::overlay::put(out, value); };
    there_and_back(bytes, ww::overlay::get_rendered, put);
    there_and_back(bytes, ww::overlay::get_reads, put);
    there_and_back(
        bytes, ww::render::Inputs::get, [](Packer& out, const auto& value) { value.put(out); });
    return 0;
}
