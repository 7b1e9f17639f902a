// SPDX-License-Identifier: BSD-3-Clause
#include "upgrade/entries.h"

namespace ww::upgrade {

const yaml::Node* Entries::take(std::string_view key) {
    for (size_t i = 0; i < all_.size(); ++i) {
        if (all_[i].key->text != key || taken_[i]) continue;
        taken_[i] = true;
        return all_[i].value;
    }
    return nullptr;
}

std::vector<yaml::MapEntry> Entries::left() const {
    std::vector<yaml::MapEntry> left;
    for (size_t i = 0; i < all_.size(); ++i)
        if (!taken_[i]) left.push_back(all_[i]);
    return left;
}

}  // namespace ww::upgrade
