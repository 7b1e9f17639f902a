// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/shelf.h"

#include "support/catch.h"

using namespace ww::overlay;

namespace {

const Name kRecipe = Name::of("this");

ww::archive::Pieces archive(size_t bytes, char fill = 'x') {
    ww::archive::Pieces pieces;
    pieces.own = std::make_shared<const std::string>(bytes, fill);
    pieces.list.push_back({nullptr, 0, bytes});
    pieces.size = bytes;
    return pieces;
}

}  // namespace

TEST_CASE("what was asked for longest ago gives way", "[overlay][shelf]") {
    Shelf shelf(10'000);
    shelf.put("a", Form::Plain, kRecipe, archive(3000));
    shelf.put("a", Form::Gzip, kRecipe, archive(3000));
    shelf.put("b", Form::Plain, kRecipe, archive(100));
    CHECK(shelf.get("a", Form::Plain));
    CHECK(shelf.bytes() > 6100);
    CHECK(shelf.bytes() < 10'000);
    shelf.put("c", Form::Gzip, kRecipe, archive(5000));
    CHECK_FALSE(shelf.get("a", Form::Gzip));
    CHECK(shelf.get("a", Form::Plain));
    CHECK(shelf.get("c", Form::Gzip));
    CHECK(shelf.bytes() <= 10'000);
}

TEST_CASE("one archive has one place in each form", "[overlay][shelf]") {
    Shelf shelf(10'000);
    shelf.put("a", Form::Gzip, kRecipe, archive(4000));
    const ArchivePtr last = shelf.put("a", Form::Gzip, kRecipe, archive(20));
    CHECK(shelf.get("a", Form::Gzip) == last);
    CHECK_FALSE(shelf.get("a", Form::Plain));
    CHECK(shelf.bytes() < 1000);
    shelf.put("a", Form::Plain, kRecipe, archive(1));
    shelf.drop("a");
    CHECK_FALSE(shelf.get("a", Form::Gzip));
    CHECK_FALSE(shelf.get("a", Form::Plain));
    CHECK(shelf.bytes() == 0);
}

TEST_CASE("what is there plain need not be made again to be packed", "[overlay][shelf]") {
    Shelf shelf(10'000);
    CHECK_FALSE(shelf.get_or_pack("a", Form::Gzip, kRecipe));
    const ArchivePtr plain = shelf.put("a", Form::Plain, kRecipe, archive(3000));
    CHECK(shelf.get_or_pack("a", Form::Plain, kRecipe) == plain);
    const ArchivePtr packed = shelf.get_or_pack("a", Form::Gzip, kRecipe);
    REQUIRE(packed);
    CHECK(packed->digest == ww::archive::gzip(plain->pieces).digest());
    CHECK(shelf.get("a", Form::Gzip) == packed);
    // Not the other way round.
    shelf.put("b", Form::Gzip, kRecipe, archive(10));
    CHECK_FALSE(shelf.get_or_pack("b", Form::Plain, kRecipe));
}

TEST_CASE("one that is larger than the shelf is there until the next comes", "[overlay][shelf]") {
    Shelf shelf(1000);
    shelf.put("a", Form::Plain, kRecipe, archive(5000));
    CHECK(shelf.get("a", Form::Plain));
    shelf.put("b", Form::Plain, kRecipe, archive(10));
    CHECK_FALSE(shelf.get("a", Form::Plain));
    CHECK(shelf.get("b", Form::Plain));
}

TEST_CASE("since when an archive is what it is outlasts its place", "[overlay][shelf]") {
    Shelf shelf(1000);
    const ArchivePtr first = shelf.put("a", Form::Plain, kRecipe, archive(20));
    CHECK(first->digest == archive(20).digest());
    CHECK(first->changed > 0);
    shelf.drop("a");
    CHECK(shelf.put("a", Form::Plain, kRecipe, archive(20))->changed == first->changed);
    CHECK(shelf.put("a", Form::Plain, kRecipe, archive(20, 'y'))->digest != first->digest);
}

TEST_CASE("what another recipe made is not taken for this one's", "[overlay][shelf]") {
    Shelf shelf(10'000);
    const ArchivePtr ours = shelf.put("a", Form::Plain, kRecipe, archive(20));
    CHECK(shelf.get("a", Form::Plain, kRecipe) == ours);
    const Name theirs = Name::of("that");
    CHECK_FALSE(shelf.get("a", Form::Plain, theirs));
    CHECK_FALSE(shelf.get_or_pack("a", Form::Gzip, theirs));
    // Whoever had asked before the last change, and is through with it only now.
    shelf.put("a", Form::Plain, theirs, archive(20, 'y'));
    CHECK_FALSE(shelf.get("a", Form::Plain, kRecipe));
    CHECK_FALSE(shelf.get_or_pack("a", Form::Gzip, kRecipe));
}
