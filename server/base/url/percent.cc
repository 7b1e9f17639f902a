// SPDX-License-Identifier: BSD-3-Clause
#include "base/url/percent.h"

namespace ww {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += plus == Plus::Space && text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> query_pairs(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        const size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (pair.empty() || pair.find(';') != std::string_view::npos) continue;
        const size_t equals = pair.find('=');
        auto key = percent_decode(pair.substr(0, equals), Plus::Space);
        auto value = equals == std::string_view::npos
                         ? std::string()
                         : percent_decode(pair.substr(equals + 1), Plus::Space);
        if (key && value) pairs.emplace_back(std::move(*key), std::move(*value));
    }
    return pairs;
}

}  // namespace ww
