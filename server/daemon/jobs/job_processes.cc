// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/jobs/job_processes.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <stop_token>
#include <utility>

#include "base/process.h"
#include "daemon/jobs/job_wire.h"
#include "protocol/client.h"
#include "protocol/json.h"

namespace ww::daemon {

namespace {

using protocol::route::JobWatch;

// Where a child finds its socket.
constexpr int kJobFd = 3;

Result<StartedJob> start_child(const std::vector<std::string>& arguments) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return Error::from_errno(errno, "socketpair");
    UniqueFd ours(ends[0]);
    const UniqueFd theirs(ends[1]);
    std::vector<std::string> words = {"wwd", "--job", std::to_string(kJobFd)};
    words.insert(words.end(), arguments.begin(), arguments.end());
    WW_TRY(Process child,
           Process::start({.words = words,
                           .file = "/proc/self/exe",
                           .descriptors = {{theirs.get(), kJobFd}},
                           .fresh_signals = true}));
    return StartedJob{std::move(ours), std::move(child)};
}

Result<StartedJob> connect_to(const std::string& path) {
    auto socket = protocol::connect_unix(path);
    if (!socket)
        return Error(ErrorCode::Unavailable,
                     fmt::format("no process for the job: {}", socket.error().headline()))
            .with_hint("systemctl start wwd-job.socket");
    return StartedJob{std::move(*socket), {}};
}

Error ended_without_a_word() {
    return Error(ErrorCode::Internal, "the process of the job ended without a word")
        .with_hint("its last words may be in the journal: journalctl -u 'wwd-job@*'");
}

/// What the lines of a job's process come to.
class Listening {
   public:
    explicit Listening(jobs::Job& job) : job_(job) {}

    Result<void> take(std::string_view text) {
        const auto line = protocol::Json<JobWatch>::read_reply_line(text);
        // Half a line is cut off by its end, of which more follows; after an outcome, nothing
        // counts.
        if (!line || outcome_) return {};
        if (line->note) job_.note(line->note->level, line->note->text);
        if (line->progress)
            job_.progress({.phase = line->progress->phase,
                           .bytes = static_cast<uint64_t>(line->progress->bytes),
                           .total_bytes = static_cast<uint64_t>(line->progress->total_bytes),
                           .files = static_cast<uint64_t>(line->progress->files),
                           .total_files = static_cast<uint64_t>(line->progress->total_files)});
        if (line->reply)
            outcome_ = jobs::Totals{.bytes = static_cast<uint64_t>(line->reply->bytes),
                                    .files = static_cast<uint64_t>(line->reply->files),
                                    .report = line->reply->report};
        if (line->problem) outcome_ = protocol::to_error(*line->problem);
        return {};
    }
    const std::optional<Result<jobs::Totals>>& outcome() const { return outcome_; }
    /// Not killed: it has removed what it made, if anything went wrong.
    bool ended_by_itself() const {
        return outcome_ && (*outcome_ || outcome_->error().code() != ErrorCode::Internal);
    }

   private:
    jobs::Job& job_;
    std::optional<Result<jobs::Totals>> outcome_;
};

}  // namespace

JobProcesses::JobProcesses(std::string socket,
                           std::vector<std::string> arguments,
                           std::function<void()> cut_off)
    : socket_(std::move(socket)), arguments_(std::move(arguments)), cut_off_(std::move(cut_off)) {}

Result<StartedJob> JobProcesses::start() const {
    return socket_.empty() ? start_child(arguments_) : connect_to(socket_);
}

Result<std::vector<std::string>> JobProcesses::ask(const protocol::JobOrder& question) {
    WW_TRY(StartedJob started, start());
    WW_TRY_VOID(send_order(started.socket.get(), protocol::job_order_text(question), {}));
    std::vector<std::string> answer;
    Result<void> outcome = ended_without_a_word();
    WW_TRY_VOID(read_lines(started.socket.get(), [&](std::string_view text) -> Result<void> {
        WW_TRY(const auto line, protocol::Json<JobWatch>::read_reply_line(text));
        if (line.note) answer.push_back(line.note->text);
        if (line.reply) outcome = {};
        if (line.problem) outcome = protocol::to_error(*line.problem);
        return {};
    }));
    if (!outcome) return outcome.error();
    return answer;
}

Result<jobs::Totals> JobProcesses::run(jobs::Job& job, const std::string& order) {
    WW_TRY(StartedJob started, start());
    const int socket = started.socket.get();
    // Also frees a write that waits.
    const std::stop_callback cancel(job.stop(), [socket] { ::shutdown(socket, SHUT_WR); });
    const auto sent = send_order(socket, order, job.holds());
    if (!sent) (void)::shutdown(socket, SHUT_WR);
    // It has copies of the holds: ours end after it, whatever it says.
    Listening listening(job);
    const auto heard =
        read_lines(socket, [&](std::string_view line) { return listening.take(line); });
    if (!heard) {
        (void)::shutdown(socket, SHUT_WR);
        read_over(socket);
    }
    if (started.child.started()) (void)started.child.wait();
    if (!listening.ended_by_itself()) cut_off_();
    if (listening.outcome()) return *listening.outcome();
    if (!heard) return heard.error();
    if (!sent && sent.error().code() == ErrorCode::TooLarge) return sent.error();
    if (job.stop().stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
    return ended_without_a_word();
}

}  // namespace ww::daemon
