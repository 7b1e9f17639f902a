// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/private_server.h"

#include <sys/socket.h>

#include <thread>

#include "base/file.h"
#include "base/site_files.h"
#include "protocol/client.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::protocol;

namespace {

/// A private server on one end of a socket pair, a client on the other.
class PrivateServer {
   public:
    explicit PrivateServer(const std::string& config) {
        int fds[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
        client_ = std::make_unique<Client>(UniqueFd(fds[0]));
        thread_ = std::thread(
            [this, fd = fds[1], config] { status_ = daemon::serve_private(UniqueFd(fd), config); });
    }
    Client& client() { return *client_; }
    int finish() {
        client_.reset();
        thread_.join();
        return status_;
    }

   private:
    std::unique_ptr<Client> client_;
    int status_ = -1;
    std::thread thread_;
};

}  // namespace

TEST_CASE("a private server answers until the connection ends", "[daemon][private]") {
    const test::TempDir root;
    REQUIRE(make_directories(root / "etc/warewulf"));
    const std::string config = canonical_config(root / "etc/warewulf/warewulf.conf");
    REQUIRE(replace_file(
        config,
        "ipaddr: 10.0.0.1\nnetmask: 255.0.0.0\nnetwork: 10.0.0.0\npaths:\n  sysconfdir: " +
            (root / "etc") + "\n  localstatedir: " + (root / "var") + "\n"));
    REQUIRE(replace_file(root / "etc/warewulf/nodes.conf", "nodes: {}\n"));
    PrivateServer server(config);
    const auto welcome = server.client().call(route::SayHello{}, {config}, {});
    REQUIRE(welcome);
    CHECK(welcome->config == config);
    CHECK(welcome->socket == root / "var/warewulf/wwd/run/wwd.sock");
    CHECK(server.client().call(route::SayHello{}, {"/other"}, {}).error().code() ==
          ErrorCode::Conflict);

    std::string notes;
    const auto note = [&](const Note& line) { notes += line.text + ";"; };
    REQUIRE(server.client().call(route::NodeAdd{}, {{"n[1-2]"}, {}, false}, note));
    CHECK(notes == "Added node: n1;Added node: n2;saved as revision 2;");
    CHECK(server.client().call(route::NodeAdd{}, {{"n2"}, {}, false}, note).error().code() ==
          ErrorCode::AlreadyExists);
    CHECK(server.client().call(route::NodeTable{}, {{}, "simple"}, note)->rows.size() == 2);
    CHECK(server.finish() == 0);
}

TEST_CASE("a configuration that cannot be read is told to the client", "[daemon][private]") {
    const test::TempDir root;
    PrivateServer server(root / "none.conf");
    const auto welcome = server.client().call(route::SayHello{}, {root / "none.conf"}, {});
    REQUIRE_FALSE(welcome);
    CHECK(welcome.error().code() == ErrorCode::NotFound);
    CHECK(server.client().call(route::NodeTable{}, {{}, "simple"}, {}).error().code() ==
          ErrorCode::NotFound);
    server.finish();
}
