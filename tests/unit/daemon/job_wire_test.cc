// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/jobs/job_wire.h"

#include <sys/socket.h>

#include <thread>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::daemon;

namespace {

struct Pair {
    UniqueFd daemon;
    UniqueFd job;
};

Pair make_pair_of_sockets() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// What comes of lines sent in these pieces.
std::vector<std::string> lines_of(const std::vector<std::string>& pieces) {
    Pair pair = make_pair_of_sockets();
    std::vector<std::string> lines;
    std::thread sender([&] {
        for (const std::string& piece : pieces) REQUIRE(send_all(pair.job.get(), piece));
        pair.job.reset();
    });
    const auto read = read_lines(pair.daemon.get(), -1, [&](std::string_view line) {
        lines.emplace_back(line);
        return Result<void>();
    });
    sender.join();
    CHECK(read);
    return lines;
}

}  // namespace

TEST_CASE("an order arrives with its holds, which last as long as either end has them",
          "[daemon][jobs]") {
    const test::TempDir folder;
    const std::string order(300'000, 'x');
    Pair pair = make_pair_of_sockets();
    // More than the kernel passes at once.
    constexpr int kHolds = 300;
    std::vector<jobs::Hold> ours;
    for (int i = 0; i < kHolds; ++i) {
        auto hold = jobs::Hold::take(folder / "jobs", {.name = fmt::format("image {}", i)}, "me");
        REQUIRE(hold);
        ours.push_back(std::move(*hold));
    }
    std::thread sender([&] { CHECK(send_order(pair.daemon.get(), order, ours)); });
    auto packet = receive_order(pair.job.get());
    sender.join();
    REQUIRE(packet);
    CHECK(packet->order == order);
    REQUIRE(packet->holds.size() == kHolds);
    CHECK(packet->holds[7].subject() == "image 7");

    const auto is_free = [&] {
        return jobs::Hold::take(folder / "jobs", {.name = "image 7"}, "another").has_value();
    };
    // As when the daemon is killed: its descriptors go, the files stay.
    for (jobs::Hold& hold : ours) hold.leave_file();
    ours.clear();
    CHECK_FALSE(is_free());
    for (jobs::Hold& hold : packet->holds) hold.leave_file();
    packet->holds.clear();
    CHECK(is_free());
}

TEST_CASE("what a killed process held is cleared away, and nothing that is held", "[jobs]") {
    const test::TempDir folder;
    auto left = jobs::Hold::take(folder / "jobs", {.name = "image old"}, "me");
    const auto held = jobs::Hold::take(folder / "jobs", {.name = "image now"}, "me");
    REQUIRE(left);
    REQUIRE(held);
    left->leave_file();
    {
        const jobs::Hold gone = std::move(*left);
    }
    CHECK(exists(folder / "jobs/image old"));
    jobs::clear_holds(folder / "jobs");
    CHECK_FALSE(exists(folder / "jobs/image old"));
    CHECK(exists(folder / "jobs/image now"));
}

TEST_CASE("an order has a largest size", "[daemon][jobs]") {
    Pair pair = make_pair_of_sockets();
    CHECK(send_order(pair.daemon.get(), std::string(kMaxOrderBytes + 1, 'x'), {}).error().code() ==
          ErrorCode::TooLarge);
    std::thread sender(
        [&] { CHECK(send_order(pair.daemon.get(), std::string(kMaxOrderBytes, 'x'), {})); });
    CHECK(receive_order(pair.job.get()));
    sender.join();
    // Said to be longer, by somebody else.
    const uint32_t head[] = {2, kMaxOrderBytes + 1};
    REQUIRE(send_all(pair.daemon.get(), {reinterpret_cast<const char*>(head), sizeof head}));
    CHECK(receive_order(pair.job.get()).error().code() == ErrorCode::TooLarge);
}

TEST_CASE("what is no order is refused", "[daemon][jobs]") {
    Pair pair = make_pair_of_sockets();
    const uint32_t hold_without_descriptor[] = {1, 0};
    const std::string_view bytes(reinterpret_cast<const char*>(hold_without_descriptor), 8);
    REQUIRE(send_all(pair.daemon.get(), bytes));
    CHECK(receive_order(pair.job.get()).error().code() == ErrorCode::InvalidArgument);
    REQUIRE(send_all(pair.daemon.get(), bytes.substr(0, 5)));
    pair.daemon.reset();
    CHECK(receive_order(pair.job.get()).error().code() == ErrorCode::Unavailable);
}

TEST_CASE("lines are put together, and half a one is none", "[daemon][jobs]") {
    CHECK(lines_of({"a\nb", "c\n", "\nd"}) == std::vector<std::string>{"a", "bc", ""});
    CHECK(lines_of({std::string(kMaxJobLineBytes, 'x'), "\n"}).size() == 1);

    Pair pair = make_pair_of_sockets();
    std::thread sender([&] {
        (void)send_all(pair.job.get(), std::string(kMaxJobLineBytes + 1, 'x'));
        pair.job.reset();
    });
    const auto read =
        read_lines(pair.daemon.get(), -1, [](std::string_view) { return Result<void>(); });
    CHECK(read.error().code() == ErrorCode::TooLarge);
    read_over(pair.daemon.get(), -1);
    sender.join();
}

TEST_CASE("who says nothing more is not waited for when it is enough", "[daemon][jobs]") {
    const Pair pair = make_pair_of_sockets();
    const Pair enough = make_pair_of_sockets();
    REQUIRE(send_all(pair.job.get(), "one\ntw"));
    int lines = 0;
    const auto read = read_lines(pair.daemon.get(), enough.daemon.get(), [&](std::string_view) {
        ++lines;
        return send_all(enough.job.get(), "!");
    });
    REQUIRE_FALSE(read);
    CHECK(read.error().code() == ErrorCode::Timeout);
    CHECK(lines == 1);
    read_over(pair.daemon.get(), enough.daemon.get());  // ends, too
}
