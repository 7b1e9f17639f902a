// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/front_process.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace ww::daemon {

namespace {

using namespace std::chrono_literals;

// Between the end of a front and the next one: at once after a single accident, ever longer for one
// that dies again and again, so that the machine does nothing else no sooner than somebody looks at
// the log.
constexpr std::chrono::milliseconds kFirstPause = 50ms;
constexpr std::chrono::milliseconds kLongestPause = 10s;
// A front that lived this long had no trouble starting.
constexpr std::chrono::seconds kHealthyLife = 30s;

// How often a sign of life is asked for, and how many may be missing.
constexpr std::chrono::seconds kPulse = 1s;
constexpr uint32_t kMissedPulses = 10;

// Where the front finds its channel.
constexpr int kChannelFd = 3;

}  // namespace

FrontProcess::FrontProcess(asio::io_context& context,
                           Answers& answers,
                           AnswerPools pools,
                           rest::Calls* calls,
                           std::function<SettingsFrame()> settings,
                           std::string socket,
                           std::vector<std::string> arguments,
                           Events events)
    : context_(context),
      answers_(answers),
      pools_(pools),
      calls_(calls),
      settings_(std::move(settings)),
      socket_(std::move(socket)),
      arguments_(std::move(arguments)),
      events_(std::move(events)),
      pause_(kFirstPause),
      timer_(context),
      pulse_(context) {}

FrontProcess::~FrontProcess() { kill(); }

Result<UniqueFd> FrontProcess::start_child() {
    WW_TRY(auto ends, channel_pair());
    std::vector<std::string> words = {"wwd", "--front", std::to_string(kChannelFd)};
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    // The running program, whatever became of its file.
    WW_TRY(Process process,
           Process::start({.words = words,
                           .file = "/proc/self/exe",
                           .descriptors = {{ends.second.get(), kChannelFd}},
                           .fresh_signals = true}),
           "starting the front process");
    WW_TRY(UniqueFd end, process.ended_fd());
    process_ = std::move(process);
    process_end_.emplace(context_, end.release());
    watch();
    return std::move(ends.first);
}

Result<void> FrontProcess::start() {
    WW_TRY(UniqueFd channel, socket_.empty() ? start_child() : connect_channel(socket_));
    started_ = std::chrono::steady_clock::now();
    why_failed_.clear();
    link_ = std::make_shared<BackLink>(
        std::make_shared<Channel>(context_, std::move(channel), kUnreadAnswers),
        answers_,
        pools_,
        calls_);
    link_->start(settings_(),
                 {[this] {
                      was_ready_ = true;
                      events_.ready();
                  },
                  [this](const std::string& why) { why_failed_ = why; },
                  [this] { closed(); }});
    feel_pulse();
    return {};
}

// The process has ended and the channel has been read to its end: in which order that is noticed is
// chance, and the reason for a failure is in the channel.
void FrontProcess::watch() {
    process_end_->async_wait(asio::posix::stream_descriptor::wait_read,
                             [this](const http::error_code& error) {
                                 if (error) return;
                                 exit_ = process_.wait();
                                 if (!link_) ended();
                             });
}

// A front that stands still (stopped, or in an endless loop) serves nobody, and ends by itself
// never. Counted in our own turns: when all of the machine stood still, it has had no chance
// either.
void FrontProcess::feel_pulse() {
    pulse_.expires_after(kPulse);
    pulse_.async_wait([this](const http::error_code& cancelled) {
        if (cancelled || !link_ || stopped_) return;
        if (link_->ping() > kMissedPulses) {
            log::error("front.stalled the front has given no sign of life for {} s",
                       std::chrono::seconds(kPulse * kMissedPulses).count());
            put_down();
            return;
        }
        feel_pulse();
    });
}

void FrontProcess::put_down() {
    process_.kill();
    if (!process_.started() && link_) link_->cut();
}

void FrontProcess::closed() {
    link_.reset();
    if (!process_.started()) return ended();
    // It is dying, or it broke the protocol: in no case it goes on.
    if (!stopped_) process_.kill();
}

void FrontProcess::ended() {
    process_end_.reset();
    if (stopped_) {
        timer_.cancel();
        return std::exchange(stopped_, {})();
    }
    if (!was_ready_) {
        return events_.failed(why_failed_.empty() ? "the front process ended: " + how_it_ended()
                                                  : why_failed_);
    }
    log::error("front.ended {}; starting another in {} ms",
               why_failed_.empty() ? how_it_ended() : why_failed_,
               pause_.count());
    restart_later();
}

std::string FrontProcess::how_it_ended() const {
    return socket_.empty() ? exit_.describe() : "journalctl -u 'wwd-front@*' may say why";
}

void FrontProcess::restart_later() {
    if (std::chrono::steady_clock::now() - started_ > kHealthyLife) pause_ = kFirstPause;
    timer_.expires_after(pause_);
    pause_ = std::min(pause_ * 2, kLongestPause);
    timer_.async_wait([this](const http::error_code& cancelled) {
        if (cancelled) return;
        if (const auto outcome = start(); !outcome) {
            log::error("front.start {}", outcome.error().describe());
            restart_later();
        }
    });
}

void FrontProcess::send(const CertificateFrame& certificate) {
    if (link_) link_->send(certificate);
}

void FrontProcess::stop(std::chrono::milliseconds patience, std::function<void()> done) {
    timer_.cancel();
    if (!link_ && !process_.started()) return done();
    stopped_ = std::move(done);
    if (link_) link_->drain();
    timer_.expires_after(patience);
    timer_.async_wait([this](const http::error_code& cancelled) {
        if (!cancelled) put_down();
    });
}

void FrontProcess::kill() {
    pulse_.cancel();
    process_end_.reset();
    process_ = {};
}

}  // namespace ww::daemon
