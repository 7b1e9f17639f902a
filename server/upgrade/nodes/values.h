// SPDX-License-Identifier: BSD-3-Clause
//
// Values of an old nodes.conf, and what there is to say of them, with the entry they are in. Those
// that their key cannot take are problems; words that mean nothing are ignored with a note.
// Internal to this layer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/schema.h"
#include "upgrade/entries.h"
#include "upgrade/extras.h"

namespace ww::upgrade {

/// The parts of `text` between any of `separators`, without empty ones and without blanks around.
nodes::StringList split(std::string_view text, std::string_view separators);

class NodeValues {
   public:
    /// Where the reader is, for messages and for keys to be kept.
    class At {
       public:
        At(NodeValues& in, std::string_view key) : path_(in.path_) { path_.emplace_back(key); }
        ~At() { path_.pop_back(); }
        At(const At&) = delete;
        At& operator=(const At&) = delete;

       private:
        std::vector<std::string>& path_;
    };

    explicit NodeValues(const yaml::Document& document) : document_(document) {}

    /// The last of the keys that lead here.
    const std::string& here() const { return path_.back(); }

    void refuse(const yaml::Node& node, std::string_view text);
    /// For a key that changed its meaning, or went.
    void note(const yaml::Node& node, std::string_view text);

    std::vector<yaml::MapEntry> list_of(const yaml::Node& node, std::string_view subject = "");
    Entries entries_of(const yaml::Node& node, std::string_view subject = "");
    /// Those that are left.
    void keep_unknown(const Entries& entries);

    /// Null is refused here: callers leave out what is null.
    void read(const yaml::Node& node, std::string& value);
    void read(const yaml::Node& node, nodes::WWbool& value);
    void read(const yaml::Node& node, std::optional<bool>& value);
    void read(const yaml::Node& node, std::optional<IpAddress>& value);
    void read(const yaml::Node& node, nodes::StringList& value);
    void read(const yaml::Node& node, nodes::StringMap& value);
    void read(const yaml::Node& node, nodes::ResourceMap& value);

    yaml::Problems problems;
    std::vector<yaml::Warning> notes;
    std::vector<UnknownKey> unknown;
    bool legacy = false;  // something was met that today's reader would not understand

   private:
    std::string where() const;
    std::optional<std::string_view> text_of(const yaml::Node& node);

    const yaml::Document& document_;
    std::vector<std::string> path_;
};

/// The value of a key that is there and not null; else nullptr.
const yaml::Node* take(Entries& entries, std::string_view key);

}  // namespace ww::upgrade
