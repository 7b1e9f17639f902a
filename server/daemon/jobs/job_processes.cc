// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/jobs/job_processes.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

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

// Beyond the patience of the process that watches over the one that works, for when that stands
// still itself.
constexpr std::chrono::seconds kWatcherPatience(5);

// For a question: a resolver asks three servers twice, 5 s each, and another domain after that.
constexpr std::chrono::seconds kAnswerPatience(60);

/// Readable, once it is time.
class Alarm {
   public:
    static Result<Alarm> make() {
        Alarm alarm;
        alarm.fd_ = UniqueFd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
        if (!alarm.fd_.valid()) return Error::from_errno(errno, "timerfd_create");
        return alarm;
    }
    int fd() const { return fd_.get(); }
    /// Any thread.
    void set(std::chrono::milliseconds from_now) const {
        const auto ms = from_now.count();
        itimerspec time{};
        time.it_value = {ms / 1000, ms % 1000 * 1'000'000};
        (void)::timerfd_settime(fd_.get(), 0, &time, nullptr);
    }

   private:
    UniqueFd fd_;
};

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
                           .fresh_signals = true,
                           .own_group = true}));
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

Error did_not_end(bool ours) {
    const std::string_view what = "the process of the job did not end when it was told to";
    if (ours) return {ErrorCode::Internal, fmt::format("{}, and was killed", what)};
    return Error(ErrorCode::Internal, std::string(what))
        .with_hint("systemctl kill --signal=KILL 'wwd-job@*' ends it, and all others");
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
                           std::chrono::milliseconds patience,
                           std::function<void()> cut_off)
    : socket_(std::move(socket)),
      arguments_(std::move(arguments)),
      patience_(patience),
      cut_off_(std::move(cut_off)) {}

Result<StartedJob> JobProcesses::start() const {
    return socket_.empty() ? start_child(arguments_) : connect_to(socket_);
}

Result<std::vector<std::string>> JobProcesses::ask(const protocol::JobOrder& question) {
    WW_TRY(StartedJob started, start());
    WW_TRY(const Alarm alarm, Alarm::make());
    const int socket = started.socket.get();
    WW_TRY_VOID(send_order(socket, protocol::job_order_text(question), {}));
    alarm.set(kAnswerPatience);
    std::vector<std::string> answer;
    Result<void> outcome = ended_without_a_word();
    WW_TRY_VOID(read_lines(socket, alarm.fd(), [&](std::string_view text) -> Result<void> {
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
    WW_TRY(const Alarm alarm, Alarm::make());
    const int socket = started.socket.get();
    const auto tell_to_end = [&alarm, socket, patience = patience_ + kWatcherPatience] {
        alarm.set(patience);
        (void)::shutdown(socket, SHUT_WR);  // frees a write that waits, too
    };
    const std::stop_callback cancel(job.stop(), tell_to_end);
    const auto sent = send_order(socket, order, job.holds());
    if (!sent) tell_to_end();
    // It has copies of the holds: ours end after it, whatever it says.
    Listening listening(job);
    const auto heard =
        read_lines(socket, alarm.fd(), [&](std::string_view line) { return listening.take(line); });
    const bool ours = started.child.started();
    if (!heard) {
        if (heard.error().code() != ErrorCode::Timeout) {
            tell_to_end();
            read_over(socket, alarm.fd());
        }
        // What it held is free when the last of its processes is gone.
        started.child.kill();
        if (ours) alarm.set(kWatcherPatience);
        read_over(socket, alarm.fd());
    }
    if (ours) (void)started.child.wait();
    if (!listening.ended_by_itself()) cut_off_();
    if (listening.outcome()) return *listening.outcome();
    if (!heard)
        return heard.error().code() == ErrorCode::Timeout ? did_not_end(ours) : heard.error();
    if (!sent && sent.error().code() == ErrorCode::TooLarge) return sent.error();
    if (job.stop().stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
    return ended_without_a_word();
}

}  // namespace ww::daemon
