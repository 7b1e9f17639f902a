// SPDX-License-Identifier: BSD-3-Clause
#include "client/updater.h"

#include "support/catch.h"

using std::chrono::seconds;
using ww::client::Updater;

namespace {

Updater updater(seconds interval) {
    return {ww::client::Endpoint{},
            ww::client::Identity{"02:00:00:00:00:01", "", ""},
            *ww::client::Target::open("/tmp"),
            interval};
}

}  // namespace

TEST_CASE("a success is followed by a whole interval", "[client][updater]") {
    CHECK(updater(seconds(60)).next_delay(0) == seconds(60));
    CHECK(updater(seconds(0)).next_delay(0) == seconds(300));
    CHECK(updater(seconds(-5)).next_delay(0) == seconds(300));
}

TEST_CASE("failures are retried soon, then more and more rarely", "[client][updater]") {
    Updater u = updater(seconds(300));
    CHECK(u.next_delay(1) == seconds(1));
    CHECK(u.next_delay(2) == seconds(2));
    CHECK(u.next_delay(5) == seconds(16));
    CHECK(u.next_delay(20) == seconds(60));
    CHECK(u.next_delay(2000000000) == seconds(60));
    CHECK(updater(seconds(2)).next_delay(10) == seconds(2));  // never later than after a success
}
