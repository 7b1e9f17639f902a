// SPDX-License-Identifier: BSD-3-Clause
//
// What upstream gets wrong in a node's Ignition configuration; the rest of it is in the vectors
// (render/disks/*, overlays/ignition/*).
#include "render/ignition.h"

#include "support/catch.h"

using ww::nodes::Node;
using ww::render::ignition_json;

TEST_CASE("a partition begins at its start, not at its size", "[render][ignition]") {
    Node node;
    auto& partition = node.disks["/dev/vda"].partitions["scratch"];
    partition.number = "1";
    partition.start_mib = "10";
    partition.size_mib = "200";
    CHECK(
        *ignition_json(node) ==
        R"({"ignition":{"version":"3.1.0"},"storage":{"disks":[{"device":"/dev/vda","partitions":)"
        R"([{"label":"scratch","number":1,"sizeMiB":200,"startMiB":10}]}]}})");
    partition.start_mib.clear();
    CHECK(ignition_json(node)->find("startMiB") == std::string::npos);
}

TEST_CASE("mount options are words between commas, not characters", "[render][ignition]") {
    Node node;
    auto& filesystem = node.filesystems["/dev/vda1"];
    filesystem.path = "/scratch";
    filesystem.mount_options = "noatime,,x-a=b c";
    CHECK(*ignition_json(node) ==
          R"({"ignition":{"version":"3.1.0"},"storage":{"filesystems":[{"device":"/dev/vda1",)"
          R"("mountOptions":["noatime","x-a=b c"],"path":"/scratch"}]}})");
    filesystem.mount_options.clear();
    CHECK(ignition_json(node)->find("mountOptions") == std::string::npos);
}
