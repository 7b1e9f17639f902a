// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: base64 and base32. Compat: a text that cannot be decoded becomes the text of the error.
#include "tmpl/funcs_sprig.h"
#include "tmpl/funcs_sprig_base64.h"

namespace ww::tmpl::sprig {
namespace {

Value decoded(const Decoded& result, std::string_view name) {
    if (result.valid) return Value::string(result.bytes);
    return Value::string(
        fmt::format("illegal {} data at input byte {}", name, result.error_offset));
}

Value b64enc(Call& call) { return Value::string(base64_encoded(call.text(0))); }
Value b64dec(Call& call) { return decoded(base64_decoded(call.text(0)), "base64"); }
Value b32enc(Call& call) { return Value::string(base32_encoded(call.text(0))); }
Value b32dec(Call& call) { return decoded(base32_decoded(call.text(0)), "base32"); }

constexpr Function kFunctions[] = {
    {"b64enc", "string", b64enc, "TEXT in base64."},
    {"b64dec", "string", b64dec, "What base64 TEXT stands for."},
    {"b32enc", "string", b32enc, "TEXT in base32."},
    {"b32dec", "string", b32dec, "What base32 TEXT stands for."},
};

}  // namespace

std::span<const Function> encoding_functions() { return kFunctions; }

}  // namespace ww::tmpl::sprig
