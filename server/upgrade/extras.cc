// SPDX-License-Identifier: BSD-3-Clause
#include "upgrade/extras.h"

#include <fmt/format.h>

#include <algorithm>

namespace ww::upgrade {

Result<yaml::Document> read_old_file(std::string_view text, const std::string& name) {
    WW_TRY(yaml::Document document, yaml::read(text, name));
    if (document.second_document())
        return Error(ErrorCode::Unprocessable, "a second document starts here; it would be lost")
            .with_place(*document.second_document())
            .with_hint("only the first document of the file counts; take the others out first");
    return document;
}

int count_comment_lines(std::string_view text) {
    int count = 0;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        const size_t first = line.find_first_not_of(" \t");
        if (first != std::string_view::npos && line[first] == '#') ++count;
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return count;
}

void note_lost_comments(std::string_view text,
                        const std::string& name,
                        std::vector<yaml::Warning>& notes) {
    if (const int count = count_comment_lines(text); count > 0)
        notes.push_back(
            {{name, 0, 0}, fmt::format("{} lines of comments are not carried over", count)});
}

void put_back(yaml::OutNode& root, std::vector<UnknownKey> unknown) {
    for (UnknownKey& key : unknown) {
        yaml::OutNode* map = &root;
        for (size_t i = 0; i + 1 < key.path.size(); ++i) {
            const auto it =
                std::find_if(map->pairs.begin(), map->pairs.end(), [&](const auto& pair) {
                    return pair.key == yaml::Value(key.path[i]);
                });
            if (it != map->pairs.end()) {
                map = &it->value;
            } else {
                map->pairs.push_back({key.path[i], yaml::OutNode::map()});
                map = &map->pairs.back().value;
            }
        }
        if (map->kind != yaml::OutNode::Kind::Map) *map = yaml::OutNode::map();
        map->pairs.push_back({key.path.back(), std::move(key.value)});
    }
}

}  // namespace ww::upgrade
