// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/link/front_link.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/log.h"
#include "boot/answers.h"
#include "daemon/link/pipe_stream.h"

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

uint32_t FrontLink::wait(http::Responder respond) {
    std::unique_lock lock(mutex_);
    if (closed_) {
        lock.unlock();
        tell_to_come_back(respond);
        return 0;
    }
    // An answer may take hours, four billion asks do not pass in between; but never mix up two.
    do {
        ++last_id_;
    } while (last_id_ == 0 || waiting_.contains(last_id_) || bodies_.contains(last_id_));
    waiting_.emplace(last_id_, std::move(respond));
    return last_id_;
}

void FrontLink::ask(boot::Ask ask, http::Responder respond) {
    AskFrame frame{wait(std::move(respond)), std::move(ask)};
    if (frame.id == 0) return;
    thread_local std::string bytes;
    bytes.clear();
    encode(frame, bytes);
    channel_->send(bytes);
}

// ---- calls ----

// Leave to read the body of a call. Goes unused if none comes, which is told then.
class FrontLink::Body {
   public:
    Body(std::shared_ptr<FrontLink> link, uint32_t id) : link_(std::move(link)), id_(id) {}
    ~Body() {
        if (!used_) link_->tell_gone(id_);
        const std::lock_guard lock(link_->mutex_);
        link_->bodies_.erase(id_);
    }
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    void hand_over(const http::Request& request, http::Responder respond) {
        used_ = true;
        link_->hand_over(id_, request.body, std::move(respond));
    }

   private:
    const std::shared_ptr<FrontLink> link_;
    const uint32_t id_;
    bool used_ = false;
};

void FrontLink::call(rest::Head head, http::Responder respond) {
    // Before it may be answered on another thread.
    const auto id_of_call = std::make_shared<std::atomic<uint32_t>>(0);
    respond.when_gone([self = shared_from_this(), id_of_call] {
        if (const uint32_t id = *id_of_call; id != 0) self->tell_gone(id);
    });
    CallFrame frame{wait(std::move(respond)), std::move(head)};
    if (frame.id == 0) return;
    *id_of_call = frame.id;
    std::string bytes;
    encode(frame, bytes);
    channel_->send(bytes);
}

void FrontLink::go_on(const GoOnFrame& frame) {
    auto respond = waiting(frame.id);
    if (!respond) return;
    {
        const std::lock_guard lock(mutex_);
        bodies_.insert(frame.id);
    }
    const auto body = std::make_shared<Body>(shared_from_this(), frame.id);
    respond->read_body(frame.limit, [body](const http::Request& request, http::Responder next) {
        body->hand_over(request, std::move(next));
    });
}

void FrontLink::hand_over(uint32_t id, std::string body, http::Responder respond) {
    respond.when_gone([self = shared_from_this(), id] { self->tell_gone(id); });
    CallBodyFrame frame{.id = id};
    if (body.size() <= kMaxInlineBody) {
        frame.text = std::move(body);
    } else {
        auto file = boot::in_memory_file(body);
        if (!file) {
            log::error("front.memory {}", file.error().describe());
            tell_gone(id);
            return respond({503, {}, {}, {}});
        }
        frame.file = std::move(file->fd);
        frame.size = file->size;
    }
    {
        std::unique_lock lock(mutex_);
        if (closed_) {
            lock.unlock();
            return tell_to_come_back(respond);
        }
        waiting_.emplace(id, std::move(respond));
    }
    std::string bytes;
    std::vector<UniqueFd> fds;
    encode(std::move(frame), bytes, fds);
    channel_->send(bytes, std::move(fds));
}

void FrontLink::tell_gone(uint32_t id) {
    std::string bytes;
    encode(CallGoneFrame{id}, bytes);
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
            if (!answer(std::move(*found))) return false;
        } else if (auto* file = std::get_if<ShareFrame>(&*frame)) {
            if (!share(std::move(*file))) return false;
        } else if (const auto* gone = std::get_if<ForgetFrame>(&*frame)) {
            shared_.erase(gone->number);  // what is being sent keeps it open
        } else if (const auto* leave = std::get_if<GoOnFrame>(&*frame)) {
            go_on(*leave);
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

bool FrontLink::share(ShareFrame frame) {
    const auto file = std::make_shared<const UniqueFd>(std::move(frame.fd));
    if (shared_.size() < kMaxSharedFiles && shared_.emplace(frame.number, file).second) return true;
    log::error("front.protocol the main process passed a file twice, or too many");
    return false;
}

// Nothing if one is of a file that never came.
std::optional<std::vector<FileSpan>> FrontLink::parts_of(AnswerFrame& frame) const {
    auto& file = std::get<boot::FileBody>(frame.answer.body);
    const auto own = std::make_shared<const UniqueFd>(std::move(file.fd));
    if (frame.pieces.empty()) return std::vector<FileSpan>{{own, 0, file.size}};
    std::vector<FileSpan> parts;
    for (const PieceRef& piece : frame.pieces) {
        const auto found = shared_.find(piece.file);
        if (piece.file != 0 && found == shared_.end()) {
            log::error("front.protocol an answer has pieces of a file that was not passed");
            return std::nullopt;
        }
        parts.push_back({piece.file == 0 ? own : found->second, piece.offset, piece.length});
    }
    return parts;
}

std::optional<http::Responder> FrontLink::waiting(uint32_t id) {
    std::optional<http::Responder> respond;
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return respond;
    respond.emplace(std::move(found->second));
    waiting_.erase(found);
    return respond;
}

// False: it makes no sense.
bool FrontLink::answer(AnswerFrame frame) {
    auto respond = waiting(frame.id);
    if (!respond) return true;
    http::Reply reply;
    reply.status = frame.answer.status;
    reply.headers = std::move(frame.answer.headers);
    if (!frame.answer.content_type.empty())
        reply.headers.emplace_back("Content-Type", std::move(frame.answer.content_type));
    if (frame.stream.valid()) {
        reply.body =
            pipe_source(channel_->context(),
                        std::move(frame.stream),
                        [self = shared_from_this(), id = frame.id] { self->tell_gone(id); });
    } else if (auto* text = std::get_if<std::string>(&frame.answer.body)) {
        reply.body = std::move(*text);
    } else {
        auto parts = parts_of(frame);
        if (!parts) return false;
        auto& file = std::get<boot::FileBody>(frame.answer.body);
        reply.body = http::FileBody{
            std::move(*parts), file.size, file.mtime, std::move(file.etag), frame.is_resource};
        reply.delivered = [channel = channel_, id = frame.id](const http::Delivery& delivery) {
            std::string bytes;
            encode(SentFrame{id, delivery.bytes, delivery.complete}, bytes);
            channel->send(bytes);
        };
    }
    (*respond)(std::move(reply));
    return true;
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
