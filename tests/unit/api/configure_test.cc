// SPDX-License-Identifier: BSD-3-Clause
#include "site_fixture.h"

using namespace ww;
namespace route = protocol::route;

namespace {

api::Caller root_on_the_socket() {
    api::Caller caller{.is_admin = true, .is_root = true, .uid = 0};
    caller.via = "socket";
    return caller;
}

api::Caller root_beside_the_daemon() {
    api::Caller caller = root_on_the_socket();
    caller.via = "private";
    return caller;
}

}  // namespace

TEST_CASE("the daemon itself sets up no services", "[api][configure]") {
    test::SiteFixture site;
    protocol::ConfigureRequest request;
    request.parts = {"hostfile"};
    const auto asked = site.ask(route::Configure{}, request, root_on_the_socket());
    REQUIRE_FALSE(asked);
    CHECK(asked.error().code() == ErrorCode::FailedPrecondition);
    const auto stopped = site.ask(route::ServerControl{}, {"stop"}, root_on_the_socket());
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code() == ErrorCode::FailedPrecondition);
}

TEST_CASE("what to set up is one of the known parts", "[api][configure]") {
    test::SiteFixture site;
    protocol::ConfigureRequest request;
    request.parts = {"kitchen"};
    request.dry_run = true;
    const auto asked = site.ask(route::Configure{}, request, root_beside_the_daemon());
    REQUIRE_FALSE(asked);
    CHECK(asked.error().message() == "nothing to configure is called kitchen");
    const auto verb = site.ask(route::ServerControl{}, {"mask"}, root_beside_the_daemon());
    REQUIRE_FALSE(verb);
    CHECK(verb.error().code() == ErrorCode::InvalidArgument);
}
