// SPDX-License-Identifier: BSD-3-Clause
//
// Each limit of an execution: at it, and one over.
#include "render.h"
#include "support/catch.h"
#include "tmpl/compare.h"
#include "tmpl/go_format.h"

using namespace ww::tmpl;
using ww::tmpl::test::builtins;

namespace {

ww::Result<Output> run(std::string_view text,
                       const Limits& limits,
                       const FunctionTable& functions = builtins()) {
    const auto source = parse(text, "t", functions);
    REQUIRE(source);
    return execute(*source, {}, nullptr, limits);
}

}  // namespace

TEST_CASE("output", "[tmpl][limits]") {
    const Limits limits{.output_bytes = 10};
    CHECK(run("{{range 5}}ab{{end}}", limits));
    const auto over = run("{{range 5}}ab{{end}}c", limits);
    REQUIRE_FALSE(over);
    CHECK(over.error().code() == ww::ErrorCode::TooLarge);
    CHECK_THAT(over.error().message(), Catch::EndsWith("output larger than 10 bytes"));
    CHECK_FALSE(run("{{\"12345678901\"}}", limits));
}

TEST_CASE("iterations, over all loops and calls", "[tmpl][limits]") {
    const Limits limits{.iterations = 12};
    CHECK(run("{{range 3}}{{range 3}}{{end}}{{end}}", limits));
    const auto over = run("{{range 3}}{{range 3}}{{end}}{{end}}{{range 1}}{{end}}", limits);
    REQUIRE_FALSE(over);
    CHECK(over.error().code() == ww::ErrorCode::TooLarge);
    CHECK_THAT(over.error().message(), Catch::EndsWith("more than 12 iterations"));
}

TEST_CASE("depth of templates, blocks and parentheses", "[tmpl][limits]") {
    const Limits limits{.depth = 4};
    CHECK(
        run("{{define \"d\"}}{{if .}}{{template \"e\" .}}{{end}}{{end}}{{define "
            "\"e\"}}{{((1))}}{{end}}{{template \"d\"}}",
            limits));
    const auto endless = run("{{define \"d\"}}{{template \"d\"}}{{end}}{{template \"d\"}}", limits);
    REQUIRE_FALSE(endless);
    CHECK(endless.error().code() == ww::ErrorCode::TooLarge);
    CHECK_THAT(endless.error().message(), Catch::EndsWith("nested more than 4 deep"));
    CHECK(run("{{((((1))))}}", limits));
    CHECK_FALSE(run("{{(((((1)))))}}", limits));
    // The default is met before the stack ends.
    CHECK_FALSE(
        run("{{define \"d\"}}{{if true}}{{template \"d\"}}{{end}}{{end}}{{template \"d\"}}", {}));
}

TEST_CASE("memory of values that live at once", "[tmpl][limits]") {
    const Limits limits{.memory_bytes = 1 << 20};
    // Each text is gone before the next is made.
    CHECK(run("{{range 100}}{{$x := printf \"%0100000d\" .}}{{end}}", limits));
    // It doubles until it does not fit.
    const auto over =
        run("{{$x := \"0123456789\"}}{{range 30}}{{$x = print $x $x}}{{end}}", limits);
    REQUIRE_FALSE(over);
    CHECK(over.error().code() == ww::ErrorCode::TooLarge);
    CHECK_THAT(over.error().message(), Catch::EndsWith("more than 1048576 bytes of memory"));
}

TEST_CASE("memory that a function is about to ask for", "[tmpl][limits]") {
    static constexpr Function kGreedy[] = {
        {"greedy",
         "int",
         [](Call& call) {
             const auto size = static_cast<size_t>(call.integer(0));
             return call.may_use(size) ? Value::text("got it") : Value();
         },
         "asks for memory"}};
    FunctionTable table;
    table.add(kGreedy);
    const Limits limits{.memory_bytes = 1000};
    CHECK(run("{{greedy 1000}}", limits, table));
    CHECK_FALSE(run("{{greedy 1001}}", limits, table));
    CHECK_FALSE(run("{{greedy -1}}", limits, table));
}

TEST_CASE("time", "[tmpl][limits]") {
    const auto over = run("{{range 1000000}}{{end}}", {.time = std::chrono::milliseconds(0)});
    REQUIRE_FALSE(over);
    CHECK(over.error().code() == ww::ErrorCode::Timeout);
    CHECK_THAT(over.error().message(), Catch::EndsWith("took longer than 0 ms"));
}

TEST_CASE("a list that prints to more than it holds stops at the limit", "[tmpl][limits]") {
    static constexpr Function kPair[] = {
        {"pair",
         "any, any",
         [](Call& call) { return Value::list(types::kAnys, {call[0], call[1]}); },
         "a list of two"}};
    FunctionTable table;
    table.add(builtin_functions());
    table.add(kPair);
    const char* const bomb = "{{$x := \"x\"}}{{range 64}}{{$x = pair $x $x}}{{end}}";
    CHECK_FALSE(run(std::string(bomb) + "{{$x}}", {.output_bytes = 1 << 16}, table));
    CHECK_FALSE(run(std::string(bomb) + "{{len (print $x)}}", {.memory_bytes = 1 << 20}, table));
}

TEST_CASE("a list in a list in a list dies without taking the stack with it", "[tmpl][limits]") {
    Value nested = Value::list(types::kAnys, {});
    for (int i = 0; i < 200'000; ++i) nested = Value::list(types::kAnys, {nested});
    CHECK_FALSE(to_text(nested).empty());
    CHECK(truth(nested));
}
