// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/link/back_calls.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "boot/answers.h"
#include "daemon/link/pipe_stream.h"
#include "http/work_pool.h"

namespace ww::daemon {

class BackCalls::OneCall final : public rest::Exchange {
   public:
    OneCall(std::shared_ptr<BackCalls> all, uint32_t id, rest::Head head, std::stop_token gone)
        : all_(std::move(all)), id_(id), head_(std::move(head)), gone_(std::move(gone)) {}
    ~OneCall() override {
        if (!answered_) all_->answer(id_, {500, {}, {}, {}});
    }
    const rest::Head& head() const override { return head_; }
    void read_body(size_t limit, std::function<void(rest::Body)> then) override {
        all_->read_body(*this, limit, std::move(then));
    }
    void answer(http::Reply reply) override {
        if (!answered_.exchange(true)) all_->answer(id_, std::move(reply));
    }
    std::stop_token gone() const override { return gone_; }

    uint32_t id() const { return id_; }

   private:
    const std::shared_ptr<BackCalls> all_;
    const uint32_t id_;
    const rest::Head head_;
    const std::stop_token gone_;
    std::atomic<bool> answered_{false};
};

namespace {

void send_answer(Channel& channel, uint32_t id, http::Reply reply) {
    AnswerFrame frame{.id = id};
    frame.answer.status = reply.status;
    frame.answer.headers = std::move(reply.headers);
    auto* text = std::get_if<std::string>(&reply.body);
    WW_CHECK(text != nullptr, "no handler of calls answers with a file");
    frame.is_resource = false;
    if (text->size() <= kMaxInlineBody) {
        frame.answer.body = std::move(*text);
    } else if (auto file = boot::in_memory_file(*text)) {
        frame.answer.body = std::move(*file);
    } else {
        log::error("api.failed an answer of {} bytes: {}", text->size(), file.error().message());
        frame.answer = {};
        frame.answer.status = 500;
    }
    std::string bytes;
    std::vector<UniqueFd> fds;
    encode(std::move(frame), bytes, fds);
    channel.send(bytes, std::move(fds));
}

}  // namespace

bool BackCalls::take(CallFrame frame) {
    if (calls_ == nullptr) return false;
    std::stop_token gone;
    {
        const std::lock_guard lock(mutex_);
        if (under_way_.contains(frame.id)) return false;
        if (under_way_.size() < kMaxCalls) gone = under_way_[frame.id].gone.get_token();
    }
    if (!gone.stop_possible()) {
        send_answer(*channel_, frame.id, http::busy_reply());
        return true;
    }
    calls_->begin(std::make_shared<OneCall>(
        shared_from_this(), frame.id, std::move(frame.head), std::move(gone)));
    return true;
}

void BackCalls::read_body(OneCall& call, size_t limit, std::function<void(rest::Body)> then) {
    const int64_t announced = call.head().body_bytes;
    const size_t bytes = announced < 0 ? limit : static_cast<size_t>(announced);
    if (bytes > limit) return call.answer(http::text_reply(413, "Content Too Large\n"));
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return;
        if (granted_ + bytes <= kMaxCallBytes) {
            Entry& entry = under_way_[call.id()];
            granted_ += bytes;
            entry.granted = bytes;
            entry.then = std::exchange(then, {});
        }
    }
    if (then) return call.answer(http::busy_reply());
    std::string frame;
    encode(GoOnFrame{call.id(), static_cast<uint32_t>(bytes)}, frame);
    channel_->send(frame);
}

bool BackCalls::take(CallBodyFrame frame) {
    std::function<void(rest::Body)> then;
    const auto bytes = std::max(frame.size, static_cast<int64_t>(frame.text.size()));
    {
        const std::lock_guard lock(mutex_);
        const auto found = under_way_.find(frame.id);
        if (found == under_way_.end() || !found->second.then) return false;
        if (bytes > static_cast<int64_t>(found->second.granted)) return false;
        then = std::exchange(found->second.then, {});
    }
    then({std::move(frame.text), std::move(frame.file), frame.size});
    return true;
}

void BackCalls::take(const CallGoneFrame& frame) {
    std::optional<std::stop_source> gone;
    std::function<void(rest::Body)> then;  // holds the exchange, which answers as it goes
    {
        const std::lock_guard lock(mutex_);
        const auto found = under_way_.find(frame.id);
        if (found == under_way_.end()) return;
        gone = found->second.gone;
        then = std::exchange(found->second.then, {});
    }
    gone->request_stop();
}

void BackCalls::answer(uint32_t id, http::Reply reply) {
    if (auto* source = std::get_if<std::unique_ptr<http::BodySource>>(&reply.body)) {
        auto pipe = pour_into_pipe(
            channel_->context(), std::move(*source), gone(id), [self = shared_from_this(), id] {
                self->end(id);
            });
        if (pipe) {
            AnswerFrame frame{.id = id};
            frame.answer.status = reply.status;
            frame.answer.headers = std::move(reply.headers);
            frame.stream = std::move(*pipe);
            std::string bytes;
            std::vector<UniqueFd> fds;
            encode(std::move(frame), bytes, fds);
            channel_->send(bytes, std::move(fds));
            return;
        }
        log::error("api.failed {}", pipe.error().describe());
        reply = {500, {}, {}, {}};
    }
    end(id);
    send_answer(*channel_, id, std::move(reply));
}

std::stop_token BackCalls::gone(uint32_t id) {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(id);
    return found == under_way_.end() ? std::stop_token() : found->second.gone.get_token();
}

void BackCalls::end(uint32_t id) {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(id);
    if (found == under_way_.end()) return;
    granted_ -= found->second.granted;
    under_way_.erase(found);
}

void BackCalls::close() {
    std::unordered_map<uint32_t, Entry> cut_off;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        granted_ = 0;
        cut_off.swap(under_way_);
    }
    for (auto& [id, entry] : cut_off) entry.gone.request_stop();
}

}  // namespace ww::daemon
