// SPDX-License-Identifier: BSD-3-Clause
//
// Any text as a template: refused, or parsed, and executed on data of many types under tight limits
// it ends.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sprig/functions.h"
#include "tmpl/dict.h"
#include "tmpl/template.h"

namespace {

const ww::tmpl::FunctionTable& functions() {
    static const ww::tmpl::FunctionTable table = [] {
        ww::tmpl::FunctionTable made;
        made.add(ww::tmpl::builtin_functions());
        made.add(ww::sprig::functions());
        return made;
    }();
    return table;
}

// Names as the vectors have them, so that their templates find something.
ww::tmpl::Value sample() {
    using ww::tmpl::Value;
    namespace types = ww::tmpl::types;
    static const bool kTrue = true;
    static const std::string kPointedTo = "pointed to";
    const auto inner = ww::tmpl::Dict::create();
    inner->set("a", Value::integer(1));
    inner->set("b", Value::text("x"));
    inner->set("c", Value::nil());
    const auto data = ww::tmpl::Dict::create();
    const Value list =
        Value::list(types::kAnys, {Value::integer(1), Value::text("two"), Value::nil()});
    data->set("s", Value::string("some text"));
    data->set("i", Value::integer(5));
    data->set("i64", Value::integer(types::kInt64, -7));
    data->set("u", Value::unsigned_integer(types::kUint8, 200));
    data->set("f", Value::floating(1.5));
    data->set("b", Value::boolean(true));
    data->set("nul", Value::nil());
    data->set("l", list);
    data->set("ss", Value::list(types::kStrings, {Value::text("b"), Value::text("a")}));
    data->set("ll", Value::list(types::kAnys, {list, list}));
    data->set("m", Value::dict(inner));
    data->set("by", Value::text("bytes", types::kBytes));
    data->set("ip", Value::text("\x0A\x01\x02\x03", types::kIp));
    data->set("t", Value::time({1714979289, 0, nullptr}));
    data->set("d", Value::duration(3723500000000));
    data->set("ps", Value::pointer(&kPointedTo));
    data->set("pb", Value::pointer(&kTrue));
    data->set("np", Value::pointer(static_cast<const std::string*>(nullptr)));
    data->set("nm", Value::nil_of(types::kMapStringAny));
    return Value::dict(data);
}

constexpr ww::tmpl::Limits kLimits{.depth = 100,
                                   .output_bytes = 1 << 16,
                                   .memory_bytes = 1 << 22,
                                   .iterations = 10'000,
                                   .time = std::chrono::milliseconds(500)};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = ww::tmpl::parse(text, "t", functions());
    if (!parsed) return 0;
    (void)ww::tmpl::execute(*parsed, sample(), nullptr, kLimits);
    return 0;
}
