// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/out_tree.h"

#include <algorithm>

#include "yaml/natural_order.h"

namespace ww::yaml {

namespace {

// Booleans, numbers, null, strings, times: the order of upstream's key kinds.
int key_rank(const Value& key) {
    if (key.get<std::string>() != nullptr) return 2;
    if (key.is_null()) return 1;
    return key.get<Timestamp>() != nullptr ? 3 : 0;
}

}  // namespace

OutNode OutNode::of(Value scalar) {
    OutNode out;
    out.scalar = std::move(scalar);
    return out;
}

OutNode OutNode::map() {
    OutNode out;
    out.kind = Kind::Map;
    return out;
}

OutNode OutNode::list() {
    OutNode out;
    out.kind = Kind::List;
    return out;
}

const OutNode* OutNode::find(std::string_view key) const {
    for (const Pair& pair : pairs) {
        const auto* text = pair.key.get<std::string>();
        if (text != nullptr && *text == key) return &pair.value;
    }
    return nullptr;
}

void sort_pairs(OutNode& map) {
    std::stable_sort(
        map.pairs.begin(), map.pairs.end(), [](const OutNode::Pair& a, const OutNode::Pair& b) {
            return written_before(a.key, b.key);
        });
}

bool written_before(const Value& a, const Value& b) {
    const int left = key_rank(a);
    const int right = key_rank(b);
    if (left != right) return left < right;
    if (left == 2) return natural_less(*a.get<std::string>(), *b.get<std::string>());
    return Value::order(a, b) < 0;
}

OutNode out_tree(const Value& value) {
    if (const auto* list = value.get<Value::List>()) {
        OutNode out = OutNode::list();
        for (const Value& item : *list) out.items.push_back(out_tree(item));
        return out;
    }
    if (const auto* map = value.get<Value::Map>()) {
        OutNode out = OutNode::map();
        for (const Value::Entry& entry : *map)
            out.pairs.push_back({entry.key, out_tree(entry.value)});
        sort_pairs(out);
        return out;
    }
    return OutNode::of(value);
}

}  // namespace ww::yaml
