// SPDX-License-Identifier: BSD-3-Clause
#include "render/follow.h"

#include <algorithm>
#include <span>

#include "fields/table.h"
#include "render/ignition.h"
#include "render/model_values.h"
#include "tmpl/go_format.h"
#include "tmpl/template.h"

namespace ww::render {

namespace {

using tmpl::Kind;
using tmpl::Value;

// The position is the recorder's; of another process it need not be right.
Value field_of(const Value& value, const Step& step) {
    const tmpl::Type type = value.type();
    const auto& info = (value.kind() == Kind::Pointer ? type.element() : type).info();
    if (step.number < info.fields.size() && info.fields[step.number].name == step.name)
        return value.field(step.number);
    const int index = info.find_field(tmpl::intern(step.name));
    return index < 0 ? Value() : value.field(static_cast<size_t>(index));
}

/// The row of a field, or of the map its last key is of.
const fields::Field* row_named(std::string_view generic) {
    const auto row = std::find_if(fields::kAll.begin(), fields::kAll.end(), [&](const auto& each) {
        return each.name == generic;
    });
    return row == fields::kAll.end() ? nullptr : &*row;
}

/// What a name of ours or a method shows.
std::string_view field_behind(std::string_view name) {
    if (name == "Container" || name == "ContainerName") return "ImageName";
    if (name == "IpCIDR") return "Ipaddr";
    if (name == "IpCIDR6") return "Ipaddr6";
    return name;
}

/// Takes the steps that lead to a node; the rest begins at one of its fields.
std::span<const Step> to_node(std::span<const Step> steps, FieldRead& read) {
    const auto drop_first = [&](size_t count) { steps = steps.subspan(count); };
    if (steps.empty() || steps[0].kind != Step::Kind::Field) return {};
    if (steps[0].name == "ThisNode" || steps[0].name == "Node") {
        drop_first(1);
    } else if (steps[0].name == "AllNodes") {
        if (steps.size() < 2) return {};
        read.of = steps[1].kind == Step::Kind::Every ? FieldRead::Of::All : FieldRead::Of::One;
        read.node = steps[1].name;
        drop_first(2);
    }
    if (!steps.empty() && steps[0].name == "Profile") drop_first(1);
    return steps;
}

}  // namespace

Value follow(const RootData& root, const Value& value, const Step& step) {
    switch (step.kind) {
        case Step::Kind::Field:
            return field_of(value, step);
        case Step::Kind::Method:
            return tmpl::call_method(value, step.name).value_or(Value());
        case Step::Kind::Key:
            return value.find(step.name);
        case Step::Kind::Index:
            return step.number < value.length() ? value.at(step.number) : Value();
        case Step::Kind::Node: {
            const nodes::Node* node = root.snapshot->find(step.name);
            return node ? model::live_node_pointer(*node) : Value();
        }
        case Step::Kind::Function:
            return Value::string(ignition_json(root.node).value_or(""));
        default:
            return {};
    }
}

std::optional<FieldRead> field_read(const Path& path) {
    FieldRead read;
    for (const Step& step : to_node(path, read)) {
        const fields::Field* row = row_named(read.generic);
        if (step.kind == Step::Kind::Key) {
            read.name += "[" + step.name + "]";
            if (row != nullptr) break;  // of tags or resources: what is in it is the field's value
            read.generic += "[]";
        } else if (row == nullptr &&
                   (step.kind == Step::Kind::Field || step.kind == Step::Kind::Method)) {
            const std::string_view name = field_behind(step.name);
            for (std::string* text : {&read.name, &read.generic})
                text->append(text->empty() ? "" : ".").append(name);
        } else {
            break;
        }
    }
    const fields::Field* row = row_named(read.generic);
    if (row == nullptr) return std::nullopt;
    read.is_secret = row->secret;
    return read;
}

bool is_of_server(const Path& path) {
    if (path.empty() || is_of_any_node(path)) return false;
    const std::string_view first = field_behind(path[0].name);
    if (first == "ThisNode" || first == "Node" || first == "Id" || first == "Hostname")
        return false;
    return std::ranges::none_of(fields::kAll, [&](const fields::Field& row) {
        return row.name.starts_with(first) &&
               (row.name.size() == first.size() || row.name[first.size()] == '.' ||
                row.name[first.size()] == '[');
    });
}

std::optional<std::string> value_text(const RootData& root, const Path& path) {
    Value value = root_value(root);
    for (const Step& step : path) {
        if (step.kind == Step::Kind::Every || step.kind == Step::Kind::Extent) return std::nullopt;
        value = follow(root, value, step);
        if (value.is_nil()) break;
    }
    return tmpl::to_text(value);
}

}  // namespace ww::render
