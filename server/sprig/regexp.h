// SPDX-License-Identifier: BSD-3-Clause
//
// Regexp: Go's package regexp on top of RE2. The two share syntax and matching rules; what differs
// is settled here: a few forms of the syntax, text that is not UTF-8, and which empty matches
// count.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ww::sprig {

class Regexp {
   public:
    /// The compiled pattern, from a small cache of the thread: valid until its next call.
    /// Null with Go's message in `error`.
    static const Regexp* compile(std::string_view pattern, std::string& error);

    ~Regexp();

    bool matches(std::string_view text) const;

    /// Calls `deliver` with each match, a part of `text`, until it returns false.
    void find_all(std::string_view text,
                  const std::function<bool(std::string_view)>& deliver) const;

    /// A match: [0] the whole, then its groups; one that took no part is {}.
    using Groups = std::vector<std::string_view>;

    /// `text` with, for every match, what `write` appends instead; it stops all by returning false.
    std::string replace_all(std::string_view text,
                            const std::function<bool(std::string&, const Groups&)>& write) const;

    /// `replacement` with $1, ${1}, $name and ${name} filled in, and $$ as $.
    void expand(std::string& out, std::string_view replacement, const Groups& groups) const;

   private:
    class Subject;
    struct Program;

    explicit Regexp(std::unique_ptr<Program> program);

    std::unique_ptr<Program> program_;
};

/// `text` with a backslash before each character that means something in a pattern.
std::string quote_meta(std::string_view text);

/// A pattern in Go's syntax, as RE2 wants it; "" with a message if Go refuses it where RE2 would
/// not.
std::string translated_pattern(std::string_view pattern, std::string& error);

}  // namespace ww::sprig
