// SPDX-License-Identifier: BSD-3-Clause
#include "programs/fan_out.h"

#include <sys/eventfd.h>

#include <map>

#include "support/catch.h"

using namespace ww;
using namespace ww::programs;
using std::chrono::seconds;

namespace {

Program shell(std::string command) { return {.words = {"/bin/sh", "-c", std::move(command)}}; }

}  // namespace

TEST_CASE("what comes of each program is told", "[programs]") {
    std::map<size_t, std::string> told;
    const auto ended = [&](size_t i, const Result<Ended>& one) {
        told[i] = problem_of(one, seconds(1));
        if (told[i].empty()) told[i] = "done: " + one->output;
    };
    const auto how_far = fan_out({shell("echo; echo yes"),
                                  shell("echo no >&2; exit 3"),
                                  shell("exit 4"),
                                  shell("sleep 1000"),
                                  {.words = {"/no/such/program"}}},
                                 {.at_once = 2, .patience = seconds(1)},
                                 ended);
    REQUIRE(how_far);
    CHECK(how_far->whole);
    CHECK(told[0] == "done: yes");
    CHECK(told[1] == "no");
    CHECK(told[2] == "exit status 4");
    CHECK(told[3] == "no answer within 1 s");
    CHECK_FALSE(told[4].empty());
}

TEST_CASE("programs end when nobody wants them any more", "[programs]") {
    const UniqueFd end(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    size_t told = 0;
    // The first one's end is what ends the others; the last has not begun.
    const auto how_far =
        fan_out({shell("true"), shell("sleep 1000"), shell("true")},
                {.at_once = 2, .pause = seconds(1000), .waves = {2}, .end = end.get()},
                [&](size_t, const Result<Ended>&) {
                    ++told;
                    (void)::eventfd_write(end.get(), 1);
                });
    REQUIRE(how_far);
    CHECK_FALSE(how_far->whole);
    CHECK(how_far->begun == 2);
    CHECK(told == 1);
}

TEST_CASE("who said it stands before each line", "[programs]") {
    CHECK(each_line_of("n1", "a\nb\n") == "n1: a\nn1: b\n");
    CHECK(each_line_of("n1", "") == "n1: \n");
}
