// SPDX-License-Identifier: BSD-3-Clause
#include "http/turns.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <optional>
#include <utility>

namespace ww::http {

Turns::Turns(asio::execution_context& owner) : asio::execution_context::service(owner) {}

Turns& Turns::of(Socket& socket) {
    return asio::use_service<Turns>(
        static_cast<asio::execution_context&>(socket.get_executor().context()));
}

void Turns::shutdown() { const std::deque<Resume> forgotten = std::exchange(waiting_, {}); }

Task<void> Turns::take() {
    const Executor executor = co_await asio::this_coro::executor;
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
        [this, executor](Resume resume) { wait(std::move(resume), executor); }, use_task);
}

void Turns::wait(Resume resume, const Executor& executor) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(resume));
    // The loop's queue is in order: what was ready before comes before, and it looks for more.
    if (waiting_.size() == 1) asio::post(executor, [this, executor] { give(executor); });
}

void Turns::give(const Executor& executor) {
    std::optional<Resume> first;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) return;
        first.emplace(std::move(waiting_.front()));
        waiting_.pop_front();
        if (!waiting_.empty()) asio::post(executor, [this, executor] { give(executor); });
    }
    asio::dispatch(executor, *std::move(first));
}

}  // namespace ww::http
