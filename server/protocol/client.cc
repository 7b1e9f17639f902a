// SPDX-License-Identifier: BSD-3-Clause
#include "protocol/client.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "protocol/command_line.h"

namespace ww::protocol {

Result<Client> Client::connect(const std::string& socket_path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_path.size() >= sizeof address.sun_path)
        return Error(ErrorCode::NotFound, fmt::format("{}: socket path too long", socket_path));
    std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd.valid()) return Error::from_errno(errno, "socket");
    // reinterpret_cast: what connect(2) asks for.
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int error_number = errno;
        const Error error = Error::from_errno(error_number, "connect " + socket_path);
        return error_number == ECONNREFUSED ? error.with_code(ErrorCode::Unavailable) : error;
    }
    return Client(std::move(fd));
}

Result<void> Client::exchange(std::string_view path,
                              const std::string& body,
                              const LineSink& line) {
    WW_TRY_VOID(wire_.write(fmt::format("POST {} HTTP/1.1\r\nHost: wwd\r\n"
                                        "Content-Type: application/json\r\n"
                                        "{}: {}\r\n"
                                        "Content-Length: {}\r\n\r\n",
                                        path,
                                        kCommandHeader,
                                        encode_command(command_),
                                        body.size()) +
                            body));
    WW_TRY(const std::optional<Head> head, wire_.read_head());
    if (!head) return Error(ErrorCode::Unavailable, "wwd closed the connection without an answer");
    const bool ok = head->start_line.starts_with("HTTP/1.1 200");
    if (!ok) {
        WW_TRY(const std::string text, wire_.read_body(*head));
        if (const std::string* type = head->find("content-type"); type && *type == kProblemType) {
            WW_TRY(const Problem problem, read_problem_body(text));
            return to_error(problem);
        }
        return Error(ErrorCode::Internal,
                     fmt::format("wwd answered {}: {}", head->start_line, text));
    }
    // A failing line is remembered, and the rest read over: the connection stays usable.
    Result<void> outcome;
    std::string pending;
    WW_TRY_VOID(wire_.read_body(*head, [&](std::string_view piece) -> Result<void> {
        size_t start = 0;
        for (size_t end = piece.find('\n'); end != std::string_view::npos;
             end = piece.find('\n', start)) {
            pending += piece.substr(start, end - start);
            if (outcome) outcome = line(pending);
            pending.clear();
            start = end + 1;
        }
        pending += piece.substr(start);
        if (pending.size() > kMaxBodyBytes)
            return Error(ErrorCode::TooLarge, "a line of the reply is too large");
        return {};
    }));
    if (!pending.empty() && outcome) outcome = line(pending);
    return outcome;
}

}  // namespace ww::protocol
