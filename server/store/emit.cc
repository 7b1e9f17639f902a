// SPDX-License-Identifier: BSD-3-Clause
#include "store/emit.h"

#include <cstdint>

#include "base/json_text.h"
#include "store/out_tree.h"
#include "store/schema.h"
#include "store/yaml_writer.h"

namespace ww::store {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Letters beyond ASCII are told from other characters by their lead byte only.
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool byte_less(char a, char b) {
    return static_cast<unsigned char>(a) < static_cast<unsigned char>(b);
}

struct DigitRun {
    uint64_t value = 0;
    size_t length = 0;
};

DigitRun digit_run(std::string_view text, size_t at, uint64_t start) {
    DigitRun run{start, 0};
    for (; at + run.length < text.size() && is_digit(text[at + run.length]); ++run.length)
        run.value = run.value * 10 + static_cast<uint64_t>(text[at + run.length] - '0');
    return run;
}

// Where two names differ at `at` and at least one character there is no letter.
bool less_at(std::string_view a, std::string_view b, size_t at) {
    uint64_t start = 0;
    if (a[at] == '0' || b[at] == '0') {
        // A zero inside of a number counts: 1 goes in front of both.
        for (size_t i = at; i > 0 && is_digit(a[i - 1]); --i)
            if (a[i - 1] != '0') start = 1;
    }
    const DigitRun left = digit_run(a, at, start);
    const DigitRun right = digit_run(b, at, start);
    if (left.value != right.value) return left.value < right.value;
    if (left.length != right.length) return left.length < right.length;
    return byte_less(a[at], b[at]);
}

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
        return members(value, [&](const YamlValue& resource) { out_ += to_json(resource); });
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

bool natural_less(std::string_view a, std::string_view b) {
    bool after_digit = false;
    for (size_t at = 0; at < a.size() && at < b.size(); ++at) {
        if (a[at] == b[at]) {
            after_digit = is_digit(a[at]);
            continue;
        }
        const bool left = is_letter(a[at]);
        const bool right = is_letter(b[at]);
        if (left && right) return byte_less(a[at], b[at]);
        if (left || right) return after_digit ? left : right;
        return less_at(a, b, at);
    }
    return a.size() < b.size();
}

std::string emit_registry(const Registry& registry, int indent) {
    return write_yaml(out_tree(registry), indent);
}

std::string emit_nodes(const std::map<std::string, Node>& nodes, int indent) {
    return write_yaml(out_tree(nodes), indent);
}

std::string emit_profiles(const std::map<std::string, Profile>& profiles, int indent) {
    return write_yaml(out_tree(profiles), indent);
}

std::string emit_value(const YamlValue& value, int indent) {
    return write_yaml(out_tree(value), indent);
}

std::string node_json(const Node& node) { return Json::entry(node); }

std::string profile_json(const Profile& profile) { return Json::entry(profile); }

}  // namespace ww::store
