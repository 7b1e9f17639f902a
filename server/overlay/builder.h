// SPDX-License-Identifier: BSD-3-Clause
//
// Builder: the overlay archives of nodes, made when they are asked for and kept until something
// they were made from changes: a file of an overlay, or what a template read. One build per archive
// at a time, however many ask. What is sent is described in pieces; complete files are on disk
// where somebody looks for them, replaced whole, and only when their content differs. Source:
// reference/overlays.md §2, §3, §5.
#pragma once

#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "config/config.h"
#include "nodes/snapshot.h"
#include "overlay/assemble.h"
#include "overlay/complete_files.h"
#include "overlay/context.h"
#include "overlay/node_names.h"
#include "overlay/origins/materials.h"
#include "overlay/served.h"
#include "overlay/site.h"
#include "overlay/statistics.h"
#include "render/render.h"

namespace ww::overlay {

using SnapshotPtr = std::shared_ptr<const nodes::Snapshot>;

/// A site with at most so many nodes has the complete files of all of them, as upstream has. On a
/// larger one those exist that were asked for: by a command that names their nodes, and with
/// "autobuild overlays" off, where they are what is sent.
inline constexpr size_t kCompleteFilesNodes = 100;

/// Any thread. Lives as long as the process; what it is given must outlive it.
class Builder {
   public:
    struct Environment {
        const config::WarewulfConf& conf;
        const render::ImageFiles& images;
        /// The kernel version of the node's image; empty if none is found. Must be cheap.
        std::function<std::string(const nodes::Node&)> kernel_version;
        /// What the node's machine is, as uname -m has it; empty if nobody knows. Must be cheap.
        std::function<std::string(const nodes::Node&)> architecture = {};
        /// Where what was rendered is kept for the next start; empty: nowhere.
        std::string renders_folder = {};
        RenderLimits render_limits = {};
        /// The content store, for large files of overlays; empty: they are kept in memory.
        std::string content_folder = {};
        std::function<int64_t()> clock = [] {
            return int64_t{std::time(nullptr)};
        };  // Unix seconds
    };
    explicit Builder(Environment environment);
    ~Builder();
    Builder(const Builder&) = delete;
    Builder& operator=(const Builder&) = delete;

    const Folders& folders() const;
    /// What the node's machine is, as uname -m has it; empty if nobody knows.
    std::string architecture(const nodes::Node& node) const;
    /// For those who look without building (origins/). Lives as long as this.
    Materials materials() const;
    render::RootData root_for(const nodes::Snapshot& snapshot, const nodes::Node& node) const;
    /// <built>/<node>/__SYSTEM__.img; ".gz" lies beside it.
    std::string archive_path(const std::string& node_id, Context context) const;

    /// The archive if it can be sent as it is; nothing if it has to be made, or looked at more
    /// closely. A stat for each file it was made from, and no waiting.
    std::optional<Served> current(const SnapshotPtr& snapshot,
                                  const nodes::Node& node,
                                  Context context,
                                  Form form) const;

    /// Makes the archive if it is not current (or has no complete file, when "autobuild overlays"
    /// is off). Blocking, but not for somebody else's build of it: then nothing, and `again` is
    /// called when that is over, on the other thread, for the caller to ask anew. It must not
    /// block. `node` is in `snapshot`. After an error what was on disk is still there, but is not
    /// returned, unless it was built with KeepLastGood.
    /// Errors: see assemble(); with "autobuild overlays" off also Unavailable (a full disk: it
    /// cannot be written).
    std::optional<Result<Served>> ensure(const SnapshotPtr& snapshot,
                                         const nodes::Node& node,
                                         Context context,
                                         Form form,
                                         std::function<void()> again);

    /// Whether the complete files of all nodes are on disk.
    bool has_complete_files(const nodes::Snapshot& snapshot) const;

    /// Makes it in any case, and waits for its turn; then it is on disk. The path of the plain
    /// file. What shall be while it fails holds until the next build() or warm().
    /// Errors: see assemble(); Unavailable (a full disk).
    Result<std::string> build(const SnapshotPtr& snapshot,
                              const nodes::Node& node,
                              Context context,
                              WhileFailing policy = WhileFailing::Refuse);
    /// Makes it if it is not current, and waits for its turn: the next node that asks for it does
    /// not. Errors: see assemble().
    Result<void> warm(const SnapshotPtr& snapshot, const nodes::Node& node, Context context);

    /// By how many bytes build() would have what is on disk grow; negative if it shrinks. Waits for
    /// its turn. Errors: see assemble().
    Result<int64_t> growth(const SnapshotPtr& snapshot, const nodes::Node& node, Context context);
    /// As it would be sent if nothing was frozen on disk, for who wants it elsewhere. Waits for its
    /// turn. Errors: see assemble().
    Result<ArchivePtr> archive(const SnapshotPtr& snapshot,
                               const nodes::Node& node,
                               Context context,
                               Form form);
    /// What archive() gave last, right or not any more; null if it has given way to others.
    ArchivePtr made_lately(const std::string& node_id, Context context, Form form) const;

    /// Lets the next garbage collection of the content store have what no overlay has any more.
    void drop_unused_pieces() const;

    /// What came of the last attempt to make an archive of the node: the error's headline, or
    /// nothing. Cheap.
    std::optional<std::string> failure(const std::string& node_id, Context context) const;

    /// How every archive stands. A stat for each file that one was made from.
    Statistics statistics(const SnapshotPtr& snapshot) const;

    /// One template (absolute path), rendered for a node: `overlay show --render`, /files. A node
    /// that is not in the snapshot is a pseudo node (reference/templates.md §12.7).
    Result<render::Rendered> render_file(const nodes::Snapshot& snapshot,
                                         const nodes::Node& node,
                                         const std::string& overlay,
                                         const std::string& path) const;

    /// All files of one overlay for a node, in memory only: what `configure` writes on the server.
    Result<Assembled> files_of(const nodes::Snapshot& snapshot,
                               const nodes::Node& node,
                               const std::string& overlay) const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ww::overlay
