// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/problems.h"

#include <fmt/format.h>

namespace ww::yaml {

namespace {

constexpr size_t kMaxShown = 50;

Error as_error(const Place& place, std::string text) {
    return Error(ErrorCode::Unprocessable, std::move(text)).with_place(place);
}

}  // namespace

std::string Warning::to_string() const { return as_error(place, text).headline(); }

Error Problems::error() const {
    std::string text = all_.front().text;
    for (size_t i = 1; i < all_.size() && i < kMaxShown; ++i)
        text += "\n" + as_error(all_[i].place, all_[i].text).headline();
    if (all_.size() > kMaxShown) text += fmt::format("\n… and {} more", all_.size() - kMaxShown);
    return as_error(all_.front().place, std::move(text));
}

}  // namespace ww::yaml
