// SPDX-License-Identifier: BSD-3-Clause
#include "render/recorder.h"

#include <algorithm>

#include "render/model_values.h"
#include "tmpl/view.h"

namespace ww::render {

using tmpl::Call;
using tmpl::Kind;
using tmpl::Type;
using tmpl::Value;

namespace {

constexpr int64_t kNoNode = -1;  // a place that does not depend on which of all nodes it is

bool is_struct(Type type) {
    return type.kind() == Kind::Struct ||
           (type.kind() == Kind::Pointer && type.element().kind() == Kind::Struct);
}

// When a file was made is no reason to make it again.
bool is_clock(const Step& step) {
    return step.kind == Step::Kind::Field &&
           (step.name == "BuildTime" || step.name == "BuildTimeUnix");
}

}  // namespace

struct Recorder::Place {
    explicit Place(Step of) : step(std::move(of)) {}

    Place& child(Step::Kind kind, size_t number, std::string_view name) {
        const auto at = static_cast<uint32_t>(number);
        for (const auto& each : children)
            if (each->step.kind == kind && each->step.number == at && each->step.name == name)
                return *each;
        children.push_back(std::make_unique<Place>(Step{kind, at, std::string(name)}));
        return *children.back();
    }

    Step step;
    std::vector<std::unique_ptr<Place>> children;
    bool read = false;               // of the root, or of every node
    std::vector<int64_t> of_nodes;   // below [*]: positions of the few nodes it was read of
    const Handed* handed = nullptr;  // the one for the root: pointers to it stay equal
};

struct Recorder::Handed {
    Recorder* recorder;
    Place* place;
    int64_t node;  // position in .AllNodes, or kNoNode
    Value plain;
};

// ---- Views ----

class Recorder::Structs final : public tmpl::StructView {
   public:
    Value field(const void* self, Type type, size_t index) const override {
        const Handed& from = handed(self);
        Place& place = from.place->child(Step::Kind::Field, index, type.info().fields[index].name);
        return from.recorder->wrap(from.plain.field(index), place, from.node);
    }
    Value method(const void* self, Type type, size_t index, Call& call) const override {
        const Handed& from = handed(self);
        Place& place =
            from.place->child(Step::Kind::Method, index, type.info().methods[index].name);
        const Value result =
            from.plain.struct_reader().method(from.plain.address(), type, index, call);
        return from.recorder->wrap(result, place, from.node);
    }
    const void* target(const void* self) const override { return handed(self).plain.address(); }
};

class Recorder::Lists final : public tmpl::ListView {
   public:
    size_t size(const void* self) const override {
        const Handed& from = handed(self);
        from.recorder->note(from.place->child(Step::Kind::Extent, 0, {}), from.node);
        return from.plain.length();
    }
    Value at(const void* self, size_t index) const override {
        const Handed& from = handed(self);
        const Value plain = from.plain.at(index);
        if (from.plain.type() == model::node_types().node_list) {
            // Which node stands there is what the extent says.
            from.recorder->note(from.place->child(Step::Kind::Extent, 0, {}), from.node);
            return from.recorder->wrap(
                plain, from.place->child(Step::Kind::Every, 0, {}), static_cast<int64_t>(index));
        }
        return from.recorder->wrap(
            plain, from.place->child(Step::Kind::Index, index, {}), from.node);
    }
};

class Recorder::Maps final : public tmpl::MapView {
   public:
    size_t size(const void* self) const override {
        note_extent(handed(self));
        return handed(self).plain.length();
    }
    Value find(const void* self, const Value& key) const override {
        const Handed& from = handed(self);
        // That it is there, or not, even if nobody looks into it.
        from.recorder->note(from.place->child(Step::Kind::Key, 0, key.text()), from.node);
        return element(from, key.text(), from.plain.find(key));
    }
    tmpl::Entries entries(const void* self) const override {
        const Handed& from = handed(self);
        if (from.plain.type().element().kind() == Kind::String) {  // all of it, in one
            from.recorder->note(*from.place, from.node);
            return from.plain.entries();
        }
        note_extent(from);
        tmpl::Entries all = from.plain.entries();
        for (tmpl::Entry& entry : all)
            entry.element = element(from, entry.key.text(), entry.element);
        return all;
    }

   private:
    static void note_extent(const Handed& from) {
        from.recorder->note(from.place->child(Step::Kind::Extent, 0, {}), from.node);
    }
    static Value element(const Handed& from, std::string_view key, const Value& plain) {
        return from.recorder->wrap(plain, from.place->child(Step::Kind::Key, 0, key), from.node);
    }
};

// ---- Recording ----

Recorder::Recorder(const RootData& root) : data_(root), top_(std::make_unique<Place>(Step{})) {}
Recorder::~Recorder() = default;

const Recorder::Handed& Recorder::handed(const void* self) {
    return *static_cast<const Handed*>(self);
}

Value Recorder::root() { return wrap(root_value(data_), *top_, kNoNode); }

// What has parts is wrapped and noted when they are read; anything else is read as a whole.
Value Recorder::wrap(const Value& plain, Place& place, int64_t node) {
    static const Structs structs;
    static const Lists lists;
    static const Maps maps;
    const Type type = plain.type();
    const bool parts =
        !plain.is_nil() &&
        (is_struct(type) || (type.kind() == Kind::Slice && is_struct(type.element())) ||
         (type.kind() == Kind::Map && plain.mutable_dict() == nullptr));
    if (!parts || type == tmpl::types::kTime) {
        note(place, node);
        return plain;
    }
    if (plain.mutable_elements() != nullptr) {  // what a method made
        note(place.child(Step::Kind::Extent, 0, {}), node);
        std::vector<Value> elements;
        for (size_t i = 0; i < plain.length(); ++i)
            elements.push_back(wrap(plain.at(i), place.child(Step::Kind::Index, i, {}), node));
        return Value::list(type, std::move(elements));
    }
    const Handed* self = node == kNoNode ? place.handed : nullptr;
    if (self == nullptr) {
        self = &handed_.emplace_back(Handed{this, &place, node, plain});
        if (node == kNoNode) place.handed = self;
    }
    if (type.kind() == Kind::Slice) return Value::list_view(type, &lists, self);
    if (type.kind() == Kind::Map) return Value::map_view(type, &maps, self);
    const Value value = Value::struct_view(type, self, &structs);
    return plain.addressable() ? value.as_addressable() : value;
}

void Recorder::note(Place& place, int64_t node) {
    if (place.read) return;
    if (node == kNoNode) {
        place.read = true;
        return;
    }
    auto& seen = place.of_nodes;
    if (std::find(seen.begin(), seen.end(), node) != seen.end()) return;
    seen.push_back(node);
    if (seen.size() > kMaxSingleNodes) place.read = true;
}

void Recorder::called(std::string_view function) {
    top_->child(Step::Kind::Function, 0, function).read = true;
}

void Recorder::called_unforeseeable(std::string_view function) {
    auto& all = trace_.unforeseeable;
    if (std::find(all.begin(), all.end(), function) == all.end()) all.emplace_back(function);
}

// ---- Collecting ----

Trace Recorder::finish(SiteDigests* site) {
    trace_.reads.clear();
    Path path;
    for (const auto& child : top_->children)
        if (!is_clock(child->step)) collect(*child, path);
    limit_fields_of_all();
    trace_.digest = digest_of(data_, trace_.reads, site);
    return trace_;
}

void Recorder::collect(const Place& place, Path& path) {
    path.push_back(place.step);
    if (place.read) {
        trace_.reads.push_back(path);
    } else {
        for (const int64_t node : place.of_nodes) {
            Path one = path;
            for (Step& step : one)
                if (step.kind == Step::Kind::Every)
                    step = {Step::Kind::Node, 0, node_id(static_cast<size_t>(node))};
            trace_.reads.push_back(std::move(one));
        }
    }
    for (const auto& child : place.children) collect(*child, path);
    path.pop_back();
}

void Recorder::limit_fields_of_all() {
    const auto every = [](const Path& path) {
        return is_of_all_nodes(path) && path[1].kind == Step::Kind::Every;
    };
    std::vector<Path>& reads = trace_.reads;
    const auto first = std::find_if(reads.begin(), reads.end(), every);
    if (std::count_if(first, reads.end(), every) <= std::ptrdiff_t{kMaxFieldsOfAll}) return;
    first->resize(2);
    reads.erase(std::remove_if(first + 1, reads.end(), every), reads.end());
}

std::string Recorder::node_id(size_t index) const { return data_.all_nodes[index].id; }

}  // namespace ww::render
