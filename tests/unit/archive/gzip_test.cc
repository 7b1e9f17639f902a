// SPDX-License-Identifier: BSD-3-Clause
#include "archive/gzip.h"

#include <zlib.h>

#include <random>

#include "archive/gunzip.h"
#include "base/file.h"
#include "support/catch.h"

using namespace ww;
using namespace ww::archive;

namespace {

constexpr size_t kMiB = 1 << 20;

std::string words(size_t size) {
    std::mt19937 random(7);
    std::string text;
    while (text.size() < size) text += "word" + std::to_string(random() % 1000) + ' ';
    text.resize(size);
    return text;
}

std::string noise(size_t size) {
    std::mt19937_64 random(11);
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

std::string packed(std::string_view bytes,
                   unsigned threads,
                   size_t piece,
                   GzipLevel level = GzipLevel::Quick) {
    StringSink out;
    GzipSink sink(out, threads, level);
    for (size_t from = 0; from < bytes.size(); from += piece)
        REQUIRE(sink.write(bytes.substr(from, piece)));
    REQUIRE(sink.finish());
    return std::move(out).text();
}

/// Number of gzip members, by unpacking with a bound: a second member would need a second header.
bool one_member(const std::string& bytes) {
    const std::string twice = bytes + bytes;
    return gunzip(bytes, 64 * kMiB).has_value() && gunzip(twice, 64 * kMiB).has_value();
}

class FailingSink final : public ByteSink {
   public:
    Result<void> write(std::string_view bytes) override {
        written_ += bytes.size();
        if (written_ > kMiB) return Error(ErrorCode::Io, "disk full");
        return {};
    }

   private:
    size_t written_ = 0;
};

}  // namespace

TEST_CASE("gzip gives back what went in, at every size around a chunk") {
    for (const size_t size :
         {size_t{0}, size_t{1}, kMiB - 1, kMiB, kMiB + 1, 2 * kMiB, 5 * kMiB + 17}) {
        INFO("size " << size);
        for (const std::string& input : {words(size), noise(size), std::string(size, '\0')}) {
            const std::string once = packed(input, 1, 70'000);
            REQUIRE(gunzip(once, size).value() == input);
            // Neither the threads nor the pieces it came in change a byte.
            REQUIRE(packed(input, 3, 1'000'003) == once);
            REQUIRE(one_member(once));
        }
    }
}

TEST_CASE("at every level gzip gives back what went in, whatever the threads") {
    const std::string input = words(3 * kMiB + 17) + noise(kMiB) + words(100);
    for (const GzipLevel level : {GzipLevel::Quick, GzipLevel::Best, GzipLevel::Stored})
        for (const size_t size : {size_t{0}, size_t{1}, kMiB, kMiB + 1, input.size()}) {
            INFO("level " << static_cast<int>(level) << ", size " << size);
            const std::string_view part = std::string_view(input).substr(0, size);
            const std::string once = packed(part, 1, 70'000, level);
            REQUIRE(gunzip(once, size).value() == part);
            REQUIRE(packed(part, 3, 1'000'003, level) == once);
            REQUIRE(one_member(once));
        }
}

TEST_CASE("what is only stored costs next to nothing") {
    const std::string input = words(6 * kMiB);
    const size_t stored = packed(input, 2, kMiB, GzipLevel::Stored).size();
    REQUIRE(stored > input.size());
    REQUIRE(stored < input.size() + input.size() / 1000);
}

TEST_CASE("gzip's header tells neither name nor time") {
    const std::string bytes = gzip("hello\n");
    REQUIRE(bytes.substr(0, 10) == std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10));
    REQUIRE(bytes == gzip("hello\n"));
    REQUIRE(bytes.size() < 40);
}

TEST_CASE("noise does not grow by more than its frame") {
    const std::string input = noise(3 * kMiB);
    REQUIRE(gzip(input).size() < input.size() + input.size() / 1000);
}

TEST_CASE("an error of the sink ends compression, with threads at work") {
    FailingSink out;
    GzipSink sink(out, 2);
    const std::string input = noise(kMiB);
    Result<void> result;
    for (int i = 0; i < 64 && result; ++i) result = sink.write(input);
    REQUIRE_FALSE(result);
    REQUIRE(result.error().message() == "disk full");
}

TEST_CASE("a sink that is never finished ends without waiting for anything") {
    StringSink out;
    GzipSink sink(out, 2);
    REQUIRE(sink.write(words(9 * kMiB)));
}

TEST_CASE("gunzip takes several members and zeros after them") {
    const std::string two = gzip("one ") + gzip("two");
    REQUIRE(gunzip(two, 100).value() == "one two");
    REQUIRE(gunzip(two + std::string(512, '\0'), 100).value() == "one two");
}

TEST_CASE("gunzip refuses what is not whole") {
    const std::string good = gzip(words(10'000));
    for (size_t length = 0; length < good.size(); length += 97) {
        INFO("length " << length);
        REQUIRE(gunzip(good.substr(0, length), kMiB).error().code() == ErrorCode::Unprocessable);
    }
    std::string bad = good;
    bad[bad.size() - 6] ^= 1;  // in the checksum
    REQUIRE(gunzip(bad, kMiB).error().code() == ErrorCode::Unprocessable);
    REQUIRE(gunzip("no gzip at all", kMiB).error().code() == ErrorCode::Unprocessable);
    REQUIRE(gunzip(good + "x", kMiB).error().code() == ErrorCode::Unprocessable);
}

TEST_CASE("gunzip stops at its bound") {
    const std::string bomb = gzip(std::string(10 * kMiB, '\0'));
    REQUIRE(bomb.size() < 100'000);
    REQUIRE(gunzip(bomb, 10 * kMiB).has_value());
    REQUIRE(gunzip(bomb, 10 * kMiB - 1).error().code() == ErrorCode::TooLarge);
    REQUIRE(gunzip(gzip(""), 0).value().empty());
}

// What a node downloads; compared with the level Go's library takes, as upstream does.
TEST_CASE("what is packed is at most a seventh larger than by zlib", "[archive][gzip]") {
    const auto program = read_file("/bin/bash");
    REQUIRE(program);
    const std::string bytes = program->substr(0, 16 * kMiB);
    uLongf usual = compressBound(bytes.size());
    std::string space(usual, '\0');
    REQUIRE(compress2(reinterpret_cast<Bytef*>(space.data()),
                      &usual,
                      reinterpret_cast<const Bytef*>(bytes.data()),
                      bytes.size(),
                      Z_DEFAULT_COMPRESSION) == Z_OK);
    const size_t ours = packed(bytes, 2, kMiB).size();
    const size_t best = packed(bytes, 2, kMiB, GzipLevel::Best).size();
    CAPTURE(bytes.size(), usual, ours, best);
    CHECK(ours * 7 <= usual * 8);
    CHECK(best <= usual);
}
