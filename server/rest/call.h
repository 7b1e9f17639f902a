// SPDX-License-Identifier: BSD-3-Clause
//
// One call that may be worked on, and what its handler gives. Handlers are plain functions: a test
// calls them without a socket. Internal to this layer.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "api/handlers.h"
#include "http/message.h"
#include "rest/head.h"

namespace ww::rest {

struct Route;

struct Call {
    const api::Site& site;
    const Route& route;
    const Head& head;
    api::Caller caller;
    std::vector<std::string> names = {};  // what stands for the {…} of the route's path, in order
    std::string body = {};
    std::shared_ptr<const void> place = {};  // of a caller who is no administrator (service.h)

    /// For the handlers of `api`. Their notes go to the log, as far as they warn.
    api::Call api() const;
};

/// An answer that a job will have: `then` is called when that is done. Its client gone, the job
/// ends.
struct Later {
    jobs::JobPtr job;
    std::function<Result<http::Reply>(const Call& call)> then;
};

using Answer = std::variant<http::Reply, Later>;

/// Blocking; any thread. Errors become the reply that the route's dialect has for them.
using Handler = Result<Answer> (*)(const Call& call);

}  // namespace ww::rest
