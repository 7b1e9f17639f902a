// SPDX-License-Identifier: BSD-3-Clause
//
// Formatter: prints Values under one verb after the other. Private to go_format.cc and printf.cc.
#pragma once

#include <string>
#include <string_view>

#include "golib/format_field.h"
#include "tmpl/value.h"

namespace ww::tmpl {

class Formatter {
   public:
    Formatter(std::string& to, size_t limit) : out(to), max_size(limit) {}

    /// One operand with `format`'s flags.
    void operand(const Value& value, char32_t verb);

    std::string& out;
    size_t max_size;
    golib::FieldFormat format;

   private:
    /// `methods`: String and Error methods count (they do not below unexported fields).
    void print(const Value& value, char32_t verb, int depth, bool methods);
    bool by_method(const Value& value, char32_t verb);
    bool by_go_string(const Value& value);
    void nil_element();
    void bad_verb(const Value& value, char32_t verb);

    void boolean(const Value& value, char32_t verb);
    void integer(const Value& value, char32_t verb);
    void hexadecimal(uint64_t bits, bool with_prefix);
    void floating(const Value& value, double number, int bits, char32_t verb);
    void complex(const Value& value, char32_t verb);
    void text(const Value& value, std::string_view from, char32_t verb);
    void pointer(const Value& value, char32_t verb);
    void bytes(const Value& value, char32_t verb, int depth);
    void slice(const Value& value, char32_t verb, int depth, bool methods);
    void map(const Value& value, char32_t verb, int depth, bool methods);
    void structure(const Value& value, char32_t verb, int depth, bool methods);
    void time_fields(const golib::Time& time, char32_t verb, int depth);

    void open(const Value& value, std::string_view plain);
    void separate(bool first);
    void close(char plain);
    void field_name(std::string_view name, bool first);
    bool nil_container(const Value& value);

    bool erroring_ = false;  // inside %!verb(…), where methods do not count
};

}  // namespace ww::tmpl
