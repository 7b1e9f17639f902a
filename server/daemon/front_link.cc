// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/front_link.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace ww::daemon {

namespace {

// Temporary by nature: the main process is being restarted.
void tell_to_come_back(http::Responder& respond) { respond({503, {}, {}, {}}); }

}  // namespace

void FrontLink::start(Events events) {
    events_ = std::move(events);
    channel_->start(
        [self = shared_from_this()](std::span<Packet> packets) {
            return std::all_of(
                packets.begin(), packets.end(), [&](Packet& packet) { return self->take(packet); });
        },
        [self = shared_from_this()] { self->close(); });
}

void FrontLink::ask(boot::Ask ask, http::Responder respond) {
    AskFrame frame{0, std::move(ask)};
    {
        std::unique_lock lock(mutex_);
        if (closed_) {
            lock.unlock();
            return tell_to_come_back(respond);
        }
        // An answer may take minutes, four billion asks do not pass in between; but never mix up
        // two.
        do {
            frame.id = ++last_id_;
        } while (waiting_.contains(frame.id));
        waiting_.emplace(frame.id, std::move(respond));
    }
    thread_local std::string bytes;
    bytes.clear();
    encode(frame, bytes);
    channel_->send(bytes);
}

void FrontLink::report_ready() {
    std::string bytes;
    encode(ReadyFrame{}, bytes);
    channel_->send(bytes);
}

bool FrontLink::take(Packet& packet) {
    PacketReader reader(packet);
    while (!reader.done()) {
        auto frame = reader.next_from_main();
        if (!frame) {
            log::error("front.protocol the main process sent nonsense: {}",
                       frame.error().describe());
            return false;
        }
        if (auto* found = std::get_if<AnswerFrame>(&*frame)) {
            answer(std::move(*found));
        } else if (const auto* ping = std::get_if<PingFrame>(&*frame)) {
            std::string bytes;
            encode(PongFrame{ping->number}, bytes);
            channel_->send(bytes);
        } else if (std::holds_alternative<DrainFrame>(*frame)) {
            if (const auto on_drain = std::exchange(events_.drain, {})) on_drain();
        } else if (const auto* certificate = std::get_if<CertificateFrame>(&*frame)) {
            if (events_.certificate) events_.certificate(*certificate);
        } else {
            log::error("front.protocol settings came a second time");
            return false;
        }
    }
    return true;
}

void FrontLink::answer(AnswerFrame frame) {
    std::optional<http::Responder> respond;
    {
        std::lock_guard lock(mutex_);
        const auto found = waiting_.find(frame.id);
        if (found == waiting_.end()) return;
        respond.emplace(std::move(found->second));
        waiting_.erase(found);
    }
    http::Reply reply;
    reply.status = frame.answer.status;
    reply.headers = std::move(frame.answer.headers);
    if (!frame.answer.content_type.empty())
        reply.headers.emplace_back("Content-Type", std::move(frame.answer.content_type));
    if (auto* text = std::get_if<std::string>(&frame.answer.body)) {
        reply.body = std::move(*text);
    } else {
        auto& file = std::get<boot::FileBody>(frame.answer.body);
        reply.body = http::FileBody{
            std::move(file.fd), file.size, file.mtime, std::move(file.etag), frame.is_resource};
        reply.delivered = [channel = channel_, id = frame.id](const http::Delivery& delivery) {
            std::string bytes;
            encode(SentFrame{id, delivery.bytes, delivery.complete}, bytes);
            channel->send(bytes);
        };
    }
    (*respond)(std::move(reply));
}

void FrontLink::close() {
    std::unordered_map<uint32_t, http::Responder> orphans;
    {
        std::lock_guard lock(mutex_);
        closed_ = true;
        orphans.swap(waiting_);
    }
    for (auto& [id, respond] : orphans) tell_to_come_back(respond);
    if (const auto on_drain = std::exchange(events_.drain, {})) on_drain();
}

}  // namespace ww::daemon
