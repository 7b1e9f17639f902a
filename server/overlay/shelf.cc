// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/shelf.h"

#include <ctime>

namespace ww::overlay {

uint64_t Shelf::size_of(const Place& place) {
    return sizeof(Place) + sizeof(Archive) + place.key.first.size() +
           place.archive->pieces.own->size() +
           place.archive->pieces.list.size() * sizeof(archive::Piece);
}

void Shelf::State::remove(const Key& key) {
    const auto found = by_key.find(key);
    if (found == by_key.end()) return;
    bytes -= size_of(*found->second);
    places.erase(found->second);
    by_key.erase(found);
}

ArchivePtr Shelf::get(const std::string& path, Form form) {
    return state_.with([&](State& state) -> ArchivePtr {
        const auto found = state.by_key.find(Key(path, form));
        if (found == state.by_key.end()) return nullptr;
        state.places.splice(state.places.begin(), state.places, found->second);
        return state.places.front().archive;
    });
}

ArchivePtr Shelf::get(const std::string& path, Form form, const Name& recipe) {
    ArchivePtr found = get(path, form);
    return found && found->recipe == recipe ? found : nullptr;
}

ArchivePtr Shelf::get_or_pack(const std::string& path, Form form, const Name& recipe) {
    ArchivePtr found = get(path, form, recipe);
    if (found || form == Form::Plain) return found;
    const ArchivePtr plain = get(path, Form::Plain, recipe);
    return plain ? put(path, form, recipe, archive::gzip(plain->pieces)) : nullptr;
}

ArchivePtr Shelf::put(const std::string& path,
                      Form form,
                      const Name& recipe,
                      archive::Pieces pieces) {
    auto archive = std::make_shared<Archive>();
    archive->recipe = recipe;
    archive->digest = pieces.digest();
    archive->pieces = std::move(pieces);
    state_.with([&](State& state) {
        const Key key(path, form);
        Last& last = state.last[key];
        if (last.digest != archive->digest) last = {archive->digest, ::time(nullptr)};
        archive->changed = last.changed;
        state.remove(key);
        state.places.push_front({key, archive});
        state.by_key.emplace(key, state.places.begin());
        state.bytes += size_of(state.places.front());
        while (state.bytes > most_ && state.places.size() > 1)
            state.remove(Key(state.places.back().key));
    });
    return archive;
}

void Shelf::drop(const std::string& path) {
    state_.with([&](State& state) {
        for (const Form form : {Form::Plain, Form::Gzip}) state.remove(Key(path, form));
    });
}

uint64_t Shelf::bytes() const {
    return state_.with([](const State& state) { return state.bytes; });
}

}  // namespace ww::overlay
