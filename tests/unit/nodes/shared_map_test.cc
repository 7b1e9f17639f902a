// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/shared_map.h"

#include <map>
#include <random>
#include <string>

#include "support/catch.h"

using ww::nodes::SharedMap;

namespace {

using Map = SharedMap<std::string, int>;
using Model = std::map<std::string, int>;

bool same(const Map& map, const Model& model) {
    return map.size() == model.size() &&
           std::equal(map.begin(), map.end(), model.begin(), model.end());
}

}  // namespace

TEST_CASE("a shared map does what std::map does", "[store][shared_map]") {
    std::mt19937 random(1);
    for (const unsigned keys : {10U, 300U, 3000U}) {
        Map map;
        Model model;
        for (unsigned i = 0; i < 2 * keys; ++i) {
            const std::string key = std::to_string(random() % keys);
            const int value = static_cast<int>(random() % 100);
            switch (random() % 4) {
                case 0:
                    CHECK(map.erase(key) == model.erase(key));
                    break;
                case 1: {
                    const bool added = model.emplace(key, value).second;
                    const auto [at, really] = map.emplace(key, value);
                    CHECK(really == added);
                    CHECK(at->first == key);
                    break;
                }
                default:
                    map[key] = model[key] = value;
            }
            const auto bound = model.lower_bound(key);
            const auto found = map.lower_bound(key);
            CHECK((bound == model.end()) == (found == map.end()));
            if (bound != model.end()) CHECK(*found == *bound);
            CHECK(map.contains(key) == model.contains(key));
        }
        CHECK(same(map, model));
        map.clear();
        CHECK(map.empty());
        CHECK(map.begin() == map.end());
    }
}

TEST_CASE("what is written to a copy is not seen by the others", "[store][shared_map]") {
    Map map;
    for (int i = 0; i < 1000; ++i) map[std::to_string(i)] = i;
    const Map before = map;
    Map copy = map;
    copy["500"] = -1;
    copy.erase("7");
    copy["x"] = 1;
    CHECK(map == before);
    CHECK(map.at("500") == 500);
    CHECK(copy.at("500") == -1);
    CHECK(copy.find("499").item() == map.find("499").item());
    copy["500"] = 500;
    copy["7"] = 7;
    copy.erase("x");
    CHECK(copy == map);
}

TEST_CASE("comparing visits what differs, in order", "[store][shared_map]") {
    std::mt19937 random(2);
    for (int round = 0; round < 50; ++round) {
        Map before;
        for (unsigned i = 0; i < 500; ++i) before[std::to_string(random() % 1000)] = 0;
        Map after = before;
        Model expected;  // value after, -1: gone
        for (unsigned i = 0; i < random() % 100; ++i) {
            const std::string key = std::to_string(random() % 1000);
            if (random() % 2 == 0 && after.erase(key) == 1)
                expected[key] = -1;
            else
                expected[key] = after[key] = 1 + static_cast<int>(i);
        }
        std::erase_if(expected, [&](const auto& change) {
            return change.second == -1 && !before.contains(change.first);
        });
        Model seen;
        std::string last;
        Map::compare(before, after, [&](const Map::Item& old, const Map::Item& now) {
            const std::string& key = old ? old->first : now->first;
            CHECK(last < key);
            last = key;
            seen[key] = now ? now->second : -1;
        });
        CHECK(seen == expected);
    }
}
