// SPDX-License-Identifier: BSD-3-Clause
//
// Constraints on versions. Compat: the patterns are as loose as upstream's ("1|2" is taken for a
// number here and refused as a version later), so that the same texts are errors.
#include <re2/re2.h>

#include <algorithm>

#include "sprig/semver_version.h"

namespace ww::sprig {
namespace {

using re2::RE2;

struct Patterns {
    // The first alternative that fits is taken, the empty one counts from its place on.
    const std::string op = "=||!=|>|<|>=|=>|<=|=<|~|~>|\\^";
    const std::string part = "[0-9|xX*]+";
    const std::string tail = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
    const std::string version = "v?" + part + "(?:\\." + part + ")?(?:\\." + part + ")?(?:-" +
                                tail + ")?(?:\\+" + tail + ")?";
    const std::string item = "(?:" + op + ")\\s*" + version;

    const RE2 range{"\\s*(" + version + ")\\s+-\\s+(" + version + ")\\s*"};
    const RE2 list{"\\s*" + item + "\\s*(?:(?:\\s+|,\\s*)" + item + "\\s*)*"};
    const RE2 one{"(" + item + ")"};
    const RE2 pieces{"(" + op + ")\\s*v?(" + part + ")(\\." + part + ")?(\\." + part + ")?(-" +
                     tail + ")?(?:\\+" + tail + ")?"};
};

const Patterns& patterns() {
    static const Patterns& all = *new Patterns;
    return all;
}

/// "1.2 - 1.4" as ">= 1.2, <= 1.4".
std::string without_ranges(std::string text) {
    RE2::GlobalReplace(&text, patterns().range, ">= \\1, <= \\2 ");
    return text;
}

bool is_open(std::string_view part) {
    return part.empty() || part == "x" || part == "X" || part == "*";
}

}  // namespace

std::optional<VersionConstraint> VersionConstraint::parse(std::string_view given,
                                                          std::string& error) {
    VersionConstraint constraint;
    const std::string text = without_ranges(std::string(given));
    for (size_t begin = 0; begin <= text.size();) {
        const size_t end = std::min(text.find("||", begin), text.size());
        const std::string all = text.substr(begin, end - begin);
        begin = end + 2;
        if (!RE2::FullMatch(all, patterns().list)) {
            error = "improper constraint: " + all;
            return {};
        }
        auto& comparisons = constraint.alternatives_.emplace_back();
        re2::StringPiece rest(all);
        for (std::string one; RE2::FindAndConsume(&rest, patterns().one, &one);) {
            if (parse_comparison(one, comparisons.emplace_back())) continue;
            error = "constraint Parser Error";
            return {};
        }
    }
    return constraint;
}

bool VersionConstraint::parse_comparison(const std::string& text, Comparison& comparison) {
    std::string op, major, minor, patch, prerelease;
    if (!RE2::FullMatch(text, patterns().pieces, &op, &major, &minor, &patch, &prerelease))
        return false;
    constexpr std::pair<std::string_view, Operator> kOperators[] = {
        {"", Operator::Equal},
        {"=", Operator::Equal},
        {"!=", Operator::NotEqual},
        {">", Operator::Greater},
        {"<", Operator::Less},
        {">=", Operator::GreaterEqual},
        {"=>", Operator::GreaterEqual},
        {"<=", Operator::LessEqual},
        {"=<", Operator::LessEqual},
        {"~", Operator::Tilde},
        {"~>", Operator::Tilde},
        {"^", Operator::Caret},
    };
    for (const auto& [name, meaning] : kOperators)
        if (name == op) comparison.op = meaning;

    const auto behind_dot = [](const std::string& part) {
        return std::string_view(part).substr(part.empty() ? 0 : 1);
    };
    std::string version = major + minor + patch;
    if (is_open(major)) {
        comparison.any_major = true;
        version = "0.0.0";
    } else if (is_open(behind_dot(minor))) {
        comparison.any_minor = true;
        version = major + ".0.0";
    } else if (is_open(behind_dot(patch))) {
        comparison.any_patch = true;
        version = major + minor + ".0";
    }
    std::string error;
    const auto parsed = parse_version(version + prerelease, error);
    if (parsed) comparison.version = *parsed;
    return parsed.has_value();
}

bool VersionConstraint::allows(const SemanticVersion& version) const {
    return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const auto& all) {
        return std::all_of(
            all.begin(), all.end(), [&](const Comparison& one) { return one.allows(version); });
    });
}

bool VersionConstraint::Comparison::allows(const SemanticVersion& other) const {
    // A prerelease is meant only by who names one.
    const bool stray = !other.prerelease.empty() && version.prerelease.empty();
    if (stray && (op != Operator::NotEqual || open())) return false;
    const int order = other.compare(version);
    switch (op) {
        case Operator::Equal:
            return open() ? in_tilde(other) : order == 0;
        case Operator::NotEqual:
            return differs(other);
        case Operator::Greater:
            return is_exceeded(other);
        case Operator::Less:
            return order < 0;
        case Operator::GreaterEqual:
            return order >= 0;
        case Operator::LessEqual:
            if (!open()) return order <= 0;
            if (other.major != version.major) return other.major < version.major;
            return any_minor || other.minor <= version.minor;
        case Operator::Tilde:
            return in_tilde(other);
        case Operator::Caret:
            return in_caret(other);
    }
    return false;
}

bool VersionConstraint::Comparison::differs(const SemanticVersion& other) const {
    if (any_minor) return other.major != version.major;
    if (any_patch) {
        if (other.major != version.major || other.minor != version.minor) return true;
        return compare_prereleases(other.prerelease, version.prerelease) != 0;
    }
    return other.compare(version) != 0;
}

/// ">1" means the next major version at least, ">1.2" the next minor.
bool VersionConstraint::Comparison::is_exceeded(const SemanticVersion& other) const {
    if (any_minor) return other.major > version.major;
    if (any_patch)
        return other.major != version.major ? other.major > version.major
                                            : other.minor > version.minor;
    if (any_major && other.major != version.major) return true;
    return other.compare(version) > 0;
}

/// "~1.2.3" and "~1.2" allow any 1.2, "~1" any 1; and so does "1.2", whose patch is open.
bool VersionConstraint::Comparison::in_tilde(const SemanticVersion& other) const {
    if (other.compare(version) < 0) return false;
    const bool zero = version.major == 0 && version.minor == 0 && version.patch == 0;
    if (zero && !any_minor && !any_patch) return true;
    return other.major == version.major && (any_minor || other.minor == version.minor);
}

/// "^1.2.3" allows any 1 from there on, "^0.2.3" any 0.2, "^0.0.3" only itself.
bool VersionConstraint::Comparison::in_caret(const SemanticVersion& other) const {
    if (other.compare(version) < 0 || other.major != version.major) return false;
    if (version.major > 0 || any_minor) return true;
    if (other.minor != version.minor) return false;
    return version.minor > 0 || any_patch || other.patch == version.patch;
}

}  // namespace ww::sprig
