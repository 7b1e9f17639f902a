// SPDX-License-Identifier: BSD-3-Clause
//
// Values as JSON text, byte for byte as Go's encoding/json writes them.
#pragma once

#include <string>

#include "tmpl/function.h"
#include "tmpl/value.h"

namespace ww::sprig {

struct JsonStyle {
    bool escape_html = true;  // < > & as \u003c and so on
    bool indent = false;      // two spaces
};

struct JsonText {
    std::string text;
    std::string error;  // why there is none: Go's message

    bool ok() const { return error.empty(); }
};

/// Structs are written by their type's fields: exported and promoted ones, under the name that
/// their json tag gives them. The call may have failed afterwards (memory).
JsonText write_json(tmpl::Call& call, const tmpl::Value& value, JsonStyle style);

}  // namespace ww::sprig
