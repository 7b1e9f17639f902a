// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/link/wire.h"

#include <fcntl.h>

#include <cstring>
#include <limits>
#include <random>

#include "support/catch.h"

using namespace ww::daemon;
using ww::boot::Stage;

namespace {

ww::UniqueFd some_fd() { return ww::UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

AskFrame some_ask() {
    AskFrame frame;
    frame.id = 7;
    frame.ask = {.stage = Stage::Runtime,
                 .identity = "02:00",
                 .file = "a/b",
                 .asset_key = "key",
                 .compress = "gz",
                 .machine = "arm64",
                 .machine_told = true,
                 .render = true,
                 .render_node = "n1",
                 .peer_address = "10.0.0.7",
                 .peer_port = 987,
                 .tls = true};
    return frame;
}

CallFrame some_call() {
    CallFrame frame;
    frame.id = 8;
    frame.head = {.method = ww::rest::Method::Patch,
                  .path = {"api", "nodes", "n/1", ""},
                  .query = {{"force", ""}, {"a b", "c"}},
                  .authorization = "Basic eA==",
                  .content_type = "application/json",
                  .accept = "*/*",
                  .if_match = "\"a\"",
                  .if_none_match = "*",
                  .last_event_id = "7",
                  .command = "node set",
                  .peer_address = "fd00::7",
                  .peer_port = 4000,
                  .tls = true,
                  .body_bytes = -1};
    return frame;
}

// What comes out of a packet of the front with these bytes: the frames, or an error.
ww::Result<std::vector<FromFront>> read_from_front(std::string bytes) {
    Packet packet{std::move(bytes), {}};
    PacketReader reader(packet);
    std::vector<FromFront> frames;
    while (!reader.done()) {
        WW_TRY(FromFront frame, reader.next_from_front());
        frames.push_back(std::move(frame));
    }
    return frames;
}

ww::Result<std::vector<FromMain>> read_from_main(Packet& packet) {
    PacketReader reader(packet);
    std::vector<FromMain> frames;
    while (!reader.done()) {
        WW_TRY(FromMain frame, reader.next_from_main());
        frames.push_back(std::move(frame));
    }
    return frames;
}

}  // namespace

TEST_CASE("what the front says comes back out", "[daemon][wire]") {
    std::string bytes;
    encode(some_ask(), bytes);
    encode(SentFrame{9, int64_t{1} << 40, true}, bytes);
    encode(ReadyFrame{}, bytes);
    encode(FailedFrame{"port taken"}, bytes);
    encode(PongFrame{12}, bytes);
    const auto frames = read_from_front(bytes);
    REQUIRE(frames);
    REQUIRE(frames->size() == 5);
    const auto& [id, ask] = std::get<AskFrame>((*frames)[0]);
    CHECK(id == 7);
    CHECK(ask.stage == Stage::Runtime);
    CHECK(ask.identity == "02:00");
    CHECK(ask.machine == "arm64");
    CHECK(ask.machine_told);
    CHECK(ask.file == "a/b");
    CHECK(ask.asset_key == "key");
    CHECK(ask.compress == "gz");
    CHECK(ask.render);
    CHECK(ask.render_node == "n1");
    CHECK(ask.peer_address == "10.0.0.7");
    CHECK(ask.peer_port == 987);
    CHECK(ask.tls);
    const auto& sent = std::get<SentFrame>((*frames)[1]);
    CHECK(sent.id == 9);
    CHECK(sent.bytes == int64_t{1} << 40);
    CHECK(sent.complete);
    CHECK(std::holds_alternative<ReadyFrame>((*frames)[2]));
    CHECK(std::get<FailedFrame>((*frames)[3]).message == "port taken");
    CHECK(std::get<PongFrame>((*frames)[4]).number == 12);
}

TEST_CASE("a call comes back out, its body after it", "[daemon][wire]") {
    Packet packet;
    encode(some_call(), packet.bytes);
    encode(CallBodyFrame{.id = 8, .text = "{}"}, packet.bytes, packet.fds);
    CallBodyFrame file{.id = 9, .text = {}, .file = some_fd(), .size = 70000};
    const int fd = file.file.get();
    encode(std::move(file), packet.bytes, packet.fds);
    encode(CallGoneFrame{8}, packet.bytes);
    PacketReader reader(packet);
    const auto next = [&] {
        auto frame = reader.next_from_front();
        REQUIRE(frame);
        return std::move(*frame);
    };
    const FromFront first = next();
    const auto& call = std::get<CallFrame>(first);
    const ww::rest::Head& head = call.head;
    const ww::rest::Head given = some_call().head;
    CHECK(call.id == 8);
    CHECK(head.method == given.method);
    CHECK(head.path == given.path);
    CHECK(head.query == given.query);
    CHECK(head.authorization == given.authorization);
    CHECK(head.content_type == given.content_type);
    CHECK(head.accept == given.accept);
    CHECK(head.if_match == given.if_match);
    CHECK(head.if_none_match == given.if_none_match);
    CHECK(head.last_event_id == given.last_event_id);
    CHECK(head.command == given.command);
    CHECK(head.peer_address == given.peer_address);
    CHECK(head.peer_port == 4000);
    CHECK(head.tls);
    CHECK(head.body_bytes == -1);
    CHECK(std::get<CallBodyFrame>(next()).text == "{}");
    const FromFront third = next();
    CHECK(std::get<CallBodyFrame>(third).file.get() == fd);
    CHECK(std::get<CallBodyFrame>(third).size == 70000);
    CHECK(std::get<CallGoneFrame>(next()).id == 8);
    CHECK(reader.done());
}

TEST_CASE("a call that no front sends is refused", "[daemon][wire]") {
    CallFrame call = some_call();
    SECTION("too deep a path") { call.head.path.resize(ww::rest::kMaxSegments + 1); }
    SECTION("too long a query") { call.head.query.resize(ww::rest::kMaxQueryPairs + 1); }
    SECTION("a body of impossible length") { call.head.body_bytes = -2; }
    SECTION("no method of ours") { call.head.method = static_cast<ww::rest::Method>(6); }
    std::string bytes;
    encode(call, bytes);
    CHECK_FALSE(read_from_front(bytes));
}

TEST_CASE("a body in a file without its descriptor is refused", "[daemon][wire]") {
    Packet packet;
    encode(CallBodyFrame{.id = 9, .text = {}, .file = some_fd(), .size = 70000},
           packet.bytes,
           packet.fds);
    CHECK_FALSE(read_from_front(packet.bytes));
}

TEST_CASE("leave to go on, and a stream, come back out", "[daemon][wire]") {
    Packet packet;
    encode(GoOnFrame{8, 70000}, packet.bytes);
    AnswerFrame answer{.id = 8};
    answer.answer.headers = {{"Allow", "GET"}, {"Allow", "PUT"}};
    answer.stream = some_fd();
    const int fd = answer.stream.get();
    encode(std::move(answer), packet.bytes, packet.fds);
    const auto frames = read_from_main(packet);
    REQUIRE(frames);
    REQUIRE(frames->size() == 2);
    CHECK(std::get<GoOnFrame>((*frames)[0]).id == 8);
    CHECK(std::get<GoOnFrame>((*frames)[0]).limit == 70000);
    const auto& got = std::get<AnswerFrame>((*frames)[1]);
    CHECK(got.stream.get() == fd);
    CHECK(got.answer.headers.size() == 2);
}

TEST_CASE("what the main process says comes back out, with its descriptors", "[daemon][wire]") {
    Packet packet;
    SettingsFrame settings;
    settings.port = 9873;
    settings.tls_port = 9874;
    settings.certificate = "cert";
    settings.key = "key";
    settings.threads = 3;
    settings.limits = {"idle=5s", "head=1s"};
    settings.listeners.push_back({some_fd(), true});
    const int listener = settings.listeners[0].fd.get();
    encode(std::move(settings), packet.bytes, packet.fds);
    AnswerFrame text;
    text.id = 1;
    text.answer.status = 404;
    text.answer.content_type = "text";
    text.answer.headers = {{"A", "b"}};
    text.answer.body = "not here";
    encode(std::move(text), packet.bytes, packet.fds);
    AnswerFrame file;
    file.id = 2;
    file.is_resource = false;
    file.answer.body = ww::boot::FileBody{some_fd(), 100, -5, "\"e\""};
    const int body = std::get<ww::boot::FileBody>(file.answer.body).fd.get();
    encode(std::move(file), packet.bytes, packet.fds);
    encode(CertificateFrame{"another cert", "another key"}, packet.bytes);
    encode(DrainFrame{}, packet.bytes);
    encode(PingFrame{11}, packet.bytes);

    const auto frames = read_from_main(packet);
    REQUIRE(frames);
    REQUIRE(frames->size() == 6);
    const auto& got = std::get<SettingsFrame>((*frames)[0]);
    CHECK(got.port == 9873);
    CHECK(got.tls_port == 9874);
    CHECK(got.certificate == "cert");
    CHECK(got.key == "key");
    CHECK(got.threads == 3);
    CHECK(got.limits == std::vector<std::string>{"idle=5s", "head=1s"});
    REQUIRE(got.listeners.size() == 1);
    CHECK(got.listeners[0].fd.get() == listener);
    CHECK(got.listeners[0].tls);
    const auto& first = std::get<AnswerFrame>((*frames)[1]);
    CHECK(first.id == 1);
    CHECK(first.answer.status == 404);
    CHECK(first.answer.content_type == "text");
    CHECK(first.answer.headers == std::vector<std::pair<std::string, std::string>>{{"A", "b"}});
    CHECK(std::get<std::string>(first.answer.body) == "not here");
    const auto& second = std::get<AnswerFrame>((*frames)[2]);
    CHECK_FALSE(second.is_resource);
    const auto& sent = std::get<ww::boot::FileBody>(second.answer.body);
    CHECK(sent.fd.get() == body);
    CHECK(sent.size == 100);
    CHECK(sent.mtime == -5);
    CHECK(sent.etag == "\"e\"");
    const auto& another = std::get<CertificateFrame>((*frames)[3]);
    CHECK(another.certificate == "another cert");
    CHECK(another.key == "another key");
    CHECK(std::get<PingFrame>((*frames)[5]).number == 11);
}

namespace {

AnswerFrame in_pieces(std::vector<PieceRef> pieces, int64_t size) {
    AnswerFrame frame;
    frame.id = 3;
    frame.answer.body = ww::boot::FileBody{some_fd(), size, 5, "\"e\""};
    frame.pieces = std::move(pieces);
    return frame;
}

bool is_read(AnswerFrame frame) {
    Packet packet;
    encode(std::move(frame), packet.bytes, packet.fds);
    return read_from_main(packet).has_value();
}

}  // namespace

TEST_CASE("an answer in pieces comes back out, and one that does not add up is refused",
          "[daemon][wire]") {
    Packet packet;
    encode(ShareFrame{7, some_fd()}, packet.bytes, packet.fds);
    encode(in_pieces({{0, 0, 10}, {7, 4, 80}, {0, 10, 10}}, 100), packet.bytes, packet.fds);
    encode(ForgetFrame{7}, packet.bytes);
    const int shared = packet.fds.at(0).get();
    const auto frames = read_from_main(packet);
    REQUIRE(frames);
    REQUIRE(frames->size() == 3);
    CHECK(std::get<ShareFrame>((*frames)[0]).number == 7);
    CHECK(std::get<ShareFrame>((*frames)[0]).fd.get() == shared);
    const auto& answer = std::get<AnswerFrame>((*frames)[1]);
    CHECK(std::get<ww::boot::FileBody>(answer.answer.body).size == 100);
    REQUIRE(answer.pieces.size() == 3);
    CHECK(answer.pieces[1].file == 7);
    CHECK(answer.pieces[1].offset == 4);
    CHECK(answer.pieces[1].length == 80);
    CHECK(std::get<ForgetFrame>((*frames)[2]).number == 7);

    CHECK(is_read(in_pieces({{0, 0, 1}}, 1)));
    CHECK_FALSE(is_read(in_pieces({{0, 0, 1}}, 2)));
    CHECK_FALSE(is_read(in_pieces({{0, 0, 2}}, 1)));
    CHECK_FALSE(is_read(in_pieces({{0, 0, 0}, {0, 0, 1}}, 1)));
    CHECK_FALSE(is_read(in_pieces({{0, 0, -1}, {0, 0, 2}}, 1)));
    CHECK_FALSE(is_read(in_pieces({{0, -1, 1}}, 1)));
    constexpr int64_t kLast = std::numeric_limits<int64_t>::max();
    CHECK_FALSE(is_read(in_pieces({{0, kLast, 1}}, 1)));
    CHECK_FALSE(is_read(in_pieces({{0, 0, kLast}, {0, 0, kLast}, {0, 0, 3}}, 1)));
    constexpr int64_t kFirst = std::numeric_limits<int64_t>::min();
    CHECK_FALSE(is_read(in_pieces({{0, 0, kFirst}, {0, 0, kFirst}, {0, 0, 1}}, 1)));
    Packet zero;
    encode(ShareFrame{0, some_fd()}, zero.bytes, zero.fds);
    CHECK_FALSE(read_from_main(zero));
}

TEST_CASE("an answer has as many pieces as are allowed, and not one more", "[daemon][wire]") {
    const auto count = static_cast<int64_t>(ww::boot::kMaxPieces);
    Packet packet;
    encode(in_pieces(std::vector<PieceRef>(ww::boot::kMaxPieces, PieceRef{0, 0, 1}), count),
           packet.bytes,
           packet.fds);
    CHECK(packet.bytes.size() < kMaxPacketBytes / 2);
    // One more, as no encoder of ours would write it.
    Packet more{packet.bytes, {}};
    more.fds.push_back(some_fd());
    CHECK(read_from_main(packet));
    const size_t piece = sizeof(uint32_t) + 2 * sizeof(int64_t);
    more.bytes += more.bytes.substr(more.bytes.size() - piece);
    const auto length = static_cast<uint32_t>(more.bytes.size() - sizeof(uint32_t));
    std::memcpy(more.bytes.data(), &length, sizeof length);
    const size_t counted = packet.bytes.size() - ww::boot::kMaxPieces * piece - sizeof(uint32_t);
    const auto one_more = static_cast<uint32_t>(count + 1);
    std::memcpy(more.bytes.data() + counted, &one_more, sizeof one_more);
    const size_t size_at =
        sizeof(uint32_t) + 1 + sizeof(uint32_t) + sizeof(uint16_t) + 2 * sizeof(uint32_t) + 1;
    const int64_t size = count + 1;
    std::memcpy(more.bytes.data() + size_at, &size, sizeof size);
    CHECK_FALSE(read_from_main(more));
}

TEST_CASE("a packet that was cut anywhere is refused", "[daemon][wire]") {
    std::string bytes;
    encode(some_ask(), bytes);
    for (size_t length = 1; length < bytes.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(read_from_front(bytes.substr(0, length)));
    }
    CHECK_FALSE(read_from_front(bytes + '\0'));
}

TEST_CASE("the front can say nothing but what it may", "[daemon][wire]") {
    Packet settings;
    encode(SettingsFrame{}, settings.bytes, settings.fds);
    CHECK_FALSE(read_from_front(settings.bytes));
    std::string drain;
    encode(DrainFrame{}, drain);
    CHECK_FALSE(read_from_front(drain));

    SECTION("no descriptors") {
        Packet packet;
        encode(ReadyFrame{}, packet.bytes);
        packet.fds.push_back(some_fd());
        PacketReader reader(packet);
        CHECK_FALSE(reader.next_from_front());
    }
    SECTION("no impossible values") {
        std::string bytes;
        encode(some_ask(), bytes);
        std::string stage = bytes;
        stage[9] = 10;  // length, kind, id, stage
        CHECK_FALSE(read_from_front(stage));
        std::string flag = bytes;
        flag.back() = 2;  // tls
        CHECK_FALSE(read_from_front(flag));
        std::string kind = bytes;
        kind[4] = 99;
        CHECK_FALSE(read_from_front(kind));
        std::string negative;
        encode(SentFrame{1, -1, true}, negative);
        CHECK_FALSE(read_from_front(negative));
        CHECK_FALSE(read_from_front(std::string(4, '\0')));
        CHECK_FALSE(read_from_front(std::string(100, '\xff')));
    }
}

TEST_CASE("descriptors must fit the frames", "[daemon][wire]") {
    Packet missing;
    AnswerFrame frame;
    frame.answer.body = ww::boot::FileBody{some_fd(), 1, 1, ""};
    encode(std::move(frame), missing.bytes, missing.fds);
    missing.fds.clear();
    CHECK_FALSE(read_from_main(missing));
    Packet extra;
    encode(DrainFrame{}, extra.bytes);
    extra.fds.push_back(some_fd());
    CHECK_FALSE(read_from_main(extra));
}

TEST_CASE("no bytes make the reader read too far", "[daemon][wire]") {
    // Every single-byte change of a good packet, then noise: decoded or refused, never out of
    // bounds (the sanitizer is the judge).
    std::string good;
    encode(some_ask(), good);
    encode(SentFrame{9, 5, false}, good);
    for (size_t i = 0; i < good.size(); ++i) {
        for (const int change : {1, 0x40, 0x80, 0xff}) {
            std::string bytes = good;
            bytes[i] = static_cast<char>(bytes[i] ^ change);
            (void)read_from_front(bytes);
        }
    }
    std::mt19937 random(1);
    for (int round = 0; round < 20000; ++round) {
        std::string bytes(random() % 64, '\0');
        for (char& byte : bytes)
            byte = static_cast<char>(random() % 8 == 0 ? random() : random() % 4);
        (void)read_from_front(bytes);
        Packet packet{bytes, {}};
        (void)read_from_main(packet);
    }
}
