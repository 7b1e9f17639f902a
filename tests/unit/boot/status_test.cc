// SPDX-License-Identifier: BSD-3-Clause
#include "boot/status.h"

#include "boot/ask.h"
#include "nodes/snapshot.h"
#include "support/catch.h"

using namespace ww;

TEST_CASE("a reload forgets nodes that are gone, and unknown ones if asked", "[boot][status]") {
    nodes::Registry registry;
    registry.nodes["n1"] = {};
    const auto snapshot = nodes::Snapshot::build(registry, {}, 1);
    REQUIRE(snapshot);
    boot::StatusBoard board;
    for (const char* node : {"n1", "gone", ""}) {
        boot::Record record;
        record.node = node;
        board.record(record, 7);
    }
    board.retain(**snapshot, /*forget_unknown=*/false);
    REQUIRE(board.list(**snapshot).size() == 2);
    CHECK(board.list(**snapshot).front().node.empty());
    board.retain(**snapshot, /*forget_unknown=*/true);
    REQUIRE(board.list(**snapshot).size() == 1);
    CHECK(board.list(**snapshot).front().unix_seconds == 7);
}
