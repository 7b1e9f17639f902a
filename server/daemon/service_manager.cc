// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/service_manager.h"

#include <fcntl.h>
#include <systemd/sd-daemon.h>

#include <cstdlib>
#include <ctime>

#include "protocol/client.h"

namespace ww::daemon {

std::vector<NamedSocket> sockets_from_service_manager() {
    std::vector<NamedSocket> sockets;
    char** names = nullptr;
    const int count = ::sd_listen_fds_with_names(/*unset_environment=*/1, &names);
    for (int i = 0; i < count; ++i) {
        UniqueFd fd(SD_LISTEN_FDS_START + i);
        (void)::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
        // accept4(2) in a loop until nothing is left wants a listener that does not block.
        (void)::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
        sockets.push_back({names[i], std::move(fd)});
        std::free(names[i]);
    }
    std::free(static_cast<void*>(names));
    return sockets;
}

void notify_ready() { (void)::sd_notify(0, "READY=1"); }

void notify_reloading() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const unsigned long long us = static_cast<unsigned long long>(now.tv_sec) * 1'000'000 +
                                  static_cast<unsigned long long>(now.tv_nsec) / 1000;
    (void)::sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu", us);
}

void notify_stopping() { (void)::sd_notify(0, "STOPPING=1"); }

std::optional<std::chrono::microseconds> watchdog_interval() {
    uint64_t us = 0;
    if (::sd_watchdog_enabled(/*unset_environment=*/0, &us) <= 0) return std::nullopt;
    return std::chrono::microseconds(us);
}

void notify_alive() { (void)::sd_notify(0, "WATCHDOG=1"); }

std::optional<LifeLine> LifeLine::open() {
    const auto interval = watchdog_interval();
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (!interval || path == nullptr || *path != '/') return std::nullopt;
    auto socket = protocol::connect_unix(path, SOCK_DGRAM);
    if (!socket) return std::nullopt;
    return LifeLine(std::move(*socket), *interval);
}

void LifeLine::show() const {
    constexpr std::string_view kText = "WATCHDOG=1";
    (void)::send(socket_.get(), kText.data(), kText.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void notify_status(std::string_view text) {
    (void)::sd_notifyf(0, "STATUS=%.*s", static_cast<int>(text.size()), text.data());
}

}  // namespace ww::daemon
