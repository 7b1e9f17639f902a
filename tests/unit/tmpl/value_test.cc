// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/value.h"

#include "support/catch.h"
#include "tmpl/assign.h"
#include "tmpl/compare.h"
#include "tmpl/dict.h"
#include "tmpl/view.h"

using namespace ww::golib;
using namespace ww::tmpl;

namespace {

Value text_of(const std::string& text) { return Value::text(text); }

}  // namespace

TEST_CASE("types are the same for the same spelling", "[tmpl][value]") {
    CHECK(Type::parse("[]any") == types::kAnys);
    CHECK(Type::parse("[]byte") == types::kBytes);
    CHECK(Type::parse("map[string]interface {}") == types::kMapStringAny);
    CHECK(Type::map_of(types::kString, types::kString) == types::kMapStringString);
    CHECK(Type::pointer_to(types::kBool) == types::kBoolPointer);
    const Type nested = Type::parse("map[string][]*time.Time");
    CHECK(nested.name() == "map[string][]*time.Time");
    CHECK(nested.element().element().element() == types::kTime);
    CHECK(Type::parse("no.Such") == Type());
    CHECK(types::kTime.kind_name() == "struct");
    CHECK(types::kBoolPointer.kind_name() == "ptr");
}

TEST_CASE("memory is given back, and text is shared", "[tmpl][value]") {
    const std::ptrdiff_t before = live_bytes;
    {
        const Value whole = Value::string("some text that is shared");
        const Value part = Value::part(whole, whole.text().substr(5, 4));
        CHECK(part.text() == "text");
        CHECK(part.text().data() == whole.text().data() + 5);
        Value list = Value::list(types::kAnys, {whole, part});
        const Value same = list;
        list = Value();
        CHECK(same.at(1).text() == "text");
        CHECK(same.at(1).boxed());
        CHECK(live_bytes > before);
    }
    CHECK(live_bytes == before);
}

TEST_CASE("a part of a list shares its elements and knows its capacity", "[tmpl][value]") {
    const Value list =
        Value::list(types::kStrings, {Value::text("a"), Value::text("b"), Value::text("c")});
    const Value part = Value::sublist(list, 0, 1);
    CHECK(part.length() == 1);
    CHECK(part.capacity() == 3);
    list.mutable_elements()[0] = Value::text("z");
    CHECK(part.at(0).text() == "z");
    CHECK(Value::sublist(part, 0, 3).at(2).text() == "c");
}

TEST_CASE("dicts are shared and ordered", "[tmpl][value]") {
    const auto dict = Dict::create();
    const Value one = Value::dict(dict), two = one;
    one.mutable_dict()->set("b", Value::integer(1));
    two.mutable_dict()->set("B", Value::integer(2));
    CHECK(two.entries().front().key.text() == "B");
    CHECK(one.find("b").as_int() == 1);
    CHECK_FALSE(one.find("c").is_valid());
    CHECK(dict->erase("b"));
    CHECK(one.length() == 1);
    CHECK(Value::nil_of(types::kMapStringAny).mutable_dict() == nullptr);
}

TEST_CASE("keys of several types keep Go's order", "[tmpl][value]") {
    const auto dict = Dict::create(types::kMapAnyAny);
    dict->set(Value::integer(10), Value::boolean(true));
    dict->set(Value::integer(9), Value::boolean(true));
    dict->set(Value::nil(), Value::boolean(true));
    const Value map = Value::dict(dict);
    const Entries entries = map.entries();
    CHECK(entries[0].key.kind() == Kind::Interface);
    CHECK(entries[1].key.as_int() == 9);
    CHECK(map.find(Value::integer(10)).is_valid());
    CHECK_FALSE(map.find(Value::integer(types::kInt64, 10)).is_valid());
}

TEST_CASE("views read the caller's data where it is", "[tmpl][value]") {
    const std::vector<std::string> names{"a", "b"};
    using Names = VectorView<std::string, text_of>;
    const Value list = Names::of(types::kStrings, names);
    CHECK(list.length() == 2);
    CHECK(list.at(1).text().data() == names[1].data());
    CHECK(list.mutable_elements() == nullptr);
    const std::map<std::string, std::string> tags{{"x", "1"}, {"y", ""}};
    using Tags = StringMapView<std::string, text_of>;
    const Value map = Tags::of(types::kMapStringString, tags);
    CHECK(map.find("x").text() == "1");
    CHECK_FALSE(map.find("z").is_valid());
    CHECK(map.entries().size() == 2);
    CHECK(map.mutable_dict() == nullptr);
    const Value copy = Value::sublist(list, 1, 2);
    CHECK(copy.at(0).text() == "b");
}

TEST_CASE("truth", "[tmpl][value]") {
    const bool no = false;
    const Value falsy[] = {Value(),
                           Value::nil(),
                           Value::boolean(false),
                           Value::integer(0),
                           Value::floating(-0.0),
                           Value::text(""),
                           Value::list(types::kAnys, {}),
                           Value::nil_of(types::kStrings),
                           Value::pointer(static_cast<const bool*>(nullptr)),
                           Value::text("", types::kIp)};
    for (const Value& value : falsy) CHECK_FALSE(truth(value));
    const Value truthy[] = {Value::boolean(true),
                            Value::integer(-1),
                            Value::floating(0.1),
                            Value::text("false"),
                            Value::list(types::kAnys, {Value::nil()}),
                            Value::pointer(&no),
                            Value::time(Time::zero())};
    for (const Value& value : truthy) CHECK(truth(value));
}

TEST_CASE("deep equality asks for identical types", "[tmpl][value]") {
    const auto list = [](std::vector<Value> items) {
        return Value::list(types::kAnys, std::move(items));
    };
    CHECK(deep_equal(list({Value::integer(1), Value::nil()}),
                     list({Value::integer(1), Value::nil()})));
    CHECK_FALSE(deep_equal(Value::integer(1), Value::integer(types::kInt64, 1)));
    CHECK_FALSE(deep_equal(list({}), Value::nil_of(types::kAnys)));
    CHECK_FALSE(deep_equal(list({Value::nil()}), list({Value::text("")})));
    CHECK(deep_equal(Value::nil(), Value()) == false);
    const std::string a = "x", b = "x";
    CHECK(deep_equal(Value::pointer(&a), Value::pointer(&b)));
}

TEST_CASE("values fit parameters by Go's rules", "[tmpl][value]") {
    const auto convert = [](Value value, Type type) {
        std::string problem;
        return convert_argument(value, type, problem) ? std::string(value.type().name()) : problem;
    };
    CHECK(convert(Value::text("x"), types::kString) == "string");
    CHECK(convert(Value::text("x").as_boxed(), types::kString) == "string");
    CHECK(convert(Value(), types::kString) == "invalid value; expected string");
    CHECK(convert(Value(), types::kAny) == "interface {}");
    CHECK(convert(Value(), types::kAnys) == "[]interface {}");
    CHECK(convert(Value::nil(), types::kString) ==
          "wrong type for value; expected string; got interface {}");
    CHECK(convert(Value::integer(types::kInt64, 1), types::kInt) ==
          "wrong type for value; expected int; got int64");
    CHECK(convert(Value::text("x", types::kBytes), types::kIp) == "net.IP");
    CHECK(convert(Value::text("x", types::kIp), types::kIpMask) ==
          "wrong type for value; expected net.IPMask; got net.IP");
    CHECK(convert(Value::pointer(static_cast<const std::string*>(nullptr)), types::kString) ==
          "dereference of nil pointer of type string");
    const std::string text = "behind";
    CHECK(convert(Value::pointer(&text), types::kString) == "string");
}
