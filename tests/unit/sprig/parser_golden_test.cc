// SPDX-License-Identifier: BSD-3-Clause
//
// The parser against Go's own: tests/golden/tmpl/printed.jsonl holds what text/template/parse
// prints for templates of the vectors (generate.go made it). And all of the vectors: what was
// printed parses, and prints the same again.
#include <filesystem>
#include <fstream>
#include <functional>

#include "render.h"
#include "support/catch.h"
#include "tmpl/parser.h"

using ww::tmpl::Call;
using ww::tmpl::Entry;
using ww::tmpl::Function;
using ww::tmpl::FunctionTable;
using ww::tmpl::Value;

namespace {

Value g_caught;

// One line of JSON, read by the engine itself.
Value json_value(const std::string& line) {
    static constexpr Function kCatch[] = {{"catch",
                                           "any",
                                           [](Call& call) {
                                               g_caught = call[0];
                                               return Value::text("");
                                           },
                                           "keeps its argument"}};
    static const FunctionTable* const table = [] {
        auto* made = new FunctionTable;
        made->add(ww::sprig::functions());
        made->add(kCatch);
        return made;
    }();
    const auto source = ww::tmpl::parse("{{catch (mustFromJson .)}}", "json", *table);
    REQUIRE(source);
    const auto done = ww::tmpl::execute(*source, Value::text(line));
    if (!done) FAIL(done.error().message());
    return g_caught.unboxed();
}

void each_line(const std::filesystem::path& file, const std::function<void(const Value&)>& use) {
    std::ifstream lines(file);
    REQUIRE(lines);
    std::string line;
    while (std::getline(lines, line)) use(json_value(line));
    g_caught = Value();
}

std::map<std::string, std::string> printed(std::string_view text) {
    const auto set = ww::tmpl::Parser(text, "t", ww::tmpl::sprig_table()).run();
    std::map<std::string, std::string> all;
    if (!set) return {{"error", set.error().message()}};
    for (const auto& [name, tree] : (*set)->trees()) {
        std::string& out = all[name];
        ww::tmpl::print_list(out, tree->root);
    }
    return all;
}

}  // namespace

TEST_CASE("templates print as Go's parser prints them", "[tmpl][parser][golden]") {
    size_t compared = 0;
    each_line(WW_SOURCE_DIR "/tests/golden/tmpl/printed.jsonl", [&](const Value& golden) {
        if (golden.find("go").is_valid()) return;  // the version that wrote the file
        const std::string text(golden.find("tmpl").text());
        CAPTURE(text);
        std::map<std::string, std::string> expected;
        for (const Entry& tree : golden.find("printed").unboxed().entries())
            expected[std::string(tree.key.text())] = tree.element.text();
        CHECK(printed(text) == expected);
        ++compared;
    });
    CHECK(compared > 500);
}

TEST_CASE("what the parser printed parses to the same again", "[tmpl][parser][golden]") {
    size_t compared = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(WW_SOURCE_DIR "/tests/vectors/tmpl")) {
        each_line(file.path(), [&](const Value& vector) {
            const std::string text(vector.find("tmpl").text());
            for (const auto& [name, once] : printed(text)) {
                if (name == "error" || text.find("{{") == std::string::npos) continue;
                // Text that ends in a brace before a trimmed action is a delimiter once the space
                // is gone: Go prints the same.
                if (once.find("{{{") != std::string::npos) continue;
                CAPTURE(text, name, once);
                const auto twice = printed(once);
                REQUIRE(twice.contains("t"));
                CHECK(twice.at("t") == once);
                ++compared;
            }
        });
    }
    CHECK(compared > 3000);
}
