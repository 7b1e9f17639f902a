// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/renders/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace ww::overlay {

namespace {

struct LimitRow {
    std::string_view name;
    size_t RenderLimits::* member;
};
constexpr std::array kRenderLimits = {
    LimitRow{"render_memory_bytes", &RenderLimits::memory_bytes},
    LimitRow{"render_disk_bytes", &RenderLimits::disk_bytes},
};

}  // namespace

bool is_render_limit(std::string_view assignment) { return assignment.starts_with("render_"); }

Result<void> set_limit(RenderLimits& limits, std::string_view assignment) {
    const std::string_view name = assignment.substr(0, assignment.find('='));
    for (const LimitRow& row : kRenderLimits) {
        if (row.name != name) continue;
        const char* const end = assignment.data() + assignment.size();
        const char* const begin = std::min(assignment.data() + name.size() + 1, end);
        size_t number = 0;
        const auto [rest, error] = std::from_chars(begin, end, number);
        if (error != std::errc() || rest != end || number == 0)
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("limit {}: not a number", assignment));
        limits.*row.member = number;
        return {};
    }
    return Error(ErrorCode::InvalidArgument, fmt::format("no limit is called \"{}\"", name));
}

}  // namespace ww::overlay
