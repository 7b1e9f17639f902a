// SPDX-License-Identifier: BSD-3-Clause
//
// The only file of this layer that uses Boost.JSON.
#include "redfish/document.h"

#include <boost/json.hpp>

namespace ww::redfish {

namespace {

namespace json = boost::json;

constexpr size_t kMostDepth = 32;  // resources have eight
constexpr std::string_view kIdentity = "@odata.id";

}  // namespace

/// A value and what it is part of.
struct Document::Value {
    std::shared_ptr<const json::value> whole;
    const json::value* part = nullptr;
};

Result<Document> Document::parse(std::string_view text) {
    json::parse_options options;
    options.max_depth = kMostDepth;
    json::error_code error;
    json::value value = json::parse({text.data(), text.size()}, error, {}, options);
    if (error || !value.is_object())
        return Error(ErrorCode::Unprocessable, "the answer is no JSON object");
    auto whole = std::make_shared<const json::value>(std::move(value));
    return Document(std::make_shared<const Value>(Value{whole, whole.get()}));
}

Document Document::at(Path path) const {
    if (!value_) return {};
    const json::value* part = value_->part;
    for (const std::string_view name : path) {
        const json::object* object = part->if_object();
        part = object == nullptr ? nullptr : object->if_contains({name.data(), name.size()});
        if (part == nullptr || part->is_null()) return {};
    }
    return Document(std::make_shared<const Value>(Value{value_->whole, part}));
}

bool Document::exists() const { return value_ != nullptr; }

std::string Document::text(Path path) const {
    const Document found = at(path);
    const json::string* text = found.exists() ? found.value_->part->if_string() : nullptr;
    return text == nullptr ? "" : std::string(text->data(), text->size());
}

std::optional<double> Document::number(Path path) const {
    const Document found = at(path);
    if (!found.exists() || !found.value_->part->is_number()) return std::nullopt;
    return found.value_->part->to_number<double>();
}

std::optional<bool> Document::boolean(Path path) const {
    const Document found = at(path);
    if (!found.exists() || !found.value_->part->is_bool()) return std::nullopt;
    return found.value_->part->get_bool();
}

std::vector<Document> Document::items(Path path) const {
    const Document found = at(path);
    const json::array* array = found.exists() ? found.value_->part->if_array() : nullptr;
    std::vector<Document> out;
    if (array == nullptr) return out;
    for (const json::value& item : *array) {
        if (out.size() == kMostItems) break;
        out.push_back(Document(std::make_shared<const Value>(Value{found.value_->whole, &item})));
    }
    return out;
}

std::vector<std::string> Document::texts(Path path) const {
    std::vector<std::string> out;
    for (const Document& item : items(path))
        if (std::string text = item.text({}); !text.empty()) out.push_back(std::move(text));
    return out;
}

std::string Document::link(Path path) const {
    std::string target = at(path).text({kIdentity});
    return target.starts_with('/') && !target.starts_with("//") ? target : "";
}

std::vector<std::string> Document::links(Path path) const {
    std::vector<std::string> out;
    for (const Document& item : items(path))
        if (std::string target = item.link({}); !target.empty()) out.push_back(std::move(target));
    return out;
}

}  // namespace ww::redfish
