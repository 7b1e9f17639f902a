// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/link/wire.h"

#include <limits>

#include "base/check.h"
#include "daemon/link/fields.h"

namespace ww::daemon {

namespace {

enum class Kind : uint8_t {
    Ask = 1,
    Sent,
    Ready,
    Failed,
    Settings,
    Answer,
    Drain,
    Certificate,
    Ping,
    Pong,
    Share,
    Forget,
    Call,
    CallBody,
    CallGone,
    GoOn
};
enum class BodyKind : uint8_t { Inline = 0, File, Pieces, Stream };

constexpr uint8_t kLastStage = static_cast<uint8_t>(boot::Stage::Status);

constexpr std::string rest::Head::* kCallTexts[] = {
    &rest::Head::authorization,
    &rest::Head::content_type,
    &rest::Head::accept,
    &rest::Head::if_match,
    &rest::Head::if_none_match,
    &rest::Head::last_event_id,
    &rest::Head::command,
    &rest::Head::peer_address,
};

Error malformed(const char* what) { return {ErrorCode::InvalidArgument, what}; }

struct RawFrame {
    Kind kind;
    std::string_view fields;
};

Result<RawFrame> take_frame(std::string_view& rest) {
    uint32_t length = 0;
    if (rest.size() < sizeof length) return malformed("a frame without its length");
    std::memcpy(&length, rest.data(), sizeof length);
    rest.remove_prefix(sizeof length);
    if (length == 0 || length > rest.size()) return malformed("a frame of impossible length");
    const RawFrame frame{static_cast<Kind>(rest[0]), rest.substr(1, length - 1)};
    rest.remove_prefix(length);
    return frame;
}

AskFrame read_ask(FrameReader& in) {
    AskFrame frame;
    boot::Ask& ask = frame.ask;
    frame.id = in.number<uint32_t>();
    const auto stage = in.number<uint8_t>();
    in.require(stage <= kLastStage);
    if (in.good()) ask.stage = static_cast<boot::Stage>(stage);
    ask.identity = in.text();
    ask.file = in.text();
    ask.asset_key = in.text();
    ask.compress = in.text();
    ask.machine = in.text();
    ask.machine_told = in.flag();
    ask.render = in.flag();
    ask.render_node = in.text();
    ask.peer_address = in.text();
    ask.peer_port = in.number<uint16_t>();
    ask.tls = in.flag();
    return frame;
}

// Of a body that has its size already.
std::vector<PieceRef> read_pieces(FrameReader& in, int64_t size) {
    std::vector<PieceRef> pieces;
    const auto count = in.number<uint32_t>();
    in.require(count > 0 && count <= boot::kMaxPieces);
    for (uint32_t n = in.good() ? count : 0; n > 0 && in.good(); --n) {
        PieceRef piece;
        piece.file = in.number<uint32_t>();
        piece.offset = in.number<int64_t>();
        piece.length = in.number<int64_t>();
        in.require(piece.length > 0 && piece.length <= size && piece.offset >= 0 &&
                   piece.offset <= std::numeric_limits<int64_t>::max() - piece.length);
        if (!in.good()) break;
        size -= piece.length;
        pieces.push_back(piece);
    }
    in.require(size == 0);
    return pieces;
}

CallFrame read_call(FrameReader& in) {
    CallFrame frame;
    rest::Head& head = frame.head;
    frame.id = in.number<uint32_t>();
    const auto method = in.number<uint8_t>();
    in.require(method <= static_cast<uint8_t>(rest::kLastMethod));
    if (in.good()) head.method = static_cast<rest::Method>(method);
    const uint32_t segments = in.list_length();
    in.require(segments <= rest::kMaxSegments);
    for (uint32_t n = segments; in.good() && n > 0; --n) head.path.push_back(in.text());
    const uint32_t pairs = in.list_length();
    in.require(pairs <= rest::kMaxQueryPairs);
    for (uint32_t n = pairs; in.good() && n > 0; --n) {
        std::string key = in.text();
        head.query.emplace_back(std::move(key), in.text());
    }
    for (const auto member : kCallTexts) head.*member = in.text();
    head.peer_port = in.number<uint16_t>();
    head.tls = in.flag();
    head.body_bytes = in.number<int64_t>();
    in.require(head.body_bytes >= -1);
    return frame;
}

}  // namespace

void encode(const CallFrame& frame, std::string& out) {
    const rest::Head& head = frame.head;
    FrameWriter writer(out, Kind::Call);
    writer.number(frame.id);
    writer.number(head.method);
    writer.number(static_cast<uint32_t>(head.path.size()));
    for (const std::string& segment : head.path) writer.text(segment);
    writer.number(static_cast<uint32_t>(head.query.size()));
    for (const auto& [key, value] : head.query) {
        writer.text(key);
        writer.text(value);
    }
    for (const auto member : kCallTexts) writer.text(head.*member);
    writer.number(head.peer_port);
    writer.number(head.tls);
    writer.number(head.body_bytes);
}

void encode(CallBodyFrame&& frame, std::string& out, std::vector<UniqueFd>& fds) {
    FrameWriter writer(out, Kind::CallBody);
    writer.number(frame.id);
    writer.number(frame.file.valid() ? BodyKind::File : BodyKind::Inline);
    if (frame.file.valid()) {
        writer.number(frame.size);
        fds.push_back(std::move(frame.file));
    } else {
        WW_CHECK(frame.text.size() <= kMaxInlineBody, "a long body must go through a descriptor");
        writer.text(frame.text);
    }
}

void encode(const CallGoneFrame& frame, std::string& out) {
    FrameWriter writer(out, Kind::CallGone);
    writer.number(frame.id);
}

void encode(const GoOnFrame& frame, std::string& out) {
    FrameWriter writer(out, Kind::GoOn);
    writer.number(frame.id);
    writer.number(frame.limit);
}

void encode(const AskFrame& frame, std::string& out) {
    const boot::Ask& ask = frame.ask;
    FrameWriter writer(out, Kind::Ask);
    writer.number(frame.id);
    writer.number(ask.stage);
    writer.text(ask.identity);
    writer.text(ask.file);
    writer.text(ask.asset_key);
    writer.text(ask.compress);
    writer.text(ask.machine);
    writer.number(ask.machine_told);
    writer.number(ask.render);
    writer.text(ask.render_node);
    writer.text(ask.peer_address);
    writer.number(ask.peer_port);
    writer.number(ask.tls);
}

void encode(const SentFrame& frame, std::string& out) {
    FrameWriter writer(out, Kind::Sent);
    writer.number(frame.id);
    writer.number(frame.bytes);
    writer.number(frame.complete);
}

void encode(const ReadyFrame&, std::string& out) { const FrameWriter writer(out, Kind::Ready); }
void encode(const DrainFrame&, std::string& out) { const FrameWriter writer(out, Kind::Drain); }

void encode(const PingFrame& frame, std::string& out) {
    FrameWriter writer(out, Kind::Ping);
    writer.number(frame.number);
}

void encode(const PongFrame& frame, std::string& out) {
    FrameWriter writer(out, Kind::Pong);
    writer.number(frame.number);
}

void encode(const FailedFrame& frame, std::string& out) {
    FrameWriter writer(out, Kind::Failed);
    writer.text(std::string_view(frame.message).substr(0, 4096));
}

void encode(SettingsFrame&& frame, std::string& out, std::vector<UniqueFd>& fds) {
    FrameWriter writer(out, Kind::Settings);
    writer.number(frame.port);
    writer.number(frame.tls_port);
    writer.text(frame.certificate);
    writer.text(frame.key);
    writer.number(frame.threads);
    writer.number(frame.calls);
    writer.number(static_cast<uint32_t>(frame.limits.size()));
    for (const std::string& limit : frame.limits) writer.text(limit);
    writer.number(static_cast<uint32_t>(frame.listeners.size()));
    for (PassedListener& listener : frame.listeners) {
        writer.number(listener.tls);
        fds.push_back(std::move(listener.fd));
    }
}

void encode(const CertificateFrame& frame, std::string& out) {
    FrameWriter writer(out, Kind::Certificate);
    writer.text(frame.certificate);
    writer.text(frame.key);
}

void encode(AnswerFrame&& frame, std::string& out, std::vector<UniqueFd>& fds) {
    boot::Answer& answer = frame.answer;
    FrameWriter writer(out, Kind::Answer);
    writer.number(frame.id);
    writer.number(static_cast<uint16_t>(answer.status));
    writer.text(answer.content_type);
    writer.number(static_cast<uint32_t>(answer.headers.size()));
    for (const auto& [name, value] : answer.headers) {
        writer.text(name);
        writer.text(value);
    }
    if (frame.stream.valid()) {
        writer.number(BodyKind::Stream);
        fds.push_back(std::move(frame.stream));
        return;
    }
    if (const auto* text = std::get_if<std::string>(&answer.body)) {
        WW_CHECK(text->size() <= kMaxInlineBody, "a long body must go through a descriptor");
        writer.number(BodyKind::Inline);
        writer.text(*text);
        return;
    }
    auto& file = std::get<boot::FileBody>(answer.body);
    writer.number(frame.pieces.empty() ? BodyKind::File : BodyKind::Pieces);
    writer.number(file.size);
    writer.number(file.mtime);
    writer.text(file.etag);
    writer.number(frame.is_resource);
    fds.push_back(std::move(file.fd));
    if (frame.pieces.empty()) return;
    WW_CHECK(frame.pieces.size() <= boot::kMaxPieces, "more pieces than a frame holds");
    writer.number(static_cast<uint32_t>(frame.pieces.size()));
    for (const PieceRef& piece : frame.pieces) {
        writer.number(piece.file);
        writer.number(piece.offset);
        writer.number(piece.length);
    }
}

void encode(ShareFrame&& frame, std::string& out, std::vector<UniqueFd>& fds) {
    FrameWriter writer(out, Kind::Share);
    writer.number(frame.number);
    fds.push_back(std::move(frame.fd));
}

void encode(const ForgetFrame& frame, std::string& out) {
    FrameWriter writer(out, Kind::Forget);
    writer.number(frame.number);
}

Result<FromFront> PacketReader::next_from_front() {
    WW_TRY(const RawFrame frame, take_frame(rest_));
    FrameReader in(frame.fields);
    FromFront out;
    switch (frame.kind) {
        case Kind::Ask:
            out = read_ask(in);
            break;
        case Kind::Call:
            out = read_call(in);
            break;
        case Kind::CallBody: {
            CallBodyFrame body;
            body.id = in.number<uint32_t>();
            const auto kind = in.number<uint8_t>();
            in.require(kind <= static_cast<uint8_t>(BodyKind::File));
            if (kind == static_cast<uint8_t>(BodyKind::Inline)) {
                body.text = in.text();
                in.require(body.text.size() <= kMaxInlineBody);
            } else {
                body.size = in.number<int64_t>();
                in.require(body.size > 0);
                if (in.good()) body.file = take_fd();
                in.require(body.file.valid());
            }
            out = std::move(body);
            break;
        }
        case Kind::CallGone:
            out = CallGoneFrame{in.number<uint32_t>()};
            break;
        case Kind::Sent: {
            SentFrame sent;
            sent.id = in.number<uint32_t>();
            sent.bytes = in.number<int64_t>();
            sent.complete = in.flag();
            in.require(sent.bytes >= 0);
            out = sent;
            break;
        }
        case Kind::Ready:
            out = ReadyFrame{};
            break;
        case Kind::Failed:
            out = FailedFrame{in.text()};
            break;
        case Kind::Pong:
            out = PongFrame{in.number<uint32_t>()};
            break;
        default:
            return malformed("not a frame of the front");
    }
    if (!in.finished()) return malformed("a frame with the wrong fields");
    // Told at once, before anything is done for a front that sends it.
    if (rest_.empty() && next_fd_ != packet_.fds.size())
        return malformed("a descriptor that belongs to no frame");
    return out;
}

UniqueFd PacketReader::take_fd() {
    return next_fd_ < packet_.fds.size() ? std::move(packet_.fds[next_fd_++]) : UniqueFd();
}

Result<FromMain> PacketReader::next_from_main() {
    WW_TRY(const RawFrame frame, take_frame(rest_));
    FrameReader in(frame.fields);
    const auto take_fd = [&] {
        UniqueFd fd = in.good() ? this->take_fd() : UniqueFd();
        in.require(fd.valid());
        return fd;
    };
    FromMain out;
    switch (frame.kind) {
        case Kind::Settings: {
            SettingsFrame settings;
            settings.port = in.number<uint16_t>();
            settings.tls_port = in.number<uint16_t>();
            settings.certificate = in.text();
            settings.key = in.text();
            settings.threads = in.number<uint32_t>();
            settings.calls = in.flag();
            for (uint32_t n = in.list_length(); n > 0; --n) settings.limits.push_back(in.text());
            for (uint32_t n = in.list_length(); n > 0; --n) {
                const bool tls = in.flag();
                settings.listeners.push_back({take_fd(), tls});
            }
            out = std::move(settings);
            break;
        }
        case Kind::Answer: {
            AnswerFrame answer;
            answer.id = in.number<uint32_t>();
            answer.answer.status = in.number<uint16_t>();
            answer.answer.content_type = in.text();
            for (uint32_t n = in.list_length(); n > 0; --n) {
                std::string name = in.text();
                answer.answer.headers.emplace_back(std::move(name), in.text());
            }
            const auto kind = in.number<uint8_t>();
            in.require(kind <= static_cast<uint8_t>(BodyKind::Stream));
            if (kind == static_cast<uint8_t>(BodyKind::Inline)) {
                answer.answer.body = in.text();
            } else if (kind == static_cast<uint8_t>(BodyKind::Stream)) {
                answer.stream = take_fd();
            } else {
                boot::FileBody file;
                file.size = in.number<int64_t>();
                file.mtime = in.number<int64_t>();
                file.etag = in.text();
                answer.is_resource = in.flag();
                file.fd = take_fd();
                in.require(file.size >= 0);
                if (kind == static_cast<uint8_t>(BodyKind::Pieces))
                    answer.pieces = read_pieces(in, file.size);
                answer.answer.body = std::move(file);
            }
            out = std::move(answer);
            break;
        }
        case Kind::Share: {
            ShareFrame share;
            share.number = in.number<uint32_t>();
            in.require(share.number != 0);
            share.fd = take_fd();
            out = std::move(share);
            break;
        }
        case Kind::Forget:
            out = ForgetFrame{in.number<uint32_t>()};
            break;
        case Kind::Certificate: {
            std::string certificate = in.text();
            out = CertificateFrame{std::move(certificate), in.text()};
            break;
        }
        case Kind::Drain:
            out = DrainFrame{};
            break;
        case Kind::Ping:
            out = PingFrame{in.number<uint32_t>()};
            break;
        case Kind::GoOn: {
            const auto id = in.number<uint32_t>();
            out = GoOnFrame{id, in.number<uint32_t>()};
            break;
        }
        default:
            return malformed("not a frame of the main process");
    }
    if (!in.finished()) return malformed("a frame with the wrong fields");
    return out;
}

}  // namespace ww::daemon
