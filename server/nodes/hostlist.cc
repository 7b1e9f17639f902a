// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/hostlist.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>

namespace ww::nodes {

namespace {

/// More than any cluster has; what anybody may ask must stay within memory.
constexpr size_t kMostNames = 100'000;
constexpr size_t kMostBytes = 8 << 20;

/// Of a number that is one; names that end with more are not folded.
constexpr size_t kMostDigits = std::numeric_limits<uint64_t>::digits10;

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

// What a round has made so far.
class Expansion {
   public:
    /// False: it is too much.
    bool add(std::string name) {
        bytes_ += name.size();
        names_.push_back(std::move(name));
        return names_.size() <= kMostNames && bytes_ <= kMostBytes;
    }
    std::vector<std::string> take() { return std::move(names_); }

   private:
    std::vector<std::string> names_;
    size_t bytes_ = 0;
};

enum class Outcome { Done, NotNumbers, TooMuch };

// Calls `add` for each number that one piece of a bracket stands for.
template <class Add>
Outcome expand_numbers(std::string_view piece, const Add& add) {
    const size_t dash = piece.find('-');
    if (dash == std::string_view::npos) {
        if (!all_digits(piece)) return Outcome::NotNumbers;
        return add(std::string(piece)) ? Outcome::Done : Outcome::TooMuch;
    }
    const std::string_view from = piece.substr(0, dash);
    const std::string_view to = piece.substr(dash + 1);
    // Compat: "1-2-3", "1-" and descending ranges stand for nothing.
    if (to.find('-') != std::string_view::npos) return Outcome::Done;
    if (!all_digits(from) || !all_digits(to)) return Outcome::NotNumbers;
    const uint64_t last = number(to);
    for (uint64_t n = number(from); !to.empty() && n <= last; ++n)
        if (!add(fmt::format("{:0{}}", n, from.size()))) return Outcome::TooMuch;
    return Outcome::Done;
}

// One round: the first bracket of every name. Not numbers: a bracket holds something else, and
// `names` are as they were.
Outcome expand_once(std::vector<std::string>& names, bool& changed) {
    Expansion out;
    for (const std::string& name : names) {
        const size_t open = name.find('[');
        const size_t close = name.find(']');
        if (open == std::string::npos || close == std::string::npos || close < open) {
            if (!out.add(name)) return Outcome::TooMuch;
            continue;
        }
        changed = true;
        const auto add = [&](const std::string& text) {
            return out.add(name.substr(0, open) + text + name.substr(close + 1));
        };
        for (const std::string& piece :
             split(std::string_view(name).substr(open + 1, close - open - 1), Commas::All))
            if (const Outcome outcome = expand_numbers(piece, add); outcome != Outcome::Done)
                return outcome;
    }
    names = out.take();
    return Outcome::Done;
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

Result<std::vector<std::string>> expand_hostlist(const std::vector<std::string>& patterns) {
    std::vector<std::string> names;
    for (const std::string& pattern : patterns)
        for (std::string& piece : split(pattern, Commas::OutsideBrackets))
            names.push_back(std::move(piece));
    for (bool changed = true; changed;) {
        changed = false;
        const Outcome outcome = expand_once(names, changed);
        if (outcome == Outcome::TooMuch)
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("these patterns stand for more than {} names, or {} MiB",
                                     kMostNames,
                                     kMostBytes >> 20))
                .with_hint("name fewer at a time");
        if (outcome == Outcome::NotNumbers) break;
    }
    return names;
}

Result<std::vector<std::string>> expand_selection(const std::vector<std::string>& patterns) {
    for (const std::string& pattern : patterns) {
        WW_TRY(const auto names, expand_hostlist({pattern}));
        if (names.empty())
            return Error(ErrorCode::InvalidArgument, fmt::format("{} selects no nodes", pattern))
                .with_hint("a range counts upwards and has one dash: n[1-4]");
    }
    return expand_hostlist(patterns);
}

std::string compress_hostlist(const std::vector<std::string>& names) {
    std::vector<Group> groups;  // in order of first appearance
    std::map<std::pair<std::string, size_t>, size_t> index;
    for (const std::string& name : names) {
        size_t digits = name.size();
        while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9') --digits;
        if (name.size() - digits > kMostDigits) digits = name.size();
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
