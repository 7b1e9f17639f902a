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
    bool write = true;   // false: the template said `abort`
    bool backup = true;  // false: it said `nobackup`
    std::vector<RenderedFile> files;  // those that would be written; after `abort`, the text so far

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("write", self.write);
        visit("backup", self.backup);
        visit("files", self.files);
    }
};

struct OverlayBuildRequest {
    Names nodes;          // patterns; none: all nodes
    int64_t workers = 0;  // nodes built at once; 0 or less: one per processor

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("nodes", self.nodes);
        visit("workers", self.workers);
    }
};

}  // namespace ww::protocol
