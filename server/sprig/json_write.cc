// SPDX-License-Identifier: BSD-3-Clause
#include "sprig/json_write.h"

#include <algorithm>
#include <cmath>

#include "base/json_text.h"
#include "golib/strconv.h"
#include "golib/time.h"
#include "sprig/base64.h"
#include "sprig/values.h"

namespace ww::sprig {
namespace {

struct Tag {
    std::string_view name;
    bool skip = false;
    bool omit_empty = false;

    explicit Tag(const tmpl::Field& field) : name(field.name) {
        const size_t comma = field.json.find(',');
        const std::string_view given = field.json.substr(0, comma);
        skip = field.json == "-" || field.access == tmpl::Field::Access::Unexported;
        if (!given.empty()) name = given;
        omit_empty = comma != field.json.npos &&
                     field.json.substr(comma).find("omitempty") != field.json.npos;
    }
};

class Writer {
   public:
    Writer(tmpl::Call& call, JsonStyle style) : call_(call), style_(style) {}

    JsonText write(const tmpl::Value& value) {
        append(value);
        return std::move(result_);
    }

   private:
    std::string& out() { return result_.text; }

    bool fail(std::string message) {
        if (result_.error.empty()) result_.error = "json: " + std::move(message);
        return false;
    }

    bool append(const tmpl::Value& value) {
        if (out().size() >= next_check_) {
            if (!call_.may_use(2 * out().size())) return fail("out of memory");
            next_check_ = 2 * out().size();
        }
        if (is_nil_any(value)) return literal("null");
        if (value.type() == tmpl::types::kTime) return append_time(value);
        if (value.type() == tmpl::types::kIp) return append_address(value);
        switch (value.kind()) {
            case tmpl::Kind::Bool:
                return literal(value.as_bool() ? "true" : "false");
            case tmpl::Kind::Int:
            case tmpl::Kind::Int8:
            case tmpl::Kind::Int16:
            case tmpl::Kind::Int32:
            case tmpl::Kind::Int64:
                return literal(std::to_string(value.as_int()));
            case tmpl::Kind::Uint:
            case tmpl::Kind::Uint8:
            case tmpl::Kind::Uint16:
            case tmpl::Kind::Uint32:
            case tmpl::Kind::Uint64:
                return literal(std::to_string(value.as_uint()));
            case tmpl::Kind::Float32:
            case tmpl::Kind::Float64:
                return append_number(value);
            case tmpl::Kind::String:
                return append_text(value.text());
            case tmpl::Kind::Slice:
                return value.is_nil() ? literal("null") : append_slice(value);
            case tmpl::Kind::Map:
                return value.is_nil() ? literal("null") : append_map(value);
            case tmpl::Kind::Pointer:
                return value.is_nil() ? literal("null") : append_pointer(value);
            case tmpl::Kind::Struct:
                return append_struct(value);
            default:
                return fail("unsupported type: " + std::string(value.type().name()));
        }
    }

    bool literal(std::string_view text) {
        out() += text;
        return true;
    }

    bool append_text(std::string_view text) {
        append_json_string(out(), text, {.escape_html = style_.escape_html});
        return true;
    }

    bool append_number(const tmpl::Value& value) {
        const double number = value.as_float();
        if (!std::isfinite(number)) return fail("unsupported value: " + printed(value));
        golib::append_json_float(out(), number, value.kind() == tmpl::Kind::Float32 ? 32 : 64);
        return true;
    }

    bool append_time(const tmpl::Value& value) {
        const golib::Time time = value.as_time();
        const int64_t year = golib::civil(time).year;
        if (year < 0 || year > 9999)
            return fail(
                "error calling MarshalJSON for type time.Time: Time.MarshalJSON: year "
                "outside of range [0,9999]");
        return append_text(golib::format_time(time, "2006-01-02T15:04:05.999999999Z07:00"));
    }

    bool append_address(const tmpl::Value& value) {
        const size_t size = value.text().size();
        if (size == 0) return literal("\"\"");
        if (size != 4 && size != 16)
            return fail("error calling MarshalText for type net.IP: address " +
                        printed(value).substr(1) + ": invalid IP address");
        return append_text(printed(value));
    }

    bool append_slice(const tmpl::Value& list) {
        if (list.is_bytes()) return append_text(base64_encoded(list.text()));
        const size_t size = list.length();
        if (!open('[', list)) return false;
        for (size_t index = 0; index < size; ++index) {
            separate(index);
            if (!append(list.at(index).unboxed())) return false;
        }
        return close(']', size);
    }

    bool append_map(const tmpl::Value& map) {
        const tmpl::Kind kind = map.type().key().kind();
        const bool is_signed = kind >= tmpl::Kind::Int && kind <= tmpl::Kind::Int64;
        const bool is_unsigned = kind >= tmpl::Kind::Uint && kind <= tmpl::Kind::Uint64;
        if (kind != tmpl::Kind::String && !is_signed && !is_unsigned)
            return fail("unsupported type: " + std::string(map.type().name()));
        std::vector<std::pair<std::string, tmpl::Value>> members;
        for (const tmpl::Entry& entry : map.entries()) {
            std::string name = kind == tmpl::Kind::String ? std::string(entry.key.text())
                               : is_signed                ? std::to_string(entry.key.as_int())
                                                          : std::to_string(entry.key.as_uint());
            members.emplace_back(std::move(name), entry.element.unboxed());
        }
        if (kind != tmpl::Kind::String)
            std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
                return a.first < b.first;
            });

        if (!open('{', map)) return false;
        size_t count = 0;
        for (const auto& [name, element] : members)
            if (!append_member(count++, name, element)) return false;
        return close('}', count);
    }

    bool append_pointer(const tmpl::Value& pointer) {
        if (pointer.type() == tmpl::types::kErrorString)
            return literal("{}");  // no exported fields
        const tmpl::Type target = pointer.type().element();
        return target.kind() == tmpl::Kind::Struct ? append_struct(pointer)
                                                   : append(pointer.pointee());
    }

    /// `value` is a struct or a pointer to one.
    bool append_struct(const tmpl::Value& value) {
        const tmpl::Type type =
            value.kind() == tmpl::Kind::Pointer ? value.type().element() : value.type();
        const tmpl::TypeInfo& info = type.info();
        if (info.text && info.find_method(tmpl::intern("MarshalText")) >= 0)
            return append_text(info.text(value));
        if (!open('{', value)) return false;
        size_t count = 0;
        for (size_t index = 0; index < info.fields.size(); ++index) {
            const Tag tag(info.fields[index]);
            if (tag.skip) continue;
            const tmpl::Value member = value.field(index).unboxed();
            if (tag.omit_empty && is_empty(member)) continue;
            if (!append_member(count++, tag.name, member)) return false;
        }
        return close('}', count);
    }

    bool append_member(size_t index, std::string_view name, const tmpl::Value& element) {
        separate(index);
        append_text(name);
        out() += style_.indent ? ": " : ":";
        return append(element);
    }

    bool open(char bracket, const tmpl::Value& container) {
        if (depth_ == kMaxNesting)
            return fail("unsupported value: encountered a cycle via " +
                        std::string(container.type().name()));
        ++depth_;
        out() += bracket;
        return true;
    }

    void separate(size_t index) {
        if (index > 0) out() += ',';
        new_line();
    }

    bool close(char bracket, size_t count) {
        --depth_;
        if (count > 0) new_line();
        out() += bracket;
        return true;
    }

    void new_line() {
        if (style_.indent) out().append("\n").append(2 * static_cast<size_t>(depth_), ' ');
    }

    tmpl::Call& call_;
    JsonStyle style_;
    JsonText result_;
    int depth_ = 0;
    size_t next_check_ = size_t{1} << 16;
};

}  // namespace

JsonText write_json(tmpl::Call& call, const tmpl::Value& value, JsonStyle style) {
    return Writer(call, style).write(value);
}

}  // namespace ww::sprig
