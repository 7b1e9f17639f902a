// SPDX-License-Identifier: BSD-3-Clause
//
// Jobs as they travel: long work, how far it is, and how it ended.
#pragma once

#include "protocol/types.h"

namespace ww::protocol {

/// A line of a reply, between notes: how far the job is. Totals of 0 are not known.
struct Progress {
    int64_t job = 0;    // its number
    std::string phase;  // "copying"
    int64_t bytes = 0;
    int64_t total_bytes = 0;
    int64_t files = 0;
    int64_t total_files = 0;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("job", self.job);
        visit("phase", self.phase);
        visit("bytes", self.bytes);
        visit("total_bytes", self.total_bytes);
        visit("files", self.files);
        visit("total_files", self.total_files);
    }
};

/// The reply of whatever runs as a job: when it is done, or at once if it is detached.
struct JobReply {
    int64_t job = 0;
    std::string what;       // "image import of deb"
    bool detached = false;  // told at its start: it runs on, and the rest is not known yet
    int64_t bytes = 0;
    int64_t files = 0;
    int64_t milliseconds = 0;
    std::string report = {};  // JSON: what it found out, of jobs whose purpose that is

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("job", self.job);
        visit("what", self.what);
        visit("detached", self.detached);
        visit("bytes", self.bytes);
        visit("files", self.files);
        visit("milliseconds", self.milliseconds);
        visit("report", self.report);
    }
};

struct JobRequest {
    int64_t job = 0;
    bool from_now = false;  // without the notes that it has given already

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("job", self.job);
        visit("from_now", self.from_now);
    }
};

struct JobInfo {
    int64_t job = 0;
    std::string kind;   // "image import"
    std::string name;   // "deb"
    std::string state;  // running, done, failed, cancelled
    bool detached = false;
    std::string user;
    int64_t uid = -1;  // -1: not known
    std::string command;
    int64_t started = 0;  // Unix seconds
    int64_t milliseconds = 0;
    std::string problem;  // why it failed or was cancelled
    Progress progress;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("job", self.job);
        visit("kind", self.kind);
        visit("name", self.name);
        visit("state", self.state);
        visit("detached", self.detached);
        visit("user", self.user);
        visit("uid", self.uid);
        visit("command", self.command);
        visit("started", self.started);
        visit("milliseconds", self.milliseconds);
        visit("problem", self.problem);
        visit("progress", self.progress);
    }
};

struct JobListReply {
    std::vector<JobInfo> jobs;  // by number

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("jobs", self.jobs);
    }
};

}  // namespace ww::protocol
