// SPDX-License-Identifier: BSD-3-Clause
#include "store/database.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "base/admin_group.h"
#include "base/file.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::nodes;
using namespace ww::store;

namespace {

// A nodes.conf of its own, and the database over it.
class Site {
   public:
    explicit Site(std::string_view text) {
        write(text);
        database = Database::open(path, lock);
    }
    void write(std::string_view text) { REQUIRE(ww::replace_file(path, text)); }
    std::string text() const { return *ww::read_file(path); }

   private:
    ww::test::TempDir folder_;

   public:
    std::string path = folder_ / "nodes.conf";
    std::string lock = folder_ / "lock";
    std::unique_ptr<Database> database;
};

Change set_comment(const std::string& id, const std::string& comment) {
    return [=](Registry& registry) -> ww::Result<void> {
        registry.nodes[id].comment = comment;
        return {};
    };
}

}  // namespace

TEST_CASE("a commit changes the file and publishes a snapshot", "[store][database]") {
    Site site("# mine\nnodes:\n  n1:\n    comment: old  # note\n");
    const auto before = site.database->snapshot();
    const auto commit = site.database->commit(set_comment("n1", "new"));
    REQUIRE(commit);
    CHECK(commit->before == before);
    CHECK(commit->after == site.database->snapshot());
    CHECK(commit->after->generation() > before->generation());
    CHECK(before->find("n1")->comment == "old");
    CHECK(site.database->snapshot()->find("n1")->comment == "new");
    CHECK(site.text() == "# mine\nnodes:\n  n1:\n    comment: new  # note\n");
}

TEST_CASE("a file that holds what is not a number can be changed", "[store][database]") {
    Site site("nodes:\n  n1:\n    resources: {x: [.nan, .inf]}\n");
    REQUIRE(site.database->commit(set_comment("n1", "new")));
    CHECK(site.text() == "nodes:\n  n1:\n    comment: new\n    resources: {x: [.nan, .inf]}\n");
}

TEST_CASE("a commit that changes nothing writes nothing", "[store][database]") {
    Site site("nodes: {n1: {comment: x}}\n");
    const auto identity = *ww::identity_of(site.path);
    const auto commit = site.database->commit(set_comment("n1", "x"));
    REQUIRE(commit);
    CHECK(commit->before == commit->after);
    CHECK(*ww::identity_of(site.path) == identity);
}

TEST_CASE("a refused change leaves everything as it was", "[store][database]") {
    Site site("nodes: {n1: {}}\n");
    const auto refused = site.database->commit([](Registry& registry) -> ww::Result<void> {
        registry.nodes.clear();
        return ww::Error(ww::ErrorCode::Conflict, "no");
    });
    CHECK(refused.error().message() == "no");
    CHECK(site.text() == "nodes: {n1: {}}\n");
    CHECK(site.database->snapshot()->nodes().size() == 1);
    CHECK(site.database->commit(add_node("n1", {})).error().code() == ww::ErrorCode::AlreadyExists);
    CHECK(site.database->commit(remove_node("n2")).error().code() == ww::ErrorCode::NotFound);
    CHECK(site.database->commit(remove_profile("p")).error().code() == ww::ErrorCode::NotFound);
    REQUIRE(site.database->commit(add_profile("p", {})));
    REQUIRE(site.database->commit(put_node("n2", {})));
    CHECK(site.database->snapshot()->find("n2") != nullptr);
}

TEST_CASE("a change that could not be loaded is refused", "[store][database]") {
    Site site("nodeprofiles: {p: {resources: {r: {a: 1}}}}\nnodes: {n1: {}}\n");
    const std::string text = site.text();
    const auto refused = site.database->commit([](Registry& registry) -> ww::Result<void> {
        registry.nodes["n1"].profiles = {"p"};
        registry.nodes["n1"].resources["r"] = ww::yaml::Value::List{1};
        return {};
    });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ww::ErrorCode::Unprocessable);
    CHECK(site.text() == text);
}

TEST_CASE("hand edits are seen, also by a commit", "[store][database]") {
    Site site("nodes: {n1: {}}\n");
    CHECK_FALSE(*site.database->reload());
    site.write("nodes: {n1: {}, n2: {}}\n");
    CHECK(*site.database->reload());
    CHECK(site.database->snapshot()->nodes().size() == 2);
    site.write("nodes:\n  n1: {}\n  n3: {}\n");
    REQUIRE(site.database->commit(set_comment("n1", "x")));
    CHECK(site.text() == "nodes:\n  n1:\n    comment: x\n  n3: {}\n");
}

TEST_CASE("a hand edit in the middle of a commit is not lost", "[store][database]") {
    Site site("nodes:\n  n1: {}\n  n2: {}\n");
    int saved = 0;
    const auto saving = [&](int times, const char* comment) {
        return [&saved, &site, times, comment](Registry& registry) -> ww::Result<void> {
            if (saved < times)
                site.write(
                    fmt::format("nodes:\n  n1:\n    comment: by hand {}\n  n2: {{}}\n", ++saved));
            registry.nodes["n2"].comment = comment;
            return {};
        };
    };
    const auto commit = site.database->commit(saving(2, "by command"));
    REQUIRE(commit);
    CHECK(site.text() == "nodes:\n  n1:\n    comment: by hand 2\n  n2:\n    comment: by command\n");
    CHECK(commit->before->find("n1")->comment == "by hand 2");
    // One that is saved for ever is not fought over.
    saved = 0;
    const auto lost = site.database->commit(saving(1000, "in vain"));
    REQUIRE_FALSE(lost);
    CHECK(lost.error().code() == ww::ErrorCode::Conflict);
    CHECK(site.text().find("in vain") == std::string::npos);
}

TEST_CASE("a broken file keeps the last good snapshot and is never overwritten",
          "[store][database]") {
    Site site("nodes: {n1: {}}\n");
    const auto good = site.database->snapshot();
    const std::string broken = "nodes:\n  n1:\n    network devices: {e: {ipaddr: nonsense}}\n";
    site.write(broken);
    const auto reload = site.database->reload();
    REQUIRE_FALSE(reload);
    CHECK(reload.error().headline() ==
          site.path + ":3:35: node n1: network devices: e: ipaddr: invalid IP address: nonsense");
    CHECK(site.database->snapshot() == good);
    REQUIRE(site.database->problem());
    const auto commit = site.database->commit(set_comment("n1", "x"));
    CHECK(commit.error().code() == ww::ErrorCode::FailedPrecondition);
    CHECK(site.text() == broken);
    CHECK(site.database->claim_discoverable("aa").error().code() == ww::ErrorCode::NotFound);
    site.write("nodes: {n1: {}}\n");
    REQUIRE(site.database->reload());
    CHECK_FALSE(site.database->problem());
    REQUIRE(site.database->commit(set_comment("n1", "x")));
}

TEST_CASE("a file that is not there is an empty one, which the first change makes",
          "[store][database]") {
    const ww::test::TempDir folder;
    const std::string path = folder / "nodes.conf";
    const auto database = Database::open(path, folder / "lock");
    CHECK_FALSE(database->problem());
    CHECK(database->snapshot()->nodes().empty());
    REQUIRE(database->reload());
    CHECK_FALSE(ww::exists(path));
    REQUIRE(database->commit(set_comment("n1", "x")));
    struct stat made{};
    REQUIRE(::stat(path.c_str(), &made) == 0);
    CHECK((made.st_mode & 07777) == 0640);
    const auto group = ww::admin_group();
    CHECK(made.st_gid == (group && ::geteuid() == 0 ? *group : ::getegid()));
    REQUIRE(::chmod(path.c_str(), 0604) == 0);
    REQUIRE(database->commit(set_comment("n1", "y")));
    REQUIRE(::stat(path.c_str(), &made) == 0);
    CHECK((made.st_mode & 07777) == 0604);
}

TEST_CASE("a file that goes away takes no nodes with it", "[store][database]") {
    Site site("nodes: {n1: {}}\n");
    REQUIRE(::unlink(site.path.c_str()) == 0);
    CHECK(site.database->reload().error().code() == ww::ErrorCode::NotFound);
    CHECK(site.database->problem());
    CHECK(site.database->snapshot()->find("n1") != nullptr);
    CHECK_FALSE(site.database->commit(set_comment("n2", "x")));
    CHECK_FALSE(ww::exists(site.path));
}

TEST_CASE("a database over a broken file opens", "[store][database]") {
    const ww::test::TempDir folder;
    REQUIRE(ww::replace_file(folder / "nodes.conf", "nodes: ["));
    const auto broken = Database::open(folder / "nodes.conf", folder / "lock");
    CHECK(broken->problem()->code() == ww::ErrorCode::Unprocessable);
}

TEST_CASE("mode and owner of the file stay", "[store][database]") {
    Site site("nodes: {}\n");
    REQUIRE(::chmod(site.path.c_str(), 0640) == 0);
    REQUIRE(site.database->commit(set_comment("n1", "x")));
    struct stat status{};
    REQUIRE(::stat(site.path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);
}

TEST_CASE("no edit of many threads and processes is lost", "[store][database]") {
    Site site("nodes:\n");
    constexpr int kProcesses = 3;
    constexpr int kThreads = 3;
    constexpr int kEdits = 4;
    const auto work = [](Database& database, int who) {
        for (int i = 0; i < kEdits; ++i)
            if (!database.commit(add_node("n" + std::to_string(who) + "-" + std::to_string(i), {})))
                return false;
        return true;
    };
    std::vector<pid_t> children;
    for (int p = 0; p < kProcesses; ++p) {
        const pid_t child = ::fork();
        if (child == 0) {
            const auto database = Database::open(site.path, site.lock);
            ::_exit(work(*database, 100 + p) ? 0 : 1);
        }
        children.push_back(child);
    }
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) threads.emplace_back([&, t] { work(*site.database, t); });
    for (std::thread& thread : threads) thread.join();
    for (const pid_t child : children) {
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
    REQUIRE(site.database->reload());
    CHECK(site.database->snapshot()->nodes().size() == size_t{kProcesses + kThreads} * kEdits);
}

TEST_CASE("discovery has one winner for each node", "[store][database]") {
    Site site(
        "nodeprofiles:\n  p:\n    network devices:\n      prov:\n        device: eno1\n"
        "nodes:\n  a:\n    discoverable: \"true\"\n    profiles:\n      - p\n"
        "  b:\n    discoverable: \"true\"\n    network devices:\n      e: {}\n");
    std::vector<std::thread> threads;
    std::atomic<int> winners = 0;
    std::atomic<int> losers = 0;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, i] {
            const auto claim =
                site.database->claim_discoverable("02-00-5E-00-00-0" + std::to_string(i));
            if (claim && claim->discovered) ++winners;
            if (!claim && claim.error().code() == ww::ErrorCode::NotFound) ++losers;
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(winners == 2);
    CHECK(losers == 6);
    const auto all = site.database->snapshot();
    const std::string mac = all->find("a")->network_devices.at("prov").hwaddr;
    CHECK(mac.starts_with("02:00:5e:00:00:0"));
    CHECK(all->raw().nodes.at("a").discoverable.empty());
    const auto again = site.database->claim_discoverable(mac);
    REQUIRE(again);
    CHECK(again->node->id == "a");
    CHECK_FALSE(again->discovered);
}

TEST_CASE("discovery passes over nodes the asker may not have", "[store][database]") {
    Site site(
        "nodes:\n  a: {discoverable: t, asset key: s, network devices: {e: }}\n  b: {discoverable: "
        "t, network devices: {e: }}\n");
    const auto without_key = [](const Node& node) { return node.asset_key.empty(); };
    CHECK(site.database->claim_discoverable("aa:01", without_key)->node->id == "b");
    CHECK(site.database->claim_discoverable("aa:02", without_key).error().code() ==
          ww::ErrorCode::NotFound);
    CHECK(site.database->claim_discoverable("aa:02")->node->id == "a");
}
