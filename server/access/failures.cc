// SPDX-License-Identifier: BSD-3-Clause
#include "access/failures.h"

#include <algorithm>
#include <cmath>

namespace ww::access {

double Failures::level(const Bucket& bucket, Moment now) const {
    const std::chrono::duration<double> passed = now - bucket.at;
    const std::chrono::duration<double> each = limits_.forgive;
    return std::max(0.0, bucket.level - passed / each);
}

bool Failures::count(const std::string& address, Moment now) {
    const auto place = places_.find(address);
    if (place == places_.end()) {
        if (buckets_.size() >= limits_.addresses) {
            places_.erase(buckets_.back().address);
            buckets_.pop_back();
        }
        buckets_.push_front({address, 1, now});
        places_.emplace(address, buckets_.begin());
        return true;
    }
    Bucket& bucket = *place->second;
    const double now_level = level(bucket, now);
    if (now_level + 1 > static_cast<double>(limits_.failures)) return false;
    bucket.level = now_level + 1;
    bucket.at = now;
    buckets_.splice(buckets_.begin(), buckets_, place->second);
    return true;
}

void Failures::forgive(const std::string& address) {
    const auto place = places_.find(address);
    if (place == places_.end()) return;
    Bucket& bucket = *place->second;
    bucket.level = std::max(0.0, bucket.level - 1);
    if (bucket.level > 0) return;
    buckets_.erase(place->second);
    places_.erase(place);
}

std::chrono::seconds Failures::wait(const std::string& address, Moment now) const {
    const auto place = places_.find(address);
    if (place == places_.end()) return {};
    const double over = level(*place->second, now) + 1 - static_cast<double>(limits_.failures);
    const std::chrono::duration<double> each = limits_.forgive;
    return std::chrono::seconds(
        static_cast<int64_t>(std::ceil(std::max(0.0, over) * each.count())));
}

}  // namespace ww::access
