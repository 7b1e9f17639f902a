// SPDX-License-Identifier: BSD-3-Clause
//
// What is wrong with a file and what is odd in it, with the places: problems are collected, so that
// the user mends them in one go.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace ww::yaml {

/// Something odd that does not stop the file from loading: an unknown key, a profile that does not
/// exist, two nodes with one address.
struct Warning {
    Place place;  // may be unknown
    std::string text;

    std::string to_string() const;
    bool operator==(const Warning&) const = default;
};

class Problems {
   public:
    void add(Place place, std::string text) { all_.push_back({std::move(place), std::move(text)}); }
    bool empty() const { return all_.empty(); }

    /// One Unprocessable error: the first with its place, a line for each of the others.
    Error error() const;

   private:
    struct Problem {
        Place place;
        std::string text;
    };
    std::vector<Problem> all_;
};

}  // namespace ww::yaml
