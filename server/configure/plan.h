// SPDX-License-Identifier: BSD-3-Clause
//
// A plan: all that one part of `wwctl configure` would do, made before anything is done. It is
// shown, or carried out (carry_out.h). What is right already is not in it.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "configure/machine.h"
#include "configure/record.h"
#include "configure/services.h"

namespace ww::config {
struct WarewulfConf;
}  // namespace ww::config

namespace ww::nodes {
class Snapshot;
}  // namespace ww::nodes

namespace ww::overlay {
class Builder;
}  // namespace ww::overlay

namespace ww::configure {

/// What is kept of a file that gets another text.
enum class Keep {
    Nothing,
    /// NAME.wwbackup, once, as Warewulf does; later NAME-old, unless the file is as `configure`
    /// left it.
    Copy,
};

struct FileChange {
    enum class Kind { File, Link };

    std::string path;  // with the machine's root
    std::string text;  // of a link, its target
    Kind kind = Kind::File;
    mode_t mode = 0644;  // of a file that is new
    uid_t uid = 0;
    gid_t gid = 0;
    Keep keep = Keep::Copy;
    bool shown = true;                 // in a diff; not: boot programs, secrets
    bool read_at_start = true;         // the plan's service reads it only when it starts
    std::vector<std::string> checker;  // a program that reads the new file before it is put into
                                       // place; "{}" is its path. Empty: none
};

/// Anything else that is done once, such as making a key.
struct Action {
    std::string what;  // as the user reads it, before it is done
    std::function<Result<void>()> run;
};

struct ServiceChange {
    Unit unit;
    std::string heading;           // said before it is touched
    bool restart_always = false;   // whether anything changed cannot be seen from here
    bool reload_suffices = false;  // a running one reads the change without a restart
};

struct Note {
    std::string level;  // as of protocol notes
    std::string text;
};

struct Plan {
    std::string part;  // "dhcp"
    std::vector<Note> notes;
    std::vector<std::string> folders;  // to make
    std::vector<FileChange> files;
    std::vector<Action> actions;
    std::optional<ServiceChange> service;
    std::string read_by_service;  // a file the service has read once it is restarted
    std::function<std::vector<std::string>()> closing;  // lines for the end; may be empty

    void note(std::string level, std::string text) {
        notes.push_back({std::move(level), std::move(text)});
    }
    /// Adds a file if it is not yet as it should be.
    void add(FileChange change);
};

/// What plans are made from.
struct Situation {
    const config::WarewulfConf& conf;
    const std::string& conf_file;  // path of warewulf.conf
    const nodes::Snapshot& snapshot;
    const overlay::Builder& overlays;
    const Machine& machine;
    Services& services;
    const Record& record;
};

struct SshOptions {
    std::vector<std::string> key_types;  // empty: those of the configuration
};

struct TlsOptions {
    bool force = false;      // new keys, whatever there is
    std::string import_dir;  // take key and certificate from here
    std::string export_dir;  // copy them to here
    bool alone = false;      // asked for by name: say more
};

// Each is in the file of its name. Blocking; nothing is changed. Errors: FailedPrecondition when a
// program or service is missing, naming the package; those of rendering.
Result<Plan> plan_dhcp(const Situation& situation);
Result<Plan> plan_hostfile(const Situation& situation);
Result<Plan> plan_nfs(const Situation& situation);
Result<Plan> plan_ssh(const Situation& situation, const SshOptions& options);
Result<Plan> plan_tftp(const Situation& situation);
Result<Plan> plan_tls(const Situation& situation, const TlsOptions& options);
Result<Plan> plan_warewulfd(const Situation& situation);

}  // namespace ww::configure
