// SPDX-License-Identifier: BSD-3-Clause
//
// What comes from older releases: files, as `wwctl upgrade` sends them and gets them back, and what
// a Warewulf 3 says about its nodes.
#pragma once

#include "protocol/types.h"

namespace ww::protocol {

/// The client reads files with its user's permissions and sends their text; an empty name stands
/// for the site's own file, which wwd reads. `save` replaces the site's own file.
struct UpgradeRequest {
    std::string text;
    std::string source;
    bool add_defaults = false;  // nodes only, as the three below
    bool replace_overlays = false;
    std::string config_text;  // a warewulf.conf, for the file systems nodes mounted
    std::string config_source;
    bool save = false;
    std::string state;  // of an earlier reply; Conflict if the old text is another by now

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("text", self.text);
        visit("source", self.source);
        visit("add_defaults", self.add_defaults);
        visit("replace_overlays", self.replace_overlays);
        visit("config_text", self.config_text);
        visit("config_source", self.config_source);
        visit("save", self.save);
        visit("state", self.state);
    }
};

struct UpgradeReply {
    std::string text;
    Names notes;           // what went or changed its meaning
    bool changed = false;  // false: the old text says the same and needs no upgrade
    std::string state;     // of the old text
    std::string path;      // the site's own file
    std::string kept;      // where its old text is, if it was replaced

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("text", self.text);
        visit("notes", self.notes);
        visit("changed", self.changed);
        visit("state", self.state);
        visit("path", self.path);
        visit("kept", self.kept);
    }
};

/// What wwsh printed, as the user saved it.
struct Warewulf3Dump {
    std::string name;  // for messages
    std::string text;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("text", self.text);
    }
};

struct Warewulf3Request {
    std::vector<Warewulf3Dump> dumps;
    bool dry_run = false;
    std::string state;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("dumps", self.dumps);
        visit("dry_run", self.dry_run);
        visit("state", self.state);
    }
};

}  // namespace ww::protocol
