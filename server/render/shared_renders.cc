// SPDX-License-Identifier: BSD-3-Clause
#include "render/shared_renders.h"

#include <algorithm>
#include <iterator>

namespace ww::render {

bool reads_other_nodes(const Trace& trace) {
    return std::ranges::any_of(trace.reads, is_of_any_node);
}

std::shared_ptr<const SharedRenders::Made> SharedRenders::known(const std::string& key,
                                                                const RootData& root) {
    const Kept candidates = kept_.with([&](auto& all) { return all[key]; });
    // What it read about all nodes is the same for every node of this moment.
    const auto holds = [&](const auto& made) {
        return digest_of(root, made->own_reads, nullptr) == made->own_digest;
    };
    const auto found = std::ranges::find_if(candidates, holds);
    return found == candidates.end() ? nullptr : *found;
}

std::shared_ptr<const SharedRenders::Made> SharedRenders::render(const tmpl::Template& source,
                                                                 const From& from,
                                                                 const std::string& key) {
    if (auto made = known(key, from.root)) return made;
    Recorder recorder(from.root);
    Inputs inputs;
    auto rendered = render::render(source, {from.root, from.images, inputs, &recorder});
    auto made = std::make_shared<Made>(Made{std::move(rendered), recorder.finish(), {}, {}});
    // Others are rendered in less time than it takes to compare what they read.
    if (!reads_other_nodes(made->trace) || !made->trace.unforeseeable.empty()) return made;
    std::ranges::remove_copy_if(
        made->trace.reads, std::back_inserter(made->own_reads), is_of_any_node);
    made->own_digest = digest_of(from.root, made->own_reads, nullptr);
    kept_.with([&](auto& all) {
        Kept& kept = all[key];
        kept.push_front(made);
        if (kept.size() > kMostKept) kept.pop_back();
    });
    return made;
}

}  // namespace ww::render
