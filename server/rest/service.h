// SPDX-License-Identifier: BSD-3-Clause
//
// Answers calls: who may, what is asked, and the handler on a thread of its own. Source:
// reference/http.md §5.1.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "access/access.h"
#include "api/site.h"
#include "rest/exchange.h"

namespace ww::http {
class WorkPool;
}

namespace ww::rest {

/// Calls at once, streams included, of those who are no administrators: what else may be under way
/// is left to these. One more is told to come back.
inline constexpr size_t kMaxOthersCalls = 256;

/// Any thread. What it is made of must outlive it, and the pool every call.
class Service final : public Calls {
   public:
    Service(const api::Site& site, access::Gatekeeper& gatekeeper, http::WorkPool& pool);

    /// The rule about TLS, the route, the network it comes from, the login, the role: in
    /// upstream's order. Only then is a body read, and the handler run on the pool.
    void begin(std::shared_ptr<Exchange> exchange) override;

   private:
    const api::Site& site_;
    access::Gatekeeper& gatekeeper_;
    http::WorkPool& pool_;
    const std::shared_ptr<std::atomic<size_t>> others_ = std::make_shared<std::atomic<size_t>>(0);
};

}  // namespace ww::rest
