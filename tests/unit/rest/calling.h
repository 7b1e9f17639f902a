// SPDX-License-Identifier: BSD-3-Clause
//
// A site with a service in front of it, and calls on that without a front.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "access/access.h"
#include "base/file.h"
#include "http/work_pool.h"
#include "rest/service.h"
#include "support/catch.h"
#include "unit/api/site_fixture.h"

namespace ww::rest::test {

/// wheat-flour, as auth.conf has it.
inline constexpr const char* kHash = "$2b$04$abcdefghijklmnopqrstuuMpdjePj/bnbh/IzZHoWL2MskVMcd6Uq";
/// ops:wheat-flour, ian:wheat-flour (operator), eve:wheat-flour (read-only), ops:no.
inline constexpr const char* kOps = "Basic b3BzOndoZWF0LWZsb3Vy";
inline constexpr const char* kIan = "Basic aWFuOndoZWF0LWZsb3Vy";
inline constexpr const char* kEve = "Basic ZXZlOndoZWF0LWZsb3Vy";
inline constexpr const char* kWrong = "Basic b3BzOm5v";

struct Got {
    int status = 0;
    http::Headers headers;
    std::string body;

    std::string header(std::string_view name) const {
        return std::string(http::find(headers, name).value_or(""));
    }
};

/// A call whose body is there when it is asked for, or waits in `held`.
class FakeExchange final : public Exchange {
   public:
    FakeExchange(Head head, std::string body, bool body_comes)
        : head_(std::move(head)), body_(std::move(body)), body_comes_(body_comes) {}
    ~FakeExchange() override {
        if (!answered) promise.set_value({500, {}, "dropped"});
    }
    const Head& head() const override { return head_; }
    void read_body(size_t limit, std::function<void(Body)> then) override {
        body_was_read = true;
        if (body_.size() > limit) return answer({413, {}, {}, {}});
        if (!body_comes_) {
            held = std::move(then);
            return;
        }
        then({body_, {}, 0});
    }
    void answer(http::Reply reply) override {
        Got got{reply.status, reply.headers, {}};
        if (auto* text = std::get_if<std::string>(&reply.body)) got.body = *text;
        answered = true;
        promise.set_value(std::move(got));
    }
    std::stop_token gone() const override { return source.get_token(); }

    std::promise<Got> promise;
    std::stop_source source;
    bool body_was_read = false;
    bool answered = false;
    std::function<void(Body)> held;

   private:
    const Head head_;
    const std::string body_;
    const bool body_comes_;
};

class CallFixture {
   public:
    explicit CallFixture(const std::string& nodes_conf = "nodeprofiles: {}\nnodes: {}\n")
        : site_fixture(nodes_conf, ww::test::SiteFixture::History::Kept),
          conf(site_fixture.site().conf),
          site{.config = site_fixture.site().config,
               .conf = conf,
               .database = site_fixture.site().database,
               .overlays = site_fixture.site().overlays,
               .jobs = site_fixture.site().jobs,
               .tokens = site_fixture.site().tokens} {
        std::string users = "users:\n";
        for (const auto& [name, role] : {std::pair{"ops", ""},
                                         std::pair{"ian", "    role: operator\n"},
                                         std::pair{"eve", "    role: read-only\n"}})
            users += std::string("  - name: ") + name + "\n    password hash: \"" + kHash + "\"\n" +
                     role;
        REQUIRE(replace_file(conf.paths.auth_conf(), users, 0600));
        gatekeeper = std::make_unique<access::Gatekeeper>(
            access::Gatekeeper::Files{conf.paths.auth_conf()}, nullptr);
        service = std::make_unique<Service>(site, *gatekeeper, pool);
    }
    ~CallFixture() {
        gatekeeper.reset();
        pool.close();
    }

    struct Asked {
        Method method = Method::Get;
        std::string target;
        std::string body = {};
        std::string authorization = kOps;
        std::string if_match = {};
        std::string if_none_match = {};
        std::string content_type = {};
        std::string peer = "127.0.0.1";
        bool tls = false;
        bool body_comes = true;
    };
    std::shared_ptr<FakeExchange> begin(const Asked& asked) {
        http::Request request;
        request.method = to_string(asked.method);
        request.target = asked.target;
        auto head = parse_head(request);
        REQUIRE(head);
        head->authorization = asked.authorization;
        head->if_match = asked.if_match;
        head->if_none_match = asked.if_none_match;
        head->content_type = asked.content_type;
        head->peer_address = asked.peer;
        head->tls = asked.tls;
        head->body_bytes = static_cast<int64_t>(asked.body.size());
        auto exchange =
            std::make_shared<FakeExchange>(std::move(*head), asked.body, asked.body_comes);
        service->begin(exchange);
        return exchange;
    }
    static Got wait(const std::shared_ptr<FakeExchange>& exchange) {
        auto got = exchange->promise.get_future();
        REQUIRE(got.wait_for(std::chrono::seconds(30)) == std::future_status::ready);
        return got.get();
    }
    Got ask(const Asked& asked) { return wait(begin(asked)); }
    Got get(std::string target) { return ask({.target = std::move(target)}); }

    ww::test::SiteFixture site_fixture;
    config::WarewulfConf conf;
    api::Site site;
    http::WorkPool pool{2, 100};
    std::unique_ptr<access::Gatekeeper> gatekeeper;
    std::unique_ptr<Service> service;
};

}  // namespace ww::rest::test
