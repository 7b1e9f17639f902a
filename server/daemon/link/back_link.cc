// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/link/back_link.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "boot/answers.h"
#include "boot/request.h"
#include "http/deadline.h"
#include "http/work_pool.h"

namespace ww::daemon {

namespace {

// A front has at most one ask per connection; one that shows more than any limit of connections
// allows is not ours any more.
constexpr size_t kMaxUnderWay = 1 << 17;

bool is_rendered(boot::Stage stage) {
    return stage == boot::Stage::System || stage == boot::Stage::Runtime ||
           stage == boot::Stage::Files;
}

std::string describe(const boot::Record& record) {
    return fmt::format("node={} stage={} file={} peer={}",
                       record.node,
                       boot::to_string(record.stage),
                       record.sent,
                       record.peer_address);
}

boot::Answer no_answer(const Error& why) {
    log::error("answer.memory {}", why.describe());
    boot::Answer answer;
    answer.status = 500;
    return answer;
}

}  // namespace

BackLink::BackLink(std::shared_ptr<Channel> channel,
                   Answers& answers,
                   AnswerPools pools,
                   rest::Calls* calls)
    : channel_(std::move(channel)),
      answers_(answers),
      pools_(pools),
      calls_(std::make_shared<BackCalls>(channel_, calls)) {}

void BackLink::start(SettingsFrame settings, Events events) {
    std::string bytes;
    std::vector<UniqueFd> fds;
    encode(std::move(settings), bytes, fds);
    channel_->send(bytes, std::move(fds));
    start_listening(std::move(events));
}

void BackLink::start_listening(Events events) {
    events_ = std::move(events);
    channel_->start(
        [self = shared_from_this()](std::span<Packet> packets) { return self->take(packets); },
        [self = shared_from_this()] { self->close(); });
}

void BackLink::send(const CertificateFrame& certificate) {
    std::string bytes;
    encode(certificate, bytes);
    channel_->send(bytes);
}

void BackLink::drain() {
    std::string bytes;
    encode(DrainFrame{}, bytes);
    channel_->send(bytes);
}

uint32_t BackLink::ping() {
    std::string bytes;
    encode(PingFrame{++pings_}, bytes);
    channel_->send(bytes);
    return pings_ - pongs_;
}

bool BackLink::take(std::span<Packet> packets) {
    Asked asked;
    for (Packet& packet : packets)
        if (!read(packet, asked)) return false;
    if (asked.asks.size() > 1) answers_.read_ahead(asked.asks);  // one alone would gain nothing
    for (size_t i = 0; i < asked.asks.size(); ++i)
        if (!take_ask(asked.ids[i], std::move(asked.asks[i]))) return false;
    return true;
}

bool BackLink::read(Packet& packet, Asked& asked) {
    PacketReader reader(packet);
    while (!reader.done()) {
        auto frame = reader.next_from_front();
        if (!frame) {
            log::error("front.protocol the front sent nonsense and is cut off: {}",
                       frame.error().describe());
            return false;
        }
        if (auto* ask = std::get_if<AskFrame>(&*frame)) {
            asked.ids.push_back(ask->id);
            asked.asks.push_back(std::move(ask->ask));
        } else if (const auto* sent = std::get_if<SentFrame>(&*frame)) {
            finish(*sent);
        } else if (const auto* failed = std::get_if<FailedFrame>(&*frame)) {
            if (events_.failed) events_.failed(failed->message);
        } else if (const auto* pong = std::get_if<PongFrame>(&*frame)) {
            if (pong->number > pings_) {
                log::error("front.protocol the front answers what it was not asked");
                return false;
            }
            pongs_ = std::max(pongs_, pong->number);
        } else if (!std::holds_alternative<ReadyFrame>(*frame)) {
            if (!take_call(*frame)) {
                log::error("front.protocol the front hands over a call that is none");
                return false;
            }
        } else if (events_.ready) {
            events_.ready();
        }
    }
    return true;
}

bool BackLink::take_call(FromFront& frame) {
    if (auto* call = std::get_if<CallFrame>(&frame)) return calls_->take(std::move(*call));
    if (auto* body = std::get_if<CallBodyFrame>(&frame)) return calls_->take(std::move(*body));
    calls_->take(std::get<CallGoneFrame>(frame));
    return true;
}

bool BackLink::take_ask(uint32_t id, boot::Ask ask) {
    if (auto answer = answers_.at_once(ask)) {
        reply(id, std::move(*answer));
        return true;
    }
    {
        std::lock_guard lock(mutex_);
        if (asked_ + transfers_.size() >= kMaxUnderWay) {
            log::error("front.protocol the front asks too much at once and is cut off");
            return false;
        }
        ++asked_;
    }
    queue(id, std::make_shared<const boot::Ask>(std::move(ask)));
    return true;
}

void BackLink::queue(uint32_t id, std::shared_ptr<const boot::Ask> ask) {
    http::WorkPool& pool = is_rendered(ask->stage) ? pools_.renderings : pools_.others;
    const bool taken =
        pool.submit([self = shared_from_this(), id, ask = std::move(ask)] { self->work(id, ask); });
    if (taken) return;
    boot::Answer busy;
    busy.status = 503;
    busy.headers.emplace_back("Retry-After", std::to_string(http::kRetryAfterSeconds));
    end(id, std::move(busy));
}

// On the pool.
void BackLink::work(uint32_t id, const std::shared_ptr<const boot::Ask>& ask) {
    auto answer =
        answers_.answer(*ask, [self = shared_from_this(), id, ask] { self->queue(id, ask); });
    if (answer) end(id, std::move(*answer));
}

void BackLink::end(uint32_t id, boot::Answer answer) {
    {
        std::lock_guard lock(mutex_);
        --asked_;
    }
    reply(id, std::move(answer));
}

void BackLink::reply(uint32_t id, boot::Answer answer) {
    if (std::holds_alternative<boot::PieceBody>(answer.body))
        return reply_in_pieces(id, std::move(answer));
    AnswerFrame frame{.id = id, .answer = std::move(answer)};
    boot::Answer& out = frame.answer;
    if (auto* text = std::get_if<std::string>(&out.body)) {
        // As good as sent: it leaves with the next packet, and what becomes of it afterwards has
        // never mattered to the record.
        if (out.recorded) {
            answers_.sent(out.record);
            log::info("boot.sent {} bytes={}", describe(out.record), text->size());
        }
        if (text->size() > kMaxInlineBody) {
            auto file = boot::in_memory_file(*text);
            frame.is_resource = false;
            if (file)
                out.body = std::move(*file);
            else
                out = no_answer(file.error());
        }
    } else {
        begin_transfer(id, out, std::get<boot::FileBody>(out.body).size);
    }
    send(std::move(frame));
}

void BackLink::reply_in_pieces(uint32_t id, boot::Answer answer) {
    const auto body = std::get<boot::PieceBody>(std::move(answer.body));
    AnswerFrame frame{.id = id, .answer = std::move(answer)};
    // Nobody may have them give way before this answer is on its way.
    const std::lock_guard lock(sharing_);
    auto own = boot::in_memory_file(*body.own);
    auto pieces = own ? shared_.refer(body.pieces, passing()) : own.error();
    if (!pieces) {
        frame.answer = no_answer(pieces.error());
        return send(std::move(frame));
    }
    frame.pieces = std::move(*pieces);
    frame.answer.body = boot::FileBody{std::move(own->fd), body.size, body.mtime, body.etag};
    begin_transfer(id, frame.answer, body.size);
    send(std::move(frame));
}

SharedFiles::Send BackLink::passing() {
    const auto share = [this](const SharedFd& file, uint32_t number) -> Result<void> {
        ShareFrame frame{number, UniqueFd(::fcntl(file->get(), F_DUPFD_CLOEXEC, 0))};
        if (!frame.fd.valid()) return Error::from_errno(errno, "dup");
        std::string bytes;
        std::vector<UniqueFd> fds;
        encode(std::move(frame), bytes, fds);
        channel_->send(bytes, std::move(fds));
        return {};
    };
    const auto forget = [this](uint32_t number) {
        std::string bytes;
        encode(ForgetFrame{number}, bytes);
        channel_->send(bytes);
    };
    return {share, forget};
}

void BackLink::begin_transfer(uint32_t id, const boot::Answer& answer, int64_t size) {
    const std::lock_guard lock(mutex_);
    transfers_[id] = {answer.record, answer.recorded, size, http::Deadline::now_ms()};
}

void BackLink::send(AnswerFrame frame) {
    thread_local std::string bytes;
    std::vector<UniqueFd> fds;
    bytes.clear();
    encode(std::move(frame), bytes, fds);
    if (fds.empty()) {
        channel_->send(bytes);
    } else {
        channel_->send(bytes, std::move(fds));
    }
}

void BackLink::finish(const SentFrame& frame) {
    Transfer transfer;
    {
        std::lock_guard lock(mutex_);
        const auto found = transfers_.find(frame.id);
        if (found == transfers_.end()) return;
        transfer = std::move(found->second);
        transfers_.erase(found);
    }
    if (!transfer.recorded) return;
    answers_.sent(transfer.record);
    const std::string what = describe(transfer.record);
    const int64_t took = http::Deadline::now_ms() - transfer.started_ms;
    if (frame.complete) {
        log::info("boot.sent {} bytes={} ms={}", what, frame.bytes, took);
    } else {
        log::warn("boot.cut_off {} bytes={} of={} ms={}", what, frame.bytes, transfer.size, took);
    }
}

void BackLink::close() {
    if (channel_->over_bounds())
        log::error("front.protocol the front does not read what it asks for and is cut off");
    calls_->close();
    std::unordered_map<uint32_t, Transfer> cut_off;
    {
        std::lock_guard lock(mutex_);
        cut_off.swap(transfers_);
    }
    for (const auto& [id, transfer] : cut_off) {
        if (transfer.recorded) answers_.sent(transfer.record);
    }
    if (const auto closed = std::exchange(events_, {}).closed) closed();
}

}  // namespace ww::daemon
