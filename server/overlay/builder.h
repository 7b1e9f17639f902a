// SPDX-License-Identifier: BSD-3-Clause
//
// Builder: the overlay archives of nodes, made when they are asked for and kept until something
// they were made from changes. One build per archive at a time, however many ask; the files on disk
// are replaced whole, and only when their content differs. Source: reference/overlays.md §2, §3,
// §5.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "config/config.h"
#include "nodes/snapshot.h"
#include "overlay/assemble.h"
#include "overlay/site.h"
#include "render/render.h"

namespace ww::overlay {

enum class Context { System, Runtime };

using SnapshotPtr = std::shared_ptr<const nodes::Snapshot>;

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
    };
    explicit Builder(Environment environment);
    ~Builder();
    Builder(const Builder&) = delete;
    Builder& operator=(const Builder&) = delete;

    const Folders& folders() const;
    /// What the node's machine is, as uname -m has it; empty if nobody knows.
    std::string architecture(const nodes::Node& node) const;
    /// <built>/<node>/__SYSTEM__.img; ".gz" lies beside it.
    std::string archive_path(const std::string& node_id, Context context) const;

    /// The path of the archive if it can be served as it is; nothing if it has to be made. A stat
    /// for each file it was made from, and no waiting.
    std::optional<std::string> current(const nodes::Snapshot& snapshot,
                                       const nodes::Node& node,
                                       Context context) const;

    /// Makes the archive if it is not current (or missing, when "autobuild overlays" is off) and
    /// returns its path. Blocking, but not for somebody else's build of it: then nothing, and
    /// `again` is called when that is over, on the other thread, for the caller to ask anew. It
    /// must not block. `node` is in `snapshot`. After an error what was on disk is still there, but
    /// is not returned. Errors: see assemble(); Unavailable (a full disk: it cannot be written).
    std::optional<Result<std::string>> ensure(const SnapshotPtr& snapshot,
                                              const nodes::Node& node,
                                              Context context,
                                              std::function<void()> again);

    /// Makes it in any case, and waits for its turn.
    Result<std::string> build(const SnapshotPtr& snapshot,
                              const nodes::Node& node,
                              Context context);

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

/// This server as a pseudo node, for templates that are rendered for it.
nodes::Node server_as_node();

/// Node ids become names of folders. Error: InvalidArgument for "", ".", ".." and anything with a
/// slash.
Result<void> check_node_id(const std::string& id);

}  // namespace ww::overlay
