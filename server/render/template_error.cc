// SPDX-License-Identifier: BSD-3-Clause
#include "render/template_error.h"

#include <fmt/format.h>

namespace ww::render {

namespace {

constexpr size_t kMaxShown = 200;  // of a line, in bytes: beyond that it would not help

// The line with its number; below it a caret under the column, tabs kept so that it lines up.
std::string excerpt(std::string_view text, const Place& place) {
    for (int line = 1; line < place.line; ++line) {
        const size_t end = text.find('\n');
        if (end == text.npos) return {};
        text.remove_prefix(end + 1);
    }
    const std::string_view line = text.substr(0, text.find('\n'));
    const auto column = static_cast<size_t>(place.column);  // from 1; 0: unknown
    if (line.empty() || line.size() > kMaxShown || column > line.size()) return {};
    std::string out = fmt::format("{:4} | {}\n", place.line, line);
    if (column == 0) return out;
    out += "       | ";  // lines of a hint but the first are not indented by whoever prints it
    for (const char c : line.substr(0, column - 1)) {
        const bool continues =
            (static_cast<unsigned char>(c) & 0xC0) == 0x80;  // of a UTF-8 character
        if (!continues) out += c == '\t' ? '\t' : ' ';
    }
    return out + "^\n";
}

}  // namespace

Error template_error(const Error& error, std::string_view text, std::string frame) {
    std::string hint = excerpt(text, error.place());
    if (!error.hint().empty()) hint += (hint.empty() ? "" : "  ") + error.hint();
    if (hint.ends_with('\n')) hint.pop_back();
    // Without its place, which the message begins with.
    Error ready = Error(error.code(), error.message()).with_frame(std::move(frame));
    return hint.empty() ? ready : ready.with_hint(std::move(hint));
}

}  // namespace ww::render
