// SPDX-License-Identifier: BSD-3-Clause
//
// What an undo makes of the comments around an entry: deleted, or changed, and brought back.
#include "store/undo.h"
#include "base/file.h"
#include "store/database.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::nodes;
using namespace ww::store;

namespace {

// nodes.conf after `change` and after taking that back.
struct Undone {
    std::string changed;
    std::string restored;
};

Undone undo(std::string_view text, const Change& change) {
    const ww::test::TempDir folder;
    const std::string path = folder / "nodes.conf";
    REQUIRE(ww::replace_file(path, text));
    const auto database = Database::open(path, folder / "lock", folder / "state");
    REQUIRE(database->record());
    const auto done = database->commit(change);
    REQUIRE(done);
    Undone out{*ww::read_file(path), {}};
    const auto made = database->journal()->revisions({.limit = 1, .texts = true});
    REQUIRE(made);
    const auto back = reversed(made->front().entries);
    const auto take_back = [&](Registry& registry) { return apply_changes(registry, back); };
    REQUIRE(database->commit(take_back, Form::Keep, {{}, made->front().number, back}));
    out.restored = *ww::read_file(path);
    return out;
}

Change comment_n1() {
    return [](Registry& registry) -> ww::Result<void> {
        registry.nodes["n1"].comment = "changed";
        return {};
    };
}

}  // namespace

TEST_CASE("an undo restores the file around an entry", "[store][undo]") {
    struct Row {
        const char* text;
        const char* restored = nullptr;  // if that is not quite what it was
    };
    const Row rows[] = {
        // Above. It is nobody's, and stays; a first entry comes back right below its section's key.
        {"nodes:\n  n0: {}\n  # above\n  n1:\n    comment: x\n  n2: {}\n",
         "nodes:\n  n0: {}\n  n1:\n    comment: x\n  # above\n  n2: {}\n"},
        {"nodes:\n  # above\n  n1:\n    comment: x\n  n2: {}\n",
         "nodes:\n  n1:\n    comment: x\n  # above\n  n2: {}\n"},
        // Inside, and below if it is deeper than the key: the entry's own.
        {"nodes:\n  n1:\n    # inside\n    comment: x  # beside\n  n2: {}\n"},
        {"nodes:\n  n1:\n    comment: x\n    # below\n  n2: {}\n"},
        {"nodes:\n  n1:\n    comment: x\n\n   # below\n  n2: {}\n"},
        // Below and as deep.
        {"nodes:\n  n1:\n    comment: x\n  # of n2\n  n2: {}\n"},
        {"nodes:\n  n0: {}\n  n1:\n    comment: x\n# of n2\n  n2: {}\n"},
        {"nodes:\n  n1:\n    comment: x\n\n  n2: {}\n"},
        // Between sections.
        {"nodeprofiles:\n  p: {}\n# between\nnodes:\n  n1:\n    comment: x\n  n2: {}\n"},
        {"nodes:\n  n0: {}\n  n1:\n    comment: x\n# between\nnodeprofiles:\n  p: {}\n"},
        // At the end.
        {"nodes:\n  n0: {}\n  n1:\n    comment: x\n# end\n"},
        {"nodes:\n  n0: {}\n  n1:\n    comment: x\n  # end\n"},
        {"nodes:\n  n0: {}\n  n1:\n    comment: x\n    # end\n"},
        {"nodes:\n  n0: {}\n  n1:\n    comment: x", "nodes:\n  n0: {}\n  n1:\n    comment: x\n"},
        // A file whose entries cannot be read one by one.
        {"other: 1\nnodes:\n  n1:\n    comment: x\n    # below\n  # of n2\n  n2: {}\n"},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        const Undone changed = undo(row.text, comment_n1());
        CHECK(changed.restored == row.text);
        const Undone deleted = undo(row.text, remove_node("n1"));
        INFO("deleted:\n" << deleted.changed);
        CHECK(deleted.restored == (row.restored == nullptr ? row.text : row.restored));
    }
}
