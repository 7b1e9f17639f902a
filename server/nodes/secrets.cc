// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/secrets.h"

#include "nodes/schema.h"

namespace ww::nodes {

namespace {

template <class T>
void mask(T& object) {
    for_each_field(object, [](const auto& field, auto& value) {
        using Value = std::remove_cvref_t<decltype(value)>;
        if constexpr (SingleSection<Value>) {
            mask(value);
        } else if constexpr (SectionMap<Value>) {
            for (auto& [name, section] : value) mask(section);
        } else if constexpr (std::is_same_v<Value, std::string>) {
            if (field.is_secret() && !value.empty()) value = fields::kMask;
        }
    });
}

}  // namespace

void mask_secrets(Node& node) { mask(node); }
void mask_secrets(Profile& profile) { mask(profile); }

}  // namespace ww::nodes
