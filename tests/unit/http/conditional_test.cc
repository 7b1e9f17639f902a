// SPDX-License-Identifier: BSD-3-Clause
#include "http/conditional.h"

#include "support/catch.h"

using namespace ww::http;

namespace {

constexpr int64_t kModified = 1600000000;
constexpr const char* kThen = "Sun, 13 Sep 2020 12:26:40 GMT";
constexpr const char* kBefore = "Sun, 13 Sep 2020 12:26:39 GMT";
constexpr const char* kAfter = "Sun, 13 Sep 2020 12:26:41 GMT";

struct Row {
    const char* method;
    Headers headers;
    int status;
    int64_t first = 0;
    int64_t length = 0;
};

void check(const std::vector<Row>& rows, const Validators& file) {
    for (const Row& row : rows) {
        Request request;
        request.method = row.method;
        request.headers = row.headers;
        std::string shown = row.method;
        for (const auto& [name, value] : row.headers) shown += " " + name + ": " + value;
        CAPTURE(shown);
        const FilePlan plan = plan_file(request, file);
        CHECK(plan.status == row.status);
        CHECK(plan.first == row.first);
        CHECK(plan.length == row.length);
    }
}

}  // namespace

TEST_CASE("conditions by date", "[http][conditional]") {
    check(
        {
            {"GET", {}, 200, 0, 32},
            {"GET", {{"If-Modified-Since", kThen}}, 304},
            {"GET", {{"if-modified-since", kThen}}, 304},
            {"HEAD", {{"If-Modified-Since", kThen}}, 304},
            {"POST", {{"If-Modified-Since", kThen}}, 200, 0, 32},
            {"GET", {{"If-Modified-Since", kAfter}}, 304},
            {"GET", {{"If-Modified-Since", kBefore}}, 200, 0, 32},
            {"GET", {{"If-Modified-Since", "tomorrow"}}, 200, 0, 32},
            {"GET", {{"If-Unmodified-Since", kThen}}, 200, 0, 32},
            {"GET", {{"If-Unmodified-Since", kAfter}}, 200, 0, 32},
            {"GET", {{"If-Unmodified-Since", kBefore}}, 412},
            {"POST", {{"If-Unmodified-Since", kBefore}}, 412},
            {"GET", {{"If-Unmodified-Since", "tomorrow"}}, 200, 0, 32},
        },
        {32, kModified, ""});
}

TEST_CASE("without a date there is nothing to compare", "[http][conditional]") {
    check({{"GET", {{"If-Modified-Since", kAfter}}, 200, 0, 32},
           {"GET", {{"If-Unmodified-Since", kBefore}}, 200, 0, 32},
           {"GET", {{"Range", "bytes=0-1"}, {"If-Range", kThen}}, 200, 0, 32},
           {"GET", {{"Range", "bytes=0-1"}}, 206, 0, 2}},
          {32, 0, ""});
}

TEST_CASE("conditions by entity tag", "[http][conditional]") {
    check(
        {
            {"GET", {{"If-None-Match", "\"a\""}}, 304},
            {"GET", {{"If-None-Match", "W/\"a\""}}, 304},
            {"GET", {{"If-None-Match", "\"b\", \"a\""}}, 304},
            {"GET", {{"If-None-Match", "\"x,y\",\"a\""}}, 304},
            {"GET", {{"If-None-Match", "*"}}, 304},
            {"PUT", {{"If-None-Match", "*"}}, 412},
            {"GET", {{"If-None-Match", "\"b\""}}, 200, 0, 32},
            {"GET", {{"If-None-Match", "a"}}, 200, 0, 32},
            {"GET", {{"If-None-Match", "\"a"}}, 200, 0, 32},
            {"GET", {{"If-None-Match", ""}}, 200, 0, 32},
            // The tag decides, the date is not looked at.
            {"GET", {{"If-None-Match", "\"b\""}, {"If-Modified-Since", kThen}}, 200, 0, 32},
            {"GET", {{"If-None-Match", "\"a\""}, {"If-Modified-Since", kBefore}}, 304},
            {"GET", {{"If-Match", "\"a\""}}, 200, 0, 32},
            {"GET", {{"If-Match", "*"}}, 200, 0, 32},
            {"GET", {{"If-Match", "\"b\""}}, 412},
            {"GET", {{"If-Match", "W/\"a\""}}, 412},
            {"GET", {{"If-Match", "\"a\""}, {"If-Unmodified-Since", kBefore}}, 200, 0, 32},
        },
        {32, kModified, "\"a\""});
    check({{"GET", {{"If-None-Match", "\"\""}}, 200, 0, 32}, {"GET", {{"If-Match", "\"a\""}}, 412}},
          {32, kModified, ""});
}

TEST_CASE("ranges", "[http][conditional]") {
    check(
        {
            {"GET", {{"Range", "bytes=6-10"}}, 206, 6, 5},
            {"GET", {{"Range", "bytes=0-0"}}, 206, 0, 1},
            {"GET", {{"Range", "bytes=0-"}}, 206, 0, 32},
            {"GET", {{"Range", "bytes=31-"}}, 206, 31, 1},
            {"GET", {{"Range", "bytes=30-99"}}, 206, 30, 2},
            {"GET", {{"Range", "bytes=-5"}}, 206, 27, 5},
            {"GET", {{"Range", "bytes=-99"}}, 206, 0, 32},
            {"GET", {{"Range", "bytes= 1-2"}}, 206, 1, 2},
            {"GET", {{"Range", "Bytes=1 - 2 "}}, 206, 1, 2},
            {"GET", {{"Range", "bytes=0-99999999999999999999999"}}, 206, 0, 32},
            {"GET", {{"Range", "bytes=32-"}}, 416},
            {"GET", {{"Range", "bytes=100-200"}}, 416},
            {"GET", {{"Range", "bytes=99999999999999999999999-"}}, 416},
            {"GET", {{"Range", "bytes=-0"}}, 416},
            // Malformed, several, other units: no range at all.
            {"GET", {{"Range", "bytes=5-2"}}, 200, 0, 32},
            {"GET", {{"Range", "bytes=a-b"}}, 200, 0, 32},
            {"GET", {{"Range", "bytes=-"}}, 200, 0, 32},
            {"GET", {{"Range", "bytes="}}, 200, 0, 32},
            {"GET", {{"Range", "bytes"}}, 200, 0, 32},
            {"GET", {{"Range", "bytes=1"}}, 200, 0, 32},
            {"GET", {{"Range", "bytes=--1"}}, 200, 0, 32},
            {"GET", {{"Range", "bytes=+1-2"}}, 200, 0, 32},
            {"GET", {{"Range", "bytes=0-1,4-5"}}, 200, 0, 32},
            {"GET", {{"Range", "lines=1-2"}}, 200, 0, 32},
            {"HEAD", {{"Range", "bytes=1-2"}}, 206, 1, 2},
            {"POST", {{"Range", "bytes=1-2"}}, 206, 1, 2},
            // If-Range: the range counts only for the file that the client has a part of.
            {"GET", {{"Range", "bytes=0-4"}, {"If-Range", kThen}}, 206, 0, 5},
            {"GET", {{"Range", "bytes=0-4"}, {"If-Range", kBefore}}, 200, 0, 32},
            {"GET", {{"Range", "bytes=0-4"}, {"If-Range", kAfter}}, 200, 0, 32},
            {"GET", {{"Range", "bytes=0-4"}, {"If-Range", "\"a\""}}, 206, 0, 5},
            {"GET", {{"Range", "bytes=0-4"}, {"If-Range", "W/\"a\""}}, 200, 0, 32},
            {"GET", {{"Range", "bytes=0-4"}, {"If-Range", "\"other\""}}, 200, 0, 32},
            {"GET", {{"Range", "bytes=0-4"}, {"If-Modified-Since", kThen}}, 304},
        },
        {32, kModified, "\"a\""});
    check(
        {{"GET", {{"Range", "bytes=0-4"}}, 200, 0, 0}, {"GET", {{"Range", "bytes=-4"}}, 200, 0, 0}},
        {0, kModified, ""});
}
