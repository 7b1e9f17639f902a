// SPDX-License-Identifier: BSD-3-Clause
//
// Renders a text with Go's own functions: what most tests of the engine do.
#pragma once

#include <string>
#include <string_view>

#include "tmpl/template.h"

namespace ww::tmpl::test {

inline const FunctionTable& builtins() {
    static const FunctionTable* const table = [] {
        auto* made = new FunctionTable;
        made->add(builtin_functions());
        return made;
    }();
    return *table;
}

/// The output, or "error: " and the message.
inline std::string render(std::string_view text,
                          const Value& data = {},
                          const FunctionTable& functions = builtins(),
                          Context* context = nullptr,
                          const Limits& limits = {}) {
    const auto source = parse(text, "t", functions);
    if (!source) return "error: " + source.error().message();
    const auto output = execute(*source, data, context, limits);
    return output ? output->text : "error: " + output.error().message();
}

}  // namespace ww::tmpl::test
