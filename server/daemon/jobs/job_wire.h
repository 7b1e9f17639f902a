// SPDX-License-Identifier: BSD-3-Clause
//
// What goes over the socket between the daemon and the process of a job. There: the order, and with
// it the holds as descriptors. Back: the lines of a reply (protocol/json.h), each with its newline,
// until the end. Whoever wants no more of it shuts the socket down for sending.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "jobs/hold.h"

namespace ww::daemon {

/// The largest request that a job may be: a list of all images.
inline constexpr size_t kMaxOrderBytes = 4 << 20;
/// One line of what comes back; a note tells one thing.
inline constexpr size_t kMaxJobLineBytes = 1 << 20;
/// What one job may hold: far more than a site has images.
inline constexpr size_t kMaxOrderHolds = 10'000;

struct OrderPacket {
    std::string order;
    std::vector<jobs::Hold> holds;
};

/// Blocking. Errors: TooLarge, Io.
Result<void> send_order(int socket, std::string_view order, const std::vector<jobs::Hold>& holds);
/// Blocking. Errors: Unavailable (the sender is gone), TooLarge, InvalidArgument (no order).
Result<OrderPacket> receive_order(int socket);

/// Blocking. Without SIGPIPE. Errors: Io.
Result<void> send_all(int socket, std::string_view bytes);
/// Calls `line` for each, without its newline, to the end of what is sent. One that is not ended is
/// none. Blocking, but no longer than until the descriptor `enough` is readable (-1: never).
/// Errors: those of `line`; TooLarge; Timeout (it was enough); Io.
Result<void> read_lines(int socket,
                        int enough,
                        const std::function<Result<void>(std::string_view)>& line);
/// What is still sent, to its end, for nobody. As long as that.
void read_over(int socket, int enough);

}  // namespace ww::daemon
