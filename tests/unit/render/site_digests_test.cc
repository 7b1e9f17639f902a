// SPDX-License-Identifier: BSD-3-Clause
#include "render/site_digests.h"

#include "nodes/snapshot.h"
#include "render/trace.h"
#include "support/catch.h"

using namespace ww;
using namespace ww::render;

namespace {

/// .AllNodes[*].Tags["NUMBER"]
Path tag_of_all(size_t number) {
    return {{.kind = Step::Kind::Field, .name = "AllNodes"},
            {.kind = Step::Kind::Every},
            {.kind = Step::Kind::Field, .name = "Tags"},
            {.kind = Step::Kind::Key, .name = std::to_string(number)}};
}

std::shared_ptr<const nodes::Snapshot> snapshot_of(const std::string& tag) {
    nodes::Registry registry;
    for (const char* name : {"n1", "n2"}) registry.nodes[name].tags[tag] = "value";
    return nodes::Snapshot::build(registry, {}, 1, nullptr).value();
}

}  // namespace

TEST_CASE("digests of so many paths are kept, and those of one more are right all the same",
          "[render][digests]") {
    const std::string last = std::to_string(kMaxColumns);
    SiteDigests digests(snapshot_of(last));
    for (size_t i = 0; i < kMaxColumns; ++i) {
        CHECK(digests.digest(tag_of_all(i)).size() == 32);
        CHECK(digests.known(tag_of_all(i)));
    }
    const uint64_t read = digests.values_read();
    CHECK(digests.digest(tag_of_all(0)) == digests.digest(tag_of_all(1)));
    CHECK(digests.values_read() == read);

    const std::string over = digests.digest(tag_of_all(kMaxColumns));
    CHECK_FALSE(digests.known(tag_of_all(kMaxColumns)));
    CHECK(digests.digest(tag_of_all(kMaxColumns)) == over);
    CHECK(digests.values_read() > read);
    CHECK(over != digests.digest(tag_of_all(0)));
    SiteDigests fresh(snapshot_of(last));
    CHECK(fresh.digest(tag_of_all(kMaxColumns)) == over);
}
