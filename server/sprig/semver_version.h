// SPDX-License-Identifier: BSD-3-Clause
//
// Versions of semver.org, read as tolerantly as Masterminds/semver 3.3 does ("v1", "1.2"), and the
// constraints that select among them (">=1.2, <2 || ~3").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ww::sprig {

struct SemanticVersion {
    uint64_t major = 0;
    uint64_t minor = 0;
    uint64_t patch = 0;
    std::string prerelease;
    std::string metadata;
    std::string original;  // as it was written

    std::string to_string() const;
    /// Negative, 0 or positive. Metadata does not count.
    int compare(const SemanticVersion& other) const;
};

/// Nothing, with a message in `error`, if `text` is no version.
std::optional<SemanticVersion> parse_version(std::string_view text, std::string& error);

/// A message if the text may not be the prerelease or the metadata of a version, else "".
std::string check_prerelease(std::string_view text);
std::string check_metadata(std::string_view text);

/// Negative, 0 or positive.
int compare_prereleases(std::string_view a, std::string_view b);

class VersionConstraint {
   public:
    /// Nothing, with a message in `error`, if `text` is no constraint.
    static std::optional<VersionConstraint> parse(std::string_view text, std::string& error);

    bool allows(const SemanticVersion& version) const;

   private:
    enum class Operator { Equal, NotEqual, Greater, Less, GreaterEqual, LessEqual, Tilde, Caret };

    /// A comparison with a version, of which trailing parts may be missing or x.
    struct Comparison {
        Operator op = Operator::Equal;
        SemanticVersion version;  // zero where a part is open
        bool any_major = false;
        bool any_minor = false;  // but the major is given
        bool any_patch = false;  // but the minor is given

        bool open() const { return any_major || any_minor || any_patch; }
        bool allows(const SemanticVersion& other) const;
        bool differs(const SemanticVersion& other) const;
        bool is_exceeded(const SemanticVersion& other) const;
        bool in_tilde(const SemanticVersion& other) const;
        bool in_caret(const SemanticVersion& other) const;
    };

    static bool parse_comparison(const std::string& text, Comparison& comparison);

    /// One of these, all of whose parts hold.
    std::vector<std::vector<Comparison>> alternatives_;
};

}  // namespace ww::sprig
