// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/back_link.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <utility>

#include "base/log.h"
#include "boot/request.h"
#include "http/deadline.h"
#include "http/work_pool.h"

namespace ww::daemon {

namespace {

// A front has at most one ask per connection; one that shows more than any limit of connections
// allows is not ours any more.
constexpr size_t kMaxUnderWay = 1 << 17;

// Long texts go as a descriptor of memory that nobody can change any more.
Result<boot::FileBody> in_memory_file(std::string_view text) {
    UniqueFd fd(::memfd_create("answer", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd.valid()) return Error::from_errno(errno, "memfd_create");
    WW_TRY_VOID(write_all(fd.get(), text, "answer"));
    (void)::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    return boot::FileBody{.fd = std::move(fd), .size = static_cast<int64_t>(text.size())};
}

std::string describe(const boot::Record& record) {
    return fmt::format("node={} stage={} file={} peer={}",
                       record.node,
                       boot::to_string(record.stage),
                       record.sent,
                       record.peer_address);
}

}  // namespace

BackLink::BackLink(std::shared_ptr<Channel> channel, Answers& answers, http::WorkPool& pool)
    : channel_(std::move(channel)), answers_(answers), pool_(pool) {}

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
        } else if (events_.ready) {
            events_.ready();
        }
    }
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
    const bool taken = pool_.submit([self = shared_from_this(), id, ask = std::move(ask)] {
        boot::Answer answer = self->answers_.answer(ask);
        {
            std::lock_guard lock(self->mutex_);
            --self->asked_;
        }
        self->reply(id, std::move(answer));
    });
    if (!taken) {
        {
            std::lock_guard lock(mutex_);
            --asked_;
        }
        boot::Answer busy;
        busy.status = 503;
        busy.headers.emplace_back("Retry-After", std::to_string(http::kRetryAfterSeconds));
        reply(id, std::move(busy));
    }
    return true;
}

void BackLink::reply(uint32_t id, boot::Answer answer) {
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
            auto file = in_memory_file(*text);
            frame.is_resource = false;
            if (file) {
                out.body = std::move(*file);
            } else {
                log::error("answer.memory {}", file.error().describe());
                out = {};
                out.status = 500;
            }
        }
    } else {
        const auto& file = std::get<boot::FileBody>(out.body);
        std::lock_guard lock(mutex_);
        transfers_[id] = {out.record, out.recorded, file.size, http::Deadline::now_ms()};
    }
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
