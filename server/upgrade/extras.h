// SPDX-License-Identifier: BSD-3-Clause
//
// Parts that both upgrades share. Internal to this layer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/document.h"
#include "yaml/out_tree.h"
#include "yaml/problems.h"

namespace ww::upgrade {

/// The document of a file to be upgraded. Errors: those of read(); Unprocessable for a second
/// document, which an upgrade would lose.
Result<yaml::Document> read_old_file(std::string_view text, const std::string& name);

/// Lines that are comments only; they do not survive an upgrade that writes the file anew.
int count_comment_lines(std::string_view text);
/// Says so, if there are any.
void note_lost_comments(std::string_view text,
                        const std::string& name,
                        std::vector<yaml::Warning>& notes);

/// A key nobody knows, with its value: it is kept where it was.
struct UnknownKey {
    std::vector<std::string> path;  // keys from the top, its own last
    yaml::OutNode value;
};

/// Puts them behind the known keys of their maps, making maps that are gone.
void put_back(yaml::OutNode& root, std::vector<UnknownKey> unknown);

}  // namespace ww::upgrade
