// SPDX-License-Identifier: BSD-3-Clause
//
// Recorder: views around the data model that note what a template reads, on the way to a Trace.
// Nothing is copied; a rendering without a recorder pays nothing, since the plain views are used
// then. One rendering, one thread.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "render/trace.h"
#include "tmpl/value.h"

namespace ww::render {

class Recorder {
   public:
    /// `root` must outlive the recorder and not change before finish().
    explicit Recorder(const RootData& root);
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// The root of the data, to render with instead of root_value(). Values lead back here: they
    /// must not outlive the recorder.
    tmpl::Value root();

    /// A function read the node by itself: IgnitionJson.
    void called(std::string_view function);
    void called_unforeseeable(std::string_view function);
    Inputs& files() { return trace_.files; }

    /// What was read so far, with the values it has now. `site` as of digest_of().
    Trace finish(SiteDigests* site = nullptr);

   private:
    struct Place;   // a path, and what was read there
    struct Handed;  // a struct, list or map that was handed out, and its place
    class Structs;
    class Lists;
    class Maps;

    // A field read of more nodes than this is read of all: one digest instead of thousands.
    static constexpr size_t kMaxSingleNodes = 8;
    // More such fields than this are all there is: where each node names its devices in its own
    // way, there are as many paths as nodes.
    static constexpr size_t kMaxFieldsOfAll = 64;

    static const Handed& handed(const void* self);
    tmpl::Value wrap(const tmpl::Value& plain, Place& place, int64_t node);
    void note(Place& place, int64_t node);
    void collect(const Place& place, Path& path);
    void limit_fields_of_all();
    std::string node_id(size_t index) const;

    const RootData& data_;
    std::unique_ptr<Place> top_;
    std::deque<Handed> handed_;
    Trace trace_;
};

}  // namespace ww::render
