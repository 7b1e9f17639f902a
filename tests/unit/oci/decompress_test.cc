// SPDX-License-Identifier: BSD-3-Clause
#include "oci/decompress.h"

#include <lzma.h>

#include "support/catch.h"
#include "support/shell.h"
#include "support/temp_dir.h"
#include "unit/oci/memory_source.h"

using namespace ww;
using namespace ww::oci;

namespace {

Result<std::string> plain_of(const std::string& packed, size_t piece = 10'000) {
    test::MemorySource source(packed, piece);
    Decompress decompress(source);
    std::string out;
    for (;;) {
        WW_TRY(const std::string_view bytes, decompress.next());
        if (bytes.empty()) return out;
        out += bytes;
    }
}

std::string packed_by(const std::string& program, const std::string& text) {
    const test::TempDir dir;
    REQUIRE(replace_file(dir / "in", text));
    test::shell(program + " < " + dir / "in" + " > " + dir / "out");
    return read_file(dir / "out").value();
}

std::string sample() {
    std::string text;
    for (int i = 0; i < 300'000; ++i) text += std::to_string(i * 7919 % 10'007);
    return text;
}

}  // namespace

TEST_CASE("what is packed is unpacked, whatever packed it") {
    const std::string text = sample();
    for (const char* program : {"gzip", "gzip -1", "cat", "xz -0", "bzip2 -1"}) {
        INFO(program);
        const std::string packed = packed_by(program, text);
        for (const size_t piece : {size_t{1} << 20, size_t{4096}, size_t{97}}) {
            const auto plain = plain_of(packed, piece);
            REQUIRE(plain);
            CHECK((*plain == text));
        }
    }
    if (test::output_of("command -v zstd; true").empty())
        WARN("no zstd here: not tested");
    else
        CHECK((plain_of(packed_by("zstd -q", text)).value() == text));
    CHECK(plain_of("").value().empty());
    CHECK(plain_of("\x1f").value() == "\x1f");
    CHECK(plain_of(packed_by("gzip", "")).value().empty());
}

TEST_CASE("gzip has members and padding, and may come byte by byte") {
    const std::string two =
        packed_by("gzip", "one ") + packed_by("gzip", "two") + std::string(700, '\0');
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{10'000}}) {
        INFO(piece);
        CHECK(plain_of(two, piece).value() == "one two");
    }
}

TEST_CASE("what is packed twice is refused: each packing has its own memory") {
    const std::string once = packed_by("bzip2 -1", "text");
    CHECK(plain_of(once).value() == "text");
    const auto twice = plain_of(packed_by("bzip2 -1", once));
    REQUIRE_FALSE(twice);
    CHECK(twice.error().message() == "the archive is packed more than once");
}

TEST_CASE("xz that asks for more memory than is given is refused") {
    // The dictionary is told in the header of the block: 2^(12 + N/2) bytes, and half as much again
    // for odd N.
    const auto xz = [text = packed_by("xz -0", "text")](char n) {
        constexpr size_t kBlock = 12;  // behind the header of the stream
        std::string packed = text;
        const size_t checked = static_cast<size_t>(packed[kBlock]) * 4;
        packed[kBlock + 4] = n;
        const uint32_t sum =
            ::lzma_crc32(reinterpret_cast<const uint8_t*>(packed.data()) + kBlock, checked, 0);
        for (size_t i = 0; i < 4; ++i)
            packed[kBlock + checked + i] = static_cast<char>(sum >> (8 * i));
        return packed;
    };
    CHECK(plain_of(xz(30)).value_or("") == "text");  // 128 MiB
    const auto wide = plain_of(xz(31));              // 192 MiB
    REQUIRE_FALSE(wide);
    CHECK(wide.error().code() == ErrorCode::TooLarge);
    CHECK(wide.error().message() ==
          "the xz data takes 192 MiB of memory to unpack, over the limit of 129 MiB");
    CHECK_FALSE(plain_of(xz(40)));  // 4 GiB
}

TEST_CASE("lzma that asks for more memory than is given is no lzma") {
    const auto lzma = [text = packed_by("xz -0 --format=lzma", "text")](char n) {
        std::string packed = text;
        packed.replace(1, 4, std::string("\0\0\0", 3) + n);  // of the dictionary, 16 MiB each
        return packed;
    };
    CHECK(plain_of(lzma(8)).value_or("") == "text");
    CHECK(plain_of(lzma(16)).value_or("") == lzma(16));
}

TEST_CASE("zstd that asks for more memory than is given is refused") {
    // zstd: a frame of one block as it is, whose window is told as 2^(10 + N) bytes.
    const auto zstd = [](unsigned n) {
        const std::string head("\x28\xb5\x2f\xfd\x00", 5);
        return head + static_cast<char>(n << 3) + std::string("\x09\x00\x00x", 4);
    };
    CHECK(plain_of(zstd(17)).value_or("") == "x");  // 128 MiB
    const auto wide = plain_of(zstd(18));
    REQUIRE_FALSE(wide);
    CHECK(wide.error().code() == ErrorCode::Unprocessable);
}

TEST_CASE("damage is told") {
    const std::string text = sample();
    for (const char* program : {"gzip", "xz -0", "bzip2 -1"}) {
        INFO(program);
        const std::string packed = packed_by(program, text);
        for (const size_t cut :
             {packed.size() - 1, packed.size() - 9, packed.size() / 2, size_t{30}}) {
            INFO(cut);
            const auto plain = plain_of(packed.substr(0, cut));
            REQUIRE_FALSE(plain);
            CHECK(plain.error().code() == ErrorCode::Unprocessable);
        }
        std::string flipped = packed;
        flipped[packed.size() / 2] ^= 0x10;
        CHECK_FALSE(plain_of(flipped));
    }
    std::string sum = packed_by("gzip", text);
    sum[sum.size() - 6] ^= 1;  // CRC-32
    CHECK_FALSE(plain_of(sum));
    sum[sum.size() - 6] ^= 1;
    sum[sum.size() - 2] ^= 1;  // length
    CHECK_FALSE(plain_of(sum));
    CHECK_FALSE(plain_of(packed_by("gzip", text) + "rubbish"));
    CHECK_FALSE(plain_of("\x1f\x8b"));
}
