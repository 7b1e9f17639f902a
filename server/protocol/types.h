// SPDX-License-Identifier: BSD-3-Clause
//
// What travels between wwctl and wwd, as plain structs: general ones here, the edits of nodes and
// profiles in edit.h. Each lists its members once; json.h reads and writes them from that list.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ww::protocol {

using Names = std::vector<std::string>;
using Tags = std::map<std::string, std::string>;

struct Nothing {
    template <class Self, class Visit>
    static void members(Self&, Visit&&) {}
};

/// First request of every connection: the client names its site, so that a wrong one is refused.
struct Hello {
    std::string config;  // absolute path of warewulf.conf; empty: that of another machine

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("config", self.config);
    }
};

struct Welcome {
    std::string config;
    std::string socket;  // where a running daemon of this site listens
    std::string version;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("config", self.config);
        visit("socket", self.socket);
        visit("version", self.version);
    }
};

/// A line for the user that is not the result: "Added node: n1", "invalid node: x".
struct Note {
    std::string level;  // error, warn, info, verbose, debug
    std::string text;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("level", self.level);
        visit("text", self.text);
    }
};

/// Cells as text; an empty cell is an unset value.
struct Table {
    Names columns;
    std::vector<Names> rows;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("columns", self.columns);
        visit("rows", self.rows);
    }
};

/// Text to be shown as it is.
struct Document {
    std::string text;
    std::string state;  // names that of nodes.conf it was made from; empty: of none

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("text", self.text);
        visit("state", self.state);
    }
};

/// Names of things of one kind. For nodes these are patterns such as n[01-10].
struct Selection {
    Names names;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
    }
};

/// Which nodes: those that have all of it.
struct Where {
    Names profiles;  // each is inherited from, directly or not
    Names images;    // one of these
    Names tags;      // NAME, or NAME=VALUE

    bool limits() const { return !profiles.empty() || !images.empty() || !tags.empty(); }

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("profiles", self.profiles);
        visit("images", self.images);
        visit("tags", self.tags);
    }
};

/// Which nodes or profiles, in which form. Tables: simple, long, network, ipmi, architecture, all,
/// own.
/// Documents: yaml, json, export, edit. Of nodes those, with what they inherit, that `where` is
/// true of.
struct ListRequest {
    Names names;
    std::string form;
    Where where = {};

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
        visit("form", self.form);
        visit("where", self.where);
    }
};

/// kind: node, profile, entry (either of them), image, overlay, job, ipxe (templates), network
/// (devices), tag, ipmi tag, network tag, or "file of NODE".
struct NamesRequest {
    std::string kind;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("kind", self.kind);
    }
};

struct NodeStatus {
    std::string name;
    std::string stage;
    std::string sent;
    std::string address;
    int64_t last_seen = 0;  // Unix seconds; 0 is never

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("stage", self.stage);
        visit("sent", self.sent);
        visit("address", self.address);
        visit("last_seen", self.last_seen);
    }
};

/// How a node is reached by ssh.
struct NodeAddress {
    std::string name;
    std::string address;  // of its primary network device
    std::string problem;  // why there is none

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("address", self.address);
        visit("problem", self.problem);
    }
};

struct AddressReply {
    std::vector<NodeAddress> nodes;  // by name

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("nodes", self.nodes);
    }
};

struct StatusReply {
    std::vector<NodeStatus> nodes;
    int64_t update_interval = 0;  // seconds between two polls of a node
    std::string problem;          // why nodes.conf is not in use; empty: it is

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("nodes", self.nodes);
        visit("update_interval", self.update_interval);
        visit("problem", self.problem);
    }
};

}  // namespace ww::protocol
