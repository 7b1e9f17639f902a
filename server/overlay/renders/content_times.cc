// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/renders/content_times.h"

#include <utility>

namespace ww::overlay {

ContentTimes::Since ContentTimes::of(const std::string& path, const Name& content, int64_t now) {
    const Name key = Name::of(std::string(content.view()) + path);
    const auto [found, is_new] = lately_.try_emplace(key, now);
    bool as_before = !is_new;
    if (is_new) {
        const auto before = earlier_.find(key);
        as_before = before != earlier_.end();
        if (as_before) found->second = before->second;
    }
    const int64_t time = found->second;
    if (lately_.size() > half_) earlier_ = std::exchange(lately_, {});
    return {time, as_before};
}

}  // namespace ww::overlay
