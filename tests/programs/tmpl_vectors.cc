// SPDX-License-Identifier: BSD-3-Clause
//
// Plays template vectors: a JSON object {"id", "tmpl", "data"} per line on stdin, {"id", "out"} or
// {"id", "err"} per line on stdout. The functions are Go's and sprig's, the time zone is UTC.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <iostream>
#include <string>

#include "base/unicode.h"
#include "sprig/functions.h"
#include "tmpl/template.h"
#include "typed_json.h"

namespace {

// As Go's encoder does: JSON has no place for invalid bytes.
std::string as_utf8(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const ww::DecodedRune next = ww::decode_rune(text);
        ww::append_rune(out, next.rune);
        text.remove_prefix(next.size);
    }
    return out;
}

ww::Result<std::string> render(const Json& vector, const ww::tmpl::FunctionTable& functions) {
    WW_TRY(const auto source, ww::tmpl::parse(vector.find("tmpl")->text, "t", functions));
    PointedTo targets;
    const Json* data = vector.find("data");
    WW_TRY(
        auto output,
        ww::tmpl::execute(source, data ? value_of(*data, targets).unboxed() : ww::tmpl::Value()));
    return std::move(output.text);
}

}  // namespace

int main() {
    setenv("TZ", "UTC", 1);
    ww::tmpl::FunctionTable functions;
    functions.add(ww::tmpl::builtin_functions());
    functions.add(ww::sprig::functions());
    std::string line;
    while (std::getline(std::cin, line)) {
        Json vector;
        std::string problem;
        if (!read_json(line, vector, problem)) {
            std::cerr << "tmpl_vectors: " << problem << ": " << line << "\n";
            return 1;
        }
        boost::json::object out{{"id", vector.find("id")->text}};
        const auto result = render(vector, functions);
        if (result)
            out["out"] = as_utf8(*result);
        else
            out["err"] = as_utf8(result.error().message());
        std::cout << boost::json::serialize(out) << "\n" << std::flush;
    }
    return 0;
}
