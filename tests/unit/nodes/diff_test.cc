// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/diff.h"

#include "support/site_text.h"

using namespace ww::nodes;
using ww::test::node_of;

namespace {

std::string changes(std::string_view before, std::string_view after) {
    return format_changes({{"n1", diff(node_of(before), node_of(after))}});
}

}  // namespace

TEST_CASE("a change is shown by the names of flags", "[store][diff]") {
    CHECK(changes("{}", "{}") == "");
    CHECK(changes("{kernel: {args: [wwinit, wwclient]}, comment: old, network devices: {a: "
                  "{ipaddr: 10.0.0.1}}}",
                  "{discoverable: 'true', kernel: {args: []}, network devices: {a: {}, default: "
                  "{device: e0}},"
                  " tags: {k: v, e: ''}, disks: {/d: {partitions: {p: {number: '1', start_mib: "
                  "'2', resize: false}}}},"
                  " filesystems: {/f: {options: [x, 'y']}}, resources: {r: [1]}, ipmi: {tags: {a: "
                  "b}}}") ==
          "n1:\n"
          "  comment: \"old\" → <unset>\n"
          "  discoverable: <unset> → \"true\"\n"
          "  disks[/d].partitions[p].partnumber: <unset> → \"1\"\n"
          "  disks[/d].partitions[p].resizep: <unset> → false\n"
          "  disks[/d].partitions[p].startmib: <unset> → \"2\"\n"
          "  filesystems[/f].options: [] → [x, y]\n"
          "  ipmi.tags[a]: <unset> → \"b\"\n"
          "  kernel.kernelargs: [wwinit, wwclient] → []\n"
          "  netdevs[a].ipaddr: 10.0.0.1 → <unset>\n"
          "  netdevs[default].netdev: <unset> → \"e0\"\n"
          "  resources[r]: <unset> → [1]\n"
          "  tags[e]: <unset> → \"\"\n"
          "  tags[k]: <unset> → \"v\"\n");
    // A false goes without a word with the entry it belongs to.
    CHECK(changes("{disks: {/d: {wipe_table: false, partitions: {p: {number: '1'}}}}}", "{}") ==
          "n1:\n  disks[/d].partitions[p].partnumber: \"1\" → <unset>\n");
    CHECK(changes("{comment: x, disks: {/d: {wipe_table: false}}}",
                  "{comment: x, disks: {/d: {}}}") ==
          "n1:\n  disks[/d].diskwipe: false → <unset>\n");
    CHECK(changes("{disks: {/d: {wipe_table: true}}}", "{}") ==
          "n1:\n  disks[/d].diskwipe: true → false\n");
    CHECK(changes("{}", "{disks: {/d: {wipe_table: true}}}") ==
          "n1:\n  disks[/d].diskwipe: false → true\n");
    CHECK(changes("{comment: \"\u00a0x\u00e9\u2028\U000e0001\"}", "{}") ==
          "n1:\n  comment: \"\\u00a0x\u00e9\\u2028\\U000e0001\" → <unset>\n");
    CHECK(changes("{comment: \"a\\tb\\\"\"}", "{}") == "n1:\n  comment: \"a\\tb\\\"\" → <unset>\n");
}

TEST_CASE("entries with the same change share a heading", "[store][diff]") {
    const auto same = diff(Node(), node_of("{comment: x}"));
    const auto other = diff(Node(), node_of("{comment: y}"));
    CHECK(
        format_changes({{"n01", same}, {"n02", same}, {"n03", other}, {"n04", {}}, {"a1", same}}) ==
        "a1,n[01-02]:\n  comment: <unset> → \"x\"\n\nn03:\n  comment: <unset> → \"y\"\n");
}
