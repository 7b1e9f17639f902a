// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/text_edit.h"

#include <algorithm>

namespace ww::yaml {

namespace {

bool uses_crlf(std::string_view text) {
    const size_t end = text.find('\n');
    return end != std::string_view::npos && end > 0 && text[end - 1] == '\r';
}

}  // namespace

std::string apply_edits(std::string_view text, std::vector<TextEdit> edits) {
    std::stable_sort(edits.begin(), edits.end(), [](const TextEdit& a, const TextEdit& b) {
        return a.begin < b.begin;
    });
    const bool crlf = uses_crlf(text);
    std::string out;
    out.reserve(text.size());
    size_t done = 0;
    for (const TextEdit& edit : edits) {
        if (edit.begin > done) out += text.substr(done, edit.begin - done);
        done = std::max(done, edit.end);
        const bool whole_lines = edit.text.ends_with('\n');
        if (whole_lines && !out.empty() && !out.ends_with('\n')) out += crlf ? "\r\n" : "\n";
        for (const char c : edit.text) {
            if (c == '\n' && crlf) out += '\r';
            out += c;
        }
    }
    out += text.substr(done);
    return out;
}

}  // namespace ww::yaml
