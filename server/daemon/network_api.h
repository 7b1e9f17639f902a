// SPDX-License-Identifier: BSD-3-Clause
//
// Whoever answers calls of /api that come over the network, with threads of their own: they take
// none from nodes that boot, nor from administrators at the UNIX socket.
#pragma once

#include <chrono>
#include <functional>

#include "access/access.h"
#include "api/site.h"
#include "http/work_pool.h"
#include "rest/service.h"

namespace ww::daemon {

class NetworkApi {
   public:
    /// `tidy`: what a pool of this process does in a lull.
    NetworkApi(const api::Site& site, http::WorkPool::Lull lull);

    rest::Calls& calls() { return service_; }
    /// As WorkPool::close().
    bool close(std::chrono::milliseconds patience) { return pool_.close(patience); }

   private:
    http::WorkPool pool_;
    access::Gatekeeper gatekeeper_;
    rest::Service service_;
};

}  // namespace ww::daemon
