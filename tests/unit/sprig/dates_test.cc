// SPDX-License-Identifier: BSD-3-Clause
#include "render.h"

using namespace ww::golib;
using namespace ww::tmpl;

namespace {

std::string rendered_at(std::string_view expression) {
    const Value noon = Value::time({1709294096, 0, utc_zone()});  // 2024-03-01 11:54:56
    return rendered("{{ " + std::string(expression) + " }}", noon);
}

}  // namespace

TEST_CASE("sprig formats times", "[tmpl][sprig]") {
    CHECK(rendered_at(R"(dateInZone "2006-01-02 15:04 MST" . "Europe/Berlin")") ==
          "2024-03-01 12:54 CET");
    CHECK(rendered_at(R"(dateInZone "15:04 MST" . "No/Where")") == "11:54 UTC");
    CHECK(rendered_at(R"(htmlDateInZone . "")") == "2024-03-01");
    CHECK(rendered_at(R"(unixEpoch .)") == "1709294096");
    CHECK(rendered_at(R"(dateInZone "2006" (int64 0) "UTC")") == "1970");
    CHECK(rendered_at(R"(dateInZone "2006" "0" "UTC" | atoi | lt 2000)") == "true");
}

TEST_CASE("sprig shifts and reads times", "[tmpl][sprig]") {
    CHECK(rendered_at(R"(dateModify "-1.5h" . | unixEpoch)") == "1709288696");
    CHECK(rendered_at(R"(dateModify "soon" . | unixEpoch)") == "1709294096");
    CHECK(rendered_at(R"(mustDateModify "soon" .)") == "error: time: invalid duration \"soon\"");
    CHECK(rendered_at(R"(toDate "2006-01-02" "2024-02-29" | unixEpoch)") == "1709164800");
    CHECK(rendered_at(R"((toDate "2006-01-02" "2023-02-29").Year)") == "1");
    CHECK(
        rendered_at(R"(mustToDate "2006-01-02" "2023-02-29")").starts_with("error: parsing time"));
}

TEST_CASE("sprig writes durations", "[tmpl][sprig]") {
    check_all({
        {R"(duration "95")", "1m35s"},
        {R"(duration (int64 3600))", "1h0m0s"},
        {R"(duration 95)", "0s"},
        {R"(durationRound "2h10m5s")", "2h"},
        {R"(durationRound "-2h10m5s")", "2h"},
        {R"(durationRound "24h")", "24h"},
        {R"(durationRound "1m")", "60s"},
        {R"(durationRound "8760h1s")", "1y"},
        {R"(durationRound "1s")", "0s"},
        {R"(durationRound (int64 5000000000))", "5s"},
        {R"(ago (toDate "x" "y"))", "2562047h47m16.854775807s"},
        {R"(ago "x")", "0s"},
    });
}
