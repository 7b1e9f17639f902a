// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/session.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/path.h"
#include "base/site_files.h"

namespace ww::ctl {

namespace {

bool nobody_listens(const Error& error) {
    return error.code() == ErrorCode::NotFound || error.code() == ErrorCode::Unavailable;
}

}  // namespace

std::string usual_config() {
    const char* path = std::getenv("WAREWULFCONF");
    return path != nullptr && *path != '\0' ? path : default_config();
}

Result<std::string> program_beside(const std::string& name) {
    WW_TRY(const std::string self, own_program());
    return fmt::format("{}/{}", folder_of(self), name);
}

Session::~Session() {
    if (!private_wwd_.started()) return;
    // The end of the connection is its end.
    ::shutdown(client_.fd(), SHUT_RDWR);
    (void)private_wwd_.wait();
}

Result<Session> Session::open(const std::string& config,
                              Output& output,
                              const std::string& command) {
    const std::string path = canonical_config(config);
    if (is_packaged_config(path)) {
        // Only the packaged site has a socket that can be found without reading its configuration.
        auto client = protocol::Client::connect(socket_file(run_folder(path, "")));
        if (client) {
            Session session(std::move(*client), {}, output);
            session.client_.set_command(command);
            WW_TRY_VOID(session.greet(path));
            return session;
        }
        if (!nobody_listens(client.error())) return client.error();
    }
    WW_TRY(Session session, open_own(path, output, command));
    auto client = protocol::Client::connect(session.welcome_.socket);
    if (!client) {
        if (!nobody_listens(client.error())) return client.error();
        return session;
    }
    Session daemon(std::move(*client), {}, output);
    daemon.client_.set_command(command);
    WW_TRY_VOID(daemon.greet(path));
    return daemon;
}

Result<Session> Session::open_own(const std::string& config,
                                  Output& output,
                                  const std::string& command) {
    const std::string path = canonical_config(config);
    WW_TRY(Session session, start_private(path, output));
    session.client_.set_command(command);
    WW_TRY_VOID(session.greet(path));
    return session;
}

Result<Session> Session::open_remote(const protocol::Server& server,
                                     Output& output,
                                     const std::string& command) {
    WW_TRY(protocol::Client client, protocol::Client::connect(server));
    Session session(std::move(client), {}, output);
    session.client_.set_command(command);
    // Which configuration that is, is the server's business.
    WW_TRY(session.welcome_, session.call(protocol::route::SayHello{}, {}));
    return session;
}

Result<Session> Session::start_private(const std::string& config, Output& output) {
    WW_TRY(const std::string program, program_beside("wwd"));
    int fds[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
        return Error::from_errno(errno, "socketpair");
    UniqueFd ours(fds[0]);
    const UniqueFd theirs(fds[1]);
    const UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));

    // stdin and stdout are this command's: a prompt reads the one, data goes to the other.
    constexpr int kPrivateFd = 3;
    auto wwd = Process::start(
        {.words = {program, "--warewulfconf", config, "--private", fmt::to_string(kPrivateFd)},
         .descriptors = {{nothing.get(), STDIN_FILENO},
                         {STDERR_FILENO, STDOUT_FILENO},
                         {theirs.get(), kPrivateFd}}});
    if (!wwd)
        return wwd.error()
            .with_code(ErrorCode::Internal)
            .with_hint("wwctl needs the wwd it was installed with");
    return Session(protocol::Client(std::move(ours)), std::move(*wwd), output);
}

void Session::tell(std::string_view path, double milliseconds, std::string_view failure) const {
    output_->message(Level::Debug,
                     fmt::format("asked {} for {}: {} after {:.1f} ms",
                                 private_wwd_.started() ? "a wwd of our own" : "the running wwd",
                                 path,
                                 failure.empty() ? "answered" : failure,
                                 milliseconds));
}

Result<void> Session::greet(const std::string& config) {
    WW_TRY(welcome_, call(protocol::route::SayHello{}, {config}));
    if (welcome_.config != config)
        return Error(ErrorCode::Conflict,
                     fmt::format("the running wwd serves {}, not {}", welcome_.config, config));
    return {};
}

}  // namespace ww::ctl
