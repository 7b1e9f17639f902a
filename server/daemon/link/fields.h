// SPDX-License-Identifier: BSD-3-Clause
//
// The fields of a frame as bytes. Reading is for bytes of anybody: the first mismatch makes a
// frame bad for good, and nothing is reserved that is not there. One frame, one thread.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace ww::daemon {

static_assert(std::endian::native == std::endian::little,
              "frames are written as they lie in memory");

/// Of one list in a frame. A packet cannot hold more of anything; keeps a hostile count from
/// reserving memory.
inline constexpr uint32_t kMaxListLength = 64;

/// Appends one frame to what it is given; its length is known when it goes.
class FrameWriter {
   public:
    /// `kind`: an enumerator of one byte.
    template <class Kind>
    FrameWriter(std::string& out, Kind kind) : out_(out), start_(out.size()) {
        number(uint32_t{0});  // the length, known at the end
        number(kind);
    }
    ~FrameWriter() {
        const auto length = static_cast<uint32_t>(out_.size() - start_ - sizeof(uint32_t));
        std::memcpy(out_.data() + start_, &length, sizeof length);
    }
    FrameWriter(const FrameWriter&) = delete;
    FrameWriter& operator=(const FrameWriter&) = delete;

    template <class T>
        requires(std::is_integral_v<T> || std::is_enum_v<T>)
    void number(T value) {
        out_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void text(std::string_view value) {
        number(static_cast<uint32_t>(value.size()));
        out_.append(value);
    }

   private:
    std::string& out_;
    size_t start_;
};

class FrameReader {
   public:
    explicit FrameReader(std::string_view bytes) : rest_(bytes) {}

    template <class T>
        requires std::is_integral_v<T>
    T number() {
        T value{};
        if (rest_.size() < sizeof value) {
            good_ = false;
            return value;
        }
        rest_.copy(reinterpret_cast<char*>(&value), sizeof value);
        rest_.remove_prefix(sizeof value);
        return value;
    }
    bool flag() {
        const auto value = number<uint8_t>();
        if (value > 1) good_ = false;
        return value == 1;
    }
    std::string text() {
        const auto length = number<uint32_t>();
        if (!good_ || length > rest_.size()) {
            good_ = false;
            return {};
        }
        std::string value(rest_.substr(0, length));
        rest_.remove_prefix(length);
        return value;
    }
    uint32_t list_length() {
        const auto length = number<uint32_t>();
        if (length > kMaxListLength) good_ = false;
        return good_ ? length : 0;
    }
    void require(bool condition) { good_ = good_ && condition; }
    bool good() const { return good_; }
    bool finished() const { return good_ && rest_.empty(); }

   private:
    std::string_view rest_;
    bool good_ = true;
};

}  // namespace ww::daemon
