// SPDX-License-Identifier: BSD-3-Clause
#include "base/path.h"

#include <random>

#include "support/catch.h"

using namespace ww;

TEST_CASE("paths are cleaned as Go does", "[base][path]") {
    struct {
        const char* path;
        const char* clean;
        const char* rooted;
        const char* beneath;  // null: it leads out
    } rows[] = {
        {"", ".", "/", ""},
        {".", ".", "/", ""},
        {"/", "/", "/", ""},
        {"//", "/", "/", ""},
        {"./", ".", "/", ""},
        {"a", "a", "/a", "a"},
        {"/a", "/a", "/a", "a"},
        {"///a", "/a", "/a", "a"},
        {"a/b/", "a/b", "/a/b", "a/b"},
        {"a//b/./c", "a/b/c", "/a/b/c", "a/b/c"},
        {"a/..", ".", "/", ""},
        {"a/../b", "b", "/b", "b"},
        {"/a/b/../../c", "/c", "/c", "c"},
        {"..", "..", "/", nullptr},
        {"/..", "/", "/", nullptr},
        {"../a", "../a", "/a", nullptr},
        {"../../a/..", "../..", "/", nullptr},
        {"a/../..", "..", "/", nullptr},
        {"a/../../a", "../a", "/a", nullptr},
        {"/../a", "/a", "/a", nullptr},
        {"...", "...", "/...", "..."},
        {"..a/b..", "..a/b..", "/..a/b..", "..a/b.."},
        {".a", ".a", "/.a", ".a"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.path);
        CHECK(clean_path(row.path) == row.clean);
        CHECK(rooted_path(row.path) == row.rooted);
        CHECK(path_beneath(row.path) ==
              (row.beneath == nullptr ? std::nullopt : std::optional<std::string>(row.beneath)));
    }
}

TEST_CASE("names and folders of paths", "[base][path]") {
    struct {
        const char* path;
        const char* base;
        const char* parent;
        const char* folder;
    } rows[] = {
        {"", ".", "", "."},
        {"a", "a", "", "."},
        {"a/b", "b", "a", "a"},
        {"a/b/c", "c", "a/b", "a/b"},
        {"/a", "a", "", "/"},
        {"/a/b", "b", "/a", "/a"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.path);
        CHECK(base_name(row.path) == row.base);
        CHECK(parent_of(row.path) == row.parent);
        CHECK(folder_of(row.path) == row.folder);
    }
    CHECK(base_name("/") == "/");
    CHECK(base_name("///") == "/");
    CHECK(base_name("/a/b//") == "b");
}

namespace {

// Where a path leads, part by part: how deep below the start, or nothing once it was above.
std::optional<int> depth_of(std::string_view path) {
    int depth = 0;
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(part.size() + 1, path.size()));
        if (part == "..")
            --depth;
        else if (!part.empty() && part != ".")
            ++depth;
        if (depth < 0) return std::nullopt;
    }
    return depth;
}

bool has_part(std::string_view path, std::string_view wanted) {
    return ("/" + std::string(path) + "/").find("/" + std::string(wanted) + "/") !=
           std::string::npos;
}

}  // namespace

TEST_CASE("whatever a path is, clean it stays clean and beneath it stays there", "[base][path]") {
    std::mt19937 random(7);
    constexpr std::string_view kParts[] = {"", ".", "..", "..", "a", "b", "...", ".c", "..d"};
    for (int round = 0; round < 20000; ++round) {
        std::string path(random() % 3 == 0 ? "/" : "");
        for (auto left = random() % 8; left > 0; --left) {
            path += kParts[random() % std::size(kParts)];
            if (left > 1 || random() % 4 == 0) path += '/';
        }
        CAPTURE(path);
        const std::string clean = clean_path(path);
        REQUIRE(clean_path(clean) == clean);
        const std::string rooted = rooted_path(path);
        REQUIRE(rooted.starts_with('/'));
        REQUIRE_FALSE(has_part(rooted, ".."));
        REQUIRE(clean_path(rooted) == rooted);
        const auto beneath = path_beneath(path);
        REQUIRE(beneath.has_value() == depth_of(path).has_value());
        if (!beneath) continue;
        REQUIRE(depth_of(*beneath) == depth_of(path));
        REQUIRE_FALSE(has_part(*beneath, ".."));
        REQUIRE_FALSE(beneath->starts_with('/'));
        REQUIRE(path_beneath(*beneath) == beneath);
        REQUIRE("/" + *beneath == rooted);
    }
}
