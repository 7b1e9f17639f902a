// SPDX-License-Identifier: BSD-3-Clause
//
// What is in images as it travels: what is wrong with it, what is different between two.
#pragma once

#include "protocol/types.h"

namespace ww::protocol {

struct ImageCheckRequest {
    std::string name;  // IMAGE, all its trees, or IMAGE@ARCH

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
    }
};

/// What is wrong with an image, or good to know of it.
struct ImageFinding {
    std::string image;     // or tree
    std::string severity;  // error, warning, info
    std::string finding;   // its word: "no-kernel"
    std::string path;
    std::string reason;
    std::string next_step;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("image", self.image);
        visit("severity", self.severity);
        visit("finding", self.finding);
        visit("path", self.path);
        visit("reason", self.reason);
        visit("next_step", self.next_step);
    }
};

struct ImageCheckReply {
    std::vector<ImageFinding> findings;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("findings", self.findings);
    }
};

/// Each is IMAGE, IMAGE@ARCH, or one of their builds: IMAGE@GENERATION.
struct ImageDiffRequest {
    std::string before;
    std::string after;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("before", self.before);
        visit("after", self.after);
    }
};

struct PackageChange {
    std::string name;
    std::string before;  // version; empty: it came
    std::string after;   // empty: it went

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("before", self.before);
        visit("after", self.after);
    }
};

struct FileChange {
    std::string path;
    std::string change;  // added, removed, changed
    int64_t before = 0;  // bytes
    int64_t after = 0;
    std::string what;  // of a changed one: "content, mode 0644 -> 0600"

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("path", self.path);
        visit("change", self.change);
        visit("before", self.before);
        visit("after", self.after);
        visit("what", self.what);
    }
};

struct ImageDiffReport {
    std::vector<PackageChange> packages;
    std::vector<FileChange> files;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("packages", self.packages);
        visit("files", self.files);
    }
};

}  // namespace ww::protocol
