// SPDX-License-Identifier: BSD-3-Clause
//
// Turns: which body goes on next. An event loop sends one part of one body, then looks at
// everything else that is ready: a small answer waits for a part or two, however many bodies are
// under way.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/execution_context.hpp>
#include <deque>
#include <mutex>

#include "http/task.h"

namespace ww::http {

/// One for each io_context; it lives as long as that.
class Turns final : public asio::execution_context::service {
   public:
    static inline asio::execution_context::id id;

    explicit Turns(asio::execution_context& owner);
    static Turns& of(Socket& socket);

    /// Returns when it is the caller's turn: to send once, without waiting in between.
    Task<void> take();

   private:
    using Resume = asio::async_result<asio::use_awaitable_t<Executor>, void()>::handler_type;

    void shutdown() override;
    void wait(Resume resume, const Executor& executor);
    void give(const Executor& executor);

    std::mutex mutex_;  // for contexts that several threads run
    std::deque<Resume> waiting_;
};

}  // namespace ww::http
