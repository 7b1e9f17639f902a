// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/hostlist.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace ww::nodes {

namespace {

/// More names than any cluster has; a typo like n[1-999999999] stays within memory.
constexpr size_t kMaxNames = 1'000'000;

enum class Commas { All, OutsideBrackets };

std::vector<std::string> split(std::string_view text, Commas which) {
    std::vector<std::string> out(1);
    bool inside = false;
    for (const char c : text) {
        if (c == '[') inside = true;
        if (c == ']') inside = false;
        if (c == ',' && !(inside && which == Commas::OutsideBrackets))
            out.emplace_back();
        else
            out.back() += c;
    }
    return out;
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Saturates.
uint64_t number(std::string_view digits) {
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc::result_out_of_range ? std::numeric_limits<int64_t>::max() : value;
}

// The names one piece of a bracket stands for; nothing if it is no number range.
std::optional<std::vector<std::string>> numbers(std::string_view piece) {
    std::vector<std::string> out;
    const size_t dash = piece.find('-');
    if (dash == std::string_view::npos) {
        if (!all_digits(piece)) return std::nullopt;
        out.emplace_back(piece);
        return out;
    }
    const std::string_view from = piece.substr(0, dash);
    const std::string_view to = piece.substr(dash + 1);
    // Compat: "1-2-3", "1-" and descending ranges stand for nothing.
    if (to.find('-') != std::string_view::npos) return out;
    if (!all_digits(from) || !all_digits(to)) return std::nullopt;
    const uint64_t last = number(to);
    for (uint64_t n = number(from); !to.empty() && n <= last && out.size() < kMaxNames; ++n)
        out.push_back(fmt::format("{:0{}}", n, from.size()));
    return out;
}

// One round: the first bracket of every name. False if a bracket holds something else than numbers.
bool expand_once(std::vector<std::string>& names, bool& changed) {
    std::vector<std::string> out;
    for (const std::string& name : names) {
        const size_t open = name.find('[');
        const size_t close = name.find(']');
        if (open == std::string::npos || close == std::string::npos || close < open) {
            out.push_back(name);
            continue;
        }
        changed = true;
        for (const std::string& piece :
             split(std::string_view(name).substr(open + 1, close - open - 1), Commas::All)) {
            const auto expanded = numbers(piece);
            if (!expanded) return false;
            for (const std::string& text : *expanded)
                if (out.size() < kMaxNames)
                    out.push_back(name.substr(0, open) + text + name.substr(close + 1));
        }
    }
    names = std::move(out);
    return true;
}

struct Group {
    std::string prefix;
    size_t width;
    std::vector<uint64_t> numbers;
};

std::string folded(Group& group) {
    if (group.width == 0) return group.prefix;
    std::sort(group.numbers.begin(), group.numbers.end());
    std::vector<std::string> runs;
    for (size_t first = 0; first < group.numbers.size();) {
        size_t last = first;
        while (last + 1 < group.numbers.size() &&
               group.numbers[last + 1] == group.numbers[last] + 1)
            ++last;
        std::string run = fmt::format("{:0{}}", group.numbers[first], group.width);
        if (last > first) run += fmt::format("-{:0{}}", group.numbers[last], group.width);
        runs.push_back(std::move(run));
        first = last + 1;
    }
    if (group.numbers.size() == 1) return group.prefix + runs.front();
    return fmt::format("{}[{}]", group.prefix, fmt::join(runs, ","));
}

}  // namespace

std::vector<std::string> expand_hostlist(const std::vector<std::string>& patterns) {
    std::vector<std::string> names;
    for (const std::string& pattern : patterns)
        for (std::string& piece : split(pattern, Commas::OutsideBrackets))
            names.push_back(std::move(piece));
    for (bool changed = true; changed;) {
        changed = false;
        if (!expand_once(names, changed)) break;
    }
    return names;
}

Result<std::vector<std::string>> expand_selection(const std::vector<std::string>& patterns) {
    for (const std::string& pattern : patterns)
        if (expand_hostlist({pattern}).empty())
            return Error(ErrorCode::InvalidArgument, fmt::format("{} selects no nodes", pattern))
                .with_hint("a range counts upwards and has one dash: n[1-4]");
    return expand_hostlist(patterns);
}

std::string compress_hostlist(const std::vector<std::string>& names) {
    std::vector<Group> groups;  // in order of first appearance
    std::map<std::pair<std::string, size_t>, size_t> index;
    for (const std::string& name : names) {
        size_t digits = name.size();
        while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9') --digits;
        const std::string prefix = name.substr(0, digits);
        const size_t width = name.size() - digits;
        const auto [at, added] = index.try_emplace({prefix, width}, groups.size());
        // Names without a number are never folded, not even equal ones.
        if (added || width == 0) {
            at->second = groups.size();
            groups.push_back({prefix, width, {}});
        }
        groups[at->second].numbers.push_back(number(std::string_view(name).substr(digits)));
    }
    std::vector<std::string> out;
    for (Group& group : groups) out.push_back(folded(group));
    return fmt::format("{}", fmt::join(out, ","));
}

}  // namespace ww::nodes
