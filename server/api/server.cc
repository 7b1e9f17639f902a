// SPDX-License-Identifier: BSD-3-Clause
//
// About the server: its configuration, and how it is: which process, which files, and whether they
// are in use.
#include <unistd.h>

#include "api/handlers.h"
#include "api/lacking.h"
#include "api/references.h"
#include "config/config.h"
#include "store/database.h"

namespace ww::api {

Result<protocol::Document> config_document(Call& call, const protocol::Nothing&) {
    constexpr int kIndent = 4;
    return protocol::Document{config::print_config(call.site.conf, kIndent)};
}

Result<protocol::ServerStatus> server_state(Call& call, const protocol::Nothing&) {
    store::Database& database = call.site.database;
    // What is wrong with the file is what is asked for.
    (void)database.reload();
    const auto snapshot = database.snapshot();
    protocol::ServerStatus status;
    status.running = call.site.boot != nullptr;
    status.version = WW_VERSION;
    status.process = ::getpid();
    status.started = call.site.started;
    status.config = call.site.config;
    status.nodes_conf = database.path();
    status.nodes = static_cast<int64_t>(snapshot->raw().nodes.size());
    status.profiles = static_cast<int64_t>(snapshot->raw().profiles.size());
    if (const auto problem = database.problem()) status.problem = problem->describe();
    for (const yaml::Warning& warning : snapshot->warnings())
        status.warnings.push_back(warning.to_string());
    constexpr size_t kLines = 20;
    for (std::string& line : odd_references(call.site, *snapshot, kLines))
        status.warnings.push_back(std::move(line));
    status.lacking = what_is_lacking(call.site);
    store::Journal* journal = database.journal();
    if (journal == nullptr) return status;
    status.journal = journal->path();
    const auto newest = journal->revisions({.limit = 1});
    const auto count = journal->count();
    if (!newest || !count) {
        status.journal_problem = (newest ? count.error() : newest.error()).message();
        return status;
    }
    status.revisions = *count;
    if (!newest->empty()) status.last_revision = newest->front().number;
    return status;
}

}  // namespace ww::api
