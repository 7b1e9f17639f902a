// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/network_api.h"

#include <utility>

#include "config/config.h"
#include "daemon/link/back_calls.h"

namespace ww::daemon {

namespace {

constexpr size_t kCallThreads = 4;
constexpr size_t kCallQueue = 512;

// Administrators always get through, whoever else asks.
static_assert(access::Limits().requests + rest::kMaxOthersCalls < kMaxCalls);
static_assert(rest::kMaxOthersCalls < kCallQueue);

}  // namespace

NetworkApi::NetworkApi(const api::Site& site, http::WorkPool::Lull lull)
    : pool_(kCallThreads, kCallQueue, std::move(lull), http::WorkPool::Runs::BesideAnswers),
      gatekeeper_({.auth_conf = site.conf.paths.auth_conf()}, &site.tokens),
      service_(site, gatekeeper_, pool_) {}

}  // namespace ww::daemon
