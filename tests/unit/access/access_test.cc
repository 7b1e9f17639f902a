// SPDX-License-Identifier: BSD-3-Clause
#include "access/access.h"

#include <condition_variable>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "access/failures.h"
#include "access/remembered.h"
#include "access/token_file.h"
#include "base/file.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::access;
using namespace std::chrono_literals;

namespace {

// name: password: ops: wheat-flour, eve: rye bread (read-only), admin: none
constexpr const char* kAuthConf =
    "users:\n"
    "  - name: ops\n"
    "    password hash: \"$2b$04$abcdefghijklmnopqrstuuMpdjePj/bnbh/IzZHoWL2MskVMcd6Uq\"\n"
    "  - name: eve\n"
    "    password hash: \"$2a$04$ZyxwvutsrqponmlkjihgfeJeThMp.dQ385Q0BlB0bw4RMD2.pJgOC\"\n"
    "    role: read-only\n"
    "  - name: admin\n"
    "    password hash: \"\"\n";

constexpr const char* kOps = "Basic b3BzOndoZWF0LWZsb3Vy";
constexpr const char* kOpsWrong = "Basic b3BzOndoZWF0LWZsb3U=";
constexpr const char* kEve = "Basic ZXZlOnJ5ZSBicmVhZA==";
constexpr const char* kUnknown = "Basic b3B6OndoZWF0LWZsb3Vy";
constexpr const char* kAdmin = "Basic YWRtaW46";

/// `name` is that of a user and the colon, in base64; the password another for each `number`.
std::string name_and_password(const char* name, int number) {
    return std::string("Basic ") + name + std::string(static_cast<size_t>(number) * 4, 'Q');
}

class GateSite {
   public:
    explicit GateSite(Limits limits = {}) : limits_(limits) {
        write(kAuthConf);
        gate_.emplace(Gatekeeper::Files{auth_}, &tokens_, limits_, [this] { return now_.load(); });
    }

    void write(const std::string& text) { REQUIRE(replace_file(auth_, text, 0600)); }
    void close() { gate_.reset(); }
    void pass(std::chrono::seconds time) { now_ = now_.load() + time; }
    Gatekeeper& gate() { return *gate_; }
    TokenFile& tokens() { return tokens_; }

    std::future<Result<Who>> begin(const std::string& header,
                                   const std::string& peer = "10.0.0.1") {
        auto promise = std::make_shared<std::promise<Result<Who>>>();
        auto future = promise->get_future();
        gate_->check(
            header, peer, [promise](Result<Who> who) { promise->set_value(std::move(who)); });
        return future;
    }
    Result<Who> check(const std::string& header, const std::string& peer = "10.0.0.1") {
        return begin(header, peer).get();
    }
    ErrorCode refusal(const std::string& header, const std::string& peer = "10.0.0.1") {
        const auto who = check(header, peer);
        REQUIRE_FALSE(who);
        return who.error().code();
    }

   private:
    test::TempDir folder_;
    const std::string auth_ = folder_ / "auth.conf";
    std::atomic<std::chrono::steady_clock::time_point> now_{std::chrono::steady_clock::now()};
    TokenFile tokens_{folder_ / "tokens"};
    Limits limits_;
    std::optional<Gatekeeper> gate_;
};

}  // namespace

TEST_CASE("who has the password gets in, with the role of auth.conf", "[access][gate]") {
    GateSite site;
    const auto ops = site.check(kOps);
    REQUIRE(ops);
    CHECK(ops->name == "ops");
    CHECK(ops->role == Role::Admin);
    CHECK(ops->via == "password");
    CHECK(site.check(kEve)->role == Role::ReadOnly);
    for (const char* wrong : {"", kOpsWrong, kUnknown, kAdmin, "Basic !", "Digest x"}) {
        INFO(wrong);
        CHECK(site.refusal(wrong) == ErrorCode::Unauthenticated);
    }
}

TEST_CASE("who is not there costs as much as who is", "[access][gate]") {
    GateSite site;
    CHECK(site.refusal(kOpsWrong) == ErrorCode::Unauthenticated);
    CHECK(site.gate().hashes() == 1);
    CHECK(site.refusal(kUnknown) == ErrorCode::Unauthenticated);
    CHECK(site.gate().hashes() == 2);
    CHECK(site.refusal(kAdmin) == ErrorCode::Unauthenticated);
    CHECK(site.gate().hashes() == 3);
}

TEST_CASE("a pair that was right costs no second bcrypt until auth.conf changes",
          "[access][gate]") {
    GateSite site;
    for (int i = 0; i < 100; ++i) CHECK(site.check(kOps));
    CHECK(site.gate().hashes() == 1);

    site.write(std::string(kAuthConf) + "# touched\n");
    CHECK(site.check(kOps));
    CHECK(site.gate().hashes() == 2);

    site.write("users: []\n");
    CHECK(site.refusal(kOps) == ErrorCode::Unauthenticated);
    // Half a file changes nothing.
    site.write(kAuthConf);
    CHECK(site.check(kOps));
    site.write("users:\n  - name: [");
    CHECK(site.check(kOps));
}

TEST_CASE("a pair is remembered as long as it is used", "[access][gate]") {
    GateSite site;
    const auto most = Limits().remember;
    CHECK(site.check(kOps));
    for (int i = 0; i < 3; ++i) {
        site.pass(most - 1s);
        CHECK(site.check(kOps));
    }
    CHECK(site.gate().hashes() == 1);
    site.pass(most);
    CHECK(site.check(kOps));
    CHECK(site.gate().hashes() == 2);
}

TEST_CASE("requests with the same pair share one bcrypt", "[access][gate]") {
    // As many as there may be, all under way at once: nobody is refused for it.
    GateSite site;
    std::vector<std::future<Result<Who>>> answers;
    for (int i = 0; i < 500; ++i) answers.push_back(site.begin(kOps));
    for (auto& answer : answers) CHECK(answer.get());
    CHECK(site.gate().hashes() == 1);
}

TEST_CASE("who guesses is slowed, and who is known is not", "[access][gate]") {
    Limits limits;
    limits.failures = 3;
    GateSite site(limits);
    CHECK(site.check(kOps));
    for (int i = 0; i < 3; ++i) CHECK(site.refusal(kOpsWrong) == ErrorCode::Unauthenticated);
    const uint64_t before = site.gate().hashes();
    for (int i = 0; i < 100; ++i) CHECK(site.refusal(kOpsWrong) == ErrorCode::Unavailable);
    CHECK(site.refusal(kEve) == ErrorCode::Unavailable);
    CHECK(site.refusal("Bearer wwd_x") == ErrorCode::Unavailable);
    CHECK(site.gate().hashes() == before);
    // From there, what was right lately still is; from elsewhere nothing changed.
    CHECK(site.check(kOps));
    CHECK(site.check(kEve, "10.0.0.2"));

    site.pass(limits.forgive);
    CHECK(site.refusal(kOpsWrong) == ErrorCode::Unauthenticated);
    CHECK(site.refusal(kOpsWrong) == ErrorCode::Unavailable);
    CHECK(site.check(kOps)->name == "ops");
}

TEST_CASE("a login that is right is not counted as a failure", "[access][gate]") {
    Limits limits;
    limits.failures = 1;
    limits.remembered = 1;
    GateSite site(limits);
    for (int i = 0; i < 10; ++i) {
        CHECK(site.check(kOps));
        CHECK(site.check(kEve));
    }
    CHECK(site.gate().hashes() == 20);  // one is remembered, always the other one
}

TEST_CASE("logins that wait have a bound", "[access][gate]") {
    Limits limits;
    limits.failures = 100'000;
    limits.waiting = 2;
    GateSite site(limits);
    std::vector<std::future<Result<Who>>> answers;
    // Each with another name, so that none is shared; far more than threads can be at work on.
    for (int i = 0; i < 200; ++i)
        answers.push_back(
            site.begin(i % 2 == 0 ? name_and_password("YWE6", i) : name_and_password("YWI6", i)));
    size_t busy = 0;
    for (auto& answer : answers) {
        const auto who = answer.get();
        REQUIRE_FALSE(who);
        if (who.error().code() == ErrorCode::Unavailable) ++busy;
    }
    CHECK(busy > 0);
    CHECK(site.gate().hashes() == 200 - busy);
    CHECK(site.check(kOps));
}

TEST_CASE("who waits for a bcrypt, shared or not, is bounded", "[access][gate]") {
    Limits limits;
    limits.requests = 2;
    GateSite site(limits);
    // So dear that the first is still at it when the others come.
    site.write("users: [{name: x, password hash: $2b$13$" + std::string(53, 'a') + "}]\n");
    auto first = site.begin(kOps);
    auto second = site.begin(kOps);
    CHECK(site.refusal(kOps) == ErrorCode::Unavailable);
    CHECK(site.refusal(kOpsWrong) == ErrorCode::Unavailable);
    CHECK(first.get().error().code() == ErrorCode::Unauthenticated);
    CHECK(second.get().error().code() == ErrorCode::Unauthenticated);
    CHECK(site.gate().hashes() == 1);
    CHECK(site.refusal(kOpsWrong) == ErrorCode::Unauthenticated);
}

TEST_CASE("an end answers everybody", "[access][gate]") {
    GateSite site;
    std::vector<std::future<Result<Who>>> answers;
    for (int i = 0; i < 20; ++i)
        answers.push_back(site.begin(name_and_password("YWE6", i), "10.0.1." + std::to_string(i)));
    site.close();
    for (auto& answer : answers) {
        const auto who = answer.get();
        REQUIRE_FALSE(who);
        CHECK((who.error().code() == ErrorCode::Cancelled ||
               who.error().code() == ErrorCode::Unauthenticated));
    }
}

TEST_CASE("a header has a bound", "[access][gate]") {
    GateSite site;
    const std::string most = "Basic " + std::string(Limits().header_bytes - 6 - 2, 'A');
    CHECK(site.refusal(most) == ErrorCode::Unauthenticated);
    CHECK(site.refusal(std::string(kOps) + std::string(Limits().header_bytes, ' ')) ==
          ErrorCode::Unauthenticated);
    CHECK(site.gate().hashes() == 0);
}

TEST_CASE("a token gets in with its role and scope, until it is revoked", "[access][gate]") {
    GateSite site;
    const auto secret =
        site.tokens().create({.name = "ci", .role = Role::Operator, .scope = {"node"}});
    REQUIRE(secret);
    const auto who = site.check("Bearer " + *secret);
    REQUIRE(who);
    CHECK(who->name == "ci");
    CHECK(who->via == "token");
    CHECK(who->role == Role::Operator);
    CHECK(who->scope == std::vector<std::string>{"node"});
    CHECK(site.gate().hashes() == 0);
    // It is noted beside the answer. Who closes before that loses it.
    while (site.tokens().list()->front().used == 0) std::this_thread::yield();
    REQUIRE(site.tokens().revoke("ci"));
    CHECK(site.refusal("Bearer " + *secret) == ErrorCode::Unauthenticated);
}

TEST_CASE("a scope is the first word of a path", "[access]") {
    const Who all{"a", Role::Admin, "password", {}};
    const Who some{"b", Role::Admin, "token", {"history", "node"}};
    for (const char* path : {"/api/nodes",
                             "/api/nodes/n1/raw",
                             "/api/wwd/v1/node/set",
                             "/wwd/v1/undo",
                             "/api/status/events",
                             "/api/wwd/v1/hello",
                             "/api/wwd/v1/names"}) {
        INFO(path);
        CHECK(in_scope(all, path));
        CHECK(in_scope(some, path));
    }
    CHECK(in_scope(all, "/api/wwd/v1/token/create"));
    CHECK_FALSE(in_scope({"c", Role::Admin, "token", {}}, "/api/wwd/v1/token/create"));
    CHECK_FALSE(in_scope(some, "/api/wwd/v1/token/list"));
    for (const char* path : {"/api/images",
                             "/api/wwd/v1/image/build",
                             "/api/",
                             "/api",
                             "/status",
                             "/api/nodesx",
                             "/api/wwd/v1/"}) {
        INFO(path);
        CHECK_FALSE(in_scope(some, path));
    }
}

TEST_CASE("failures are kept of a bounded number of addresses", "[access]") {
    Limits limits;
    limits.addresses = 10;
    limits.failures = 2;
    Failures failures(limits);
    const Failures::Moment now{};
    for (int i = 0; i < 100; ++i) CHECK(failures.count("10.0.0." + std::to_string(i), now));
    CHECK(failures.size() == 10);
    CHECK(failures.count("10.0.0.99", now));
    CHECK_FALSE(failures.count("10.0.0.99", now));
    CHECK(failures.wait("10.0.0.99", now) == limits.forgive);
    CHECK(failures.wait("10.0.0.1", now) == 0s);
    failures.forgive("10.0.0.99");
    failures.forgive("10.0.0.99");
    CHECK(failures.size() == 9);
}

TEST_CASE("right pairs are remembered up to a bound, the newest ones", "[access]") {
    Limits limits;
    limits.remembered = 3;
    Remembered remembered(limits);
    const auto users = std::make_shared<const Users>();
    const Remembered::Moment now{};
    for (int i = 0; i < 10; ++i)
        remembered.keep(
            std::to_string(i), {"u" + std::to_string(i), Role::Admin, "password", {}}, users, now);
    CHECK(remembered.size() == 3);
    CHECK_FALSE(remembered.find("6", users, now));
    CHECK(remembered.find("7", users, now)->name == "u7");
    const auto others = std::make_shared<const Users>();
    CHECK_FALSE(remembered.find("7", others, now));
    // Worked out from the file before.
    remembered.keep("old", {"old", Role::Admin, "password", {}}, users, now);
    CHECK(remembered.size() == 0);
}
