// SPDX-License-Identifier: BSD-3-Clause
#include "typed_json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <cstdlib>
#include <iostream>

#include "golib/strconv.h"
#include "golib/time.h"
#include "tmpl/dict.h"

namespace json = boost::json;
namespace types = ww::tmpl::types;
using ww::tmpl::Dict;
using ww::tmpl::Type;
using ww::tmpl::Value;

// ---- Reading ----

namespace {

/// Builds a Json from the parser's events. Boost's own values do not keep the literals of numbers.
class Builder {
   public:
    // NOLINTBEGIN(readability-identifier-naming): the parser looks for these names
    static constexpr size_t max_array_size = static_cast<size_t>(-1);
    static constexpr size_t max_object_size = static_cast<size_t>(-1);
    static constexpr size_t max_string_size = static_cast<size_t>(-1);
    static constexpr size_t max_key_size = static_cast<size_t>(-1);
    // NOLINTEND(readability-identifier-naming)

    Json root;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_array_begin(json::error_code&) { return open(Json::Kind::Array); }
    bool on_array_end(size_t, json::error_code&) { return close(); }
    bool on_object_begin(json::error_code&) { return open(Json::Kind::Object); }
    bool on_object_end(size_t, json::error_code&) { return close(); }
    bool on_string_part(json::string_view part, size_t, json::error_code&) {
        return add_text(part);
    }
    bool on_string(json::string_view part, size_t, json::error_code&) {
        add_text(part);
        return add_scalar(Json::Kind::String);
    }
    bool on_key_part(json::string_view part, size_t, json::error_code&) { return add_text(part); }
    bool on_key(json::string_view part, size_t, json::error_code&) {
        add_text(part);
        open_.back()->keys.push_back(std::exchange(text_, {}));
        return true;
    }
    bool on_number_part(json::string_view part, json::error_code&) { return add_text(part); }
    bool on_int64(int64_t, json::string_view part, json::error_code&) { return add_number(part); }
    bool on_uint64(uint64_t, json::string_view part, json::error_code&) { return add_number(part); }
    bool on_double(double, json::string_view part, json::error_code&) { return add_number(part); }
    bool on_bool(bool truth, json::error_code&) {
        add_scalar(Json::Kind::Boolean);
        last().truth = truth;
        return true;
    }
    bool on_null(json::error_code&) { return add_scalar(Json::Kind::Null); }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

   private:
    bool add_text(json::string_view part) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool add_number(json::string_view part) {
        add_text(part);
        return add_scalar(Json::Kind::Number);
    }
    bool add_scalar(Json::Kind kind) {
        Json& node = open_.empty() ? root : open_.back()->items.emplace_back();
        node.kind = kind;
        node.text = std::exchange(text_, {});
        return true;
    }
    Json& last() { return open_.empty() ? root : open_.back()->items.back(); }
    bool open(Json::Kind kind) {
        add_scalar(kind);
        open_.push_back(&last());
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    std::vector<Json*> open_;  // stable: only the innermost list grows
    std::string text_;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
    for (size_t i = 0; i < keys.size(); ++i)
        if (keys[i] == key) return &items[i];
    return nullptr;
}

bool read_json(std::string_view text, Json& into, std::string& problem) {
    json::parse_options options;
    options.max_depth = 1000;
    json::basic_parser<Builder> parser(options);
    json::error_code error;
    parser.write_some(false, text.data(), text.size(), error);
    if (error) {
        problem = error.message();
        return false;
    }
    into = std::move(parser.handler().root);
    return true;
}

// ---- Typing ----

namespace {

double float_of(const Json& json) { return ww::golib::parse_float(json.text)->value; }

Value number_of(const Json& json) {
    if (json.text.find_first_of(".eE") != json.text.npos) return Value::floating(float_of(json));
    return Value::integer(ww::golib::parse_integer(json.text, 10)->value);
}

// `json` as an element of a container whose elements are of `type`.
Value typed(const Json& json, Type type, PointedTo& targets);

Value list_of(const Json& json, Type type, PointedTo& targets) {
    std::vector<Value> elements;
    for (const Json& item : json.items) elements.push_back(typed(item, type.element(), targets));
    return Value::list(type, std::move(elements));
}

Value dict_of(const Json& json, Type type, PointedTo& targets) {
    const auto dict = Dict::create(type);
    for (size_t i = 0; i < json.keys.size(); ++i) {
        const Value key = type.key() == types::kInt
                              ? Value::integer(std::atoll(json.keys[i].c_str()))
                              : Value::string(json.keys[i]);
        dict->set(key, typed(json.items[i], type.element(), targets));
    }
    return Value::dict(dict);
}

Value pointer_of(const Json& json, Type type, PointedTo& targets) {
    if (type == types::kBoolPointer)
        return Value::pointer(&targets.booleans.emplace_back(json.truth));
    if (type == types::kIntPointer)
        return Value::pointer(&targets.integers.emplace_back(std::atoll(json.text.c_str())));
    return Value::pointer(&targets.strings.emplace_back(json.text));
}

Value typed(const Json& json, Type type, PointedTo& targets) {
    using ww::tmpl::Kind;
    if (type == types::kDuration) return Value::duration(*ww::golib::parse_duration(json.text));
    if (type == types::kTime)
        return Value::time(*ww::golib::parse_time(
            "2006-01-02T15:04:05.999999999Z07:00", json.text, ww::golib::local_zone()));
    if (type == types::kBytes) return Value::string(json.text, type);
    switch (type.kind()) {
        case Kind::Bool:
            return Value::boolean(json.truth);
        case Kind::String:
            return Value::string(json.text);
        case Kind::Float32:
            return Value::floating(type, static_cast<double>(static_cast<float>(float_of(json))));
        case Kind::Float64:
            return Value::floating(float_of(json));
        case Kind::Slice:
            return list_of(json, type, targets);
        case Kind::Map:
            return dict_of(json, type, targets);
        case Kind::Pointer:
            return pointer_of(json, type, targets);
        case Kind::Interface:
            return value_of(json, targets);
        default:
            break;
    }
    if (const auto whole = ww::golib::parse_integer(json.text, 10); whole && !whole->out_of_range)
        return Value::integer(type, whole->value);
    return Value::unsigned_integer(type, ww::golib::parse_unsigned(json.text, 10)->value);
}

Type type_named(std::string_view name) {
    if (name == "duration") return types::kDuration;
    if (name == "time") return types::kTime;
    const Type type = Type::parse(name);
    if (type == Type()) {
        std::cerr << "no such Go type: " << name << "\n";
        std::exit(1);
    }
    return type;
}

}  // namespace

Value value_of(const Json& json, PointedTo& targets) {
    switch (json.kind) {
        case Json::Kind::Null:
            return Value::nil();
        case Json::Kind::Boolean:
            return Value::boolean(json.truth);
        case Json::Kind::Number:
            return number_of(json);
        case Json::Kind::String:
            return Value::string(json.text);
        case Json::Kind::Array:
            return list_of(json, types::kAnys, targets);
        case Json::Kind::Object:
            break;
    }
    const Json* type = json.find("$go");
    if (!type) return dict_of(json, types::kMapStringAny, targets);
    if (type->text.starts_with("nil "))
        return Value::nil_of(type_named(std::string_view(type->text).substr(4)));
    return typed(*json.find("v"), type_named(type->text), targets);
}
