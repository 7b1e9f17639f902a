// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/warewulf3/site.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>

#include "base/nearest.h"
#include "ctl/session.h"

namespace ww::ctl::warewulf3 {

namespace {

class LiveSite final : public Site {
   public:
    LiveSite(std::string config, Output& output) : config_(std::move(config)), output_(output) {}

    Result<std::vector<std::string>> node_names() override { return names("node"); }

    Result<std::vector<NodeFields>> nodes(const std::vector<std::string>& patterns) override {
        WW_TRY(const auto listed,
               ask(protocol::route::NodeTable{}, {.names = patterns, .form = "simple"}));
        std::vector<NodeFields> found;
        for (const protocol::Names& row : listed.rows) {
            if (!found.empty() && found.back().name == row[0]) continue;
            found.push_back({.name = row[0]});
        }
        if (found.empty()) return found;
        std::vector<std::string> chosen;
        for (const NodeFields& node : found) chosen.push_back(node.name);
        const auto named = [&](const std::string& name) {
            return std::find_if(found.begin(), found.end(), [&](const NodeFields& node) {
                return node.name == name;
            });
        };
        WW_TRY(const auto own, ask(protocol::route::NodeTable{}, {.names = chosen, .form = "own"}));
        for (const protocol::Names& row : own.rows) named(row[0])->own.emplace(row[1], row[2]);
        WW_TRY(const auto all, ask(protocol::route::NodeTable{}, {.names = chosen, .form = "all"}));
        for (const protocol::Names& row : all.rows) named(row[0])->all.emplace(row[1], row[3]);
        return found;
    }

    Result<std::vector<ImageTree>> images() override {
        WW_TRY(const auto reply, ask(protocol::route::ImageList{}, {.variants = true}));
        std::vector<ImageTree> trees;
        for (const protocol::ImageInfo& image : reply.images)
            for (const protocol::ImageVariant& tree : image.variants)
                trees.push_back(
                    {image.name, tree.name, tree.architecture, tree.rootfs, tree.source});
        return trees;
    }

    Result<std::vector<ImageKernel>> kernels(const std::vector<std::string>& trees) override {
        WW_TRY(const auto table, ask(protocol::route::ImageKernels{}, {trees}));
        std::vector<ImageKernel> found;
        for (const protocol::Names& row : table.rows) found.push_back({row[0], row[1], row[2]});
        return found;
    }

    Result<std::vector<std::string>> overlay_names() override { return names("overlay"); }

    Result<std::vector<OverlayFile>> overlay_files(const std::string& overlay) override {
        WW_TRY(const auto known, names("overlay"));
        std::vector<OverlayFile> found;
        if (std::find(known.begin(), known.end(), overlay) == known.end()) return found;
        WW_TRY(const auto reply, ask(protocol::route::OverlayList{}, {{overlay}}));
        for (const protocol::OverlayInfo& info : reply.overlays)
            for (const protocol::OverlayEntry& entry : info.entries)
                if (!entry.path.ends_with('/'))
                    found.push_back(
                        {"/" + entry.path, fmt::format("{}/rootfs/{}", info.folder, entry.path)});
        return found;
    }

   private:
    template <class Route>
    Result<typename Route::Reply> ask(Route route, const typename Route::Request& request) {
        if (!session_) {
            WW_TRY(Session session, Session::open(config_, output_));
            session_.emplace(std::move(session));
        }
        return session_->call(route, request);
    }

    Result<std::vector<std::string>> names(const std::string& kind) {
        WW_TRY(const auto reply, ask(protocol::route::NameList{}, {kind}));
        return reply.names;
    }

    const std::string config_;
    Output& output_;
    std::optional<Session> session_;
};

bool is_wildcard(const std::string& target) {
    return target.find_first_of("*?") != std::string::npos;
}

}  // namespace

std::vector<std::string> NodeFields::own_list(std::string_view field) const {
    std::vector<std::string> items;
    const auto [from, to] = own.equal_range(field);
    for (auto it = from; it != to; ++it) items.push_back(it->second);
    return items;
}

std::string NodeFields::effective(std::string_view field) const {
    const auto it = all.find(field);
    return it == all.end() ? std::string() : it->second;
}

std::unique_ptr<Site> live_site(std::string config, Output& output) {
    return std::make_unique<LiveSite>(std::move(config), output);
}

Result<std::vector<std::string>> expand(const std::vector<std::string>& targets, Site& site) {
    std::vector<std::string> names;
    for (const std::string& target : targets) {
        if (!is_wildcard(target)) {
            names.push_back(target);
            continue;
        }
        WW_TRY(const auto known, site.node_names());
        const size_t before = names.size();
        for (const std::string& name : known)
            if (::fnmatch(target.c_str(), name.c_str(), 0) == 0) names.push_back(name);
        if (names.size() == before)
            return Error(ErrorCode::NotFound, fmt::format("no node matches {}", target))
                .with_hint("wwsh node list shows those there are");
    }
    return names;
}

Result<std::vector<NodeFields>> find_nodes(const std::vector<std::string>& targets, Site& site) {
    WW_TRY(const auto names, expand(targets, site));
    WW_TRY(auto nodes, site.nodes(names));
    if (!nodes.empty()) return nodes;
    return Error(ErrorCode::NotFound, fmt::format("no such node: {}", fmt::join(targets, " ")))
        .with_hint(fmt::format("wwsh node new {} makes it", fmt::join(targets, " ")));
}

Result<std::vector<ImageTree>> find_image(const std::string& name, Site& site) {
    WW_TRY(const auto all, site.images());
    std::vector<ImageTree> trees;
    std::vector<std::string_view> known;
    for (const ImageTree& tree : all) {
        if (tree.image == name) trees.push_back(tree);
        known.push_back(tree.image);
    }
    if (!trees.empty()) return trees;
    const std::string nearest = nearest_hint(name, known);
    return Error(ErrorCode::NotFound, fmt::format("no such vnfs: {}", name))
        .with_hint(fmt::format(
            "{}wwvnfs --chroot FOLDER {} makes it", nearest.empty() ? "" : nearest + "; ", name));
}

}  // namespace ww::ctl::warewulf3
