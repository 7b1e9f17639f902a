// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/warewulf3/words.h"

#include <algorithm>

namespace ww::ctl::warewulf3 {

const std::vector<Word>& all_words() {
    static const std::vector<Word> all = [] {
        std::vector<Word> rows;
        for (const auto& family : {node_words(),
                                   provision_words(),
                                   file_words(),
                                   image_words(),
                                   bootstrap_words(),
                                   service_words(),
                                   chroot_words()})
            rows.insert(rows.end(), family.begin(), family.end());
        return rows;
    }();
    return all;
}

std::vector<std::string> programs() {
    std::vector<std::string> names;
    for (const Word& word : all_words()) {
        std::string name(word.path.substr(0, word.path.find(' ')));
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(std::move(name));
    }
    return names;
}

bool is_program(std::string_view name) {
    const std::vector<std::string> names = programs();
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace ww::ctl::warewulf3
