// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/flatten.h"

#include <algorithm>
#include <type_traits>

#include "fields/words.h"
#include "nodes/schema.h"

namespace ww::nodes {

namespace {

// Cleans what it is given; of a const object it only says whether there was something to clean.
// Each function says whether the value has content then.
class Flattener {
   public:
    // Compat: upstream empties a field when neither it nor any field before it in the same struct
    // has content. A device without settings thus goes where it comes first, and stays as `eth0:
    // {}` after a comment; written files depend on it.
    template <class T>
    bool walk(T& object) {
        bool content = false;
        for_each_own(object, [&](auto& value) {
            content = clean(value) || content;
            if (!content) clear(value);
        });
        return content;
    }

    // Without regard to what comes before.
    template <class T>
    void clean_each(T& object) {
        for_each_own(object, [&](auto& value) { clean(value); });
    }

    bool found_something() const { return found_something_; }

   private:
    // Not those of a base.
    template <class T, class Visit>
    static void for_each_own(T& object, const Visit& visit) {
        for (const Field<std::remove_const_t<T>>& field : schema<std::remove_const_t<T>>())
            std::visit([&](auto member) { visit(object.*member); }, field.member);
    }

    template <class T>
    void clear(T& value) {
        using Plain = std::remove_const_t<T>;
        if (value == Plain{}) return;
        found_something_ = true;
        if constexpr (!std::is_const_v<T>) value = Plain{};
    }

    template <class T>
    bool clean(T& value) {
        using Plain = std::remove_const_t<T>;
        if constexpr (std::is_same_v<Plain, std::string>) {
            if (!fields::clears_text(value)) return !value.empty();
            clear(value);
            return false;
        } else if constexpr (std::is_same_v<Plain, WWbool>) {
            return clean(value.text);
        } else if constexpr (std::is_same_v<Plain, StringList>) {
            // One such word clears the whole list.
            if (std::none_of(value.begin(), value.end(), fields::clears_text))
                return !value.empty();
            clear(value);
            return false;
        } else if constexpr (std::is_same_v<Plain, StringMap>) {
            return std::any_of(
                value.begin(), value.end(), [](const auto& tag) { return !tag.second.empty(); });
        } else if constexpr (std::is_same_v<Plain, ResourceMap>) {
            return std::any_of(
                value.begin(), value.end(), [](const auto& one) { return !one.second.is_null(); });
        } else if constexpr (SingleSection<Plain>) {
            const bool content = walk(value);
            if (!content) clear(value);
            return content;
        } else if constexpr (SectionMap<Plain>) {
            bool content = false;
            for (auto& [key, section] : value) content = walk(section) || content;
            return content;
        } else {
            return value.has_value();
        }
    }

    bool found_something_ = false;
};

template <class T>
bool flatten_entry(T& entry) {
    Flattener flattener;
    using Base = std::conditional_t<std::is_const_v<T>, const Profile, Profile>;
    if constexpr (std::is_same_v<std::remove_const_t<T>, Node>) flattener.clean_each(entry);
    flattener.walk(static_cast<Base&>(entry));
    return flattener.found_something();
}

}  // namespace

void flatten(Profile& profile) { flatten_entry(profile); }
void flatten(Node& node) { flatten_entry(node); }

bool is_flat(const Profile& profile) { return !flatten_entry(profile); }
bool is_flat(const Node& node) { return !flatten_entry(node); }

}  // namespace ww::nodes
