// SPDX-License-Identifier: BSD-3-Clause
//
// Answers calls: who may, what is asked, and the handler on a thread of its own. Source:
// reference/http.md §5.1.
#pragma once

#include <memory>

#include "access/access.h"
#include "api/site.h"
#include "rest/exchange.h"

namespace ww::http {
class WorkPool;
}

namespace ww::rest {

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
};

}  // namespace ww::rest
