// SPDX-License-Identifier: BSD-3-Clause
//
// Bytes at hand as a stream, in pieces of any size.
#pragma once

#include <string>
#include <string_view>

#include "oci/byte_source.h"

namespace ww::test {

class MemorySource final : public oci::ByteSource {
   public:
    explicit MemorySource(std::string bytes, size_t piece = 10'000)
        : bytes_(std::move(bytes)), piece_(piece) {}

    Result<std::string_view> next() override {
        const std::string_view piece = std::string_view(bytes_).substr(at_, piece_);
        at_ += piece.size();
        return piece;
    }

   private:
    std::string bytes_;
    size_t piece_;
    size_t at_ = 0;
};

}  // namespace ww::test
