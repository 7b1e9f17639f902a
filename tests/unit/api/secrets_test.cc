// SPDX-License-Identifier: BSD-3-Clause
//
// Whoever is no administrator sees no secret, whatever he asks for.
#include "api/dispatch.h"
#include "fields/table.h"
#include "nodes/emit.h"
#include "nodes/merge.h"
#include "protocol/json.h"
#include "site_fixture.h"
#include "support/catch.h"
#include "support/one_field.h"

using namespace ww;
using namespace ww::protocol;
using ww::nodes::Registry;
using ww::test::SiteFixture;

namespace {

const api::Caller kAdmin{true, true};
const api::Caller kAnybody{};

constexpr const char* kSecret = "hush";
constexpr const char* kOther = "whisper";  // what it becomes

/// Every secret of node n and profile p set to `value`, each at once.
Registry with_secrets(const std::string& value) {
    Registry registry;
    for (const nodes::FieldKeys& each : nodes::field_keys()) {
        if (!each.field->secret) continue;
        const nodes::Node one = test::node_of(test::body(each.keys, value));
        REQUIRE(nodes::lay_over(registry.nodes["n"], one));
        REQUIRE(nodes::lay_over(registry.profiles["p"], one));
    }
    registry.nodes["n"].profiles = {"p"};
    return registry;
}

std::string text_with(const std::string& value) {
    return nodes::emit_registry(with_secrets(value), 2);
}

template <class Route>
std::string seen(const SiteFixture& site,
                 const api::Caller& caller,
                 const typename Route::Request& request) {
    const auto reply =
        api::dispatch(site.site(), caller, Route::path, Json<Route>::request(request));
    CHECK(reply.status == 200);
    return reply.body;
}

/// What a caller can see of nodes and profiles, of all routes together.
std::string all_that_is_seen(const SiteFixture& site, const api::Caller& caller) {
    std::string all;
    for (const char* form : {"simple", "long", "network", "ipmi", "all"})
        all += seen<route::NodeTable>(site, caller, {{}, form});
    for (const char* form : {"simple", "all"})
        all += seen<route::ProfileTable>(site, caller, {{}, form});
    for (const char* form : {"yaml", "json", "export", "edit"}) {
        all += seen<route::NodeDocument>(site, caller, {{}, form});
        all += seen<route::ProfileDocument>(site, caller, {{}, form});
    }
    all += seen<route::History>(site, caller, {{}, 0, true});
    all += seen<route::Diff>(site, caller, {1, 0});
    all += seen<route::Diff>(site, caller, {2, 1});
    for (const char* name : {"n", "p"}) all += seen<route::Blame>(site, caller, {name, ""});
    return all;
}

}  // namespace

TEST_CASE("no secret is seen by those who are no administrators", "[api][secrets]") {
    SiteFixture site(text_with(kSecret), SiteFixture::History::Kept);
    REQUIRE(site.site().database.record());
    ApplyRequest request;
    request.source = "changes";
    request.text = text_with(kOther);
    REQUIRE(site.ask(route::Apply{}, request));

    const std::string shown = all_that_is_seen(site, kAnybody);
    CHECK(shown.find(kSecret) == std::string::npos);
    CHECK(shown.find(kOther) == std::string::npos);
    CHECK(shown.find(fields::kMask) != std::string::npos);
    // That they changed can be seen.
    const std::string history = seen<route::History>(site, kAnybody, {{}, 0, true});
    for (const fields::Field& field : fields::kAll)
        if (field.secret) CHECK(history.find(field.flag) != std::string::npos);

    const std::string to_admin = all_that_is_seen(site, kAdmin);
    CHECK(to_admin.find(kSecret) != std::string::npos);
    CHECK(to_admin.find(kOther) != std::string::npos);
}

TEST_CASE("what is no secret is everybody's: tags, resources, comments, kernel arguments",
          "[api][secrets]") {
    const std::string text =
        "nodeprofiles: {p: {tags: {t: in-a-profile}}}\n"
        "nodes:\n"
        "  n:\n"
        "    profiles: [p]\n"
        "    comment: a-comment\n"
        "    kernel: {args: [an-argument]}\n"
        "    tags: {a: of-a-node}\n"
        "    ipmi: {tags: {b: of-a-controller}}\n"
        "    network devices: {default: {tags: {c: of-a-device}}}\n"
        "    resources: {r: {x: in-a-resource}}\n";
    SiteFixture site(text, SiteFixture::History::Kept);
    REQUIRE(site.site().database.record());
    ApplyRequest request;
    request.source = "changes";
    request.text = text + "  another: {}\n";
    REQUIRE(site.ask(route::Apply{}, request));
    const std::string shown = all_that_is_seen(site, kAnybody);
    for (const char* each : {"in-a-profile",
                             "a-comment",
                             "an-argument",
                             "of-a-node",
                             "of-a-controller",
                             "of-a-device",
                             "in-a-resource"}) {
        INFO(each);
        CHECK(shown.find(each) != std::string::npos);
    }
}
