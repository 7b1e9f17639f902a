// SPDX-License-Identifier: BSD-3-Clause
//
// What is made of a controller's words, without a controller.
#include "redfish/choice.h"
#include "redfish/document.h"
#include "redfish/problem.h"
#include "redfish/sensors.h"
#include "support/catch.h"

using namespace ww;
using namespace ww::redfish;

namespace {

Document document(std::string_view text) {
    auto parsed = Document::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

}  // namespace

TEST_CASE("a document gives what it has, and nothing for what it has not", "[redfish]") {
    const Document one = document(
        R"({"a":{"b":"text","n":1.5,"t":true,"z":null},"l":[{"@odata.id":"/x"},"s",{"@odata.id":"//h/x"},{"@odata.id":7}]})");
    CHECK(one.text({"a", "b"}) == "text");
    CHECK(one.number({"a", "n"}) == 1.5);
    CHECK(one.boolean({"a", "t"}) == true);
    CHECK_FALSE(one.at({"a", "z"}).exists());
    CHECK_FALSE(one.at({"a", "b", "c"}).exists());
    CHECK(one.text({"a", "n"}).empty());
    CHECK_FALSE(one.number({"a", "b"}));
    CHECK_FALSE(one.boolean({"nothing"}));
    CHECK(one.items({"l"}).size() == 4);
    CHECK(one.items({"a"}).empty());
    CHECK(one.texts({"l"}) == std::vector<std::string>{"s"});
    CHECK(one.links({"l"}) == std::vector<std::string>{"/x"});  // not to another host
    CHECK(Document().text({}).empty());
    CHECK_FALSE(Document::parse("[1]"));
    CHECK_FALSE(Document::parse("{\"a\":"));
    CHECK_FALSE(Document::parse(""));
}

TEST_CASE("documents have limits", "[redfish]") {
    std::string deep = "1";
    for (int i = 0; i < 31; ++i) deep = "{\"a\":" + deep + "}";
    CHECK(Document::parse(deep));
    for (int i = 0; i < 4; ++i) deep = "{\"a\":" + deep + "}";
    CHECK_FALSE(Document::parse(deep));
    std::string list = "0";
    for (size_t i = 1; i < kMostItems; ++i) list += ",0";
    CHECK(document("{\"l\":[" + list + "]}").items({"l"}).size() == kMostItems);
    CHECK(document("{\"l\":[" + list + ",0]}").items({"l"}).size() == kMostItems);
}

TEST_CASE("the best of what is offered is chosen", "[redfish]") {
    using Types = std::vector<std::string>;
    struct Row {
        const char* command;
        Types allowed;
        std::string chosen;
    };
    const Row rows[] = {
        {"PowerOn", {}, "On"},
        {"PowerOn", {"ForceOn", "ForceOff"}, "ForceOn"},
        {"PowerCycle", {"ForceRestart", "PowerCycle"}, "PowerCycle"},
        {"PowerCycle", {"ForceRestart", "On"}, "ForceRestart"},
        {"PowerReset", {"PowerCycle", "On"}, "PowerCycle"},
        {"PowerSoft", {"PushPowerButton", "ForceOff"}, "PushPowerButton"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.command);
        CHECK(*choose_reset(*find_switch(row.command), row.allowed) == row.chosen);
    }
    // Asking nicely does not become pulling the plug.
    const auto refused = choose_reset(*find_switch("PowerSoft"), {"ForceOff", "On"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message() ==
          R"(this BMC cannot do PowerSoft: it offers "ForceOff", "On")");
    CHECK(find_switch("PowerStatus") == nullptr);
    CHECK(find_boot_device("BootDisk")->target == "Hdd");
    CHECK(find_boot_device("BootFloppy") == nullptr);
    const Document info = document(
        R"({"Parameters":[{"Name":"Other","AllowableValues":["x"]},{"Name":"ResetType","AllowableValues":["On"]}]})");
    CHECK(allowable_by_info(info, "ResetType") == Types{"On"});
    CHECK(allowable(document(R"({"T@Redfish.AllowableValues":["a","b"]})"), "T") ==
          Types{"a", "b"});
}

TEST_CASE("the console is where it is said to be", "[redfish]") {
    const Document none = document("{}");
    const auto by_ssh = ssh_console(
        document(
            R"({"SerialConsole":{"SSH":{"ServiceEnabled":true,"Port":2200,"ConsoleEntryCommand":"go"}}})"),
        none);
    REQUIRE(by_ssh);
    CHECK(by_ssh->port == 2200);
    CHECK(by_ssh->entry == "go");
    CHECK(ssh_console(document(R"({"SerialConsole":{"SSH":{"ServiceEnabled":true,"Port":99999}}})"),
                      none)
              ->port == 22);
    const auto message = [&](const char* system, const Document& manager) {
        const auto console = ssh_console(document(system), manager);
        REQUIRE_FALSE(console);
        return console.error().describe();
    };
    CHECK(message("{}", none) == "this BMC tells of no serial console");
    CHECK(message(R"({"SerialConsole":{"IPMI":{"ServiceEnabled":true}}})", none)
              .find("ipmitool.tmpl") != std::string::npos);
    CHECK(
        message("{}",
                document(
                    R"({"SerialConsole":{"ServiceEnabled":true,"ConnectTypesSupported":["Oem"]}})"))
            .find("it offers \"Oem\"") != std::string::npos);
}

TEST_CASE("tables of sensors are ipmitool's", "[redfish]") {
    const Sensor fan = sensor_of(document(
        R"({"Name":"Fan\n1|x","Reading":5400,"ReadingUnits":"RPM","Status":{"Health":"Critical"},)"
        R"("Thresholds":{"LowerCritical":{"Reading":500},"UpperFatal":{"Reading":9000}}})"));
    CHECK(short_table({fan}) == "Fan 1 x          | 5400 RPM          | cr\n");
    CHECK(full_table({fan}) ==
          "Fan 1 x          | 5400.000   | RPM        | cr    "
          "| na        | 500.000   | na        | na        | na        | 9000.000  \n");
    const auto thermal = sensors_of_thermal(document(
        R"({"Temperatures":[{"MemberId":"0","ReadingCelsius":21.25}],"Fans":[{"FanName":"F","Reading":40,"ReadingUnits":"Percent"}]})"));
    CHECK(short_table(thermal) ==
          "0                | 21.25 degrees C   | ok\nF                | 40 percent        | ok\n");
    const auto power = sensors_of_power(document(
        R"({"Voltages":[{"Name":"V","ReadingVolts":null}],"PowerControl":[{"Name":"P","PowerConsumedWatts":300}],"PowerSupplies":[{"Name":"S","Status":{"State":"Absent"},"LastPowerOutputWatts":1}]})"));
    CHECK(short_table(power) ==
          "V                | no reading        | ns\nP                | 300 Watts         | ok\n"
          "S                | no reading        | ns\n");
}

TEST_CASE("problems are told as the service tells them", "[redfish]") {
    const std::string body =
        R"({"error":{"message":"general","@Message.ExtendedInfo":[{"MessageId":"Base.1.8.X","Message":"It\nhurts.","Resolution":"Stop."}]}})";
    const Error error = problem_of(400, body);
    CHECK(error.code() == ErrorCode::Unprocessable);
    CHECK(error.message() == R"(the BMC refuses (400): "It\nhurts.")");
    CHECK(error.hint() == R"(it says "Stop.")");
    CHECK(problem_of(409, R"({"error":{"message":"general"}})").message() ==
          R"(the BMC refuses (409): "general")");
    CHECK(problem_of(500, "<html>").message() == "the BMC refuses (500)");
    CHECK(problem_of(401, body).code() == ErrorCode::Unauthenticated);
    CHECK(problem_of(412, "").code() == ErrorCode::Conflict);
    CHECK(is_session_limit(503, ""));
    CHECK(is_session_limit(
        400,
        R"({"error":{"@Message.ExtendedInfo":[{"MessageId":"Base.1.0.SessionLimitExceeded"}]}})"));
    CHECK_FALSE(is_session_limit(400, body));
}
