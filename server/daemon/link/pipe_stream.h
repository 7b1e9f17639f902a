// SPDX-License-Identifier: BSD-3-Clause
//
// A body that is made while it is sent, on its way from the main process to the front: through a
// pipe, whose end is the end of the body. A front that closes its side wants no more of it; of a
// client that has hung up it tells otherwise, since there may be a last word for it.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "base/file.h"
#include "http/message.h"
#include "http/task.h"

namespace ww::daemon {

namespace asio = boost::asio;

/// Writes what `source` gives into a pipe, on the context's thread, and returns the other end.
/// `gone` stops when the client has hung up, which the source is told. `done` is called once when
/// the source is over or nobody reads it any more; the source is destroyed then. Errors: Io.
Result<UniqueFd> pour_into_pipe(asio::io_context& context,
                                std::unique_ptr<http::BodySource> source,
                                std::stop_token gone,
                                std::function<void()> done);

/// The other end as a body, with what its hung_up() does. The context is that of its reads; next()
/// may be called anywhere.
std::unique_ptr<http::BodySource> pipe_source(asio::io_context& context,
                                              UniqueFd end,
                                              std::function<void()> hung_up);

}  // namespace ww::daemon
