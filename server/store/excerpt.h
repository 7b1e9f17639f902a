// SPDX-License-Identifier: BSD-3-Clause
//
// Excerpt: the part of a nodes.conf that an edit is about, as a small document of its own: the keys
// of both sections, the entries that change, and those beside which new ones go.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodes/node.h"
#include "store/source_file.h"
#include "yaml/text_edit.h"

namespace ww::store {

class Excerpt {
   public:
    /// Nothing if the change needs to see the whole file: it has no layout, or an entry comes to a
    /// section that is not there. `file` must outlive the excerpt.
    static std::optional<Excerpt> of(const SourceFile& file, const nodes::Registry& after);

    /// What editing `text` from `before` to `after` does to it, done to the file instead, changes
    /// the file from its registry to the whole one. Entries that stay are in both and equal.
    const std::string& text() const { return text_; }
    const nodes::Registry& before() const { return before_; }
    const nodes::Registry& after() const { return after_; }
    /// An edit of text() as one of the file's.
    yaml::TextEdit in_file(yaml::TextEdit edit) const;

   private:
    struct Piece {
        size_t begin;          // in text_
        OutlineBlock in_file;  // the bytes it was copied from
    };

    explicit Excerpt(const SourceFile& file) : file_(&file) {}
    template <class T>
    bool add_section(const SourceFile::Section& section,
                     const nodes::SharedMap<std::string, T>& before,
                     const nodes::SharedMap<std::string, T>& after,
                     nodes::SharedMap<std::string, T> nodes::Registry::* entries);
    void add_piece(const OutlineBlock& block);
    size_t offset_in_file(size_t at, bool ends) const;

    const SourceFile* file_;
    std::string text_;
    std::vector<Piece> pieces_;
    nodes::Registry before_;
    nodes::Registry after_;
};

}  // namespace ww::store
