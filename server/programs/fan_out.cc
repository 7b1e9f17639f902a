// SPDX-License-Identifier: BSD-3-Clause
#include "programs/fan_out.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <list>

namespace ww::programs {

namespace {

using Clock = std::chrono::steady_clock;

// More of one program's output is read and dropped.
constexpr size_t kMostOutput = 1 << 20;
// From SIGTERM to SIGKILL: to take leave of a controller that keeps count of who is logged in.
constexpr std::chrono::seconds kGrace{3};

std::string without_blanks_around(const std::string& text) {
    constexpr const char* kBlank = " \t\r\n";
    const size_t first = text.find_first_not_of(kBlank);
    if (first == std::string::npos) return "";
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

struct Running {
    size_t number = 0;
    Process process;
    UniqueFd has_ended;
    UniqueFd output;
    Clock::time_point deadline;
    bool asked_to_end = false;
    Ended outcome;

    void ask_to_end() {
        process.ask_to_end();
        asked_to_end = true;
        deadline = Clock::now() + kGrace;
    }

    void read_output() {
        std::array<char, 16 << 10> buffer;
        ssize_t got = 0;
        while ((got = ::read(output.get(), buffer.data(), buffer.size())) > 0)
            outcome.output.append(
                buffer.data(),
                std::min(static_cast<size_t>(got), kMostOutput - outcome.output.size()));
        if (got == 0) output.reset();
    }
};

Result<Running> start(Program program, size_t number, std::chrono::milliseconds patience) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return Error::from_errno(errno, "pipe");
    Running running{.number = number, .output = UniqueFd(ends[0])};
    const UniqueFd write_end(ends[1]);
    ::fcntl(running.output.get(), F_SETFL, O_NONBLOCK);
    const UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!nothing.valid()) return Error::from_errno(errno, "open /dev/null");
    program.descriptors = {{nothing.get(), STDIN_FILENO},
                           {write_end.get(), STDOUT_FILENO},
                           {write_end.get(), STDERR_FILENO}};
    program.fresh_signals = true;
    program.own_group = true;
    WW_TRY(running.process, Process::start(program));
    WW_TRY(running.has_ended, running.process.ended_fd());
    running.deadline = Clock::now() + patience;
    return running;
}

class Loop {
   public:
    Loop(std::vector<Program> programs,
         const FanOut& how,
         const std::function<void(size_t, const Result<Ended>&)>& ended)
        : programs_(std::move(programs)), how_(how), ended_(ended) {}

    Result<FannedOut> run() {
        while (next_ < programs_.size() || !running_.empty()) {
            start_what_may();
            WW_TRY(const bool goes_on, wait());
            if (!goes_on) return interrupted();
        }
        return FannedOut{true, next_};
    }

   private:
    bool may_start() const {
        return next_ < programs_.size() && running_.size() < std::max<size_t>(how_.at_once, 1);
    }

    void start_what_may() {
        while (may_start() && (left_of_wave_ > 0 || Clock::now() >= not_before_)) {
            if (left_of_wave_ == 0) left_of_wave_ = size_of_next_wave();
            auto started = start(std::move(programs_[next_]), next_, how_.patience);
            if (started)
                running_.push_back(std::move(*started));
            else
                ended_(next_, started.error());
            ++next_;
            if (--left_of_wave_ > 0) continue;
            not_before_ = Clock::now() + how_.pause;
            if (how_.wave_begun) how_.wave_begun(next_);
        }
    }

    size_t size_of_next_wave() {
        return wave_ < how_.waves.size() ? std::max<size_t>(how_.waves[wave_++], 1) : 1;
    }

    // The next moment at which something is due by itself.
    int milliseconds_left() const {
        auto until = Clock::time_point::max();
        for (const Running& one : running_) until = std::min(until, one.deadline);
        if (may_start()) until = std::min(until, left_of_wave_ > 0 ? Clock::now() : not_before_);
        if (until == Clock::time_point::max()) return running_.empty() ? 0 : -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 60'000));
    }

    /// What runs may take its leave; who asks once more does not wait for it.
    Result<FannedOut> interrupted() {
        forget_who_asked();
        const FannedOut how_far{false, next_};
        next_ = programs_.size();
        for (Running& one : running_) one.ask_to_end();
        was_interrupted_ = true;
        while (!running_.empty()) {
            WW_TRY(const bool goes_on, wait());
            if (!goes_on) break;
        }
        return how_far;
    }

    void forget_who_asked() const {
        std::array<char, 1024> said;
        while (::read(how_.end, said.data(), said.size()) > 0) {
        }
    }

    // False: their end is wanted.
    Result<bool> wait() {
        std::vector<pollfd> waits{{how_.end, POLLIN, 0}};
        for (const Running& one : running_) {
            waits.push_back({one.has_ended.get(), POLLIN, 0});
            waits.push_back({one.output.get(), POLLIN, 0});  // below 0: not looked at
        }
        if (::poll(waits.data(), waits.size(), milliseconds_left()) < 0 && errno != EINTR)
            return Error::from_errno(errno, "poll");
        if (waits[0].revents != 0) return false;
        const auto now = Clock::now();
        size_t at = 1;
        for (auto one = running_.begin(); one != running_.end(); at += 2) {
            const bool is_over = waits[at].revents != 0;
            if (waits[at + 1].revents != 0) one->read_output();
            if (!is_over && now >= one->deadline && !one->asked_to_end) one->ask_to_end();
            if (!is_over && now < one->deadline) {
                ++one;
                continue;
            }
            finish(*one);
            one = running_.erase(one);
        }
        return true;
    }

    void finish(Running& one) {
        one.outcome.late = one.asked_to_end;
        one.process.kill();  // and what it left behind in its group
        one.outcome.exit = one.process.wait();
        if (one.output.valid()) one.read_output();
        one.outcome.output = without_blanks_around(one.outcome.output);
        if (!was_interrupted_) ended_(one.number, std::move(one.outcome));
    }

    std::vector<Program> programs_;
    const FanOut& how_;
    const std::function<void(size_t, const Result<Ended>&)>& ended_;
    std::list<Running> running_;
    size_t next_ = 0;
    size_t wave_ = 0;          // the next one
    size_t left_of_wave_ = 0;  // programs of this one to be started
    Clock::time_point not_before_{};
    bool was_interrupted_ = false;
};

}  // namespace

std::string problem_of(const Result<Ended>& ended, std::chrono::seconds patience) {
    if (!ended) return ended.error().headline();
    if (ended->late) return fmt::format("no answer within {} s", patience.count());
    if (ended->exit.status() == 0) return "";
    return ended->output.empty() ? ended->exit.describe() : ended->output;
}

std::string each_line_of(std::string_view who, std::string_view text) {
    std::string out;
    do {
        const size_t end = std::min(text.find('\n'), text.size());
        out += fmt::format("{}: {}\n", who, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    } while (!text.empty());
    return out;
}

Result<FannedOut> fan_out(std::vector<Program> programs,
                          const FanOut& how,
                          const std::function<void(size_t, const Result<Ended>&)>& ended) {
    return Loop(std::move(programs), how, ended).run();
}

}  // namespace ww::programs
