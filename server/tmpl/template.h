// SPDX-License-Identifier: BSD-3-Clause
//
// The public face of the engine: text to Template, Template and data to output. The language is
// Go's text/template; nothing here knows of nodes or overlays.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tmpl/function.h"
#include "tmpl/value.h"

namespace ww::tmpl {

class TemplateSet;  // node.h

/// A parsed template and the templates defined in it. Immutable: any number of threads may execute
/// it at once.
class Template {
   public:
    const std::string& name() const;
    /// The tree, for analysis (node.h).
    const TemplateSet& set() const { return *set_; }

   private:
    friend Result<Template> parse(std::string_view, std::string_view, const FunctionTable&);
    explicit Template(std::shared_ptr<const TemplateSet> set) : set_(std::move(set)) {}

    std::shared_ptr<const TemplateSet> set_;
};

/// Copies `text`. `functions` must outlive the template.
/// Errors: Unprocessable, "template: NAME:LINE: MESSAGE" as Go words it; TooLarge
/// (kMaxTemplateBytes).
Result<Template> parse(std::string_view text,
                       std::string_view name,
                       const FunctionTable& functions);

/// What one execution may use. Going over is TooLarge, or Timeout for `time`.
struct Limits {
    int depth = 2000;  // of {{template}}, blocks and parentheses in each other
    size_t output_bytes = size_t{64} << 20;
    size_t memory_bytes = size_t{512} << 20;  // of values that live at once
    size_t iterations = 20'000'000;           // of all range loops and template calls together
    std::chrono::milliseconds time{60'000};
};

struct Output {
    std::string text;
    bool stopped = false;  // a function called Call::stop(); `text` is what came before
};

/// Runs the template on `data`. `context` is handed to functions (Call::context) and may be null.
/// Errors: Unprocessable with Go's text "template: NAME:LINE:COL: executing "NAME" at <…>: …" as
/// the message; TooLarge and Timeout in the same form.
Result<Output> execute(const Template& source,
                       const Value& data,
                       Context* context = nullptr,
                       const Limits& limits = {});

/// A method without arguments of the caller's data, called outside a template: what a template
/// would get. Errors: NotFound (no such method), Unprocessable (it failed).
Result<Value> call_method(const Value& receiver, std::string_view name);

}  // namespace ww::tmpl
