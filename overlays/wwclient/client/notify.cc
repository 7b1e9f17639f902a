// SPDX-License-Identifier: BSD-3-Clause
#include "client/notify.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "base/file.h"

namespace ww::client {

void notify(std::string_view state) {
    const char* variable = std::getenv("NOTIFY_SOCKET");
    if (!variable) return;
    std::string_view path = variable;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof(address.sun_path)) return;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path[0] == '@') address.sun_path[0] = '\0';  // an abstract name

    UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!fd.valid()) return;
    auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    sendto(fd.get(),
           state.data(),
           state.size(),
           MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address),
           size);
}

}  // namespace ww::client
