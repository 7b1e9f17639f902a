// SPDX-License-Identifier: BSD-3-Clause
#include "archive/cpio_reader.h"

#include <array>

#include "archive/cpio_format.h"
#include "base/quote.h"

namespace ww::archive {

namespace {

constexpr std::string_view kMagic = "070701";
constexpr size_t kFields = 13;
constexpr size_t kHeader = 6 + kFields * 8;

Error damaged(size_t offset, std::string_view how) {
    return Error(ErrorCode::Unprocessable, fmt::format("cpio archive, byte {}: {}", offset, how));
}

bool read_hex(std::string_view text, uint32_t& value) {
    value = 0;
    for (const char c : text) {
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0) return false;
        value = value << 4 | static_cast<uint32_t>(digit);
    }
    return true;
}

}  // namespace

Result<bool> CpioReader::next(CpioRecord& record) {
    if (ended_) return false;
    const size_t start = position_;
    const auto left = [this] { return archive_.size() - position_; };
    // Sizes are below 2^32 and positions below the archive's size: no sum here can wrap.
    const auto take = [this](size_t count) {
        const std::string_view taken = archive_.substr(position_, count);
        position_ += count;
        return taken;
    };
    const auto align = [this, &left] {
        const size_t missing = (kCpioAlignment - position_ % kCpioAlignment) % kCpioAlignment;
        if (missing > left()) return false;
        position_ += missing;
        return true;
    };

    if (left() < kHeader) return damaged(start, "ends without a trailer");
    const std::string_view header = take(kHeader);
    if (!header.starts_with(kMagic)) return damaged(start, "not a newc header");
    std::array<uint32_t, kFields> field{};
    for (size_t i = 0; i < kFields; ++i)
        if (!read_hex(header.substr(kMagic.size() + i * 8, 8), field[i]))
            return damaged(start, "a number in the header is not hexadecimal");
    const uint32_t size = field[6];
    const uint32_t name_size = field[11];

    if (name_size < 2 || name_size > kMaxCpioPath + 1)
        return damaged(start, "impossible length of a name");
    if (left() < name_size) return damaged(start, "a name is cut short");
    std::string_view name = take(name_size);
    name.remove_suffix(1);
    if (archive_[position_ - 1] != '\0' || name.find('\0') != std::string_view::npos)
        return damaged(start, "a name does not end where the header says");
    if (!align()) return damaged(start, "cut short after a name");
    if (name == kCpioTrailer) {
        ended_ = true;
        return false;
    }
    if (left() < size)
        return damaged(start, fmt::format("the content of {} is cut short", quote(name)));
    record.data = take(size);
    if (!align()) return damaged(start, "cut short after a content");

    record.path = name;
    record.inode = field[0];
    record.mode = field[1];
    record.uid = field[2];
    record.gid = field[3];
    record.links = field[4];
    record.mtime = field[5];
    record.device_major = field[7];
    record.device_minor = field[8];
    record.rdev_major = field[9];
    record.rdev_minor = field[10];
    return true;
}

Result<std::string> safe_cpio_path(std::string_view path) {
    const Error refused(ErrorCode::Unprocessable,
                        fmt::format("unsafe path in a cpio archive: {}", quote(path)));
    if (path.find('\0') != std::string_view::npos) return refused;
    for (;;) {
        if (path.starts_with('/'))
            path.remove_prefix(1);
        else if (path.starts_with("./"))
            path.remove_prefix(2);
        else
            break;
    }
    if (path.empty() || path == ".") return std::string();
    for (size_t from = 0; from <= path.size();) {
        const size_t slash = std::min(path.find('/', from), path.size());
        const std::string_view part = path.substr(from, slash - from);
        if (part.empty() || part == "." || part == "..") return refused;
        from = slash + 1;
    }
    return std::string(path);
}

}  // namespace ww::archive
