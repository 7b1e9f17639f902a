// SPDX-License-Identifier: BSD-3-Clause
//
// What wwd says to systemd, and the sockets it may get from there. Without a service manager all of
// it does nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"

namespace ww::daemon {

struct NamedSocket {
    std::string name;  // FileDescriptorName= of the socket unit
    UniqueFd fd;
};

/// Once, early: later calls and child processes get none.
std::vector<NamedSocket> sockets_from_service_manager();

void notify_ready();
void notify_reloading();
void notify_stopping();
/// How often it wants a sign of life; nothing: not at all.
std::optional<std::chrono::microseconds> watchdog_interval();
void notify_alive();
/// Signs of life of a process that opens no socket any more.
class LifeLine {
   public:
    /// Nothing: nobody wants any.
    static std::optional<LifeLine> open();
    std::chrono::microseconds interval() const { return interval_; }
    void show() const;

   private:
    LifeLine(UniqueFd socket, std::chrono::microseconds interval)
        : socket_(std::move(socket)), interval_(interval) {}

    UniqueFd socket_;
    std::chrono::microseconds interval_;
};
/// One line for `systemctl status`.
void notify_status(std::string_view text);

}  // namespace ww::daemon
