// SPDX-License-Identifier: BSD-3-Clause
//
// JSON with its number literals as written, and the template data that vectors spell in it: {"$go":
// T, "v": V} is V as the Go type T (the vectors' README §1).
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "tmpl/value.h"

struct Json {
    enum class Kind { Null, Boolean, Number, String, Array, Object };

    Kind kind = Kind::Null;
    bool truth = false;
    std::string text;               // of a string, or a number's literal
    std::vector<Json> items;        // of an array; an object's values
    std::vector<std::string> keys;  // of an object

    /// Null if there is no such member.
    const Json* find(std::string_view key) const;
};

/// False, with `problem` set, if `text` is not one JSON value.
bool read_json(std::string_view text, Json& into, std::string& problem);

/// What pointers of one vector's data point to.
struct PointedTo {
    std::deque<bool> booleans;
    std::deque<int64_t> integers;
    std::deque<std::string> strings;
};

ww::tmpl::Value value_of(const Json& json, PointedTo& targets);
