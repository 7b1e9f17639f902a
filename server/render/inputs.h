// SPDX-License-Identifier: BSD-3-Clause
//
// Inputs: the files and folders something was made from, and whether they are still the same. A
// file that was looked for and not found is an input too. Compares identities (inode, size, times),
// reads nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "render/packed.h"

namespace ww::render {

class Inputs {
   public:
    /// The file that `path` leads to now. To be read afterwards: see let_settle().
    void add(const std::string& path);
    /// `path` itself, a link included.
    void add_link(const std::string& path);
    /// `path` resolved with `root` as its root (see ConfinedDir).
    void add_below(const std::string& root, const std::string& path);

    /// One stat(2) for each input. False from the first difference on.
    bool unchanged() const;
    size_t size() const { return seen_.size(); }
    bool operator==(const Inputs&) const = default;

    /// For keeping them between two runs; get() gives nothing if they are damaged.
    void put(Packer& out) const;
    static std::optional<Inputs> get(Unpacker& in);

    /// One of them, as it was looked for.
    struct Seen {
        std::string path;      // with its root, if it was looked for below one
        bool is_link = false;  // the link itself
        bool was_there = false;
    };
    std::vector<Seen> seen() const;

   private:
    enum class How { Follow, Link, Below };
    struct Key {
        std::string root;
        std::string path;
        How how = How::Follow;
        auto operator<=>(const Key&) const = default;
    };
    static std::optional<FileIdentity> look(const Key& key);
    void add(Key key);

    std::map<Key, std::optional<FileIdentity>> seen_;
};

void put_identity(Packer& out, const FileIdentity& identity);
FileIdentity get_identity(Unpacker& in);

}  // namespace ww::render
