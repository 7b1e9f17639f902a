// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/digest.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/digest.h"
#include "nodes/schema.h"

namespace ww::nodes {

namespace {

// Everything goes in with its length or a mark of its kind in front, so that no two different nodes
// give the same bytes.
class Bytes {
   public:
    template <class T>
    void entry(const T& object) {
        for_each_field(object, [&](const auto&, const auto& value) { add(value); });
    }
    void add(const std::string& value) {
        number(value.size());
        out += value;
    }

    std::string out;

   private:
    void number(uint64_t value) {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        out.append(bytes, sizeof bytes);
    }
    void add(const WWbool& value) { add(value.text); }
    void add(const std::optional<bool>& value) { out += value ? (*value ? '1' : '0') : '-'; }
    void add(const std::optional<IpAddress>& value) {
        out += value ? '1' : '-';
        if (value)
            out.append(reinterpret_cast<const char*>(value->bytes().data()), value->bytes().size());
    }
    void add(const StringList& value) {
        number(value.size());
        for (const std::string& item : value) add(item);
    }
    void add(const StringMap& value) {
        number(value.size());
        for (const auto& [key, text] : value) {
            add(key);
            add(text);
        }
    }
    void add(const ResourceMap& value) {
        number(value.size());
        for (const auto& [key, resource] : value) {
            add(key);
            add(resource);
        }
    }
    template <SingleSection T>
    void add(const T& value) {
        out += value.present ? '1' : '0';
        entry(value);
    }
    template <SectionMap T>
    void add(const T& value) {
        number(value.size());
        for (const auto& [key, section] : value) {
            add(key);
            entry(section);
        }
    }
    void add(const yaml::Value& value) {
        out += static_cast<char>('a' + value.data().index());
        if (const auto* flag = value.get<bool>()) out += *flag ? '1' : '0';
        if (const auto* whole = value.get<int64_t>()) number(static_cast<uint64_t>(*whole));
        if (const auto* whole = value.get<uint64_t>()) number(*whole);
        if (const auto* real = value.get<double>()) number(std::bit_cast<uint64_t>(*real));
        if (const auto* text = value.get<std::string>()) add(*text);
        if (const auto* time = value.get<yaml::Timestamp>()) add(time->to_string());
        if (const auto* list = value.get<yaml::Value::List>()) {
            number(list->size());
            for (const yaml::Value& item : *list) add(item);
        }
        if (const auto* map = value.get<yaml::Value::Map>()) {
            number(map->size());
            for (const yaml::Value::Entry& entry : *map) {
                add(entry.key);
                add(entry.value);
            }
        }
    }
};

}  // namespace

std::string digest_of(const Node& node) {
    Bytes bytes;
    bytes.add(node.id);
    bytes.entry(node);
    return sha256_hex(bytes.out);
}

}  // namespace ww::nodes
