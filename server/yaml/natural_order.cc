// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/natural_order.h"

#include <cstddef>
#include <cstdint>

#include "base/ascii.h"

namespace ww::yaml {

namespace {

// Letters beyond ASCII are told from other characters by their lead byte only.
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool byte_less(char a, char b) {
    return static_cast<unsigned char>(a) < static_cast<unsigned char>(b);
}

struct DigitRun {
    uint64_t value = 0;
    size_t length = 0;
};

DigitRun digit_run(std::string_view text, size_t at, uint64_t start) {
    DigitRun run{start, 0};
    for (; at + run.length < text.size() && is_ascii_digit(text[at + run.length]); ++run.length)
        run.value = run.value * 10 + static_cast<uint64_t>(text[at + run.length] - '0');
    return run;
}

// Where two names differ at `at` and at least one character there is no letter.
bool less_at(std::string_view a, std::string_view b, size_t at) {
    uint64_t start = 0;
    if (a[at] == '0' || b[at] == '0') {
        // A zero inside of a number counts: 1 goes in front of both.
        for (size_t i = at; i > 0 && is_ascii_digit(a[i - 1]); --i)
            if (a[i - 1] != '0') start = 1;
    }
    const DigitRun left = digit_run(a, at, start);
    const DigitRun right = digit_run(b, at, start);
    if (left.value != right.value) return left.value < right.value;
    if (left.length != right.length) return left.length < right.length;
    return byte_less(a[at], b[at]);
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
    bool after_digit = false;
    for (size_t at = 0; at < a.size() && at < b.size(); ++at) {
        if (a[at] == b[at]) {
            after_digit = is_ascii_digit(a[at]);
            continue;
        }
        const bool left = is_letter(a[at]);
        const bool right = is_letter(b[at]);
        if (left && right) return byte_less(a[at], b[at]);
        if (left || right) return after_digit ? left : right;
        return less_at(a, b, at);
    }
    return a.size() < b.size();
}

}  // namespace ww::yaml
