// SPDX-License-Identifier: BSD-3-Clause
//
// Layout: what lies in one overlay, as all nodes of an architecture get it, walked once and looked
// at again when it is needed: one lstat(2) for each name.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "overlay/file_tree.h"
#include "overlay/renders/name.h"
#include "overlay/site.h"

namespace ww::overlay {

/// Of files that are rendered.
inline constexpr std::string_view kTemplateSuffix = ".ww";

struct Layout {
    enum class Kind : uint8_t { Folder, Template, File, Link, Other };
    struct Found {
        Kind kind = Kind::Other;
        std::string path;       // below the content root
        FileIdentity identity;  // of the name itself
        ModeAndOwner meta;
        std::string target;                      // of a link
        std::shared_ptr<const StaticFile> file;  // of a plain file
        // Of a template: of what it leads to, if it is a link. Nothing: it leads nowhere.
        std::optional<FileIdentity> source_identity;
        ModeAndOwner source_meta;
    };
    /// One folder of an overlay: its rootfs, or that for an architecture.
    struct Content {
        std::string root;
        FileIdentity identity;
        std::vector<Found> found;  // in the order of the walk
        std::string source(const Found& of) const { return root + "/" + of.path; }
    };

    Overlay overlay;
    std::vector<Content> contents;
    // Where overlays of this name, and contents, may come from.
    std::vector<std::pair<std::string, std::optional<FileIdentity>>> places;
    Name name;  // of all of it

    /// False from the first difference on.
    bool unchanged() const;
};
using LayoutPointer = std::shared_ptr<const Layout>;

/// Any thread.
class Layouts {
   public:
    /// `folders` must outlive it.
    explicit Layouts(const Folders& folders);
    ~Layouts();

    /// As it is now. `architecture` may be empty. Errors: NotFound and InvalidArgument (the
    /// overlay), Io.
    Result<LayoutPointer> get(const std::string& overlay, const std::string& architecture);

   private:
    struct State;
    const Folders& folders_;
    std::unique_ptr<State> state_;
};

}  // namespace ww::overlay
