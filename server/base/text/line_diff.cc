// SPDX-License-Identifier: BSD-3-Clause
#include "base/text/line_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace ww {

namespace {

constexpr size_t kAround = 3;
// Cells of the table of the longest common subsequence; more is told as one change.
constexpr size_t kMostCells = size_t{4} << 20;

using Lines = std::vector<std::string_view>;

struct Step {
    char mark;  // ' ', '-' or '+'
    std::string_view line;
};

Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

// What is between the common head and tail of the two.
void add_middle(const Lines& a, const Lines& b, std::vector<Step>& steps) {
    const size_t rows = a.size();
    const size_t columns = b.size();
    size_t i = 0;
    size_t j = 0;
    if ((rows + 1) * (columns + 1) <= kMostCells) {
        std::vector<uint32_t> longest((rows + 1) * (columns + 1));
        const auto at = [&](size_t row, size_t column) -> uint32_t& {
            return longest[row * (columns + 1) + column];
        };
        for (size_t row = rows; row-- > 0;)
            for (size_t column = columns; column-- > 0;)
                at(row, column) = a[row] == b[column]
                                      ? at(row + 1, column + 1) + 1
                                      : std::max(at(row + 1, column), at(row, column + 1));
        while (i < rows && j < columns) {
            if (a[i] == b[j]) {
                steps.push_back({' ', a[i++]});
                ++j;
            } else if (at(i + 1, j) >= at(i, j + 1)) {
                steps.push_back({'-', a[i++]});
            } else {
                steps.push_back({'+', b[j++]});
            }
        }
    }
    while (i < rows) steps.push_back({'-', a[i++]});
    while (j < columns) steps.push_back({'+', b[j++]});
}

std::vector<Step> steps_between(const Lines& a, const Lines& b) {
    const auto head = static_cast<size_t>(
        std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
    size_t tail = 0;
    while (tail < std::min(a.size(), b.size()) - head &&
           a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
        ++tail;
    const auto middle = [&](const Lines& lines) {
        return Lines(lines.begin() + static_cast<std::ptrdiff_t>(head),
                     lines.end() - static_cast<std::ptrdiff_t>(tail));
    };
    std::vector<Step> steps;
    for (size_t i = 0; i < head; ++i) steps.push_back({' ', a[i]});
    add_middle(middle(a), middle(b), steps);
    for (size_t i = a.size() - tail; i < a.size(); ++i) steps.push_back({' ', a[i]});
    return steps;
}

// "3,2", as diff(1) counts: one line needs no number, and of none the line before is named.
std::string range(size_t first, size_t count) {
    if (count == 1) return fmt::to_string(first + 1);
    return fmt::format("{},{}", count == 0 ? first : first + 1, count);
}

}  // namespace

std::string line_diff(std::string_view before, std::string_view after) {
    const std::vector<Step> steps = steps_between(lines_of(before), lines_of(after));
    std::string out;
    size_t line_a = 0;  // of steps[at]
    size_t line_b = 0;
    for (size_t at = 0; at < steps.size();) {
        size_t change = at;
        while (change < steps.size() && steps[change].mark == ' ') ++change;
        if (change == steps.size()) break;
        const size_t first = std::max(at, change - std::min(change, kAround));
        line_a += first - at;
        line_b += first - at;
        // The hunk goes on as long as the next change is near.
        size_t end = change;
        for (size_t i = change; i < steps.size() && i < end + 2 * kAround + 2; ++i)
            if (steps[i].mark != ' ') end = i;
        end = std::min(end + kAround + 1, steps.size());
        size_t count_a = 0;
        size_t count_b = 0;
        std::string hunk;
        for (size_t i = first; i < end; ++i) {
            count_a += steps[i].mark != '+';
            count_b += steps[i].mark != '-';
            hunk += steps[i].mark;
            hunk += steps[i].line;
            if (!hunk.ends_with('\n')) hunk += "\n\\ No newline at end of file\n";
        }
        out +=
            fmt::format("@@ -{} +{} @@\n{}", range(line_a, count_a), range(line_b, count_b), hunk);
        line_a += count_a;
        line_b += count_b;
        at = end;
    }
    return out;
}

}  // namespace ww
