// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as a packed stream: they unpack, or are refused, and do not run away.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "oci/decompress.h"

namespace {

/// In pieces as small as the first byte says: an end may fall anywhere.
class Pieces final : public ww::oci::ByteSource {
   public:
    Pieces(std::string_view bytes, size_t piece) : bytes_(bytes), piece_(piece) {}
    ww::Result<std::string_view> next() override {
        const std::string_view piece = bytes_.substr(0, piece_);
        bytes_.remove_prefix(piece.size());
        return piece;
    }

   private:
    std::string_view bytes_;
    size_t piece_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    Pieces source({reinterpret_cast<const char*>(data) + 1, size - 1}, 1 + data[0] * size_t{16});
    ww::oci::Decompress plain(source);
    for (size_t total = 0; total < size_t{8} << 20;) {
        const auto piece = plain.next();
        if (!piece || piece->empty()) return 0;
        total += piece->size();
    }
    return 0;
}
