// SPDX-License-Identifier: BSD-3-Clause
#include "rest/body.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <string>

#include "base/ascii.h"
#include "base/quote.h"
#include "golib/strconv.h"
#include "nodes/schema.h"
#include "rest/replies.h"

namespace ww::rest {

namespace {

namespace json = boost::json;

/// Builds a value from the parser's events as boost::json::parse() does, whose numbers, though, may
/// be others than those that are written: its fast way is off by a few units in the last place, and
/// has infinities.
class Builder {
   public:
    // NOLINTBEGIN(readability-identifier-naming): the parser looks for these names
    static constexpr size_t max_object_size = json::object::max_size();
    static constexpr size_t max_array_size = json::array::max_size();
    static constexpr size_t max_key_size = json::string::max_size();
    static constexpr size_t max_string_size = json::string::max_size();
    // NOLINTEND(readability-identifier-naming)

    json::value release() { return stack_.release(); }

    bool on_document_begin(json::error_code&) {
        stack_.reset();
        return true;
    }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) { return true; }
    bool on_object_end(size_t members, json::error_code&) {
        stack_.push_object(members);
        return true;
    }
    bool on_array_begin(json::error_code&) { return true; }
    bool on_array_end(size_t items, json::error_code&) {
        stack_.push_array(items);
        return true;
    }
    bool on_key_part(json::string_view part, size_t, json::error_code&) {
        stack_.push_chars(part);
        return true;
    }
    bool on_key(json::string_view rest, size_t, json::error_code&) {
        stack_.push_key(rest);
        return true;
    }
    bool on_string_part(json::string_view part, size_t, json::error_code&) {
        stack_.push_chars(part);
        return true;
    }
    bool on_string(json::string_view rest, size_t, json::error_code&) {
        stack_.push_string(rest);
        return true;
    }
    bool on_number_part(json::string_view part, json::error_code&) {
        number_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(int64_t number, json::string_view, json::error_code&) {
        number_.clear();
        stack_.push_int64(number);
        return true;
    }
    bool on_uint64(uint64_t number, json::string_view, json::error_code&) {
        number_.clear();
        stack_.push_uint64(number);
        return true;
    }
    bool on_double(double, json::string_view rest, json::error_code& error) {
        number_.append(rest.data(), rest.size());
        const auto number = golib::parse_float(number_);
        number_.clear();
        if (!number || number->out_of_range) {
            error = json::error::exponent_overflow;
            return false;
        }
        stack_.push_double(number->value + 0.0);  // of -0, 0: what nodes.conf makes of it
        return true;
    }
    bool on_bool(bool truth, json::error_code&) {
        stack_.push_bool(truth);
        return true;
    }
    bool on_null(json::error_code&) {
        stack_.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

   private:
    json::value_stack stack_;
    std::string number_;  // what there is of it
};

Result<json::value> read_json(std::string_view text) {
    json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    json::basic_parser<Builder> parser(options);
    json::error_code error;
    const size_t read = parser.write_some(/*more=*/false, text.data(), text.size(), error);
    if (!error && read < text.size()) error = json::error::extra_data;
    if (error)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("failed to decode json: {}", error.message()));
    return parser.handler().release();
}

Error missing_member(std::string_view name) {
    return invalid_part(kBody, fmt::format("#: missing properties: \"{}\"", name));
}

Error wrong_member(std::string_view path, std::string_view why) {
    return invalid_part(kBody, fmt::format("{}: {}", path, why));
}

Result<json::object> read_object(std::string_view body) {
    if (body.empty()) return Error(ErrorCode::InvalidArgument, "missing request body");
    WW_TRY(json::value value, read_json(body));
    if (!value.is_object())
        return Error(ErrorCode::InvalidArgument, "failed to decode json: it is no object");
    return std::move(value.as_object());
}

const json::value* find_member(const json::object& object, std::string_view name) {
    const json::value* found = nullptr;
    for (const auto& [key, value] : object)
        if (same_ignoring_case({key.data(), key.size()}, name)) found = &value;
    return found;
}

std::string text_of(const json::string& text) { return {text.data(), text.size()}; }
std::string_view key_of(const json::key_value_pair& member) {
    return {member.key().data(), member.key().size()};
}

/// As YAML would have it; nulls of objects are left out.
yaml::Value to_resource(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            return {};
        case json::kind::bool_:
            return value.get_bool();
        case json::kind::int64:
            return value.get_int64();
        case json::kind::uint64:
            return value.get_uint64();
        case json::kind::double_:
            return value.get_double();
        case json::kind::string:
            return text_of(value.get_string());
        case json::kind::array: {
            yaml::Value::List list;
            for (const json::value& item : value.get_array()) list.push_back(to_resource(item));
            return list;
        }
        case json::kind::object: {
            yaml::Value::Map map;
            for (const auto& member : value.get_object())
                if (!member.value().is_null())
                    map.push_back({std::string(key_of(member)), to_resource(member.value())});
            return map;
        }
    }
    return {};
}

/// Puts JSON into the members of a struct, by its schema.
class EntryReader {
   public:
    explicit EntryReader(std::string path) : path_(std::move(path)) {}

    template <class T>
    Result<void> object(T& to, const json::value& from) {
        if (!from.is_object()) return wrong("expected an object");
        for (const auto& member : from.get_object()) {
            const std::string_view key = key_of(member);
            Result<void> outcome;
            nodes::for_each_field(to, [&](const auto& field, auto& target) {
                if (outcome && same_ignoring_case(field.json(), key))
                    outcome = below(field.json(), [&] { return take(target, member.value()); });
            });
            if (!outcome) return outcome;
        }
        return {};
    }

   private:
    Error wrong(std::string_view why) const { return wrong_member(path_, why); }

    template <class Read>
    Result<void> below(std::string_view name, Read&& read) {
        const size_t length = path_.size();
        path_ += '/';
        path_ += name;
        const Result<void> outcome = read();
        path_.resize(length);
        return outcome;
    }

    Result<void> take(std::string& to, const json::value& from) {
        if (!from.is_string()) return wrong("expected a string");
        to = text_of(from.get_string());
        return {};
    }
    Result<void> take(nodes::WWbool& to, const json::value& from) { return take(to.text, from); }
    Result<void> take(std::optional<bool>& to, const json::value& from) {
        if (!from.is_bool()) return wrong("expected true or false");
        to = from.get_bool();
        return {};
    }
    Result<void> take(std::optional<IpAddress>& to, const json::value& from) {
        std::string text;
        WW_TRY_VOID(take(text, from));
        to = IpAddress::parse(text);
        if (!to && !text.empty()) return wrong(fmt::format("invalid IP address: {}", quote(text)));
        return {};
    }
    Result<void> take(nodes::StringList& to, const json::value& from) {
        if (!from.is_array()) return wrong("expected a list");
        to.clear();
        for (const json::value& item : from.get_array()) WW_TRY_VOID(take(to.emplace_back(), item));
        return {};
    }
    template <nodes::SingleSection T>
    Result<void> take(T& to, const json::value& from) {
        to.present = true;
        return object(to, from);
    }
    Result<void> take(nodes::ResourceMap& to, const json::value& from) {
        if (!from.is_object()) return wrong("expected an object");
        for (const auto& member : from.get_object())
            if (!member.value().is_null())
                to[std::string(key_of(member))] = to_resource(member.value());
        return {};
    }
    template <class T>
    Result<void> take(std::map<std::string, T>& to, const json::value& from) {
        if (!from.is_object()) return wrong("expected an object");
        for (const auto& member : from.get_object()) {
            T& target = to[std::string(key_of(member))];
            WW_TRY_VOID(below(key_of(member), [&] { return item(target, member.value()); }));
        }
        return {};
    }
    Result<void> item(std::string& to, const json::value& from) { return take(to, from); }
    template <class T>
    Result<void> item(T& to, const json::value& from) {
        return object(to, from);
    }

    std::string path_;
};

template <class Entry>
Result<Entry> read_entry(std::string_view text, std::string_view wrapper) {
    WW_TRY(const json::object object, read_object(text));
    const json::value* found = object.if_contains({wrapper.data(), wrapper.size()});
    if (found == nullptr) return missing_member(wrapper);
    Entry entry;
    WW_TRY_VOID(EntryReader(fmt::format("#/{}", wrapper)).object(entry, *found));
    return entry;
}

}  // namespace

Result<void> check_content_type(const Head& head) {
    constexpr std::string_view kJson = "application/json";
    const std::string_view type = head.content_type;
    if (type.empty() || type == kJson) return {};
    if (type.starts_with(kJson) && type[kJson.size()] == ';') return {};
    return Error(ErrorCode::InvalidArgument,
                 fmt::format("request with application/json content type expected, received: {}",
                             quote(type)));
}

Result<nodes::Node> read_node(std::string_view body) {
    return read_entry<nodes::Node>(body, "node");
}

Result<nodes::Profile> read_profile(std::string_view body) {
    return read_entry<nodes::Profile>(body, "profile");
}

struct Document::Data {
    json::object object;
};

Result<Document> Document::read(std::string_view body) {
    WW_TRY(json::object object, read_object(body));
    return Document(std::make_shared<const Data>(Data{std::move(object)}));
}

Result<void> Document::require(std::string_view name) const {
    if (find_member(data_->object, name) == nullptr) return missing_member(name);
    return {};
}

Result<std::string> Document::text(std::string_view name) const {
    const json::value* value = find_member(data_->object, name);
    if (value == nullptr) return std::string();
    if (!value->is_string()) return wrong_member(fmt::format("#/{}", name), "expected a string");
    return text_of(value->get_string());
}

Result<bool> Document::flag(std::string_view name, bool fallback) const {
    const json::value* value = find_member(data_->object, name);
    if (value == nullptr) return fallback;
    if (!value->is_bool()) return wrong_member(fmt::format("#/{}", name), "expected true or false");
    return value->get_bool();
}

}  // namespace ww::rest
