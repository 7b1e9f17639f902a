// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: base64 and base32. Compat: a text that cannot be decoded becomes the text of the error.
#include "sprig/base64.h"
#include "sprig/functions.h"

namespace ww::sprig {
namespace {

tmpl::Value decoded(const Decoded& result, std::string_view name) {
    if (result.valid) return tmpl::Value::string(result.bytes);
    return tmpl::Value::string(
        fmt::format("illegal {} data at input byte {}", name, result.error_offset));
}

tmpl::Value b64enc(tmpl::Call& call) { return tmpl::Value::string(base64_encoded(call.text(0))); }
tmpl::Value b64dec(tmpl::Call& call) { return decoded(base64_decoded(call.text(0)), "base64"); }
tmpl::Value b32enc(tmpl::Call& call) { return tmpl::Value::string(base32_encoded(call.text(0))); }
tmpl::Value b32dec(tmpl::Call& call) { return decoded(base32_decoded(call.text(0)), "base32"); }

constexpr tmpl::Function kEncodingFunctions[] = {
    {"b64enc", "string", b64enc, "TEXT in base64."},
    {"b64dec", "string", b64dec, "What base64 TEXT stands for."},
    {"b32enc", "string", b32enc, "TEXT in base32."},
    {"b32dec", "string", b32dec, "What base32 TEXT stands for."},
};

}  // namespace

std::span<const tmpl::Function> encoding_functions() { return kEncodingFunctions; }

}  // namespace ww::sprig
