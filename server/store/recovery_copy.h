// SPDX-License-Identifier: BSD-3-Clause
//
// What lies beside nodes.conf while that is rewritten in place: both texts, so that a rewriting
// that was interrupted can be told from an edit by hand, and completed.
//
//     wwd-recovery 1 <bytes before> <bytes after> <SHA-256 of both>\n
//     both texts
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ww::store {

struct RecoveryCopy {
    std::string before;
    std::string after;

    std::string to_text() const;
    /// Nothing if a byte is not as to_text() writes it.
    static std::optional<RecoveryCopy> parse(std::string_view text);

    /// Whether a crash while `after` was written over `before` can have left `text`.
    bool explains(std::string_view text) const;
};

}  // namespace ww::store
