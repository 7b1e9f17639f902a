// SPDX-License-Identifier: BSD-3-Clause
#include "access/remembered.h"

namespace ww::access {

void Remembered::forget_if_other(const std::shared_ptr<const Users>& users) {
    if (users_ == users) return;
    users_ = users;
    places_.clear();
    pairs_.clear();
}

std::optional<Who> Remembered::find(const std::string& key,
                                    const std::shared_ptr<const Users>& users,
                                    Moment now) {
    forget_if_other(users);
    const auto place = places_.find(key);
    if (place == places_.end()) return std::nullopt;
    Pair& pair = *place->second;
    if (now - pair.used >= limits_.remember) {
        pairs_.erase(place->second);
        places_.erase(place);
        return std::nullopt;
    }
    pair.used = now;
    pairs_.splice(pairs_.begin(), pairs_, place->second);
    return pair.who;
}

void Remembered::keep(const std::string& key,
                      const Who& who,
                      const std::shared_ptr<const Users>& users,
                      Moment now) {
    // What was worked out from a file that is another one by now is no longer worth knowing.
    if (users_ && users_ != users) return;
    users_ = users;
    if (places_.contains(key)) return;
    if (pairs_.size() >= limits_.remembered) {
        places_.erase(pairs_.back().key);
        pairs_.pop_back();
    }
    pairs_.push_front({key, who, now});
    places_.emplace(key, pairs_.begin());
}

}  // namespace ww::access
