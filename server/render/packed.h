// SPDX-License-Identifier: BSD-3-Clause
//
// Numbers and texts in a row of bytes, for what is kept on disk between two runs of a program. Not
// for other machines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ww::render {

class Packer {
   public:
    void number(uint64_t value) {
        for (; value > 127; value >>= 7) bytes_ += static_cast<char>(value | 128);
        bytes_ += static_cast<char>(value);
    }
    void text(std::string_view value) {
        number(value.size());
        bytes_ += value;
    }

    const std::string& bytes() const& { return bytes_; }
    std::string bytes() && { return std::move(bytes_); }

   private:
    std::string bytes_;
};

/// Whatever the bytes are, nothing outside of them is read; after the first thing that is not there
/// everything is 0 or empty, and good() says so.
class Unpacker {
   public:
    /// `bytes` must outlive it.
    explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

    uint64_t number() {
        uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at_ == bytes_.size()) return fail();
            const auto byte = static_cast<unsigned char>(bytes_[at_++]);
            value |= static_cast<uint64_t>(byte & 127) << shift;
            if (byte < 128) return value;
        }
        return fail();
    }
    std::string_view text() {
        const uint64_t size = number();
        if (size > bytes_.size() - at_) return fail(), std::string_view();
        at_ += size;
        return bytes_.substr(at_ - size, size);
    }
    /// How many things of at least a byte follow.
    size_t count() {
        const uint64_t value = number();
        return value > bytes_.size() - at_ ? fail() : value;
    }

    bool good() const { return good_; }
    bool at_end() const { return good_ && at_ == bytes_.size(); }

   private:
    uint64_t fail() {
        good_ = false;
        at_ = bytes_.size();
        return 0;
    }

    std::string_view bytes_;
    size_t at_ = 0;
    bool good_ = true;
};

}  // namespace ww::render
