// SPDX-License-Identifier: BSD-3-Clause
#include "protocol/json.h"

#include "support/catch.h"

using namespace ww::protocol;

namespace {
using SetJson = Json<route::NodeSet>;
using TableJson = Json<route::NodeTable>;
}  // namespace

TEST_CASE("a request survives the way through JSON", "[protocol][json]") {
    SetRequest request;
    request.names = {"n[1-2]", "login"};
    request.all = true;
    request.edit.values = {{"comment", "say \"hi\"\n\t\\ \x01 \xc3\xbc \xff"}, {"image", ""}};
    request.edit.lists = {{"profile", {"a", "b,c"}}};
    request.edit.entries.disk = "/dev/sda";
    request.edit.tags = {{"k", "v=w"}};
    request.edit.delete_net = "ib";
    request.state = "17";

    const auto back = SetJson::read_request(SetJson::request(request));
    REQUIRE(back);
    CHECK(back->names == request.names);
    CHECK(back->all);
    CHECK(back->edit.values == request.edit.values);
    CHECK(back->edit.lists == request.edit.lists);
    CHECK(back->edit.entries.net == "default");
    CHECK(back->edit.entries.disk == "/dev/sda");
    CHECK(back->edit.tags == request.edit.tags);
    CHECK(back->edit.delete_net == "ib");
    CHECK_FALSE(back->dry_run);
    CHECK(back->state == "17");
}

TEST_CASE("JSON is compact, members in the order of the struct", "[protocol][json]") {
    Table table{{"A", "B"}, {{"1", ""}, {"2", "x"}}};
    CHECK(TableJson::reply_line(table) ==
          R"({"reply":{"columns":["A","B"],"rows":[["1",""],["2","x"]]}})");
    CHECK(note_line({"warn", "odd"}) == R"({"note":{"level":"warn","text":"odd"}})");
}

TEST_CASE("what a struct does not know is refused by name", "[protocol][json]") {
    struct Row {
        const char* text;
        const char* message;
    };
    const Row rows[] = {
        {R"({"nmes":[]})", "unknown member nmes"},
        {R"({"edit":{"values":{},"x":1}})", "unknown member edit.x"},
        {R"({"names":"n1"})", "names: expected a list"},
        {R"({"names":[1]})", "names: expected a string"},
        {R"({"all":"yes"})", "all: expected true or false"},
        {R"({"edit":{"values":{"comment":null}}})", "edit.values.comment: expected a string"},
        {R"([])", "request: expected an object"},
        {R"({"names":)", "bad JSON: incomplete JSON"},
        {"", "bad JSON: incomplete JSON"},
        {"[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]", "bad JSON: too deep"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto request = SetJson::read_request(row.text);
        REQUIRE_FALSE(request);
        CHECK(request.error().code() == ww::ErrorCode::InvalidArgument);
        CHECK(request.error().message() == row.message);
    }
}

TEST_CASE("an error keeps everything on its way", "[protocol][problem]") {
    const ww::Error error = ww::Error(ww::ErrorCode::Unprocessable, "bad value")
                                .with_place({"nodes.conf", 3, 7})
                                .with_frame("reading node n1")
                                .with_frame("reading nodes.conf")
                                .with_hint("fix it");
    const auto problem = read_problem_body(problem_body(to_problem(error)));
    REQUIRE(problem);
    CHECK(problem->status == 422);
    const ww::Error back = to_error(*problem);
    CHECK(back.code() == ww::ErrorCode::Unprocessable);
    CHECK(back.describe() == error.describe());
}

TEST_CASE("every code of an error has an HTTP status and an exit status", "[protocol][problem]") {
    using ww::ErrorCode;
    CHECK(http_status(ErrorCode::NotFound) == 404);
    CHECK(exit_status(ErrorCode::NotFound) == 4);
    CHECK(http_status(ErrorCode::Internal) == 500);
    Problem unknown;
    unknown.code = "FromTheFuture";
    unknown.detail = "x";
    CHECK(to_error(unknown).code() == ErrorCode::Internal);
}

TEST_CASE("routes have distinct paths below one prefix", "[protocol][routes]") {
    for (const RouteRow& row : routes()) {
        CAPTURE(row.name);
        CHECK(row.path.starts_with("/wwd/v1/"));
        CHECK_FALSE(row.doc.empty());
        for (const RouteRow& other : routes())
            if (&row != &other) CHECK(row.path != other.path);
    }
}
