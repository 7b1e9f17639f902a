// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/jobs/job_process.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <csignal>
#include <cstdint>
#include <utility>

#include "api/dispatch.h"
#include "base/log.h"
#include "base/process.h"
#include "config/config.h"
#include "daemon/jobs/job_wire.h"
#include "daemon/jobs/network.h"
#include "daemon/pass_on.h"
#include "daemon/site.h"
#include "protocol/job_order.h"
#include "protocol/json.h"

namespace ww::daemon {

namespace {

// Ctrl-C and the end of a terminal are the daemon's to hear; its end, ours. A write to one that is
// gone is an error, not a signal.
void ignore_others_signals() {
    for (const int signal : {SIGINT, SIGHUP, SIGPIPE}) (void)std::signal(signal, SIG_IGN);
}

std::string last_line(const Error& error) {
    return protocol::problem_line(protocol::to_problem(error)) + "\n";
}

/// Nobody has the other end any more.
bool is_alone(int socket) {
    pollfd peer{socket, 0, 0};
    return ::poll(&peer, 1, 0) == 1 && (peer.revents & POLLHUP) != 0;
}

api::Caller caller_of(const protocol::JobOrder& order) {
    return {.is_admin = true,  // who is not has no job
            .is_root = order.is_root,
            .uid = order.uid,
            .user = order.user,
            .via = order.via,
            .command = order.command};
}

Result<void> send_answer(int socket, const Result<std::vector<std::string>>& answer) {
    if (!answer) return answer.error();
    std::string lines;
    for (const std::string& text : *answer) lines += protocol::note_line({"info", text}) + "\n";
    return send_all(socket,
                    lines + protocol::Json<protocol::route::JobWatch>::reply_line({}) + "\n");
}

Result<void> carry_out(int socket,
                       int told_to_end,
                       const protocol::JobOrder& order,
                       const std::vector<jobs::Hold>& holds) {
    if (const auto answer = answer_of_network(order)) return send_answer(socket, *answer);
    WW_TRY(auto conf, config::load_config(order.config, config::Autodetect::On));
    SiteJobs given;
    for (const jobs::Hold& hold : holds) given.held.push_back(hold.subject());
    Site site(order.config, std::move(conf), Site::Serves::Job, std::move(given));
    WW_TRY(const api::JobAnswer answer,
           api::start_order(site.api(), caller_of(order), order.path, order.body));
    const auto lines = api::follow_job(answer, {});
    const auto write = [socket](const std::string& piece) { return send_all(socket, piece); };
    return pass_on(*lines,
                   {{socket, POLLRDHUP, [&] { answer.job->cancel("wwd wants it no more"); }},
                    {told_to_end, POLLIN, [&] { answer.job->cancel("by SIGTERM"); }}},
                   write);
}

int work(int socket) {
    ::prctl(PR_SET_NAME, "wwd-job");
    ::umask(022);
    ignore_others_signals();
    sigset_t ending;
    ::sigemptyset(&ending);
    ::sigaddset(&ending, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &ending, nullptr);
    const UniqueFd told_to_end(::signalfd(-1, &ending, SFD_CLOEXEC));

    auto packet = receive_order(socket);
    if (!packet) {
        (void)send_all(socket, last_line(packet.error()));
        return 0;
    }
    const auto order = protocol::read_job_order(packet->order);
    const auto done = order ? carry_out(socket, told_to_end.get(), *order, packet->holds)
                            : Result<void>(order.error());
    if (!done) (void)send_all(socket, last_line(done.error()));
    // The daemon removes their files when it has heard of our end, unless it is gone.
    if (!is_alone(socket))
        for (jobs::Hold& hold : packet->holds) hold.leave_file();
    return 0;
}

/// False: nobody wants it any more, and it did not end for as long as it may take.
bool ends_in_time(const Process& worker, int socket, std::chrono::milliseconds patience) {
    const auto ended = worker.ended_fd();
    if (!ended) return true;
    std::array<pollfd, 2> waits{{{ended->get(), POLLIN, 0}, {socket, POLLRDHUP, 0}}};
    while (::poll(waits.data(), waits.size(), -1) < 0) {  // EINTR
    }
    if (waits[0].revents != 0) return true;
    const int ms = static_cast<int>(std::min<int64_t>(patience.count(), INT_MAX));
    int found = 0;
    do {
        found = ::poll(waits.data(), 1, ms);
    } while (found < 0);
    return found > 0;
}

/// Waits for the process that works, and says how it ended if it could not do so itself.
int watch(Process worker, int socket, std::chrono::milliseconds patience) {
    ignore_others_signals();
    (void)std::signal(SIGTERM, SIG_IGN);  // it reaches the worker, too
    const bool in_time = ends_in_time(worker, socket, patience);
    if (!in_time) worker.kill();
    const Exit exit = worker.wait();
    if (exit.status() == 0) return 0;
    Error error(ErrorCode::Internal,
                in_time ? fmt::format("the process of the job ended: {}", exit.describe())
                        : "the process of the job did not end when it was told to, and was killed");
    if (in_time && exit.signal == SIGKILL)
        error =
            error.with_hint("the kernel does so where memory runs out, and says it: journalctl -k");
    // After what may be half a line.
    (void)send_all(socket, "\n" + last_line(error));
    return 1;
}

}  // namespace

int run_job(UniqueFd socket, std::chrono::milliseconds patience) {
    auto worker = Process::copy([&socket] { return work(socket.get()); });
    if (!worker) {
        (void)send_all(socket.get(), last_line(worker.error()));
        return 1;
    }
    return watch(std::move(*worker), socket.get(), patience);
}

}  // namespace ww::daemon
