// SPDX-License-Identifier: BSD-3-Clause
#include "rest/read_json.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value_stack.hpp>
#include <string>

#include "golib/strconv.h"

namespace ww::rest {

namespace {

namespace json = boost::json;

/// Builds a value from the parser's events.
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

}  // namespace

Result<json::value> read_json(std::string_view text, size_t most_depth) {
    json::parse_options options;
    options.max_depth = most_depth;
    json::basic_parser<Builder> parser(options);
    json::error_code error;
    const size_t read = parser.write_some(/*more=*/false, text.data(), text.size(), error);
    if (!error && read < text.size()) error = json::error::extra_data;
    if (error)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("failed to decode json: {}", error.message()));
    return parser.handler().release();
}

}  // namespace ww::rest
