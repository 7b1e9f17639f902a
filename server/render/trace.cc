// SPDX-License-Identifier: BSD-3-Clause
#include "render/trace.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/quote.h"
#include "render/ignition.h"
#include "render/model_values.h"
#include "tmpl/template.h"

namespace ww::render {

namespace {

using tmpl::Kind;
using tmpl::Value;

// ---- Values as bytes: the same for equal values, different for others ----

void put_number(std::string& out, uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(number >> shift);
}

void put_text(std::string& out, std::string_view text) {
    put_number(out, text.size());
    out += text;
}

// Kinds rather than types: a type's number is the process's own, and a place has one type but where
// it holds any (resources), whose kinds tell them apart.
void put(std::string& out, const Value& given) {
    const Value value = given.unboxed();
    // A nil list and no value at all print differently.
    out += static_cast<char>(value.is_nil() ? ~static_cast<int>(value.kind())
                                            : static_cast<int>(value.kind()));
    if (value.is_nil()) return;
    switch (value.kind()) {
        case Kind::String:
            return put_text(out, value.text());
        case Kind::Pointer:
            return put(out, value.pointee());
        case Kind::Slice:
            if (value.is_bytes()) return put_text(out, value.text());
            put_number(out, value.length());
            for (size_t i = 0; i < value.length(); ++i) put(out, value.at(i));
            return;
        case Kind::Map:
            put_number(out, value.length());
            for (const tmpl::Entry& entry : value.entries()) {
                put(out, entry.key);
                put(out, entry.element);
            }
            return;
        case Kind::Struct:
            if (value.type() != tmpl::types::kTime) return;  // its fields are read one by one
            put_number(out, static_cast<uint64_t>(value.as_time().seconds));
            return put_number(out, value.as_time().nanoseconds);
        default:
            return put_number(out, value.as_uint());  // a float's bits too
    }
}

// ---- Following a path ----

class Follower {
   public:
    explicit Follower(const RootData& root) : root_(root) {}

    void put_all(std::string& out, const Value& from, std::span<const Step> steps) const {
        Value value = from;
        for (size_t i = 0; i < steps.size(); ++i) {
            const Step& step = steps[i];
            const auto rest = steps.subspan(i + 1);
            if (step.kind == Step::Kind::Every) {
                for (size_t n = 0; n < value.length(); ++n) put_all(out, value.at(n), rest);
                return;
            }
            if (step.kind == Step::Kind::Extent) return put_extent(out, value);
            value = next(value, step);
            if (value.is_nil()) break;
        }
        put(out, value);
    }

   private:
    Value next(const Value& value, const Step& step) const {
        switch (step.kind) {
            case Step::Kind::Field:
                return field(value, step.name);
            case Step::Kind::Method:
                return method(value, step.name);
            case Step::Kind::Key:
                return value.find(step.name);
            case Step::Kind::Index:
                return step.number < value.length() ? value.at(step.number) : Value();
            case Step::Kind::Node: {
                const nodes::Node* node = root_.snapshot->find(step.name);
                return node ? model::live_node_pointer(*node) : Value();
            }
            case Step::Kind::Function:
                return Value::string(ignition_json(root_.node).value_or(""));
            default:
                return {};
        }
    }

    static tmpl::Type struct_type(const Value& value) {
        return value.kind() == Kind::Pointer ? value.type().element() : value.type();
    }

    static Value field(const Value& value, const std::string& name) {
        const int index = struct_type(value).info().find_field(tmpl::intern(name));
        return index < 0 ? Value() : value.field(static_cast<size_t>(index));
    }

    static Value method(const Value& value, const std::string& name) {
        return tmpl::call_method(value, name).value_or(Value());
    }

    // Of nodes, which they are; of a map, its keys; of another list, how long it is.
    static void put_extent(std::string& out, const Value& value) {
        put_number(out, value.length());
        if (value.kind() == Kind::Map)
            for (const tmpl::Entry& entry : value.entries()) put(out, entry.key);
        if (value.type() != model::node_types().node_list) return;
        for (size_t i = 0; i < value.length(); ++i) put(out, method(value.at(i), "Id"));
    }

    const RootData& root_;
};

}  // namespace

std::string to_text(const Path& path) {
    std::string out;
    for (const Step& step : path) {
        switch (step.kind) {
            case Step::Kind::Field:
                out += '.' + step.name;
                break;
            case Step::Kind::Method:
            case Step::Kind::Function:
                out += '.' + step.name + "()";
                break;
            case Step::Kind::Key:
            case Step::Kind::Node:
                out += '[';
                append_quoted(out, step.name);
                out += ']';
                break;
            case Step::Kind::Index:
                out += fmt::format("[{}]", step.number);
                break;
            case Step::Kind::Every:
                out += "[*]";
                break;
            case Step::Kind::Extent:
                out += '#';
                break;
        }
    }
    return out;
}

std::string digest_at(const RootData& root, const Path& path) {
    std::string bytes;
    Follower(root).put_all(bytes, root_value(root), path);
    Sha256 sum;
    sum.update(bytes);
    return sum.finish();
}

bool Trace::holds(const RootData& root) const {
    return unforeseeable.empty() && files.unchanged() &&
           std::all_of(reads.begin(), reads.end(), [&](const Read& read) {
               return digest_at(root, read.path) == read.digest;
           });
}

}  // namespace ww::render
