// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: chance. Every function here gives something new each time.
#include "sprig/crypto/random.h"

#include <openssl/rand.h>

#include <cstring>

#include "base/check.h"
#include "base/digest.h"
#include "base/unicode.h"
#include "sprig/base64.h"
#include "sprig/functions.h"

namespace ww::sprig {

std::string random_bytes(size_t count) {
    std::string bytes(count, '\0');
    constexpr size_t kAtOnce = size_t{1} << 20;
    for (size_t done = 0; done < count; done += kAtOnce) {
        const size_t size = std::min(kAtOnce, count - done);
        auto* const at = reinterpret_cast<unsigned char*>(bytes.data() + done);
        // Fails only where the system has no source of chance, which nothing here could make up
        // for.
        WW_CHECK(RAND_bytes(at, static_cast<int>(size)) == 1, "the system has random bytes");
    }
    return bytes;
}

uint64_t random_below(uint64_t limit) {
    // Numbers above the last multiple of `limit` would make small results likelier.
    const uint64_t excess = (0 - limit) % limit;
    while (true) {
        uint64_t number = 0;
        std::memcpy(&number, random_bytes(sizeof number).data(), sizeof number);
        if (number >= excess) return number % limit;
    }
}

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kLettersAndDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A text of `count` characters; `character` turns a number below `choices` into one. Compat: none
/// for a negative count.
template <class Character>
tmpl::Value random_text(tmpl::Call& call, uint64_t choices, Character character) {
    const int64_t count = call.integer(0);
    if (count <= 0) return tmpl::Value::text("");
    if (!call.may_use(static_cast<size_t>(count))) return {};
    std::string text;
    text.reserve(static_cast<size_t>(count));
    for (int64_t index = 0; index < count; ++index) text += character(random_below(choices));
    return tmpl::Value::string(text);
}

tmpl::Value random_of(tmpl::Call& call, std::string_view alphabet) {
    return random_text(call, alphabet.size(), [&](uint64_t index) { return alphabet[index]; });
}

tmpl::Value rand_alpha(tmpl::Call& call) { return random_of(call, kLetters); }
tmpl::Value rand_numeric(tmpl::Call& call) { return random_of(call, kDigits); }
tmpl::Value rand_alpha_num(tmpl::Call& call) { return random_of(call, kLettersAndDigits); }

tmpl::Value rand_ascii(tmpl::Call& call) {
    return random_text(
        call, 0x7F - ' ', [](uint64_t index) { return static_cast<char>(' ' + index); });
}

tmpl::Value rand_bytes(tmpl::Call& call) {
    const int64_t count = call.integer(0);
    if (count < 0) return call.fail("runtime error: makeslice: len out of range");
    const auto size = static_cast<size_t>(count);
    if (!call.may_use(size) || !call.may_use(3 * size)) return {};
    return tmpl::Value::string(base64_encoded(random_bytes(size)));
}

tmpl::Value rand_int(tmpl::Call& call) {
    const int64_t low = call.integer(0);
    const int64_t span =
        static_cast<int64_t>(static_cast<uint64_t>(call.integer(1)) - static_cast<uint64_t>(low));
    if (span <= 0) return call.fail("invalid argument to Intn");
    return tmpl::Value::integer(low +
                                static_cast<int64_t>(random_below(static_cast<uint64_t>(span))));
}

tmpl::Value shuffle(tmpl::Call& call) {
    std::u32string runes;
    for (std::string_view text = call.text(0); !text.empty();) {
        const DecodedRune next = decode_rune(text);
        runes += next.rune;
        text.remove_prefix(next.size);
    }
    for (size_t left = runes.size(); left > 1; --left)
        std::swap(runes[left - 1], runes[random_below(left)]);
    std::string out;
    for (const char32_t rune : runes) append_rune(out, rune);
    return tmpl::Value::string(out);
}

tmpl::Value uuidv4(tmpl::Call&) {
    std::string bytes = random_bytes(16);
    bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);  // version 4
    bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);  // variant of RFC 4122
    const std::string hex = to_hex(bytes);
    return tmpl::Value::string(fmt::format("{}-{}-{}-{}-{}",
                                           hex.substr(0, 8),
                                           hex.substr(8, 4),
                                           hex.substr(12, 4),
                                           hex.substr(16, 4),
                                           hex.substr(20)));
}

constexpr tmpl::Function kRandomFunctions[] = {
    {"randAlpha", "int", rand_alpha, "N random letters.", kVolatile},
    {"randNumeric", "int", rand_numeric, "N random digits.", kVolatile},
    {"randAlphaNum", "int", rand_alpha_num, "N random letters and digits.", kVolatile},
    {"randAscii", "int", rand_ascii, "N random printable characters.", kVolatile},
    {"randBytes", "int", rand_bytes, "N random bytes in base64.", kVolatile},
    {"randInt",
     "int, int",
     rand_int,
     "LOW HIGH: a random number from LOW on below HIGH.",
     kVolatile},
    {"shuffle", "string", shuffle, "The characters of TEXT in random order.", kVolatile},
    {"uuidv4", "", uuidv4, "A random UUID.", kVolatile},
};

}  // namespace

std::span<const tmpl::Function> random_functions() { return kRandomFunctions; }

}  // namespace ww::sprig
