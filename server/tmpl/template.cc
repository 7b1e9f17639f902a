// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/template.h"

#include "tmpl/parser.h"

namespace ww::tmpl {

const std::string& Template::name() const { return set_->name(); }

Result<Template> parse(std::string_view text,
                       std::string_view name,
                       const FunctionTable& functions) {
    WW_TRY(auto set, Parser(text, name, functions).run());
    return Template(std::move(set));
}

}  // namespace ww::tmpl
