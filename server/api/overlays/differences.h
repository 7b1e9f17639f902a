// SPDX-License-Identifier: BSD-3-Clause
//
// What differs between the files of a node now and then. Internal to this layer.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "api/overlays/node_files.h"

namespace ww::api {

/// One file of one node. Its place in an order, by which nodes with the same are told together.
struct Difference {
    std::string context;
    std::string path;
    std::string overlay;
    std::string what;  // added, removed, changed, fails
    std::string text;

    auto operator<=>(const Difference&) const = default;
};

enum class Texts { Shown, Left };

/// Finds differences; remembers what it has compared, which for many nodes is the same. Any thread.
class Differ {
   public:
    /// Both must outlive it. `before` and `after` are of the same files otherwise.
    Differ(const NodeFiles& before, const NodeFiles& after, Texts texts)
        : before_(before), after_(after), texts_(texts) {}

    std::vector<Difference> between(overlay::Context context,
                                    const overlay::Origins& before,
                                    const overlay::Origins& after);

   private:
    using Data = overlay::FileTree::Data;

    std::string text(const overlay::Brought* before, const overlay::Brought* after);
    std::string content_text(const Data& before, const Data& after);

    const NodeFiles& before_;
    const NodeFiles& after_;
    const Texts texts_;

    static constexpr size_t kMostRemembered = 64;
    struct Compared {
        Data before;
        Data after;
        std::string text;
    };
    std::mutex mutex_;
    std::vector<Compared> compared_;  // guarded by mutex_
};

/// Where a file stands on a node: "/etc/motd".
std::string on_node(const std::string& path);

/// "templates/x.ww: line 3"
std::string place_of(const std::string& source, int line);

}  // namespace ww::api
