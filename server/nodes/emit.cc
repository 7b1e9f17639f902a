// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/emit.h"

#include "base/json_text.h"
#include "nodes/entry_tree.h"
#include "nodes/schema.h"
#include "yaml/writer.h"

namespace ww::nodes {

namespace {

class Json {
   public:
    template <class T>
    static std::string entry(const T& object) {
        Json json;
        json.object(object);
        return std::move(json.out_);
    }

   private:
    template <class T>
    void object(const T& object) {
        out_ += '{';
        bool first = true;
        for_each_field(object, [&](const auto& field, const auto& value) {
            const size_t before = out_.size();
            if (!first) out_ += ',';
            out_ += json_quote(field.json());
            out_ += ':';
            if (write(value))
                first = false;
            else
                out_.resize(before);
        });
        out_ += '}';
    }

    // False: empty, leave it out.
    bool write(const std::string& value) {
        out_ += json_quote(value);
        return !value.empty();
    }
    bool write(const WWbool& value) { return write(value.text); }
    bool write(const std::optional<bool>& value) {
        out_ += value.value_or(false) ? "true" : "false";
        return value.has_value();
    }
    bool write(const std::optional<IpAddress>& value) {
        if (value) out_ += json_quote(value->to_string());
        return value.has_value();
    }
    bool write(const StringList& value) {
        for (size_t i = 0; i < value.size(); ++i) {
            out_ += i == 0 ? '[' : ',';
            out_ += json_quote(value[i]);
        }
        out_ += ']';
        return !value.empty();
    }
    bool write(const StringMap& value) {
        return members(value, [&](const std::string& text) { out_ += json_quote(text); });
    }
    bool write(const ResourceMap& value) {
        return members(value,
                       [&](const yaml::Value& resource) { out_ += yaml::to_json(resource); });
    }
    template <SingleSection T>
    bool write(const T& value) {
        object(value);
        return value.present || out_.back() != '}' || out_[out_.size() - 2] != '{';
    }
    template <SectionMap T>
    bool write(const T& value) {
        return members(value, [&](const auto& section) { object(section); });
    }

    template <class Map, class Write>
    bool members(const Map& map, Write&& write_value) {
        char separator = '{';
        for (const auto& [key, value] : map) {
            out_ += separator;
            separator = ',';
            out_ += json_quote(key);
            out_ += ':';
            write_value(value);
        }
        out_ += '}';
        return !map.empty();
    }

    std::string out_;
};

}  // namespace

std::string emit_registry(const Registry& registry, int indent) {
    return yaml::write(out_tree(registry), indent);
}

std::string emit_nodes(const std::map<std::string, Node>& nodes, int indent) {
    return yaml::write(out_tree(nodes), indent);
}

std::string emit_profiles(const std::map<std::string, Profile>& profiles, int indent) {
    return yaml::write(out_tree(profiles), indent);
}

std::string node_json(const Node& node) { return Json::entry(node); }

std::string profile_json(const Profile& profile) { return Json::entry(profile); }

}  // namespace ww::nodes
