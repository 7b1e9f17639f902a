// SPDX-License-Identifier: BSD-3-Clause
//
// The text of each node and profile as it stands in nodes.conf, with the comments that are its own
// (outline.h): what the journal keeps, compares and puts back. Entries whose text does not stand
// for itself (flow style, aliases) are given in the form they would be written in.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fields/entry_kind.h"
#include "nodes/node.h"
#include "store/source_file.h"

namespace ww::store {

struct EntryId {
    fields::EntryKind kind = fields::EntryKind::Node;
    std::string name;

    bool is_node() const { return kind == fields::EntryKind::Node; }

    auto operator<=>(const EntryId&) const = default;
};

class EntryTexts {
   public:
    struct Row {
        fields::EntryKind kind;
        std::string_view name;
        std::string_view text;  // without the newline of its last line
    };

    EntryTexts() = default;
    /// `file` must outlive this.
    explicit EntryTexts(const SourceFile& file);

    /// By kind, then name.
    const std::vector<Row>& rows() const { return rows_; }
    /// nullptr if there is none.
    const Row* find(const EntryId& id) const;

   private:
    template <class Entries>
    void add_section(fields::EntryKind kind, std::vector<Row> found, const Entries& entries);
    void add_blocks(const SourceFile& file);
    void add_whole(const SourceFile& file);

    std::vector<Row> rows_;
    std::deque<std::string> written_;  // of rows whose text is not in the file
};

/// Of an entry with lines of its own.
EntryTexts::Row row_of(const SourceFile& file, const SourceFile::Block& block);

/// The order of EntryTexts::rows().
bool row_less(const EntryTexts::Row& a, const EntryTexts::Row& b);

/// An entry read from its text. Errors: Unprocessable.
Result<nodes::Node> read_node_text(const EntryId& id, std::string_view text);
Result<nodes::Profile> read_profile_text(const EntryId& id, std::string_view text);

}  // namespace ww::store
