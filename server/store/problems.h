// SPDX-License-Identifier: BSD-3-Clause
//
// Problems: everything wrong with one file, so that the user mends it in one go.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace ww::store {

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

}  // namespace ww::store
