// SPDX-License-Identifier: BSD-3-Clause
//
// The coroutine and socket types of this layer. A connection is one chain of operations, each
// started by the end of the one before, so it needs no lock and no strand however many threads run
// its context.
//
// Never write co_await in the condition of an if or a loop. In a coroutine without local variables
// g++ 12 then puts a variable of its own in front of the frame's header, and resuming it jumps into
// nowhere (tests/lint looks for it).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ww::http {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

// The concrete executor: any_io_executor would cost an indirect call per operation.
using Executor = asio::io_context::executor_type;

template <class T>
using Task = asio::awaitable<T, Executor>;
inline constexpr asio::use_awaitable_t<Executor> use_task{};

/// A connected stream socket of any family.
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;

}  // namespace ww::http
