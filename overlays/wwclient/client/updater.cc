// SPDX-License-Identifier: BSD-3-Clause
#include "client/updater.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "archive/gunzip.h"
#include "base/log.h"
#include "client/network.h"
#include "client/notify.h"
#include "client/stop.h"

namespace ww::client {

namespace {

using std::chrono::seconds;

constexpr seconds kDefaultInterval{300};
constexpr seconds kUpdateDeadline{30};
constexpr seconds kLongestRetryDelay{60};
constexpr seconds kRouteDelay{1};  // between two looks for a route; nobody is asked for them
constexpr uint64_t kMaxUnpackedBytes = uint64_t{2} << 30;

/// What a status means for whoever reads the node's log.
Error refusal(int status) {
    switch (status) {
        case 401:
            return Error(ErrorCode::PermissionDenied,
                         "the server refused the runtime overlay (401)")
                .with_hint("wrong asset key, or it wants a source port below 1024");
        case 403:
            return Error(ErrorCode::PermissionDenied,
                         "the server refused the runtime overlay (403)")
                .with_hint("it gives it over TLS only: is the node's copy of warewulf.conf old?");
        case 400:
        case 404:
            return Error(ErrorCode::NotFound,
                         fmt::format("the server has nothing for this node ({})", status))
                .with_hint("does a node have this address, and does its runtime overlay build?");
        default:
            return Error(ErrorCode::Unavailable, fmt::format("the server answered {}", status));
    }
}

}  // namespace

Updater::Updater(Endpoint server, const Identity& identity, Target target, seconds interval)
    : server_(std::move(server)),
      request_target_(runtime_target(identity)),
      target_(std::move(target)),
      interval_(interval > seconds::zero() ? interval : kDefaultInterval) {}

seconds Updater::next_delay(int failures) const {
    if (failures == 0) return interval_;
    // 1, 2, 4 … seconds: a server that restarts is found soon, one that is down is not pestered.
    seconds delay(1 << std::min(failures - 1, 16));
    return std::min({delay, kLongestRetryDelay, std::max(interval_, seconds(1))});
}

Result<void> Updater::update() {
    WW_TRY(Answer answer, fetch(server_, request_target_, etag_, Clock::now() + kUpdateDeadline));
    if (answer.status == 304) {
        log::debug("runtime overlay has not changed");
        return {};
    }
    if (answer.status != 200) return refusal(answer.status);
    WW_TRY(std::string archive,
           archive::gunzip(answer.body, kMaxUnpackedBytes),
           "reading the runtime overlay");
    WW_TRY(Applied applied, target_.apply(archive));
    for (const std::string& path : applied.changed) log::info("updated {}", path);
    log::debug("runtime overlay applied changed={} unchanged={}",
               applied.changed.size(),
               applied.unchanged);
    if (!applied.failures.empty()) {
        for (const Error& failure : applied.failures) log::warn("{}", failure.describe());
        return applied.failures.front().with_frame(fmt::format(
            "applying the runtime overlay ({} entries failed)", applied.failures.size()));
    }
    etag_ = answer.etag;
    return {};
}

void Updater::report(const Result<void>& outcome) {
    std::string failure = outcome ? "" : outcome.error().describe();
    if (failure == last_failure_) return;
    if (!outcome) {
        log::warn("{}", failure);
    } else {
        log::info("the server answers again");
    }
    last_failure_ = failure;
}

void Updater::tell(const std::string& status) {
    if (!std::exchange(told_ready_, true)) notify("READY=1");
    notify("STATUS=" + status);
}

/// The client starts with the node, often before its network; and networks go away.
void Updater::wait_for_route() {
    if (has_route_to(server_.address)) return;
    const std::string waiting =
        fmt::format("waiting for a route to {}", server_.address.to_string());
    log::info("{}", waiting);
    tell(waiting);
    while (!stop_requested() && !has_route_to(server_.address)) {
        take_update_request();
        sleep_until(Clock::now() + kRouteDelay);
    }
}

void Updater::run() {
    int failures = 0;
    while (!stop_requested()) {
        wait_for_route();
        take_update_request();
        Result<void> outcome = update();
        if (!outcome && outcome.error().code() == ErrorCode::Cancelled) break;
        failures = outcome ? 0 : failures + 1;
        report(outcome);
        tell(outcome ? "Up to date" : outcome.error().headline());
        sleep_until(Clock::now() + next_delay(failures));
    }
    notify("STOPPING=1");
}

}  // namespace ww::client
