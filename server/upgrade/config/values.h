// SPDX-License-Identifier: BSD-3-Clause
//
// Values of an old warewulf.conf, and what there is to say of them: those that their key cannot
// take are problems with their place. Internal to this layer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "upgrade/entries.h"
#include "yaml/document.h"
#include "yaml/problems.h"

namespace ww::upgrade {

class ConfigValues {
   public:
    explicit ConfigValues(const yaml::Document& document) : document_(document) {}

    /// Of a map, or of none for null; `what` it is stands in the message.
    Entries entries_of(const yaml::Node& node, std::string_view what);
    std::span<const yaml::Node* const> items_of(const yaml::Node& node, std::string_view key);

    /// Empty for null.
    std::string text_of(const yaml::Node& node, std::string_view key);
    std::optional<bool> flag_of(const yaml::Node& node, std::string_view key);
    std::optional<int64_t> number_of(const yaml::Node& node, std::string_view key);

    void problem(const yaml::Node& at, std::string text) {
        problems.add(document_.place(at), std::move(text));
    }
    /// For a key that changed its meaning, or went.
    void note(const yaml::Node& at, std::string text) {
        legacy = true;
        notes.push_back({document_.place(at), std::move(text)});
    }
    const yaml::Document& document() const { return document_; }

    yaml::Problems problems;
    std::vector<yaml::Warning> notes;
    bool legacy = false;  // something was met that today's server does not read

   private:
    const yaml::Document& document_;
};

}  // namespace ww::upgrade
