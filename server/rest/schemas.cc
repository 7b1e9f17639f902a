// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "base/json_text.h"
#include "nodes/schema.h"
#include "rest/openapi.h"

namespace ww::rest {

namespace {

constexpr std::string_view kTextSchema = R"({"type":"string"})";
constexpr std::string_view kTextsSchema = R"({"type":"array","items":{"type":"string"}})";
constexpr std::string_view kTextMapSchema =
    R"({"type":"object","additionalProperties":{"type":"string"}})";
constexpr std::string_view kTruthSchema = R"({"type":"boolean"})";
constexpr std::string_view kAnythingSchema = R"({"type":"object","additionalProperties":true})";
// Compat: a boolean of an entry is a text.
constexpr std::string_view kTruthTextSchema =
    R"({"type":"string","description":"true or false, as text"})";

template <class T>
std::string section_schema();

template <class T>
std::string schema_of() {
    if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::optional<IpAddress>>)
        return std::string(kTextSchema);
    else if constexpr (std::is_same_v<T, nodes::WWbool>)
        return std::string(kTruthTextSchema);
    else if constexpr (std::is_same_v<T, std::optional<bool>>)
        return std::string(kTruthSchema);
    else if constexpr (std::is_same_v<T, nodes::StringList>)
        return std::string(kTextsSchema);
    else if constexpr (std::is_same_v<T, nodes::StringMap>)
        return std::string(kTextMapSchema);
    else if constexpr (std::is_same_v<T, nodes::ResourceMap>)
        return std::string(kAnythingSchema);
    else if constexpr (nodes::Section<T>)
        return section_schema<T>();
    else
        return fmt::format(R"({{"type":"object","additionalProperties":{}}})",
                           schema_of<typename T::mapped_type>());
}

template <class T>
std::string section_schema() {
    std::string properties;
    const T nothing{};
    nodes::for_each_field(
        nothing, [&]<class Field, class Member>(const Field& field, const Member&) {
            std::string schema = schema_of<Member>();
            if (field.row != nullptr && !field.row->help.empty())
                schema = fmt::format(
                    R"({{"description":{},{})", json_quote(field.row->help), schema.substr(1));
            properties += fmt::format(
                "{}{}:{}", properties.empty() ? "" : ",", json_quote(field.json()), schema);
        });
    return fmt::format(R"({{"type":"object","properties":{{{}}}}})", properties);
}

// What is not made of a table of fields.
constexpr std::string_view kOthers = R"(,
"NodeMap":{"type":"object","additionalProperties":{"$ref":"#/components/schemas/Node"}},
"NodeBody":{"type":"object","properties":{"node":{"$ref":"#/components/schemas/Node"}},"required":["node"]},
"ProfileMap":{"type":"object","additionalProperties":{"$ref":"#/components/schemas/Profile"}},
"ProfileBody":{"type":"object","properties":{"profile":{"$ref":"#/components/schemas/Profile"}},"required":["profile"]},
"Field":{"type":"object","properties":{"Field":{"type":"string"},"Source":{"type":"string"},"Value":{"type":"string"}},"required":["Field","Source","Value"]},
"FieldList":{"type":["array","null"],"items":{"$ref":"#/components/schemas/Field"}},
"BuiltOverlays":{"type":"object","properties":{"overlays":{"type":"array","items":{"type":"string"}},"mtime":{"type":"string"}}},
"NodeOverlays":{"type":"object","properties":{"system overlay":{"$ref":"#/components/schemas/BuiltOverlays"},"runtime overlay":{"$ref":"#/components/schemas/BuiltOverlays"}}},
"Name":{"type":"string"},
"NameList":{"type":["array","null"],"items":{"type":"string"}},
"Image":{"type":"object","properties":{"kernels":{"type":["array","null"],"items":{"type":"string"}},"size":{"type":"integer"},"buildtime":{"type":"integer"},"writable":{"type":"boolean"}},"required":["kernels","size","buildtime","writable"]},
"ImageMap":{"type":"object","additionalProperties":{"$ref":"#/components/schemas/Image"}},
"ImageRename":{"type":"object","properties":{"name":{"type":"string"}}},
"ImageImport":{"type":"object","properties":{"uri":{"type":"string","description":"docker://…"},"nohttps":{"type":"boolean"},"user":{"type":"string"},"password":{"type":"string"}},"required":["uri"]},
"Overlay":{"type":"object","properties":{"files":{"type":["array","null"],"items":{"type":"string"}},"site":{"type":"boolean"}},"required":["files","site"]},
"OverlayMap":{"type":"object","additionalProperties":{"$ref":"#/components/schemas/Overlay"}},
"OverlayFile":{"type":"object","properties":{"overlay":{"type":"string"},"path":{"type":"string"},"contents":{"type":"string"},"perms":{"type":"integer"},"uid":{"type":"integer"},"gid":{"type":"integer"}},"required":["overlay","path","contents","perms","uid","gid"]},
"FileContent":{"type":"object","properties":{"content":{"type":"string"}},"required":["content"]},
"ErrorReply":{"type":"object","properties":{"status":{"type":"string"},"code":{"type":"integer"},"error":{"type":"string"},"context":{"type":"object"}}})";

}  // namespace

std::string warewulf_schemas() {
    return fmt::format(R"("Node":{},"Profile":{}{})",
                       section_schema<nodes::Node>(),
                       section_schema<nodes::Profile>(),
                       kOthers);
}

}  // namespace ww::rest
