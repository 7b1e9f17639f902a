// SPDX-License-Identifier: BSD-3-Clause
#include "render/trace.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/quote.h"
#include "nodes/merged_node.h"
#include "render/follow.h"
#include "render/model_values.h"
#include "render/site_digests.h"
#include "tmpl/template.h"

namespace ww::render {

namespace {

using tmpl::Kind;
using tmpl::Value;

constexpr std::string_view kAllNodes = "AllNodes";

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
        for (const Step& step : steps) {
            if (step.kind == Step::Kind::Extent) return put_extent(out, value);
            value = follow(root_, value, step);
            if (value.is_nil()) break;
        }
        put(out, value);
    }

   private:
    // Of a map, its keys; of a list, how long it is.
    static void put_extent(std::string& out, const Value& value) {
        put_number(out, value.length());
        if (value.kind() == Kind::Map)
            for (const tmpl::Entry& entry : value.entries()) put(out, entry.key);
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

bool is_of_any_node(const Path& path) {
    return !path.empty() && path[0].kind == Step::Kind::Field && path[0].name == kAllNodes;
}

bool is_of_all_nodes(const Path& path) {
    return path.size() > 1 && is_of_any_node(path) &&
           (path[1].kind == Step::Kind::Every || path[1].kind == Step::Kind::Extent);
}

void put_of_nodes(std::string& out,
                  const nodes::NodeList& nodes,
                  const Path& path,
                  const std::function<void()>& each) {
    // Which nodes there are, in which order, is their ids.
    static const Path id{{Step::Kind::Method, 0, "Id"}};
    const bool extent = path[1].kind == Step::Kind::Extent;
    const bool whole = !extent && path.size() == 2;
    const std::span<const Step> rest = extent ? std::span(id) : std::span(path).subspan(2);
    const RootData nobody;
    const Follower follower(nobody);
    const Value list = model::node_list(&nodes);
    for (size_t i = 0; i < nodes.size(); ++i) {
        if (whole)
            out += static_cast<const nodes::MergedNode&>(nodes[i]).digest();
        else
            follower.put_all(out, list.at(i), rest);
        each();
    }
}

std::string digest_of(const RootData& root, std::span<const Path> reads, SiteDigests* site) {
    const Follower follower(root);
    const Value top = root_value(root);
    std::string bytes;
    for (const Path& path : reads) {
        if (!is_of_all_nodes(path)) {
            follower.put_all(bytes, top, path);
        } else if (site != nullptr && &site->snapshot() == root.snapshot) {
            bytes += site->digest(path);
        } else {
            std::string of_nodes;
            put_of_nodes(of_nodes, root.all_nodes, path, [] {});
            bytes += sha256(of_nodes);
        }
    }
    return sha256(bytes);
}

bool Trace::holds(const RootData& root) const {
    return unforeseeable.empty() && files.unchanged() && digest_of(root, reads, nullptr) == digest;
}

}  // namespace ww::render
