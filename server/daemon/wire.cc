// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/wire.h"

#include <bit>
#include <cstring>
#include <type_traits>

#include "base/check.h"

namespace ww::daemon {

static_assert(std::endian::native == std::endian::little,
              "frames are written as they lie in memory");

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
    Pong
};
enum class BodyKind : uint8_t { Inline = 0, File };

constexpr uint8_t kLastStage = static_cast<uint8_t>(boot::Stage::Status);
// A packet cannot hold more of anything; keeps a hostile count from reserving memory.
constexpr uint32_t kMaxListLength = 64;

class Writer {
   public:
    Writer(std::string& out, Kind kind) : out_(out), start_(out.size()) {
        number(uint32_t{0});  // the length, known at the end
        number(kind);
    }
    ~Writer() {
        const auto length = static_cast<uint32_t>(out_.size() - start_ - sizeof(uint32_t));
        std::memcpy(out_.data() + start_, &length, sizeof length);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    template <class T>
        requires(std::is_integral_v<T> || std::is_enum_v<T>)
    void number(T value) {
        out_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void text(std::string_view value) {
        number(static_cast<uint32_t>(value.size()));
        out_.append(value);
    }

   private:
    std::string& out_;
    size_t start_;
};

// Reads the fields of one frame; the first mismatch makes it bad for good.
class Reader {
   public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    template <class T>
        requires std::is_integral_v<T>
    T number() {
        T value{};
        if (rest_.size() < sizeof value) {
            good_ = false;
            return value;
        }
        rest_.copy(reinterpret_cast<char*>(&value), sizeof value);
        rest_.remove_prefix(sizeof value);
        return value;
    }
    bool flag() {
        const auto value = number<uint8_t>();
        if (value > 1) good_ = false;
        return value == 1;
    }
    std::string text() {
        const auto length = number<uint32_t>();
        if (!good_ || length > rest_.size()) {
            good_ = false;
            return {};
        }
        std::string value(rest_.substr(0, length));
        rest_.remove_prefix(length);
        return value;
    }
    uint32_t list_length() {
        const auto length = number<uint32_t>();
        if (length > kMaxListLength) good_ = false;
        return good_ ? length : 0;
    }
    void require(bool condition) { good_ = good_ && condition; }
    bool good() const { return good_; }
    bool finished() const { return good_ && rest_.empty(); }

   private:
    std::string_view rest_;
    bool good_ = true;
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

AskFrame read_ask(Reader& in) {
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

}  // namespace

void encode(const AskFrame& frame, std::string& out) {
    const boot::Ask& ask = frame.ask;
    Writer writer(out, Kind::Ask);
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
    Writer writer(out, Kind::Sent);
    writer.number(frame.id);
    writer.number(frame.bytes);
    writer.number(frame.complete);
}

void encode(const ReadyFrame&, std::string& out) { const Writer writer(out, Kind::Ready); }
void encode(const DrainFrame&, std::string& out) { const Writer writer(out, Kind::Drain); }

void encode(const PingFrame& frame, std::string& out) {
    Writer writer(out, Kind::Ping);
    writer.number(frame.number);
}

void encode(const PongFrame& frame, std::string& out) {
    Writer writer(out, Kind::Pong);
    writer.number(frame.number);
}

void encode(const FailedFrame& frame, std::string& out) {
    Writer writer(out, Kind::Failed);
    writer.text(std::string_view(frame.message).substr(0, 4096));
}

void encode(SettingsFrame&& frame, std::string& out, std::vector<UniqueFd>& fds) {
    Writer writer(out, Kind::Settings);
    writer.number(frame.port);
    writer.number(frame.tls_port);
    writer.text(frame.certificate);
    writer.text(frame.key);
    writer.number(frame.threads);
    writer.number(static_cast<uint32_t>(frame.limits.size()));
    for (const std::string& limit : frame.limits) writer.text(limit);
    writer.number(static_cast<uint32_t>(frame.listeners.size()));
    for (PassedListener& listener : frame.listeners) {
        writer.number(listener.tls);
        fds.push_back(std::move(listener.fd));
    }
}

void encode(const CertificateFrame& frame, std::string& out) {
    Writer writer(out, Kind::Certificate);
    writer.text(frame.certificate);
    writer.text(frame.key);
}

void encode(AnswerFrame&& frame, std::string& out, std::vector<UniqueFd>& fds) {
    boot::Answer& answer = frame.answer;
    Writer writer(out, Kind::Answer);
    writer.number(frame.id);
    writer.number(static_cast<uint16_t>(answer.status));
    writer.text(answer.content_type);
    writer.number(static_cast<uint32_t>(answer.headers.size()));
    for (const auto& [name, value] : answer.headers) {
        writer.text(name);
        writer.text(value);
    }
    if (const auto* text = std::get_if<std::string>(&answer.body)) {
        WW_CHECK(text->size() <= kMaxInlineBody, "a long body must go through a descriptor");
        writer.number(BodyKind::Inline);
        writer.text(*text);
        return;
    }
    auto& file = std::get<boot::FileBody>(answer.body);
    writer.number(BodyKind::File);
    writer.number(file.size);
    writer.number(file.mtime);
    writer.text(file.etag);
    writer.number(frame.is_resource);
    fds.push_back(std::move(file.fd));
}

Result<FromFront> PacketReader::next_from_front() {
    WW_TRY(const RawFrame frame, take_frame(rest_));
    if (!packet_.fds.empty()) return malformed("the front may not send descriptors");
    Reader in(frame.fields);
    FromFront out;
    switch (frame.kind) {
        case Kind::Ask:
            out = read_ask(in);
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
    return out;
}

Result<FromMain> PacketReader::next_from_main() {
    WW_TRY(const RawFrame frame, take_frame(rest_));
    Reader in(frame.fields);
    const auto take_fd = [&] {
        in.require(next_fd_ < packet_.fds.size());
        return in.good() ? std::move(packet_.fds[next_fd_++]) : UniqueFd();
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
            in.require(kind <= static_cast<uint8_t>(BodyKind::File));
            if (kind == static_cast<uint8_t>(BodyKind::Inline)) {
                answer.answer.body = in.text();
            } else {
                boot::FileBody file;
                file.size = in.number<int64_t>();
                file.mtime = in.number<int64_t>();
                file.etag = in.text();
                answer.is_resource = in.flag();
                file.fd = take_fd();
                in.require(file.size >= 0);
                answer.answer.body = std::move(file);
            }
            out = std::move(answer);
            break;
        }
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
        default:
            return malformed("not a frame of the main process");
    }
    if (!in.finished()) return malformed("a frame with the wrong fields");
    return out;
}

}  // namespace ww::daemon
