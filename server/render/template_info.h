// SPDX-License-Identifier: BSD-3-Clause
//
// What a template of an overlay says about itself without being run: which fields and variables it
// reads, of which types, which functions it calls, and what its comments document.
// Source: reference/templates.md §14.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ww::render {

struct TemplateVariable {
    std::string name;    // as written: ".Tags.foo", "$netdev.Device"
    std::string option;  // "--netdev"; empty if no option of `node set` sets it
    std::string type;    // "IP", "MAC", "uint", or Go's spelling
    std::string help;    // of the template's comment, else of the field
};

struct TemplateFunction {
    std::string name;
    std::string doc;
};

struct TemplateInfo {
    std::vector<std::string> documentation;   // lines of {{/* wwdoc…: text */}}
    std::vector<TemplateVariable> variables;  // by name
    std::vector<TemplateFunction> functions;  // by name
};

/// Errors: Unprocessable, as tmpl::parse.
Result<TemplateInfo> describe_template(std::string_view text, std::string_view name);

}  // namespace ww::render
