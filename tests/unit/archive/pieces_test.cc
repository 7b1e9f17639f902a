// SPDX-License-Identifier: BSD-3-Clause
#include "archive/pieces.h"

#include <fcntl.h>

#include <random>

#include "archive/gzip.h"
#include "base/digest.h"
#include "support/catch.h"
#include "support/described_archive.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::archive;

namespace {

std::string by_chance(std::mt19937& random, size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

CpioEntry file(std::string path) {
    CpioEntry entry;
    entry.path = std::move(path);
    return entry;
}

PayloadPtr payload(std::string_view content) {
    auto made = payload_in_memory(content);
    REQUIRE(made);
    return std::move(*made);
}

Pieces archive_of(std::string_view own, const PayloadPtr& shared) {
    Assembler assembler;
    REQUIRE(assembler.add(file("a"), own));
    REQUIRE(assembler.add(file("b"), shared));
    return assembler.finish().value();
}

}  // namespace

TEST_CASE("an archive in pieces is what the plain writers write", "[archive][pieces]") {
    std::mt19937 random(20261130);
    for (int round = 0; round < 300; ++round) {
        const std::string recipe = by_chance(random, random() % 2000);
        INFO("round " << round);
        test::check_described(recipe);
    }
}

TEST_CASE("an archive of nothing, and contents of nothing", "[archive][pieces]") {
    test::check_described("");
    test::check_described(std::string("\1\0\0\0\1\0", 6));
}

TEST_CASE("a content of several chunks is one run", "[archive][pieces]") {
    std::mt19937 random(3);
    for (const size_t size : {size_t{1} << 20, (size_t{1} << 20) + 1, size_t{3'500'001}}) {
        const std::string content = by_chance(random, size / 2) + std::string(size - size / 2, 'x');
        const test::TempDir folder;
        REQUIRE(replace_file(folder / "content", content));
        const UniqueFd from(::open((folder / "content").c_str(), O_RDONLY | O_CLOEXEC));
        StringSink file;
        REQUIRE(write_payload(from.get(), "content", file));
        // The same, whatever the threads and wherever it was read from.
        const PayloadPtr in_memory = payload(content);
        CHECK(sha256_hex(file.text()) == in_memory->digest);
        const Pieces plain = archive_of("own", in_memory);
        const std::string whole = test::written(plain, 0, plain.size);
        test::check_ranges(plain, whole);
        const Pieces packed = gzip(plain);
        CHECK(gunzip(test::written(packed, 0, packed.size), whole.size()).value() == whole);
    }
}

TEST_CASE("of equal contents every archive says the same", "[archive][pieces]") {
    const PayloadPtr shared = payload("the same for all");
    const Pieces one = archive_of("one", shared);
    CHECK(one.digest() == archive_of("one", payload("the same for all")).digest());
    CHECK(one.digest() != archive_of("two", shared).digest());
    CHECK(one.digest() != archive_of("one", payload("another")).digest());
    CHECK(gzip(one).digest() == gzip(archive_of("one", shared)).digest());
}

TEST_CASE("what became shorter is noticed", "[archive][pieces]") {
    const test::TempDir folder;
    auto cut = std::make_shared<Payload>(*payload("a content of some length"));
    REQUIRE(replace_file(folder / "cut", "a content"));
    cut->file =
        std::make_shared<const UniqueFd>(::open((folder / "cut").c_str(), O_RDONLY | O_CLOEXEC));
    StringSink out;
    const auto outcome = archive_of("own", cut).write(out);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code() == ErrorCode::Conflict);
}

TEST_CASE("a payload tells what it is, and what is none is refused", "[archive][pieces]") {
    const test::TempDir folder;
    const auto from = [&](std::string_view bytes) {
        REQUIRE(replace_file(folder / "file", bytes));
        return payload_from(UniqueFd(::open((folder / "file").c_str(), O_RDONLY | O_CLOEXEC)), "d");
    };
    const PayloadPtr whole = payload("some content");
    const std::string bytes = read_fd(whole->file->get(), "payload").value();
    const auto again = from(bytes);
    REQUIRE(again);
    CHECK((*again)->shape == whole->shape);
    CHECK((*again)->shape.size == 12);
    for (size_t length = 0; length < bytes.size(); ++length)
        CHECK_FALSE(from(std::string_view(bytes).substr(0, length)));
    CHECK_FALSE(from("x" + bytes));
    for (const size_t at : {bytes.size() - 24, bytes.size() - 16, bytes.size() - 1}) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ 0x40);
        CHECK_FALSE(from(changed));
    }
}
