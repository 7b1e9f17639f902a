// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: JSON. Compat: the plain forms swallow errors, toJson as "" and fromJson as nil (or as what
// there is of it, if only a number did not fit); toRawJson alone fails like the must... forms.
#include "sprig/functions.h"
#include "sprig/json_read.h"
#include "sprig/json_write.h"
#include "sprig/values.h"

namespace ww::sprig {
namespace {

constexpr JsonStyle kPlain;
constexpr JsonStyle kPretty{.indent = true};
constexpr JsonStyle kRaw{.escape_html = false};

tmpl::Value written(tmpl::Call& call, JsonStyle style, OnError on_error) {
    const JsonText json = write_json(call, call[0], style);
    if (call.failed()) return {};
    if (json.ok()) return tmpl::Value::string(json.text);
    return on_error == OnError::Fail ? call.fail(json.error) : tmpl::Value::text("");
}

tmpl::Value to_json(tmpl::Call& call) { return written(call, kPlain, OnError::Nothing); }
tmpl::Value must_to_json(tmpl::Call& call) { return written(call, kPlain, OnError::Fail); }
tmpl::Value to_pretty_json(tmpl::Call& call) { return written(call, kPretty, OnError::Nothing); }
tmpl::Value must_to_pretty_json(tmpl::Call& call) { return written(call, kPretty, OnError::Fail); }
tmpl::Value to_raw_json(tmpl::Call& call) { return written(call, kRaw, OnError::Fail); }

tmpl::Value from_json(tmpl::Call& call) { return read_json(call, call.text(0)).value; }

tmpl::Value must_from_json(tmpl::Call& call) {
    JsonValue json = read_json(call, call.text(0));
    return json.ok() ? std::move(json.value) : call.fail(json.error);
}

constexpr tmpl::Function kJsonFunctions[] = {
    {"toJson", "any", to_json, "VALUE as JSON; \"\" if that cannot be."},
    {"mustToJson", "any", must_to_json, "VALUE as JSON."},
    {"toPrettyJson", "any", to_pretty_json, "As toJson, indented."},
    {"mustToPrettyJson", "any", must_to_pretty_json, "As mustToJson, indented."},
    {"toRawJson", "any", to_raw_json, "As mustToJson, with < > & as they are."},
    {"mustToRawJson", "any", to_raw_json, "As toRawJson."},
    {"fromJson", "string", from_json, "What TEXT says in JSON; nil if it is broken."},
    {"mustFromJson", "string", must_from_json, "What TEXT says in JSON."},
};

}  // namespace

std::span<const tmpl::Function> json_functions() { return kJsonFunctions; }

}  // namespace ww::sprig
