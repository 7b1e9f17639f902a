// SPDX-License-Identifier: BSD-3-Clause
#include "rest/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "base/net.h"
#include "base/quote.h"
#include "config/config.h"
#include "http/limits.h"
#include "http/work_pool.h"
#include "jobs/registry.h"
#include "rest/openapi.h"
#include "rest/replies.h"
#include "rest/route.h"

namespace ww::rest {

namespace {

/// An address of a zone (fe80::1%eth0) is in no network.
bool is_allowed(const std::vector<Cidr>& subnets, const std::string& peer) {
    const auto address = IpAddress::parse(peer);
    return address && std::ranges::any_of(
                          subnets, [&](const Cidr& subnet) { return subnet.contains(*address); });
}

http::Reply wrong_method(const std::vector<Method>& allowed) {
    http::Reply reply;
    reply.status = 405;
    for (const Method method : allowed)
        reply.headers.emplace_back("Allow", std::string(to_string(method)));
    return reply;
}

/// What is answered before anybody asks who it is; nothing: that has to be asked.
std::optional<http::Reply> refusal(const config::ApiConf& conf,
                                   const Head& head,
                                   const Match& found) {
    if (conf.tls() && !head.tls) return http::Reply{403, {}, {}, {}};
    if (auto open = open_reply(head)) return open;
    if (found.route == nullptr && !found.allowed.empty()) return wrong_method(found.allowed);
    if (found.route == nullptr) return http::text_reply(404, "404 page not found\n");
    if (!is_allowed(conf.allowed_subnets, head.peer_address))
        return http::text_reply(403, "Forbidden\n");
    return std::nullopt;
}

http::Reply not_let_in(const Error& error) {
    if (error.code() == ErrorCode::Unauthenticated) {
        http::Reply reply = http::text_reply(401, "Unauthorized\n");
        reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Restricted\"");
        return reply;
    }
    http::Reply reply = http::text_reply(503, error.message() + "\n");
    reply.headers.emplace_back("Retry-After", std::to_string(http::kRetryAfterSeconds));
    return reply;
}

api::Caller caller_of(const access::Who& who, const Head& head) {
    api::Caller caller{.is_admin = who.role == access::Role::Admin,
                       .is_operator = who.role >= access::Role::Operator,
                       .user = who.name,
                       .via = "rest"};
    if (head.command.empty())
        caller.command = fmt::format("{} {}", to_string(head.method), head.path_text());
    else
        caller.take_command(head.command);
    return caller;
}

/// A call that waits for the end of its job, on no thread, to be answered then.
class Wait : public std::enable_shared_from_this<Wait> {
   public:
    Wait(std::shared_ptr<Exchange> exchange, Call call, Later later, http::WorkPool& pool)
        : exchange_(std::move(exchange)),
          call_(std::move(call)),
          later_(std::move(later)),
          watch_(later_.job, /*keeps=*/true),
          pool_(pool) {}

    void start() {
        gone_.emplace(exchange_->gone(), Leave{*this});
        follow();
    }

   private:
    struct Leave {
        Wait& wait;
        void operator()() const { (void)wait.watch_.leave(); }
    };

    void follow() {
        watch_.next([self = shared_from_this()](const jobs::Events& events) {
            if (!events.end) return self->follow();
            const bool taken =
                self->pool_.submit([self, error = events.end->error] { self->finish(error); });
            if (!taken) self->exchange_->answer(http::busy_reply());
        });
    }

    void finish(const std::optional<Error>& error) {
        if (error) return exchange_->answer(error_reply(call_.route, *error));
        auto reply = later_.then(call_);
        exchange_->answer(reply ? std::move(*reply) : error_reply(call_.route, reply.error()));
    }

    const std::shared_ptr<Exchange> exchange_;
    const Call call_;
    const Later later_;
    jobs::Job::Watch watch_;
    http::WorkPool& pool_;
    std::optional<std::stop_callback<Leave>> gone_;
};

/// A place among those for who is no administrator, until its last copy is gone. Nothing: all are
/// taken.
std::shared_ptr<const void> take_place(const std::shared_ptr<std::atomic<size_t>>& taken) {
    if (taken->fetch_add(1) >= kMaxOthersCalls) {
        taken->fetch_sub(1);
        return nullptr;
    }
    return {taken.get(), [taken](const void*) { taken->fetch_sub(1); }};
}

/// A stream keeps the place of its call.
class HeldStream final : public http::BodySource {
   public:
    HeldStream(std::unique_ptr<BodySource> stream, std::shared_ptr<const void> place)
        : place_(std::move(place)), stream_(std::move(stream)) {}
    void next(std::function<void(std::string)> ready) override { stream_->next(std::move(ready)); }
    void hung_up() override { stream_->hung_up(); }

   private:
    const std::shared_ptr<const void> place_;  // goes last
    const std::unique_ptr<BodySource> stream_;
};

/// On the pool.
void work(const std::shared_ptr<Exchange>& exchange, Call call, http::WorkPool& pool) {
    auto answer = call.route.handler(call);
    if (!answer) {
        const Error& error = answer.error();
        http::Reply reply = error_reply(call.route, error);
        if (reply.status >= 500)
            log::error("api.failed path={} user={} {}",
                       quote(call.head.path_text()),
                       quote(call.caller.user),
                       error.describe());
        return exchange->answer(std::move(reply));
    }
    if (auto* reply = std::get_if<http::Reply>(&*answer)) {
        auto* stream = std::get_if<std::unique_ptr<http::BodySource>>(&reply->body);
        if (stream != nullptr && call.place)
            *stream = std::make_unique<HeldStream>(std::move(*stream), call.place);
        return exchange->answer(std::move(*reply));
    }
    std::make_shared<Wait>(exchange, std::move(call), std::move(std::get<Later>(*answer)), pool)
        ->start();
}

void run(const std::shared_ptr<Exchange>& exchange, Call call, Body body, http::WorkPool& pool) {
    // Shared, since what a pool takes can be copied.
    const auto shared = std::make_shared<Body>(std::move(body));
    const bool taken = pool.submit([exchange, call = std::move(call), shared, &pool]() mutable {
        auto text = shared->take();
        if (!text) return exchange->answer(error_reply(call.route, text.error()));
        call.body = std::move(*text);
        work(exchange, std::move(call), pool);
    });
    if (!taken) exchange->answer(http::busy_reply());
}

}  // namespace

api::Call Call::api() const {
    return {site, caller, [this](const protocol::Note& note) {
                if (note.level == "warn" || note.level == "error")
                    log::warn("api.note path={} {}", quote(head.path_text()), note.text);
            }};
}

Service::Service(const api::Site& site, access::Gatekeeper& gatekeeper, http::WorkPool& pool)
    : site_(site), gatekeeper_(gatekeeper), pool_(pool) {}

void Service::begin(std::shared_ptr<Exchange> exchange) {
    const Head& head = exchange->head();
    Match found = match(head);
    if (auto no = refusal(site_.conf.api, head, found)) return exchange->answer(std::move(*no));
    const auto admit = [this, exchange, found](Result<access::Who> who) {
        if (!who) return exchange->answer(not_let_in(who.error()));
        const Route& route = *found.route;
        const Head& asked = exchange->head();
        if (who->role < route.role || !access::in_scope(*who, asked.path_text()))
            return exchange->answer(error_reply(
                route,
                Error(ErrorCode::PermissionDenied,
                      fmt::format("{} may not {}", quote(who->name), route.doc))
                    .with_hint("it takes another role or scope: auth.conf, wwctl token list")));
        std::shared_ptr<const void> place;
        if (who->role != access::Role::Admin && (place = take_place(others_)) == nullptr)
            return exchange->answer(http::busy_reply());
        Call call{.site = site_,
                  .route = route,
                  .head = asked,
                  .caller = caller_of(*who, asked),
                  .names = found.names,
                  .place = std::move(place)};
        if (route.body == kNoBody || asked.body_bytes == 0)
            return run(exchange, std::move(call), {}, pool_);
        exchange->read_body(route.body,
                            [exchange, call = std::move(call), &pool = pool_](Body body) {
                                run(exchange, call, std::move(body), pool);
                            });
    };
    gatekeeper_.check(head.authorization, head.peer_address, admit);
}

}  // namespace ww::rest
