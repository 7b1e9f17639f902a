// SPDX-License-Identifier: BSD-3-Clause
//
// Where the files of a node's archive come from: which overlay brings each, by which template and
// line, what that read, and what it hides. Unlike assemble(), which makes an archive or fails, this
// tells all that is right and all that is wrong, and takes other files in place of those on disk.
// The rules for two overlays that bring one path are FileTree's in both.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "overlay/file_tree.h"
#include "overlay/origins/materials.h"
#include "overlay/origins/other_files.h"
#include "overlay/origins/walked.h"
#include "render/trace.h"

namespace ww::overlay {

/// A template, rendered for the node.
struct TemplateRun {
    std::string overlay;
    std::string path;    // in the overlay
    std::string source;  // on this server
    render::Trace trace;
    std::optional<Error> error;
    bool aborted = false;
    std::vector<std::string> warnings;
};

/// Something an overlay brings to the node.
struct Brought {
    std::string path;  // on the node
    Kind kind = Kind::File;
    ModeAndOwner meta;
    FileTree::Data text;  // of what was rendered, where a link leads, of other files
    FileIdentity file;    // of a plain file on disk, whose text is not read
    std::string overlay;
    std::string source;         // on this server: the file, or its template
    int line = 0;               // of the template; 0: a plain file
    std::optional<size_t> run;  // the template, in `runs`
    bool is_known = true;       // false: what it holds nobody knows

    bool is_same_as(const Brought& other) const;
};

struct Origins {
    /// What stands at a path in the end.
    struct Here {
        size_t by = 0;               // in `brought`
        std::vector<size_t> hidden;  // those it took the place of, earliest first
        bool is_backup = false;      // the file that was there before, as NAME.wwbackup
    };
    struct Failure {
        std::string overlay;
        std::string source;  // empty: the overlay itself
        Error error;
    };
    std::vector<Brought> brought;
    std::vector<TemplateRun> runs;
    std::map<std::string, Here> files;
    std::vector<Failure> failures;   // any of them, and there is no archive
    std::vector<Failure> conflicts;  // two overlays that do not fit together: the same

    const Brought* at(const std::string& path) const;
};

/// Any thread. Overlays are read once: it shows them as they were at first sight.
class OriginFinder {
   public:
    /// What `materials` refers to must outlive it. The snapshot of every root that is asked for
    /// must be the same.
    explicit OriginFinder(const Materials& materials, OtherFiles others = {});
    ~OriginFinder();
    OriginFinder(const OriginFinder&) = delete;
    OriginFinder& operator=(const OriginFinder&) = delete;

    const OtherFiles& others() const;

    /// `root`: as for assemble(). Blocking.
    Origins find(const std::vector<std::string>& overlays, render::RootData& root);

    /// The path of a file with a content of more bytes than this is told, not its text.
    static constexpr int64_t kMostText = 1 << 20;
    /// What stands in a file, or where a link leads; nothing if it is not known or too large.
    FileTree::Data text_of(const Brought& brought) const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ww::overlay
