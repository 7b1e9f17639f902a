// SPDX-License-Identifier: BSD-3-Clause
//
// Neighbours by address: how often the table is read, and who waits for that.
#include "daemon/arp_table.h"

#include <fmt/format.h>

#include <future>
#include <thread>

#include "support/catch.h"

using namespace ww::daemon;
using namespace std::chrono_literals;

namespace {

const std::string kTitles =
    "IP address       HW type     Flags       HW address            Mask     Device\n";

std::string row(std::string_view ip, std::string_view hwaddr, std::string_view device = "eth0") {
    return fmt::format("{:<16} 0x1         0x2         {}     *        {}\n", ip, hwaddr, device);
}

// A table, a clock, and a kernel that says nothing of single neighbours.
struct Made {
    std::string table = kTitles;
    int reads = 0;
    std::chrono::steady_clock::time_point now{1h};

    ArpTable::Sources sources() {
        return {.one = [](const ww::IpAddress&) -> ww::Result<std::optional<std::string>> {
                    return ww::Error(ww::ErrorCode::Unavailable, "forbidden");
                },
                .table =
                    [this] {
                        ++reads;
                        return table;
                    },
                .now = [this] { return now; }};
    }
};

}  // namespace

TEST_CASE("neighbours are found by address, also new ones", "[daemon][arp]") {
    Made made;
    made.table += row("10.0.0.7", "02:00:5e:00:00:07");
    made.table += row("10.0.0.8", "00:00:00:00:00:00");
    made.table += row("10.0.0.9", "02:00:5e:00:00:09");
    made.table += row("10.0.0.9", "02:00:5e:00:00:99", "eth1");
    ArpTable table(made.sources());
    CHECK(table.find("10.0.0.7") == std::optional<std::string>("02:00:5e:00:00:07"));
    CHECK(table.find("10.0.0.9") == std::optional<std::string>("02:00:5e:00:00:09"));
    CHECK_FALSE(table.find("10.0.0.8").has_value());
    CHECK_FALSE(table.find("10.0.0.1").has_value());
    CHECK_FALSE(table.find("fd00::1").has_value());
    CHECK_FALSE(table.find("").has_value());
    made.table += row("10.0.0.1", "02:00:5e:00:00:01");
    made.now += ArpTable::kFresh;
    CHECK(table.find("10.0.0.1") == std::optional<std::string>("02:00:5e:00:00:01"));
    made.table = kTitles;
    made.now += ArpTable::kFresh;
    CHECK_FALSE(table.find("10.0.0.1").has_value());
}

TEST_CASE("who is in no large table has it read no more often than anybody", "[daemon][arp]") {
    constexpr int kNeighbours = 10'000;
    Made made;
    const auto ip = [](int n) { return fmt::format("10.9.{}.{}", n / 250, 1 + n % 250); };
    const auto hwaddr = [](int n) {
        return fmt::format("02:00:5e:01:{:02x}:{:02x}", n >> 8, n & 255);
    };
    for (int n = 0; n < kNeighbours; ++n) made.table += row(ip(n), hwaddr(n));
    ArpTable table(made.sources());
    for (int n = 0; n < kNeighbours; ++n) {
        REQUIRE(table.find(ip(n)) == std::optional(hwaddr(n)));
        REQUIRE_FALSE(table.find("10.8.0.1").has_value());
    }
    CHECK(made.reads == 1);
    made.now += ArpTable::kFresh - 1ms;
    CHECK_FALSE(table.find("10.8.0.1").has_value());
    CHECK(made.reads == 1);
    made.now += 1ms;
    CHECK_FALSE(table.find("10.8.0.1").has_value());
    CHECK_FALSE(table.find("10.8.0.1").has_value());
    CHECK(made.reads == 2);
}

TEST_CASE("nobody waits for somebody else's reading of the table", "[daemon][arp]") {
    Made made;
    made.table += row("10.0.0.7", "02:00:5e:00:00:07");
    std::promise<void> reading;
    std::promise<void> go_on;
    ArpTable::Sources sources = made.sources();
    sources.table = [&] {
        if (++made.reads == 2) {
            reading.set_value();
            go_on.get_future().wait();
        }
        return made.table;
    };
    ArpTable table(std::move(sources));
    REQUIRE(table.find("10.0.0.7").has_value());
    made.now += ArpTable::kFresh;
    std::thread other([&] { (void)table.find("10.0.0.7"); });
    reading.get_future().wait();
    CHECK(table.find("10.0.0.7").has_value());
    CHECK_FALSE(table.find("10.0.0.8").has_value());
    CHECK(made.reads == 2);
    go_on.set_value();
    other.join();
}

TEST_CASE("a kernel that tells of one neighbour is not asked for all", "[daemon][arp]") {
    Made made;
    ArpTable::Sources sources = made.sources();
    sources.one = [](const ww::IpAddress& address) -> ww::Result<std::optional<std::string>> {
        if (address.to_string() == "10.0.0.7")
            return std::optional<std::string>("02:00:5e:00:00:07");
        return std::optional<std::string>();
    };
    ArpTable table(std::move(sources));
    CHECK(table.find("10.0.0.7") == std::optional<std::string>("02:00:5e:00:00:07"));
    CHECK_FALSE(table.find("10.0.0.8").has_value());
    CHECK(made.reads == 0);
}
