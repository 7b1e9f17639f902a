// SPDX-License-Identifier: BSD-3-Clause
#include "rest/body.h"

#include <fmt/format.h>

#include <cstdlib>

#include "nodes/emit.h"
#include "nodes/flatten.h"
#include "rest/replies.h"
#include "support/catch.h"

using namespace ww::rest;

namespace {

// What is read of {"node": …} and written again.
std::string again(const std::string& node) {
    auto read = read_node(R"({"node":)" + node + "}");
    if (!read) return read.error().message();
    ww::nodes::flatten(*read);
    return plain(ww::nodes::node_json(*read));
}

}  // namespace

TEST_CASE("a node comes out as it went in", "[rest][json]") {
    for (
        const char* node : {
            R"({})",
            R"({"discoverable":"yes","asset key":"k","profiles":["a","b"],"comment":"<&> ü"})",
            R"({"cluster name":"c","image name":"i","ipxe template":"t","runtime overlay":["r"],"system overlay":["s"]})",
            R"({"kernel":{"version":"6.1","args":["a","b=c"]}})",
            R"({"ipmi":{"username":"u","password":"p","ipaddr":"10.0.0.1","port":"623","write":"true","tags":{"a":"b"}}})",
            R"({"init":"/i","root":"r","tags":{"a":"","b":"c"},"primary network":"n"})",
            R"({"network devices":{"n":{"type":"t","onbot":"true","device":"e","hwaddr":"02-AA","ipaddr":"10.0.0.1","netmask":"255.0.0.0","gateway":"10.0.0.2","ipaddr6":"fd00::1","prefixlen6":"64","gateway6":"fd00::2","mtu":"9000","tags":{"a":"b"}}}})",
            R"({"disks":{"/dev/sda":{"wipe_table":false,"partitions":{"p":{"number":"1","should_exist":true}}}}})",
            R"({"filesystems":{"f":{"format":"ext4","wipe_filesystem":true,"options":["-q"]}}})",
            R"({"resources":{"a":[1,"x",{"b":true}],"c":1.5,"d":{},"e":18446744073709551615}})",
        })
        CHECK(again(node) == node);
}

TEST_CASE("names of members in another case, twice, or unknown", "[rest][json]") {
    CHECK(again(R"({"Comment":"c"})") == R"({"comment":"c"})");
    CHECK(again(R"({"comment":"a","COMMENT":"b"})") == R"({"comment":"b"})");
    CHECK(again(R"({"network devices":{"n":{"onboot":"true"}}})") == R"({})");
    CHECK(again(R"({"color":"red"})") == "{}");
}

TEST_CASE("what is empty vanishes, null of a resource too", "[rest][json]") {
    CHECK(again(R"({"comment":"","profiles":[],"tags":{},"kernel":{}})") == "{}");
    CHECK(again(R"({"resources":{"a":null,"b":{"c":null,"d":1}}})") ==
          R"({"resources":{"b":{"d":1}}})");
}

TEST_CASE("numbers of resources are the nearest there are to what was sent", "[rest][json]") {
    for (const char* number : {"4.777777777777778e+49",
                               "0.1",
                               "1.7976931348623157e+308",
                               "2.2250738585072014e-308",
                               "5e-324",
                               "9007199254740993.5",
                               "1.5777700000000001"}) {
        const auto read =
            read_node(fmt::format(R"({{"node":{{"resources":{{"a":{}}}}}}})", number));
        REQUIRE(read);
        CHECK(*read->resources.at("a").get<double>() == std::strtod(number, nullptr));
    }
    CHECK(again(R"({"resources":{"a":47777777777777777777777777777777777777777777777778}})") ==
          R"({"resources":{"a":4.777777777777777e+49}})");
    CHECK(again(R"({"resources":{"a":4.777777777777778e+49}})") ==
          R"({"resources":{"a":4.777777777777778e+49}})");
    for (const char* number : {"0", "-0", "-0.0", "-1e-400"})
        CHECK(again(fmt::format(R"({{"resources":{{"a":{}}}}})", number)) ==
              R"({"resources":{"a":0}})");
    for (const char* number : {"1e309", "-1e309", "1e999999999999"})
        CHECK_FALSE(read_node(fmt::format(R"({{"node":{{"resources":{{"a":{}}}}}}})", number)));
}

TEST_CASE("addresses are read as Go reads them", "[rest][json]") {
    CHECK(
        again(
            R"({"network devices":{"d":{"ipaddr":"::ffff:10.0.0.1","ipaddr6":"2001:0DB8:0::0001"}}})") ==
        R"({"network devices":{"d":{"ipaddr":"10.0.0.1","ipaddr6":"2001:db8::1"}}})");
    CHECK(again(R"({"ipmi":{"ipaddr":""}})") == "{}");
}

TEST_CASE("what is refused, with the member it is about", "[rest][json]") {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"comment":7})", "#/node/comment: expected a string"},
        {R"({"comment":null})", "#/node/comment: expected a string"},
        {R"({"discoverable":true})", "#/node/discoverable: expected a string"},
        {R"({"profiles":"a"})", "#/node/profiles: expected a list"},
        {R"({"profiles":[1]})", "#/node/profiles: expected a string"},
        {R"({"tags":["a"]})", "#/node/tags: expected an object"},
        {R"({"tags":{"a":1}})", "#/node/tags/a: expected a string"},
        {R"({"kernel":null})", "#/node/kernel: expected an object"},
        {R"({"network devices":{"d":{"mtu":9000}}})",
         "#/node/network devices/d/mtu: expected a string"},
        {R"({"network devices":{"d":{"ipaddr":"10.0.0.1/24"}}})",
         "#/node/network devices/d/ipaddr: invalid IP address: \"10.0.0.1/24\""},
        {R"({"disks":{"d":{"wipe_table":"yes"}}})",
         "#/node/disks/d/wipe_table: expected true or false"},
        {R"([])", "#/node: expected an object"},
        {R"(null)", "#/node: expected an object"},
    };
    for (const auto& [node, message] : cases) CHECK(again(node) == message);
}

TEST_CASE("bodies that hold no entry", "[rest][json]") {
    const auto message = [](std::string_view body) { return read_profile(body).error().message(); };
    CHECK(message("") == "missing request body");
    CHECK(message("{}") == "#: missing properties: \"profile\"");
    CHECK(message(R"({"node":{}})") == "#: missing properties: \"profile\"");
    CHECK(message("x").starts_with("failed to decode json: "));
    CHECK(message("[]").starts_with("failed to decode json: "));
    CHECK(message(R"({"profile":{}} x)").starts_with("failed to decode json: "));
    const auto nested = [](int depth) {
        return R"({"profile":{"resources":{"a":)" + std::string(depth, '[') +
               std::string(depth, ']') + "}}}";
    };
    CHECK(read_profile(nested(kMaxJsonDepth - 3)));
    CHECK(message(nested(kMaxJsonDepth - 2)).starts_with("failed to decode json: "));
}

TEST_CASE("only what was escaped for lists is taken back", "[rest][json]") {
    CHECK(plain(R"({"a":"b"})") == R"({"a":"b"})");
    CHECK(plain(R"("\u003c\u003e\u0026")") == R"("<>&")");
    CHECK(plain(R"("\\u003c\n\"\\\u003c")") == R"("\\u003c\n\"\\<")");
    CHECK(plain(R"("\u003d")") == R"("\u003d")");
}
