// SPDX-License-Identifier: BSD-3-Clause
//
// The entries of one map of an old file. What nobody has taken in the end is a key nobody knows.
// Internal to this layer.
#pragma once

#include <string_view>
#include <vector>

#include "yaml/map.h"

namespace ww::upgrade {

class Entries {
   public:
    Entries() = default;
    explicit Entries(std::vector<yaml::MapEntry> all) : all_(std::move(all)), taken_(all_.size()) {}

    /// The value of a key, once: nullptr if it is not there, or taken already.
    const yaml::Node* take(std::string_view key);
    /// In the order of the file.
    std::vector<yaml::MapEntry> left() const;

   private:
    std::vector<yaml::MapEntry> all_;
    std::vector<bool> taken_;
};

}  // namespace ww::upgrade
