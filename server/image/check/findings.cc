// SPDX-License-Identifier: BSD-3-Clause
#include "image/check/findings.h"

#include <fmt/format.h>

#include <array>

namespace ww::image {

namespace {

constexpr std::array kKinds = {
#define WW_FINDING_ROW(name, word, severity, meaning, next) \
    KindRow{Kind::name, word, Severity::severity, meaning, next},
    WW_FINDINGS(WW_FINDING_ROW)
#undef WW_FINDING_ROW
};

void replace_word(std::string& text, std::string_view word, std::string_view by) {
    const size_t at = text.find(word);
    if (at != std::string::npos && !by.empty()) text.replace(at, word.size(), by);
}

}  // namespace

std::string_view to_string(Severity severity) {
    switch (severity) {
        case Severity::Error:
            return "error";
        case Severity::Warning:
            return "warning";
        case Severity::Info:
            return "info";
    }
    return {};
}

std::span<const KindRow> kinds() { return kKinds; }

const KindRow& row_of(Kind kind) { return kKinds.at(static_cast<size_t>(kind)); }

std::string Finding::reason() const {
    const std::string_view meaning = row_of(kind).meaning;
    return detail.empty() ? std::string(meaning) : fmt::format("{} ({})", meaning, detail);
}

std::string Finding::next(std::string_view image) const {
    std::string text(row_of(kind).next);
    replace_word(text, "NAME", image);
    replace_word(text, "RELEASE", release);
    return text;
}

}  // namespace ww::image
