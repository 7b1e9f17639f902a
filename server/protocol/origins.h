// SPDX-License-Identifier: BSD-3-Clause
//
// Where files of nodes come from, what is wrong with them, and how their archives stand, as it
// travels.
#pragma once

#include "protocol/history.h"
#include "protocol/types.h"

namespace ww::protocol {

struct OverlayExplainRequest {
    std::string node;
    std::string path;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("node", self.node);
        visit("path", self.path);
    }
};

/// Something that a template read.
struct ExplainedInput {
    std::string read;      // ".Tags[\"rack\"]", "/etc/motd"
    std::string value;     // empty: of many nodes, or only how many there are
    std::string entry;     // "node n1", "profile default", "file", "server"; empty: nobody set it
    std::string field;     // as blame names it
    RevisionRow revision;  // number 0: older than the history, or not in it

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("read", self.read);
        visit("value", self.value);
        visit("entry", self.entry);
        visit("field", self.field);
        visit("revision", self.revision);
    }
};

/// A file that another overlay brings for the same path.
struct HiddenFile {
    std::string overlay;
    std::string source;
    int64_t line = 0;  // of its template; 0: a plain file

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("overlay", self.overlay);
        visit("source", self.source);
        visit("line", self.line);
    }
};

/// A file of one of a node's archives.
struct ExplainedFile {
    std::string context;  // system, runtime
    std::string kind;     // file, folder, link
    std::string overlay;
    std::string source;  // on the server: the file, or its template
    int64_t line = 0;    // where the template began it; 0: a plain file
    int64_t mode = 0;
    int64_t uid = 0;
    int64_t gid = 0;
    std::string mode_from;   // a sentence
    std::string leads_to;    // of a link
    bool is_backup = false;  // what a template took the place of
    std::vector<HiddenFile> hidden;
    std::vector<ExplainedInput> inputs;
    Names unforeseeable;  // functions of the template whose result nobody can foresee

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("context", self.context);
        visit("kind", self.kind);
        visit("overlay", self.overlay);
        visit("source", self.source);
        visit("line", self.line);
        visit("mode", self.mode);
        visit("uid", self.uid);
        visit("gid", self.gid);
        visit("mode_from", self.mode_from);
        visit("leads_to", self.leads_to);
        visit("is_backup", self.is_backup);
        visit("hidden", self.hidden);
        visit("inputs", self.inputs);
        visit("unforeseeable", self.unforeseeable);
    }
};

struct OverlayExplainReply {
    std::string node;
    std::string path;
    std::vector<ExplainedFile> files;  // one for each archive that has it

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("node", self.node);
        visit("path", self.path);
        visit("files", self.files);
    }
};

/// What became, or would become, of a file of some nodes.
struct FileDifference {
    std::string context;
    std::string path;  // on the node, with a slash before it
    std::string overlay;
    std::string what;   // added, removed, changed, fails
    std::string text;   // what changes: lines of a unified diff, or a sentence
    std::string nodes;  // folded
    int64_t count = 0;  // of nodes

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("context", self.context);
        visit("path", self.path);
        visit("overlay", self.overlay);
        visit("what", self.what);
        visit("text", self.text);
        visit("nodes", self.nodes);
        visit("count", self.count);
    }
};

struct OverlayDiffRequest {
    std::string node;
    int64_t since = 0;  // a revision; 0: the one before the newest

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("node", self.node);
        visit("since", self.since);
    }
};

struct OverlayDiffReply {
    int64_t since = 0;
    std::vector<FileDifference> files;
    Names unknown;  // what cannot be known about that time; sentences

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("since", self.since);
        visit("files", self.files);
        visit("unknown", self.unknown);
    }
};

struct OverlayCheckRequest {
    Names overlays;    // none: those that nodes use
    bool all = false;  // those that no node uses, too

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("overlays", self.overlays);
        visit("all", self.all);
    }
};

struct OverlayFinding {
    std::string level;  // error, warn, info
    std::string word;   // failure, conflict, hidden, missing-value, unset, unforeseeable, secret
    std::string overlay;
    std::string place;  // file of the overlay, with a line where it is known
    std::string text;
    std::string nodes;  // folded
    int64_t count = 0;  // of nodes

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("level", self.level);
        visit("word", self.word);
        visit("overlay", self.overlay);
        visit("place", self.place);
        visit("text", self.text);
        visit("nodes", self.nodes);
        visit("count", self.count);
    }
};

/// The report of the job.
struct OverlayCheckReport {
    int64_t nodes = 0;
    int64_t files = 0;  // of all nodes
    int64_t errors = 0;
    int64_t warnings = 0;
    std::vector<OverlayFinding> findings;  // the worst first
    bool shortened = false;                // there are more findings than are told

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("nodes", self.nodes);
        visit("files", self.files);
        visit("errors", self.errors);
        visit("warnings", self.warnings);
        visit("findings", self.findings);
        visit("shortened", self.shortened);
    }
};

/// Archives that stand alike.
struct ArchiveGroup {
    std::string state;    // failing, unforeseeable, stale, never requested, frozen, current
    std::string context;  // system, runtime
    std::string nodes;    // folded
    int64_t count = 0;    // of nodes
    std::string why;
    bool keeps_last_good = false;  // while it fails, its last good one is sent

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("state", self.state);
        visit("context", self.context);
        visit("nodes", self.nodes);
        visit("count", self.count);
        visit("why", self.why);
        visit("keeps_last_good", self.keeps_last_good);
    }
};

/// Counts are those of the daemon since its start.
struct OverlayStatusReply {
    std::vector<ArchiveGroup> archives;  // the worst first
    bool running = false;                // a daemon, not a wwd for this one command
    int64_t renders = 0;                 // templates that were run
    int64_t failed = 0;                  // of them, those that failed
    int64_t as_before = 0;               // and those that came out as they had before
    int64_t renders_saved = 0;           // answers from what was kept instead
    int64_t bytes_saved = 0;             // of text in them
    int64_t looked_at = 0;               // kept answers that were compared with what they had read
    int64_t files = 0;                   // rendered files that are kept
    int64_t bytes = 0;                   // of memory for them
    int64_t limit_bytes = 0;
    int64_t disk_bytes = 0;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("archives", self.archives);
        visit("running", self.running);
        visit("renders", self.renders);
        visit("failed", self.failed);
        visit("as_before", self.as_before);
        visit("renders_saved", self.renders_saved);
        visit("bytes_saved", self.bytes_saved);
        visit("looked_at", self.looked_at);
        visit("files", self.files);
        visit("bytes", self.bytes);
        visit("limit_bytes", self.limit_bytes);
        visit("disk_bytes", self.disk_bytes);
    }
};

}  // namespace ww::protocol
