// SPDX-License-Identifier: BSD-3-Clause
//
// Changes of nodes and profiles as they travel: what `add` and `set` put in, what `unset` takes
// out, and what the daemon says about the result. Fields go by their flag names (fields/table.h).
// With `rewrite` the whole file is written anew, without comments and anchors.
#pragma once

#include "protocol/types.h"

namespace ww::protocol {

/// Which entry of a map the fields of network devices, disks, partitions and file systems belong
/// to.
struct Entries {
    std::string net = "default";
    std::string disk;
    std::string partition;
    std::string filesystem;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("net", self.net);
        visit("disk", self.disk);
        visit("partition", self.partition);
        visit("filesystem", self.filesystem);
    }
};

/// Only what is present is applied. An empty value, UNSET or UNDEF clears.
struct Edit {
    std::map<std::string, std::string> values;  // flag name -> text
    std::map<std::string, Names> lists;         // flag name -> all elements
    Entries entries;
    Tags tags, ipmi_tags, net_tags;
    Names delete_tags, delete_ipmi_tags, delete_net_tags;
    std::string delete_net, delete_disk, delete_partition, delete_filesystem;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("values", self.values);
        visit("lists", self.lists);
        visit("entries", self.entries);
        visit("tags", self.tags);
        visit("ipmi_tags", self.ipmi_tags);
        visit("net_tags", self.net_tags);
        visit("delete_tags", self.delete_tags);
        visit("delete_ipmi_tags", self.delete_ipmi_tags);
        visit("delete_net_tags", self.delete_net_tags);
        visit("delete_net", self.delete_net);
        visit("delete_disk", self.delete_disk);
        visit("delete_partition", self.delete_partition);
        visit("delete_filesystem", self.delete_filesystem);
    }
};

struct AddRequest {
    Names names;
    Edit edit;
    bool dry_run = false;
    bool rewrite = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
        visit("edit", self.edit);
        visit("dry_run", self.dry_run);
        visit("rewrite", self.rewrite);
    }
};

/// With `dry_run` nothing is saved. A `state` from an earlier reply makes the change fail with
/// Conflict, telling what changed and by whom, if it would not do any more what that reply said.
/// One from a document, or the digest of nodes.conf: if anybody changed the same entries since.
struct SetRequest {
    Names names;
    bool all = false;
    Edit edit;
    bool dry_run = false;
    std::string state;
    bool rewrite = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
        visit("all", self.all);
        visit("edit", self.edit);
        visit("dry_run", self.dry_run);
        visit("state", self.state);
        visit("rewrite", self.rewrite);
    }
};

struct UnsetRequest {
    Names names;
    Names fields;     // flag names
    Entries entries;  // net is "default" for fields unless selected
    bool net_selected = false;
    Names tags, ipmi_tags, net_tags;
    bool skip_unknown = false;
    bool dry_run = false;
    std::string state;
    bool rewrite = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
        visit("fields", self.fields);
        visit("entries", self.entries);
        visit("net_selected", self.net_selected);
        visit("tags", self.tags);
        visit("ipmi_tags", self.ipmi_tags);
        visit("net_tags", self.net_tags);
        visit("skip_unknown", self.skip_unknown);
        visit("dry_run", self.dry_run);
        visit("state", self.state);
        visit("rewrite", self.rewrite);
    }
};

/// A YAML map of name to node or profile, laid over what exists; with `merge` also within network
/// devices, disks, file systems and resources, which are replaced whole else. With `edited`, `base`
/// is the text that an editor was shown, `state` that document's: what differs from it is changed,
/// what is missing in `text` is deleted, and an entry that somebody else has changed since is a
/// Conflict.
struct ImportRequest {
    std::string text;
    std::string source;  // file name for messages
    bool merge = false;
    bool edited = false;
    std::string base;
    bool dry_run = false;
    std::string state;
    bool rewrite = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("text", self.text);
        visit("source", self.source);
        visit("merge", self.merge);
        visit("edited", self.edited);
        visit("base", self.base);
        visit("dry_run", self.dry_run);
        visit("state", self.state);
        visit("rewrite", self.rewrite);
    }
};

/// A document like nodes.conf whose values replace what is there; null takes out.
struct ApplyRequest {
    std::string text;
    std::string source;  // file name for messages
    bool dry_run = false;
    std::string state;
    bool rewrite = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("text", self.text);
        visit("source", self.source);
        visit("dry_run", self.dry_run);
        visit("state", self.state);
        visit("rewrite", self.rewrite);
    }
};

struct DeleteRequest {
    Names names;
    bool dry_run = false;
    bool rewrite = false;
    std::string state;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
        visit("dry_run", self.dry_run);
        visit("rewrite", self.rewrite);
        visit("state", self.state);
    }
};

struct ChangeReply {
    std::string summary;  // lines of changed values, grouped; empty if nothing changes
    Names selected;       // the nodes or profiles that were meant and exist
    Names missing;        // those that were meant and do not
    Tags hints;           // of some of those missing: what was meant, as a sentence
    Names warnings;       // sentences about what goes as a whole
    int64_t added = 0;
    int64_t deleted = 0;
    int64_t updated = 0;
    std::string state;  // of nodes.conf when the summary was made

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("summary", self.summary);
        visit("selected", self.selected);
        visit("missing", self.missing);
        visit("hints", self.hints);
        visit("warnings", self.warnings);
        visit("added", self.added);
        visit("deleted", self.deleted);
        visit("updated", self.updated);
        visit("state", self.state);
    }
};

}  // namespace ww::protocol
