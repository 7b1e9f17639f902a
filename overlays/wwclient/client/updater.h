// SPDX-License-Identifier: BSD-3-Clause
//
// Updater: one update after the other, until told to stop.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "client/apply.h"
#include "client/fetch.h"
#include "client/identity.h"

namespace ww::client {

class Updater {
   public:
    /// `interval`: from one successful update to the next; zero or less means 300 s.
    Updater(Endpoint server,
            const Identity& identity,
            Target target,
            std::chrono::seconds interval);

    /// One update. Errors: see fetch(); PermissionDenied and others for the server's refusals;
    /// the first failure of apply().
    Result<void> update();

    /// Updates at once, then again and again; after a failure sooner, see next_delay(). While there
    /// is no way to the server it waits, with one line in the log. Tells the service manager that
    /// it is ready after the first attempt, whatever came of it.
    void run();

    /// Seconds to the next attempt after `failures` in a row (0: success).
    std::chrono::seconds next_delay(int failures) const;

   private:
    void wait_for_route();
    void report(const Result<void>& outcome);
    void tell(const std::string& status);

    Endpoint server_;
    std::string request_target_;
    Target target_;
    std::chrono::seconds interval_;
    std::string etag_;          // of what was applied last, without a failure
    std::string last_failure_;  // said once, not at every attempt
    bool told_ready_ = false;
};

}  // namespace ww::client
