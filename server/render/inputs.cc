// SPDX-License-Identifier: BSD-3-Clause
#include "render/inputs.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/confined_dir.h"

namespace ww::render {

std::optional<FileIdentity> Inputs::look(const Key& key) {
    struct stat status{};
    switch (key.how) {
        case How::Follow:
            if (::stat(key.path.c_str(), &status) != 0) return std::nullopt;
            return identity_of(status);
        case How::Link:
            if (::lstat(key.path.c_str(), &status) != 0) return std::nullopt;
            return identity_of(status);
        case How::Below: {
            const auto root = ConfinedDir::open(key.root);
            if (!root) return std::nullopt;
            const auto found = root->status(key.path);
            if (!found) return std::nullopt;
            return identity_of(*found);
        }
    }
    return std::nullopt;
}

void Inputs::add(Key key) {
    auto identity = look(key);
    seen_.try_emplace(std::move(key), identity);
}

void Inputs::add(const std::string& path) { add(Key{"", path, How::Follow}); }
void Inputs::add_link(const std::string& path) { add(Key{"", path, How::Link}); }
void Inputs::add_below(const std::string& root, const std::string& path) {
    add(Key{root, path, How::Below});
}

bool Inputs::unchanged() const {
    return std::all_of(seen_.begin(), seen_.end(), [](const auto& input) {
        return look(input.first) == input.second;
    });
}

}  // namespace ww::render
