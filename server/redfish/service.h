// SPDX-License-Identifier: BSD-3-Clause
//
// One Redfish service, logged in to: with a session that ends with this object, or, where the
// service has none to give, with the password in every request. Source: DSP0266.
#pragma once

#include <memory>
#include <string>

#include "fetch/client.h"
#include "redfish/document.h"

namespace ww::redfish {

struct Target {
    fetch::Host host;
    std::string user;
    std::string password;
    fetch::Trust trust = {};
    std::chrono::milliseconds patience{30'000};  // with one answer
};

/// A resource and what tells whether it has changed since; "" if the service does not say.
struct Resource {
    Document document;
    std::string etag;
};

/// One thread. Blocking.
class Service {
   public:
    /// Errors: those of fetch, Unauthenticated (wrong password), NotFound (no Redfish there).
    static Result<std::unique_ptr<Service>> open(const Target& target, int stop_fd);
    /// Ends the session, also when everything else was stopped; waits for that a moment only.
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    const Document& root() const { return root_; }

    Result<Resource> get(const std::string& path);
    /// Errors: Conflict, if it is no longer what `etag` stands for.
    Result<void> patch(const std::string& path, const std::string& body, const std::string& etag);
    /// Blocks until the task that it may have started is done.
    Result<void> post(const std::string& path, const std::string& body);

   private:
    Service(const Target& target, int stop_fd);

    Result<void> login();
    Result<bool> begin_session();
    /// Whatever the status.
    Result<fetch::Reply> exchange(const std::string& method,
                                  const std::string& path,
                                  const std::string& body = {},
                                  const std::string& etag = {});
    Result<void> change(const std::string& method,
                        const std::string& path,
                        const std::string& body,
                        const std::string& etag);
    Result<void> follow_task(const fetch::Reply& accepted);

    Target target_;
    int stop_fd_;
    fetch::Client client_;
    Document root_;
    std::string token_;    // of the session
    std::string session_;  // where it is
    std::string basic_;    // Authorization, without a session
};

}  // namespace ww::redfish
