// SPDX-License-Identifier: BSD-3-Clause
//
// JSON text as values, with the limits, the tolerance and the messages of Go's encoding/json.
#pragma once

#include <string>
#include <string_view>

#include "tmpl/function.h"
#include "tmpl/value.h"

namespace ww::sprig {

struct JsonValue {
    /// map[string]any, []any, string, float64, bool or nil. If a number does not fit a float64 it
    /// is nil there and the rest is complete; after any other error the whole is nil.
    tmpl::Value value = tmpl::Value::nil();
    std::string error;

    bool ok() const { return error.empty(); }
};

/// The call may have failed afterwards (memory).
JsonValue read_json(tmpl::Call& call, std::string_view text);

}  // namespace ww::sprig
