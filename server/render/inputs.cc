// SPDX-License-Identifier: BSD-3-Clause
#include "render/inputs.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/confined_dir.h"
#include "base/path.h"
#include "render/settle.h"

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
    if (seen_.contains(key)) return;
    auto identity = look(key);
    if (identity) let_settle(*identity);
    seen_.emplace(std::move(key), identity);
}

void Inputs::add(const std::string& path) { add(Key{"", path, How::Follow}); }
void Inputs::add_link(const std::string& path) { add(Key{"", path, How::Link}); }
void Inputs::add_below(const std::string& root, const std::string& path) {
    add(Key{root, path, How::Below});
}

std::vector<Inputs::Seen> Inputs::seen() const {
    std::vector<Seen> all;
    for (const auto& [key, identity] : seen_) {
        const std::string path = key.root.empty() ? key.path : key.root + rooted_path(key.path);
        all.push_back({path, key.how == How::Link, identity.has_value()});
    }
    return all;
}

bool Inputs::unchanged() const {
    return std::all_of(seen_.begin(), seen_.end(), [](const auto& input) {
        return look(input.first) == input.second;
    });
}

void Inputs::put(Packer& out) const {
    out.number(seen_.size());
    for (const auto& [key, identity] : seen_) {
        out.number(static_cast<uint64_t>(key.how));
        out.text(key.root);
        out.text(key.path);
        out.number(identity ? 1 : 0);
        if (identity) put_identity(out, *identity);
    }
}

std::optional<Inputs> Inputs::get(Unpacker& in) {
    Inputs inputs;
    for (size_t left = in.count(); left > 0; --left) {
        const uint64_t how = in.number();
        if (how > static_cast<uint64_t>(How::Below)) return std::nullopt;
        const std::string root(in.text());
        const std::string path(in.text());
        std::optional<FileIdentity> identity;
        if (in.number() != 0) identity = get_identity(in);
        inputs.seen_.try_emplace(Key{root, path, static_cast<How>(how)}, identity);
    }
    return in.good() ? std::optional(std::move(inputs)) : std::nullopt;
}

void put_identity(Packer& out, const FileIdentity& identity) {
    out.number(identity.device);
    out.number(identity.inode);
    out.number(static_cast<uint64_t>(identity.size));
    out.number(static_cast<uint64_t>(identity.mtime_ns));
    out.number(static_cast<uint64_t>(identity.ctime_ns));
}

FileIdentity get_identity(Unpacker& in) {
    FileIdentity identity;
    identity.device = in.number();
    identity.inode = in.number();
    identity.size = static_cast<int64_t>(in.number());
    identity.mtime_ns = static_cast<int64_t>(in.number());
    identity.ctime_ns = static_cast<int64_t>(in.number());
    return identity;
}

}  // namespace ww::render
