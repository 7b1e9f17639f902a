// SPDX-License-Identifier: BSD-3-Clause
//
// What must hold of an archive that is described in pieces, whatever is in it: it is what the plain
// writers write of the same entries. For the unit test, which makes recipes by chance, and for the
// fuzzer, which makes better ones.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "archive/cpio_writer.h"
#include "archive/gunzip.h"
#include "archive/gzip.h"
#include "archive/pieces.h"
#include "base/check.h"

namespace ww::test {

/// An entry for each two bytes and what follows them: what it is, how long its content is, then
/// that many bytes (the last one has what there is).
struct RecipeEntry {
    archive::CpioEntry entry;
    std::string_view data;
    bool shared = false;
};

inline std::vector<RecipeEntry> entries_of_recipe(std::string_view recipe) {
    std::vector<RecipeEntry> entries;
    while (recipe.size() >= 2) {
        const auto kind = static_cast<uint8_t>(recipe[0]);
        const size_t length = static_cast<uint8_t>(recipe[1]) << (kind >> 4 & 7);
        recipe.remove_prefix(2);
        RecipeEntry one;
        one.data = recipe.substr(0, length);
        recipe.remove_prefix(one.data.size());
        one.shared = (kind & 1) != 0;
        one.entry.path = std::string(1 + (kind >> 1 & 7), 'n') + std::to_string(entries.size());
        one.entry.mtime = kind;
        entries.push_back(std::move(one));
    }
    return entries;
}

inline std::string written(const archive::Pieces& pieces, uint64_t first, uint64_t length) {
    archive::StringSink out;
    WW_CHECK(pieces.write(out, first, length).has_value(), "a range cannot be written");
    return std::move(out).text();
}

/// Whole, and every range from and to a place within a byte of where a piece begins or ends.
inline void check_ranges(const archive::Pieces& pieces, std::string_view whole) {
    WW_CHECK(pieces.size == whole.size(), "the size that was told is not the size");
    std::set<uint64_t> places;
    uint64_t border = 0;
    const auto around = [&](uint64_t place) {
        for (const uint64_t near : {place - 1, place, place + 1})
            if (near <= whole.size()) places.insert(near);
    };
    around(0);
    for (const archive::Piece& piece : pieces.list) {
        WW_CHECK(piece.length > 0, "an empty piece");
        around(border += piece.length);
    }
    WW_CHECK(border == pieces.size, "the pieces are not all there");
    for (auto from = places.begin(); from != places.end(); ++from)
        for (auto to = from; to != places.end(); ++to)
            WW_CHECK(written(pieces, *from, *to - *from) == whole.substr(*from, *to - *from),
                     "a range is not what is there");
}

inline void check_described(std::string_view recipe) {
    const std::vector<RecipeEntry> entries = entries_of_recipe(recipe);
    archive::StringSink out;
    archive::CpioWriter writer(out);
    archive::Assembler assembler;
    for (const RecipeEntry& one : entries) {
        WW_CHECK(writer.add(one.entry, one.data).has_value(), "the plain writer failed");
        if (one.shared) {
            const auto payload = archive::payload_in_memory(one.data);
            WW_CHECK(payload.has_value(), "no payload");
            WW_CHECK(assembler.add(one.entry, *payload).has_value(), "the assembler failed");
        } else {
            WW_CHECK(assembler.add(one.entry, one.data).has_value(), "the assembler failed");
        }
    }
    WW_CHECK(writer.finish().has_value(), "the plain writer failed");
    const auto plain = assembler.finish();
    WW_CHECK(plain.has_value(), "the assembler failed");
    check_ranges(*plain, out.text());

    const archive::Pieces packed = archive::gzip(*plain);
    const std::string member = written(packed, 0, packed.size);
    check_ranges(packed, member);
    const auto unpacked = archive::gunzip(member, out.text().size());
    WW_CHECK(unpacked && *unpacked == out.text(), "unpacked it is something else");
    WW_CHECK(packed.digest() != plain->digest(), "both forms have one digest");
}

}  // namespace ww::test
