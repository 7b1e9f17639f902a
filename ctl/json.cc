// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/json.h"

#include "base/json_text.h"

namespace ww::ctl {

namespace {

std::string key_of(std::string_view column) {
    std::string key;
    for (const char c : column)
        key += c == ' ' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return key;
}

}  // namespace

void print_json(Output& output, const protocol::Table& table) {
    std::string text = "[";
    for (const protocol::Names& row : table.rows) {
        text += text.size() > 1 ? ",{" : "{";
        for (size_t i = 0; i < row.size(); ++i) {
            if (i > 0) text += ',';
            text += json_quote(key_of(table.columns[i])) + ":" + json_quote(row[i]);
        }
        text += '}';
    }
    output.print(indent_json(text + "]") + "\n");
}

}  // namespace ww::ctl
