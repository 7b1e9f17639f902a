// SPDX-License-Identifier: BSD-3-Clause
//
// Renders one-line templates with Go's functions and sprig's, for tests of the latter.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "sprig/functions.h"
#include "support/catch.h"
#include "tmpl/template.h"

namespace ww::tmpl {

inline const FunctionTable& sprig_table() {
    static const FunctionTable& table = *[] {
        auto* const all = new FunctionTable;
        all->add(builtin_functions());
        all->add(sprig::functions());
        return all;
    }();
    return table;
}

/// The output, or "error: " and what the failing function said.
inline std::string rendered(std::string_view source,
                            const Value& data = Value(),
                            const Limits& limits = {}) {
    const auto parsed = parse(source, "t", sprig_table());
    if (!parsed) return "error: " + parsed.error().message();
    const auto output = execute(*parsed, data, nullptr, limits);
    if (output) return output->text;
    const std::string& message = output.error().message();
    const std::string_view marker = "error calling ";
    const size_t at = message.find(marker);
    if (at == message.npos) return "error: " + message;
    return "error: " + message.substr(message.find(": ", at) + 2);
}

struct RenderCase {
    std::string_view expression;  // between {{ and }}
    std::string_view output;
};

inline void check_all(std::initializer_list<RenderCase> cases) {
    for (const RenderCase& one : cases) {
        INFO(one.expression);
        CHECK(rendered("{{ " + std::string(one.expression) + " }}") == one.output);
    }
}

}  // namespace ww::tmpl
