// SPDX-License-Identifier: BSD-3-Clause
//
// How entries of maps are reached: by the pair they are in, so that they know their name. Private
// to the data model.
#pragma once

#include <map>
#include <string>

#include "render/model_values.h"

namespace ww::render::model {

template <class T>
const EntryOf<T>& entry_at(const void* self) {
    return *static_cast<const EntryOf<T>*>(self);
}
template <class T>
const EntryOf<T>& entry_of(const tmpl::Call& call) {
    return entry_at<T>(call.self().address());
}
inline const nodes::Node& node_at(const void* self) {
    return *static_cast<const nodes::Node*>(self);
}

/// The reader of a struct that is reached in this view.
const tmpl::StructView& reader(View view);

/// std::map<std::string, T> as map[string]*T.
template <class T, View view>
class EntryMapView final : public tmpl::MapView {
   public:
    using Map = std::map<std::string, T>;
    explicit EntryMapView(tmpl::Type element) : pointer_(tmpl::Type::pointer_to(element)) {}

    size_t size(const void* self) const override { return map(self).size(); }
    tmpl::Value find(const void* self, const tmpl::Value& key) const override {
        const auto found = map(self).find(std::string(key.text()));
        return found == map(self).end() ? tmpl::Value() : entry(*found);
    }
    tmpl::Entries entries(const void* self) const override {
        tmpl::Entries all;
        all.reserve(map(self).size());
        for (const auto& pair : map(self))
            all.push_back({tmpl::Value::text(pair.first), entry(pair)});
        return all;
    }

   private:
    static const Map& map(const void* self) { return *static_cast<const Map*>(self); }
    tmpl::Value entry(const EntryOf<T>& pair) const {
        return tmpl::Value::struct_view(pointer_, &pair, &reader(view));
    }

    tmpl::Type pointer_;
};

template <class T>
tmpl::Value entry_map(tmpl::Type map_type,
                      tmpl::Type element,
                      const std::map<std::string, T>& map,
                      View view) {
    static const EntryMapView<T, View::Live> live(element);
    static const EntryMapView<T, View::Copied> copied(element);
    const tmpl::MapView& chosen =
        view == View::Live ? static_cast<const tmpl::MapView&>(live) : copied;
    return tmpl::Value::map_view(map_type, &chosen, &map);
}

}  // namespace ww::render::model
