// SPDX-License-Identifier: BSD-3-Clause
//
// Execution, against what Go 1.26 does. The many cases are in tests/vectors/tmpl; here is one of
// each kind, and what vectors cannot have: structs, methods, state.
#include "render.h"
#include "support/catch.h"
#include "tmpl/dict.h"
#include "tmpl/view.h"

using namespace ww::tmpl;
using ww::tmpl::test::builtins;
using ww::tmpl::test::render;

namespace {

Value sample() {
    const auto inner = Dict::create();
    inner->set("b", Value::text("deep"));
    inner->set("nil", Value::nil());
    const auto dict = Dict::create();
    dict->set("a", Value::dict(inner));
    dict->set("s", Value::text("text"));
    dict->set("i", Value::integer(5));
    dict->set("l",
              Value::list(types::kAnys, {Value::integer(1), Value::text("two"), Value::nil()}));
    dict->set("nul", Value::nil());
    return Value::dict(dict);
}

struct Row {
    const char* text;
    const char* result;
};

void check(std::initializer_list<Row> rows, const Value& data) {
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(render(row.text, data) == row.result);
    }
}

}  // namespace

TEST_CASE("pipelines, variables and control structures", "[tmpl][exec]") {
    check({{"{{.a.b}} {{.a.b | printf \"%q\"}} {{(index .l 1)}}", "deep \"deep\" two"},
           {"{{$x := 1}}{{if true}}{{$x = 2}}{{$x := 3}}{{$x}}{{end}}{{$x}}", "32"},
           {"{{if .missing}}a{{else if .s}}b{{else}}c{{end}}", "b"},
           {"{{with .missing}}a{{else with .a}}{{.b}}{{end}}", "deep"},
           {"{{range $i, $e := .l}}{{$i}}={{$e}} {{end}}", "0=1 1=two 2=<no value> "},
           {"{{range $k, $v := .a}}{{$k}}:{{$v}} {{end}}", "b:deep nil:<no value> "},
           {"{{range 3}}{{.}}{{end}}{{range 0}}{{else}}none{{end}}", "012none"},
           {"{{range 5}}{{if eq . 1}}{{continue}}{{end}}{{if eq . 3}}{{break}}{{end}}{{.}}{{end}}",
            "02"},
           {"{{range 2}}{{range 0}}{{else}}{{break}}{{end}}x{{end}}", "xx"},
           {"{{range 2}}{{range 0}}{{else}}{{continue}}{{end}}x{{end}}y", "y"},
           {"{{$e := 9}}{{range $e = .l}}{{end}}{{$e}}", "<no value>"},
           {"{{define \"d\"}}[{{.}}{{$}}]{{end}}{{template \"d\" .i}}{{template \"d\"}}",
            "[55][<no value><no value>]"},
           {"{{and 1 0 .s}} {{or 0 \"\" .s}} {{not nil}}", "0 text true"},
           {"{{.missing}} {{.missing.x.y}} {{print .nul}}", "<no value> <no value> <nil>"}},
          sample());
}

TEST_CASE("errors name the place as Go does", "[tmpl][exec]") {
    check(
        {{"{{.s.x}}",
          "error: template: t:1:4: executing \"t\" at <.s.x>: can't evaluate field x in type "
          "interface {}"},
         {"{{.nul.x}}",
          "error: template: t:1:6: executing \"t\" at <.nul.x>: nil pointer evaluating interface "
          "{}.x"},
         {"\n {{index .l 9}}",
          "error: template: t:2:3: executing \"t\" at <index .l 9>: error calling index: index out "
          "of range: 9"},
         {"{{printf .i}}",
          "error: template: t:1:9: executing \"t\" at <.i>: wrong type for value; expected string; "
          "got int"},
         {"{{printf .missing}}",
          "error: template: t:1:9: executing \"t\" at <.missing>: invalid value; expected string"},
         {"{{len (.s) 1}}",
          "error: template: t:1:2: executing \"t\" at <len>: wrong number of args for len: want 1 "
          "got 2"},
         {"{{template \"no\"}}",
          "error: template: t:1:11: executing \"t\" at <{{template \"no\"}}>: template \"no\" not "
          "defined"},
         {"{{define \"d\"}}{{.x}}{{end}}{{template \"d\" 1}}",
          "error: template: t:1:16: executing \"d\" at <.x>: can't evaluate field x in type int"},
         {"{{$x = 1}}", "error: template: t:1:7: executing \"t\" at <1>: undefined variable: $x"},
         {"{{nil}}", "error: template: t:1:2: executing \"t\" at <nil>: nil is not a command"},
         {"{{range .s}}{{end}}",
          "error: template: t:1:8: executing \"t\" at <.s>: range can't iterate over text"}},
        sample());
}

TEST_CASE("an error carries its place", "[tmpl][exec]") {
    const auto source = parse("a\n  {{.x.y}}", "hosts.ww", builtins());
    const auto output = execute(*source, Value::integer(1));
    REQUIRE_FALSE(output);
    CHECK(output.error().code() == ww::ErrorCode::Unprocessable);
    CHECK(output.error().place().file == "hosts.ww");
    CHECK(output.error().place().line == 2);
    CHECK(output.error().place().column == 7);
}

// ---- Structs and methods ----

namespace {

struct Device {
    std::string name;
    std::string secret = "hidden";
};

struct Machine {
    std::string id;
    std::map<std::string, Device> devices;
    std::vector<std::string> roles;
    Device main;
};

const Device& device_at(const void* self) { return *static_cast<const Device*>(self); }
const Machine& machine_at(const void* self) { return *static_cast<const Machine*>(self); }

Value shout(Call& call) {
    const Device& device = device_at(call.self().address());
    return Value::string(device.name + std::string(call.text(0)));
}

Type device_type() {
    static const Type type = Type::define({
        .kind = Kind::Struct,
        .name = "test.Device",
        .fields = {{"Name",
                    types::kString,
                    [](const void* self) { return Value::text(device_at(self).name); },
                    "name"},
                   {"secret",
                    types::kString,
                    [](const void* self) { return Value::text(device_at(self).secret); },
                    "",
                    Field::Access::Unexported}},
        .methods = {{"Upper",
                     "",
                     [](Call& call) {
                         return Value::string("U:" + device_at(call.self().address()).name);
                     }},
                    {"Shout", "string", shout, Method::Receiver::Pointer}},
    });
    return type;
}

Value device_pointer(const Device& device) {
    return Value::struct_view(Type::pointer_to(device_type()), &device);
}

Value string_value(const std::string& text) { return Value::text(text); }

Type machine_type() {
    static const Type type = Type::define({
        .kind = Kind::Struct,
        .name = "test.Machine",
        .fields = {{"Id",
                    types::kString,
                    [](const void* self) { return Value::text(machine_at(self).id); },
                    ""},
                   {"Devices",
                    Type::map_of(types::kString, Type::pointer_to(device_type())),
                    [](const void* self) {
                        return StringMapView<Device, device_pointer>::of(
                            Type::map_of(types::kString, Type::pointer_to(device_type())),
                            machine_at(self).devices);
                    },
                    ""},
                   {"Roles",
                    types::kStrings,
                    [](const void* self) {
                        return VectorView<std::string, string_value>::of(types::kStrings,
                                                                         machine_at(self).roles);
                    },
                    ""},
                   {"Main",
                    device_type(),
                    [](const void* self) {
                        return Value::struct_view(device_type(), &machine_at(self).main);
                    },
                    ""}},
    });
    return type;
}

const Machine& machine() {
    static const Machine one{
        "n1", {{"eth0", {"first"}}, {"eth1", {"second"}}}, {"a", "b"}, {"main"}};
    return one;
}

}  // namespace

TEST_CASE("fields and methods of the caller's data", "[tmpl][exec][view]") {
    check({{"{{.Id}} {{.Main.Name}} {{.Devices.eth0.Name}}", "n1 main first"},
           {"{{range $k, $d := .Devices}}{{$k}}={{$d.Name}} {{end}}{{len .Devices}}",
            "eth0=first eth1=second 2"},
           {"{{.Roles}} {{index .Roles 1}} {{range .Roles}}<{{.}}>{{end}}", "[a b] b <a><b>"},
           {"{{.Devices.none.Name}} {{index .Devices \"none\"}}", "<no value> <nil>"},
           {"{{.Main.Upper}} {{.Devices.eth0.Upper}} {{.Devices.eth0.Shout \"!\"}} {{\"?\" | "
            ".Devices.eth1.Shout}}",
            "U:main U:first first! second?"},
           {"{{.Main}} {{printf \"%+v\" .Main}}", "{main hidden} {Name:main secret:hidden}"},
           {"{{printf \"%#v %T\" .Main .Devices.eth0}}",
            "test.Device{Name:\"main\", secret:\"hidden\"} *test.Device"}},
          Value::struct_view(machine_type(), &machine()));
}

TEST_CASE("what Go refuses of structs is refused", "[tmpl][exec][view]") {
    const Value data = Value::struct_view(machine_type(), &machine());
    const auto ends = [&](const char* text, const char* message) {
        CAPTURE(text);
        CHECK_THAT(render(text, data), Catch::EndsWith(message));
    };
    ends("{{.Nope}}", ": can't evaluate field Nope in type test.Machine");
    ends("{{.Devices.eth0.Nope}}", ": can't evaluate field Nope in type *test.Device");
    ends("{{.Devices.eth0.secret}}", ": secret is an unexported field of struct type *test.Device");
    ends("{{.Id 1}}", ": Id has arguments but cannot be invoked as function");
    ends("{{(index .Devices \"none\").Name}}", ": nil pointer evaluating *test.Device.Name");
    ends("{{(index .Devices \"none\").Upper}}", "nil pointer dereference");
    ends("{{.Devices.eth0.Shout}}", ": wrong number of args for Shout: want 1 got 0");
    // The root was passed by value: what is reached only through it has no address.
    ends("{{.Main.Shout \"x\"}}", ": can't evaluate field Shout in type test.Device");
    // Behind a pointer it has one.
    CHECK(render("{{.Main.Shout \"x\"}}",
                 Value::struct_view(Type::pointer_to(machine_type()), &machine())) == "mainx");
}

TEST_CASE("a recorder is a view that wraps what it hands out", "[tmpl][exec][view]") {
    static std::vector<std::string> seen;
    class Recording final : public StructView {
       public:
        Value field(const void* self, Type type, size_t index) const override {
            seen.push_back(std::string(type.info().fields[index].name));
            const Value value = StructView::field(self, type, index);
            return value.kind() == Kind::Struct
                       ? Value::struct_view(value.type(), value.address(), this)
                       : value;
        }
        Value method(const void* self, Type type, size_t index, Call& call) const override {
            seen.push_back(std::string(type.info().methods[index].name) + "()");
            return StructView::method(self, type, index, call);
        }
    };
    static const Recording recording;
    CHECK(render("{{if .Id}}{{.Main.Name}}{{.Main.Upper}}{{end}}",
                 Value::struct_view(machine_type(), &machine(), &recording)) == "mainU:main");
    CHECK(seen == std::vector<std::string>{"Id", "Main", "Name", "Main", "Upper()"});
}

TEST_CASE("a misspelt name comes with a hint", "[tmpl][exec]") {
    const auto hint = [](const char* text) {
        const auto source = parse(text, "t", builtins());
        if (!source) return source.error().hint();
        return execute(*source, Value::struct_view(machine_type(), &machine())).error().hint();
    };
    CHECK(hint("{{.Devises}}") == "did you mean \"Devices\"?");
    CHECK(hint("{{.id}}") == "did you mean \"Id\"?");
    CHECK(hint("{{.Main.Uper}}") == "did you mean \"Upper\"?");
    CHECK(hint("{{.Main.Secret}}").empty());
    CHECK(hint("{{.Zzz}}").empty());
    CHECK(hint("{{pritnf 1}}") == "did you mean \"printf\"?");
}

// ---- Functions of the caller ----

namespace {

struct Splits final : Context {
    std::vector<std::pair<std::string, size_t>> files;
};

constexpr Function kStateful[] = {
    {"file",
     "string",
     [](Call& call) {
         static_cast<Splits*>(call.context())->files.emplace_back(call.text(0), call.output_size());
         return Value::text("");
     },
     "opens an output"},
    {"abort", "", [](Call& call) { return call.stop(); }, "ends the rendering"},
    {"twice", "int", [](Call& call) { return Value::integer(2 * call.integer(0)); }, "doubles"},
    {"broken", "...any", [](Call& call) { return call.fail("no {}", "good"); }, "fails"},
};

FunctionTable stateful() {
    FunctionTable table;
    table.add(builtin_functions());
    table.add(kStateful);
    return table;
}

}  // namespace

TEST_CASE("functions share state through the context and see the output's size", "[tmpl][exec]") {
    const FunctionTable table = stateful();
    Splits splits;
    CHECK(render("ab{{file \"x\"}}cde{{range 2}}{{file \"y\"}}f{{end}}", {}, table, &splits) ==
          "abcdeff");
    CHECK(splits.files == decltype(splits.files){{"x", 2}, {"y", 5}, {"y", 6}});
}

TEST_CASE("the context hears of functions that depend on more than their arguments",
          "[tmpl][exec]") {
    static constexpr Function kClock[] = {{"clock",
                                           "",
                                           [](Call&) { return Value::integer(12); },
                                           "the hour",
                                           Function::Result::Volatile}};
    FunctionTable table;
    table.add(kClock);
    struct Listener final : Context {
        std::vector<std::string> heard;
        void called_volatile(std::string_view name) override { heard.emplace_back(name); }
    } listener;
    CHECK(render("{{clock}}{{clock}}", {}, table, &listener) == "1212");
    CHECK(listener.heard == std::vector<std::string>{"clock", "clock"});
}

TEST_CASE("a function can stop the execution without an error", "[tmpl][exec]") {
    const FunctionTable table = stateful();
    const auto source =
        parse("a{{define \"d\"}}{{print abort}}{{end}}{{template \"d\"}}b", "t", table);
    const auto output = execute(*source, {});
    REQUIRE(output);
    CHECK(output->stopped);
    CHECK(output->text == "a");
    CHECK(render("{{or true abort}} on", {}, table) == "true on");
}

TEST_CASE("arguments are converted to the parameters' types", "[tmpl][exec]") {
    const FunctionTable table = stateful();
    CHECK(render("{{twice 3}} {{twice 4.0}} {{twice 'a'}}", {}, table) == "6 8 194");
    CHECK_THAT(render("{{twice 1.5}}", {}, table),
               Catch::EndsWith(": expected integer; found 1.5"));
    CHECK_THAT(render("{{twice .}}", Value::integer(types::kInt64, 1), table),
               Catch::EndsWith(": wrong type for value; expected int; got int64"));
    const int64_t number = 21;
    CHECK(render("{{twice .}}", Value::pointer(&number), table) == "42");
    CHECK_THAT(render("{{broken 1}}", {}, table),
               Catch::EndsWith("<broken 1>: error calling broken: no good"));
}

TEST_CASE("one template runs in many threads' stead: runs share nothing", "[tmpl][exec]") {
    const auto source = parse("{{$x := .}}{{range 3}}{{$x = .}}{{end}}{{$x}}", "t", builtins());
    for (int i = 0; i < 3; ++i) CHECK(execute(*source, Value::integer(i))->text == "2");
}

TEST_CASE("a dict that contains itself is let go with the run", "[tmpl][exec]") {
    static constexpr Function kSelf[] = {
        {"tie",
         "map[string]any",
         [](Call& call) {
             call.set_key(*call[0].mutable_dict(), Value::text("self"), call[0]);
             return Value::text("");
         },
         "makes a cycle"}};
    FunctionTable table;
    table.add(kSelf);
    const std::ptrdiff_t before = live_bytes;
    CHECK(render("{{tie .}}", Value::dict(Dict::create()), table).empty());
    CHECK(live_bytes == before);
}
