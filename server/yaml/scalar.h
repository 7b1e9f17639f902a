// SPDX-License-Identifier: BSD-3-Clause
//
// What a scalar means: the YAML 1.1/1.2 mixture upstream reads (reference/store.md §2.7), from its
// text, style and tag.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "yaml/document.h"
#include "yaml/value.h"

namespace ww::yaml {

struct Scalar {
    std::string_view tag;  // "!!int"; "!!merge" for a plain <<
    Value value;
};

/// What `text` means unquoted and untagged. Never fails: anything else is "!!str".
Scalar resolve_plain(std::string_view text);

/// The short tag of a node as its document shows it: a given tag, else "!!map", "!!seq", or the
/// resolved type of the scalar. An alias has none.
std::string_view short_tag(const Node& node);

/// A scalar node's value. A tag of our own ("!x") leaves the text. Errors: Unprocessable without
/// place (a tag that the text does not fit, bad base64 in !!binary).
Result<Scalar> resolve(const Node& scalar);

bool is_null(const Node& node);
/// A plain "<<" key (or one tagged !!merge).
bool is_merge_key(const Node& node);
/// The YAML 1.1 words beyond true and false: y, yes, on, n, no, off; lower case, Capitalised or
/// UPPER.
std::optional<bool> yaml11_bool(std::string_view text);

}  // namespace ww::yaml
