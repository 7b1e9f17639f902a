// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/session.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <utility>

#include "base/site_files.h"

namespace ww::ctl {

namespace {

bool nobody_listens(const Error& error) {
    return error.code() == ErrorCode::NotFound || error.code() == ErrorCode::Unavailable;
}

}  // namespace

Result<std::string> program_beside(const std::string& name) {
    char self[PATH_MAX];
    const ssize_t length = ::readlink("/proc/self/exe", self, sizeof self);
    if (length <= 0) return Error::from_errno(errno, "readlink /proc/self/exe");
    const std::string_view path(self, static_cast<size_t>(length));
    return fmt::format("{}/{}", path.substr(0, path.rfind('/')), name);
}

Session::Session(Session&& other) noexcept
    : client_(std::move(other.client_)),
      private_wwd_(std::exchange(other.private_wwd_, 0)),
      output_(other.output_),
      welcome_(std::move(other.welcome_)) {}

Session::~Session() {
    if (private_wwd_ == 0) return;
    // The end of the connection is its end.
    ::shutdown(client_.fd(), SHUT_RDWR);
    int status = 0;
    while (::waitpid(private_wwd_, &status, 0) < 0 && errno == EINTR) {
    }
}

Result<Session> Session::open(const std::string& config,
                              Output& output,
                              const std::string& command) {
    const std::string path = canonical_config(config);
    if (is_default_config(path)) {
        // Only the default site has a socket that can be found without reading its configuration.
        auto client = protocol::Client::connect(socket_file(run_folder(path, "")));
        if (client) {
            Session session(std::move(*client), 0, output);
            session.client_.set_command(command);
            WW_TRY_VOID(session.greet(path));
            return session;
        }
        if (!nobody_listens(client.error())) return client.error();
    }
    WW_TRY(Session session, start_private(path, output));
    session.client_.set_command(command);
    WW_TRY_VOID(session.greet(path));
    auto client = protocol::Client::connect(session.welcome_.socket);
    if (!client) {
        if (!nobody_listens(client.error())) return client.error();
        return session;
    }
    Session daemon(std::move(*client), 0, output);
    daemon.client_.set_command(command);
    WW_TRY_VOID(daemon.greet(path));
    return daemon;
}

Result<Session> Session::start_private(const std::string& config, Output& output) {
    WW_TRY(const std::string program, program_beside("wwd"));
    int fds[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
        return Error::from_errno(errno, "socketpair");
    UniqueFd ours(fds[0]);
    const UniqueFd theirs(fds[1]);

    // stdin and stdout are this command's: a prompt reads the one, data goes to the other.
    constexpr int kPrivateFd = 3;
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), kPrivateFd);
    std::string words[] = {
        program, "--warewulfconf", config, "--private", fmt::to_string(kPrivateFd)};
    char* argv[] = {words[0].data(),
                    words[1].data(),
                    words[2].data(),
                    words[3].data(),
                    words[4].data(),
                    nullptr};
    pid_t child = 0;
    const int failed = ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0)
        return Error::from_errno(failed, "start " + program)
            .with_code(ErrorCode::Internal)
            .with_hint("wwctl needs the wwd it was installed with");
    return Session(protocol::Client(std::move(ours)), child, output);
}

Result<void> Session::greet(const std::string& config) {
    WW_TRY(welcome_, call(protocol::route::SayHello{}, {config}));
    if (welcome_.config != config)
        return Error(ErrorCode::Conflict,
                     fmt::format("the running wwd serves {}, not {}", welcome_.config, config));
    return {};
}

}  // namespace ww::ctl
