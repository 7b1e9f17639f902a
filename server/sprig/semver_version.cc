// SPDX-License-Identifier: BSD-3-Clause
#include "sprig/semver_version.h"

#include "base/quote.h"
#include "golib/strconv.h"

namespace ww::sprig {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kIdentifier =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";

template <class T>
int order(const T& a, const T& b) {
    return a < b ? -1 : b < a ? 1 : 0;
}

bool only(std::string_view text, std::string_view allowed) {
    return text.find_first_not_of(allowed) == text.npos;
}

/// The part up to the next dot, taken off `rest`; `rest` has no data when nothing follows.
std::string_view take_identifier(std::string_view& rest) {
    const size_t dot = rest.find('.');
    const std::string_view identifier = rest.substr(0, dot);
    rest = dot == rest.npos ? std::string_view() : rest.substr(dot + 1);
    return identifier;
}

template <class Check>
std::string check_identifiers(std::string_view text, Check check) {
    for (std::string_view rest = text; rest.data();) {
        std::string message = check(take_identifier(rest));
        if (!message.empty()) return message;
    }
    return {};
}

/// Identifiers with dots between them, none empty.
bool is_dotted(std::string_view text) {
    return !check_identifiers(text, [](std::string_view one) {
                return one.empty() || !only(one, kIdentifier) ? std::string("bad") : std::string();
            }).size();
}

/// Numbers below text, by value; text by its bytes; a missing one first.
int compare_identifiers(std::string_view a, std::string_view b) {
    if (a == b) return 0;
    if (a.empty() || b.empty()) return a.empty() ? -1 : 1;
    const auto left = golib::parse_unsigned(a, 10);
    const auto right = golib::parse_unsigned(b, 10);
    const bool left_number = left && !left->out_of_range;
    const bool right_number = right && !right->out_of_range;
    if (left_number != right_number) return left_number ? -1 : 1;
    if (!left_number) return order(a, b);
    return left->value > right->value ? 1 : -1;
}

class Reader {
   public:
    Reader(std::string_view text, std::string& error) : rest_(text), error_(error) {}

    std::optional<SemanticVersion> read() {
        SemanticVersion version;
        version.original = rest_;
        if (rest_.starts_with('v')) rest_.remove_prefix(1);
        const std::string_view major = take_number();
        const std::string_view minor = take_further_number();
        const std::string_view patch = minor.empty() ? minor : take_further_number();
        if (major.empty() || !take_tail('-', "+", version.prerelease) ||
            !take_tail('+', "", version.metadata) || !rest_.empty()) {
            error_ = "Invalid Semantic Version";
            return {};
        }
        if (!convert(major, version.major) || !convert(minor, version.minor) ||
            !convert(patch, version.patch))
            return {};
        if (!version.prerelease.empty()) error_ = check_prerelease(version.prerelease);
        if (!error_.empty()) return {};
        return version;
    }

   private:
    std::string_view take_number() {
        const std::string_view digits = rest_.substr(0, rest_.find_first_not_of(kDigits));
        rest_.remove_prefix(digits.size());
        return digits;
    }

    std::string_view take_further_number() {
        if (rest_.size() < 2 || rest_[0] != '.' || kDigits.find(rest_[1]) == kDigits.npos)
            return {};
        rest_.remove_prefix(1);
        return take_number();
    }

    bool take_tail(char mark, std::string_view end, std::string& into) {
        if (!rest_.starts_with(mark)) return true;
        const std::string_view text = rest_.substr(1, rest_.find_first_of(end) - 1);
        rest_.remove_prefix(1 + text.size());
        into = text;
        return is_dotted(text);
    }

    bool convert(std::string_view digits, uint64_t& into) {
        if (digits.empty()) return true;
        const auto parsed = golib::parse_unsigned(digits, 10);
        if (parsed && !parsed->out_of_range) {
            into = parsed->value;
            return true;
        }
        error_ = "Error parsing version segment: strconv.ParseUint: parsing " + quote(digits) +
                 ": value out of range";
        return false;
    }

    std::string_view rest_;
    std::string& error_;
};

}  // namespace

std::string SemanticVersion::to_string() const {
    std::string text =
        std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
    if (!prerelease.empty()) text.append("-").append(prerelease);
    if (!metadata.empty()) text.append("+").append(metadata);
    return text;
}

int SemanticVersion::compare(const SemanticVersion& other) const {
    if (const int result = order(major, other.major)) return result;
    if (const int result = order(minor, other.minor)) return result;
    if (const int result = order(patch, other.patch)) return result;
    if (prerelease.empty() || other.prerelease.empty())
        return order(prerelease.empty(), other.prerelease.empty());
    return compare_prereleases(prerelease, other.prerelease);
}

int compare_prereleases(std::string_view a, std::string_view b) {
    while (a.data() || b.data()) {
        const std::string_view left = take_identifier(a);
        if (const int result = compare_identifiers(left, take_identifier(b))) return result;
    }
    return 0;
}

std::optional<SemanticVersion> parse_version(std::string_view text, std::string& error) {
    return Reader(text, error).read();
}

std::string check_prerelease(std::string_view text) {
    return check_identifiers(text, [](std::string_view one) -> std::string {
        if (only(one, kDigits))
            return one.size() > 1 && one[0] == '0' ? "Version segment starts with 0" : "";
        return only(one, kIdentifier) ? "" : "Invalid Prerelease string";
    });
}

std::string check_metadata(std::string_view text) {
    return check_identifiers(text, [](std::string_view one) -> std::string {
        return only(one, kIdentifier) ? "" : "Invalid Metadata string";
    });
}

}  // namespace ww::sprig
