// SPDX-License-Identifier: BSD-3-Clause
//
// Overlays as they travel.
#pragma once

#include "protocol/types.h"

namespace ww::protocol {

struct OverlayEntry {
    std::string path;  // without a leading slash; a folder ends in one
    int64_t mode = 0;  // permission bits
    int64_t uid = 0;
    int64_t gid = 0;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("path", self.path);
        visit("mode", self.mode);
        visit("uid", self.uid);
        visit("gid", self.gid);
    }
};

struct OverlayInfo {
    std::string name;
    std::string folder;
    bool is_site = false;
    std::vector<OverlayEntry> entries;  // folder by folder, by name

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("folder", self.folder);
        visit("is_site", self.is_site);
        visit("entries", self.entries);
    }
};

struct OverlayListReply {
    std::vector<OverlayInfo> overlays;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("overlays", self.overlays);
    }
};

/// A file of an overlay. With a node, rendered for it; a node nobody knows is the server itself.
struct OverlayFileRequest {
    std::string overlay;
    std::string path;
    std::string node;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("overlay", self.overlay);
        visit("path", self.path);
        visit("node", self.node);
    }
};

struct RenderedFile {
    std::string name;
    std::string text;
    std::string target;  // of a link
    bool is_link = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("text", self.text);
        visit("target", self.target);
        visit("is_link", self.is_link);
    }
};

struct RenderedReply {
    bool write = true;                // false: the template said `abort`
    bool backup = true;               // false: it said `nobackup`
    std::vector<RenderedFile> files;  // those that would be written; after `abort`, the text so far

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("write", self.write);
        visit("backup", self.backup);
        visit("files", self.files);
    }
};

/// What a template reads, calls and documents; each list is in the order it is shown.
struct TemplateVariable {
    std::string name;
    std::string option;
    std::string type;
    std::string help;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("option", self.option);
        visit("type", self.type);
        visit("help", self.help);
    }
};

struct TemplateFunction {
    std::string name;
    std::string help;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("help", self.help);
    }
};

struct TemplateReply {
    Names documentation;
    std::vector<TemplateVariable> variables;
    std::vector<TemplateFunction> functions;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("documentation", self.documentation);
        visit("variables", self.variables);
        visit("functions", self.functions);
    }
};

/// An overlay, or with a path a file or folder in it.
struct OverlayPathRequest {
    std::string overlay;
    std::string path;
    bool force = false;    // delete an overlay that is not empty
    bool parents = false;  // delete folders that become empty

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("overlay", self.overlay);
        visit("path", self.path);
        visit("force", self.force);
        visit("parents", self.parents);
    }
};

struct OverlayWriteRequest {
    std::string overlay;
    std::string path;
    std::string into_name;  // the file's name if the path is a folder; empty: that is an error
    std::string text;
    int64_t mode = 0644;  // of a new file
    int64_t uid = 0;
    int64_t gid = 0;
    bool parents = false;
    bool overwrite = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("overlay", self.overlay);
        visit("path", self.path);
        visit("into_name", self.into_name);
        visit("text", self.text);
        visit("mode", self.mode);
        visit("uid", self.uid);
        visit("gid", self.gid);
        visit("parents", self.parents);
        visit("overwrite", self.overwrite);
    }
};

/// Mode of a folder to make or a file to change, or owner; an id of -1 stays.
struct OverlayAttributeRequest {
    std::string overlay;
    std::string path;
    int64_t mode = 0755;
    int64_t uid = -1;
    int64_t gid = -1;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("overlay", self.overlay);
        visit("path", self.path);
        visit("mode", self.mode);
        visit("uid", self.uid);
        visit("gid", self.gid);
    }
};

/// Back to the distribution's version: an overlay, or with a path one file of it.
struct OverlayResetRequest {
    std::string overlay;
    std::string path;
    bool dry_run = false;
    std::string state;  // of the reply that was shown; empty: none was

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("overlay", self.overlay);
        visit("path", self.path);
        visit("dry_run", self.dry_run);
        visit("state", self.state);
    }
};

struct ChangedOverlayFile {
    std::string path;
    std::string what;  // added, removed, changed
    std::string text;  // lines of a unified diff, or a sentence

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("path", self.path);
        visit("what", self.what);
        visit("text", self.text);
    }
};

/// What differs between an overlay of the site and the distribution's; of a reset, what it takes
/// back.
struct OverlayChangesReply {
    std::vector<ChangedOverlayFile> files;
    std::string state;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("files", self.files);
        visit("state", self.state);
    }
};

}  // namespace ww::protocol
