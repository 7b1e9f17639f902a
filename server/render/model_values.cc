// SPDX-License-Identifier: BSD-3-Clause
//
// Members of plain structs, and resources, as template Values.
#include "render/model_values.h"

#include "tmpl/dict.h"

namespace ww::render {

namespace {

using tmpl::Type;
using tmpl::Value;
namespace types = tmpl::types;

Value string_element(const std::string& text) { return Value::text(text); }

Value scalar(const yaml::Value& value) {
    if (const auto* flag = value.get<bool>()) return Value::boolean(*flag);
    if (const auto* number = value.get<int64_t>()) return Value::integer(*number);
    if (const auto* number = value.get<uint64_t>())
        return Value::unsigned_integer(types::kUint64, *number);
    if (const auto* number = value.get<double>()) return Value::floating(*number);
    if (const auto* text = value.get<std::string>()) return Value::text(*text);
    if (const auto* time = value.get<yaml::Timestamp>()) {
        const golib::Zone* zone =
            time->zone_seconds == 0 ? golib::utc_zone() : golib::fixed_zone("", time->zone_seconds);
        return Value::time({time->unix_seconds, static_cast<uint32_t>(time->nanoseconds), zone});
    }
    return Value::nil();
}

// A resource as Go's YAML decoder types it. A fresh value: a template may change what it gets.
template <model::View view>
Value resource_element(const yaml::Value& resource);

template <model::View view>
Value resource_value(const yaml::Value& resource) {
    if (const auto* list = resource.get<yaml::Value::List>()) {
        if (view == model::View::Copied && list->empty()) return Value::nil_of(types::kAnys);
        std::vector<Value> elements;
        elements.reserve(list->size());
        for (const yaml::Value& element : *list)
            elements.push_back(resource_element<view>(element));
        return Value::list(types::kAnys, std::move(elements));
    }
    const auto* map = resource.get<yaml::Value::Map>();
    if (map == nullptr) return scalar(resource);
    bool all_text = true;
    for (const auto& entry : *map) all_text = all_text && entry.key.get<std::string>() != nullptr;
    const auto dict = tmpl::Dict::create(all_text ? types::kMapStringAny : types::kMapAnyAny);
    for (const auto& entry : *map) {
        Value key = scalar(entry.key);
        dict->set(all_text ? std::move(key) : key.as_boxed(), resource_element<view>(entry.value));
    }
    return Value::dict(dict);
}

template <model::View view>
Value resource_element(const yaml::Value& resource) {
    return resource_value<view>(resource).as_boxed();
}

}  // namespace

namespace model {

Value resources_value(const std::map<std::string, yaml::Value>& resources, View view) {
    const Type type = node_types().resource_map;
    if (resources.empty()) return Value::nil_of(type);
    return view == View::Copied
               ? tmpl::StringMapView<yaml::Value, resource_element<View::Copied>>::of(type,
                                                                                      resources)
               : tmpl::StringMapView<yaml::Value, resource_element<View::Live>>::of(type,
                                                                                    resources);
}

Value to_value(const nodes::StringList& list) {
    if (list.empty()) return Value::nil_of(types::kStrings);
    return tmpl::VectorView<std::string, string_element>::of(types::kStrings, list);
}
Value to_value(const nodes::StringMap& map) {
    return tmpl::StringMapView<std::string, string_element>::of(types::kMapStringString, map);
}
Value to_value(const nodes::WWbool& value) { return Value::text(value.text, node_types().wwbool); }
Value to_value(const std::optional<bool>& value) {
    return value ? Value::pointer(&*value) : Value::nil_of(types::kBoolPointer);
}
Value to_value(const std::optional<IpAddress>& address) {
    if (!address) return Value::nil_of(types::kIp);
    const auto& bytes = address->bytes();
    return Value::text({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, types::kIp);
}

}  // namespace model

}  // namespace ww::render
