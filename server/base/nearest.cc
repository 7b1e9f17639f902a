// SPDX-License-Identifier: BSD-3-Clause
#include "base/nearest.h"

#include <algorithm>

namespace ww {
namespace {

// Costs, in halves of an edit: a letter in another case is half of one.
constexpr size_t kEdit = 2, kCase = 1;

size_t replacing(char a, char b) {
    if (a == b) return 0;
    const bool letters = (a | 0x20) == (b | 0x20) && (a | 0x20) >= 'a' && (a | 0x20) <= 'z';
    return letters ? kCase : kEdit;
}

// Levenshtein's distance, two swapped neighbours counting as one edit; three rows of the table at a
// time.
size_t distance(std::string_view a, std::string_view b) {
    std::vector<size_t> twice_above(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = j * kEdit;
    for (size_t i = 1; i <= a.size(); ++i) {
        std::swap(twice_above, above);
        std::swap(above, row);
        row[0] = i * kEdit;
        for (size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({above[j - 1] + replacing(a[i - 1], b[j - 1]),
                               above[j] + kEdit,
                               row[j - 1] + kEdit});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], twice_above[j - 2] + kEdit);
        }
    }
    return row[b.size()];
}

}  // namespace

std::string nearest_hint(std::string_view wrong, const std::vector<std::string_view>& candidates) {
    size_t best = wrong.size() * kEdit / 3 + 1;  // a third of the letters may be wrong
    std::string_view nearest;
    for (const std::string_view candidate : candidates) {
        const bool only_case =
            wrong.size() == candidate.size() &&
            std::equal(wrong.begin(), wrong.end(), candidate.begin(), [](char a, char b) {
                return replacing(a, b) <= kCase;
            });
        const size_t far = only_case ? 0 : distance(wrong, candidate);
        if (far >= best) continue;
        best = far;
        nearest = candidate;
    }
    return nearest.empty() ? std::string() : "did you mean \"" + std::string(nearest) + "\"?";
}

}  // namespace ww
