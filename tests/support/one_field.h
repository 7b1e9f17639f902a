// SPDX-License-Identifier: BSD-3-Clause
//
// Entries in which one field is set and nothing else, for tests that go through the table of
// fields. Sections are called "sec", tags and resources "k".
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "nodes/schema.h"
#include "support/site_text.h"

namespace ww::test {

/// The value as lists and templates show it.
inline std::string sample_text(fields::Kind kind) {
    switch (kind) {
        case fields::Kind::WWbool:
        case fields::Kind::NullableBool:
            return "true";
        case fields::Kind::Address:
            return "10.0.0.9";
        default:
            return "sample";
    }
}

/// The same as YAML writes it.
inline std::string sample_yaml(fields::Kind kind) {
    switch (kind) {
        case fields::Kind::WWbool:
            return "'true'";
        case fields::Kind::List:
            return "[sample]";
        case fields::Kind::Tags:
        case fields::Kind::Resources:
            return "{k: sample}";
        default:
            return sample_text(kind);
    }
}

/// `keys` as a flow map: "{network devices: {sec: {ipaddr: VALUE}}}".
inline std::string body(const std::string& keys, const std::string& value) {
    const size_t dot = keys.find('.');
    const std::string key = keys.substr(0, dot) == "*" ? "sec" : keys.substr(0, dot);
    if (dot == std::string::npos) return fmt::format("{{{}: {}}}", key, value);
    return fmt::format("{{{}: {}}}", key, body(keys.substr(dot + 1), value));
}

inline nodes::Node with_one_field(const nodes::FieldKeys& field) {
    return node_of(body(field.keys, sample_yaml(field.field->kind)));
}

/// The name in lists: "NetDevs[sec].Ipaddr", "Tags[k]".
inline std::string listed_name(const fields::Field& field) {
    std::string name(field.name);
    for (size_t at = name.find("[]"); at != std::string::npos; at = name.find("[]"))
        name.replace(at, 2, "[sec]");
    const bool is_map = field.kind == fields::Kind::Tags || field.kind == fields::Kind::Resources;
    return is_map ? name + "[k]" : name;
}

}  // namespace ww::test
