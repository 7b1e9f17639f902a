// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/wire.h"

#include <fcntl.h>

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
