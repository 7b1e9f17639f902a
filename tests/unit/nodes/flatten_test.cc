// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/flatten.h"

#include "nodes/emit.h"
#include "support/site_text.h"

using namespace ww::nodes;
using ww::test::node_of;

TEST_CASE("flattening follows upstream's order of fields", "[nodes][flatten]") {
    const auto flat = [](std::string_view entry) {
        Node node = node_of(entry);
        flatten(node);
        return emit_nodes({{"n1", node}}, 2);
    };
    CHECK(flat("{network devices: {eth0: {}}}") == "n1: {}\n");
    CHECK(flat("{comment: c, network devices: {eth0: {}}}") ==
          "n1:\n  comment: c\n  network devices:\n    eth0: {}\n");
    CHECK(flat("{tags: {x: ''}}") == "n1: {}\n");
    CHECK(flat("{tags: {x: '', y: z}}") == "n1:\n  tags:\n    x: \"\"\n    \"y\": z\n");
    CHECK(flat("{comment: c, disks: {d: {partitions: {p: {}}}}}") ==
          "n1:\n  comment: c\n  disks:\n    d: {}\n");
    CHECK(flat("{profiles: [x, UNDEF], init: UNSET, root: undef, ipmi: {}, kernel: {args: []}}") ==
          "n1:\n  root: undef\n");
    CHECK(flat("{tags: {x: UNDEF}}") == "n1:\n  tags:\n    x: UNDEF\n");
    CHECK(flat("{network devices: {e: {ipaddr: 0.0.0.0}}}") ==
          "n1:\n  network devices:\n    e:\n      ipaddr: 0.0.0.0\n");
    CHECK(flat("{network devices: {e: {device: d, ipaddr: 0.0.0.0}}}") ==
          "n1:\n  network devices:\n    e:\n      device: d\n      ipaddr: 0.0.0.0\n");
}
