// SPDX-License-Identifier: BSD-3-Clause
//
// What happened to nodes and profiles, as it travels: history, blame and undo; and how the server
// is.
#pragma once

#include "protocol/edit.h"
#include "protocol/types.h"

namespace ww::protocol {

struct HistoryRequest {
    Names names;          // patterns of nodes, names of profiles; none: everything
    int64_t limit = 0;    // the newest so many; 0: all
    bool fields = false;  // fill in `summary`
    std::string user;     // who made it; empty: anybody
    int64_t since = 0;    // Unix seconds, not earlier; 0: any
    int64_t until = 0;    // not later; 0: any
    Where where = {};     // only of nodes that have this now

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
        visit("limit", self.limit);
        visit("fields", self.fields);
        visit("user", self.user);
        visit("since", self.since);
        visit("until", self.until);
        visit("where", self.where);
    }
};

struct RevisionRow {
    int64_t revision = 0;
    int64_t time = 0;  // Unix seconds
    std::string via;   // socket, private, rest, discovery, hand edit, start
    int64_t uid = -1;  // -1: not known
    std::string user;
    std::string command;
    int64_t undoes = 0;   // the revision that was taken back; 0: none
    std::string changed;  // "n[1-3], profile p"
    std::string summary;  // lines of changed values

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("revision", self.revision);
        visit("time", self.time);
        visit("via", self.via);
        visit("uid", self.uid);
        visit("user", self.user);
        visit("command", self.command);
        visit("undoes", self.undoes);
        visit("changed", self.changed);
        visit("summary", self.summary);
    }
};

struct HistoryReply {
    std::vector<RevisionRow> revisions;  // newest first
    bool more = false;                   // older ones were left out

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("revisions", self.revisions);
        visit("more", self.more);
    }
};

struct BlameRequest {
    std::string name;   // of a node, else of a profile
    std::string field;  // empty: all that are set

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("field", self.field);
    }
};

struct BlameRow {
    std::string field;
    std::string value;     // empty: not set any more
    RevisionRow revision;  // number 0: older than the history

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("field", self.field);
        visit("value", self.value);
        visit("revision", self.revision);
    }
};

struct BlameReply {
    std::vector<BlameRow> fields;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("fields", self.fields);
    }
};

struct DiffRequest {
    int64_t from = 0;
    int64_t to = 0;       // 0: now
    bool fields = false;  // fill in `changes`, not `text`

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("from", self.from);
        visit("to", self.to);
        visit("fields", self.fields);
    }
};

struct ChangedField {
    std::string kind;  // node, profile
    std::string name;
    std::string field;
    std::string before;  // as `set` shows it
    std::string after;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("kind", self.kind);
        visit("name", self.name);
        visit("field", self.field);
        visit("before", self.before);
        visit("after", self.after);
    }
};

struct DiffReply {
    std::string text;  // lines for people
    Names added;       // "node n1"
    Names deleted;
    std::vector<ChangedField> changes;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("text", self.text);
        visit("added", self.added);
        visit("deleted", self.deleted);
        visit("changes", self.changes);
    }
};

struct UndoRequest {
    int64_t revision = 0;  // 0: the last that is not taken back yet
    bool dry_run = false;
    std::string confirmed;  // `state` of the reply that was shown; empty: none was

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("revision", self.revision);
        visit("dry_run", self.dry_run);
        visit("confirmed", self.confirmed);
    }
};

struct UndoReply {
    RevisionRow undone;
    std::string summary;  // what changes by it
    std::string state;    // of nodes.conf when the summary was made
    int64_t made = 0;     // the new revision; 0: none was recorded

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("undone", self.undone);
        visit("summary", self.summary);
        visit("state", self.state);
        visit("made", self.made);
    }
};

struct ServerStatus {
    bool running = false;  // a daemon, not a wwd for this one command
    std::string version;
    int64_t process = 0;
    int64_t started = 0;  // Unix seconds
    std::string config;
    std::string nodes_conf;
    int64_t nodes = 0;
    int64_t profiles = 0;
    std::string problem;  // why nodes.conf is not in use; empty: it is
    Names warnings;       // odd things in it
    Names lacking;        // what nodes still need to boot, and the commands that mend it
    std::string journal;  // path
    int64_t revisions = 0;
    int64_t last_revision = 0;
    std::string journal_problem;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("running", self.running);
        visit("version", self.version);
        visit("process", self.process);
        visit("started", self.started);
        visit("config", self.config);
        visit("nodes_conf", self.nodes_conf);
        visit("nodes", self.nodes);
        visit("profiles", self.profiles);
        visit("problem", self.problem);
        visit("warnings", self.warnings);
        visit("lacking", self.lacking);
        visit("journal", self.journal);
        visit("revisions", self.revisions);
        visit("last_revision", self.last_revision);
        visit("journal_problem", self.journal_problem);
    }
};

}  // namespace ww::protocol
