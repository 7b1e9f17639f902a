// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/flatten.h"

#include <algorithm>

#include "fields/words.h"
#include "nodes/schema.h"

namespace ww::nodes {

namespace {

// Each function cleans a value and says whether it has content.
class Flattener {
   public:
    // Compat: upstream empties a field when neither it nor any field before it in the same struct
    // has content. A device without settings thus goes where it comes first, and stays as `eth0:
    // {}` after a comment; written files depend on it.
    template <class T>
    static bool walk(T& object) {
        bool content = false;
        const auto visit = [&](const auto&, auto& value) {
            content = clean(value) || content;
            if (!content) value = {};
        };
        for (const Field<T>& field : schema<T>())
            std::visit([&](auto member) { visit(field, object.*member); }, field.member);
        return content;
    }

    // Without regard to what comes before.
    template <class T>
    static void clean_each(T& object) {
        for (const Field<T>& field : schema<T>())
            std::visit([&](auto member) { clean(object.*member); }, field.member);
    }

   private:
    static bool clean(std::string& value) {
        if (fields::clears_text(value)) value.clear();
        return !value.empty();
    }
    static bool clean(WWbool& value) { return clean(value.text); }
    static bool clean(std::optional<bool>& value) { return value.has_value(); }
    static bool clean(std::optional<IpAddress>& value) { return value.has_value(); }
    // One such word clears the whole list.
    static bool clean(StringList& value) {
        if (std::any_of(value.begin(), value.end(), fields::clears_text)) value.clear();
        return !value.empty();
    }
    static bool clean(StringMap& value) {
        return std::any_of(
            value.begin(), value.end(), [](const auto& tag) { return !tag.second.empty(); });
    }
    static bool clean(ResourceMap& value) {
        return std::any_of(
            value.begin(), value.end(), [](const auto& one) { return !one.second.is_null(); });
    }
    template <SingleSection T>
    static bool clean(T& value) {
        const bool content = walk(value);
        if (!content) value = {};
        return content;
    }
    template <SectionMap T>
    static bool clean(T& value) {
        bool content = false;
        for (auto& [key, section] : value) content = walk(section) || content;
        return content;
    }
};

}  // namespace

void flatten(Profile& profile) { Flattener::walk(profile); }

void flatten(Node& node) {
    Flattener::clean_each(node);
    flatten(static_cast<Profile&>(node));
}

}  // namespace ww::nodes
