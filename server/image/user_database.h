// SPDX-License-Identifier: BSD-3-Clause
//
// passwd and group, as far as names and numbers go, of a machine and of an image side by side.
// Source: passwd(5), group(5); reference/images-and-boot.md §1.13.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ww::image {

struct UserLine {
    std::string_view text;  // the line without its end; views the file's content
    std::string_view name;  // empty: no line with a name and a number, for instance "+::::::"
    uint32_t id = 0;
};

/// A line in the order of the file; warns of numbers that are none.
std::vector<UserLine> read_user_lines(std::string_view content, std::vector<std::string>& warnings);

struct UserMove {
    std::string name;
    uint32_t from = 0;
    uint32_t to = 0;
};

struct UserDifference {
    bool differs = false;
    std::vector<UserMove> moves;           // names both have, with other numbers
    std::map<uint32_t, uint32_t> targets;  // by the image's number
    std::string merged;                    // this machine's lines, then those only the image has
};

/// Errors: FailedPrecondition: a number is one's here and another's in the image.
Result<UserDifference> compare_users(std::string_view host,
                                     std::string_view image,
                                     std::vector<std::string>& warnings);

}  // namespace ww::image
