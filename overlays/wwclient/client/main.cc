// SPDX-License-Identifier: BSD-3-Clause
//
// wwclient: keeps a node's runtime overlay up to date. Runs on the node, as root, from the overlay
// of the same name; a static program, because nothing is known about the image it runs in.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "archive/tree_copy.h"
#include "base/log.h"
#include "client/attributes.h"
#include "client/options.h"
#include "client/pid_file.h"
#include "client/stop.h"
#include "client/updater.h"

namespace ww::client {

namespace {

std::string own_path() {
    std::array<char, 4096> buffer;
    ssize_t length = readlink("/proc/self/exe", buffer.data(), buffer.size());
    return length > 0 ? std::string(buffer.data(), static_cast<size_t>(length)) : "";
}

/// Only the installed program writes to the real root: a copy started elsewhere, perhaps by mistake
/// on the server, unpacks where it does no harm.
Result<std::string> target_root(const config::WarewulfConf& conf) {
    if (own_path() == conf.paths.wwclientdir + "/wwclient") return std::string("/");
    std::string root = conf.paths.wwclientdir + "/wwclient-test";
    WW_TRY_VOID(make_directories(root, 0700));
    log::info("not started as {}/wwclient: unpacking to {}", conf.paths.wwclientdir, root);
    return root;
}

Result<void> look_after_overlay(const Options& options) {
    WW_TRY(config::WarewulfConf conf,
           config::load_config(options.config_file, config::Autodetect::Off));
    WW_TRY(Endpoint server, endpoint_of(conf, options.server_address));
    WW_TRY(Identity identity, identify());
    WW_TRY(std::string root, target_root(conf));
    WW_TRY(Target target, Target::open(root));
    WW_TRY(PidFile pid_file, PidFile::take(options.pid_file));
    catch_signals();
    Updater updater(
        server, identity, std::move(target), std::chrono::seconds(conf.warewulf.update_interval));
    if (options.once) return updater.update();
    log::info("looking after the runtime overlay of {} from {}",
              identity.wwid,
              server.address.to_string());
    updater.run();
    return {};
}

Result<void> attributes_only(const std::string& list) {
    WW_TRY(const std::string text, read_file(list));
    WW_TRY(const ConfinedDir root, ConfinedDir::open("/"));
    WW_TRY(const AttributeOutcome applied, apply_attributes(root, text), "reading {}", list);
    if (applied.failed == 0) return {};
    return Error(ErrorCode::Io,
                 fmt::format("{} of {} files lack attributes of the image: {}",
                             applied.failed,
                             applied.failed + applied.files,
                             applied.failure))
        .with_hint("a root on tmpfs can hold them (node set --root tmpfs); user.* since Linux 6.6");
}

/// A root that is to lie elsewhere than where the boot loader put it.
Result<void> copy_root(const std::string& folder) {
    WW_TRY(const ConfinedDir from, ConfinedDir::open("/"));
    WW_TRY(const ConfinedDir to, ConfinedDir::open(folder));
    return archive::copy_tree(from, to, {.one_file_system = true});
}

Result<void> run(const Options& options) {
    if (!options.attributes.empty()) return attributes_only(options.attributes);
    if (!options.copy_root.empty()) return copy_root(options.copy_root);
    return look_after_overlay(options);
}

}  // namespace

}  // namespace ww::client

int main(int argc, char** argv) {
    using namespace ww::client;
    ww::Result<Options> options = parse_options(std::vector<std::string>(argv + 1, argv + argc));
    if (!options) {
        std::fputs(fmt::format("wwclient: {}\n", options.error().describe()).c_str(), stderr);
        return 2;
    }
    if (options->help) {
        std::fputs(usage().c_str(), stdout);
        return 0;
    }
    if (options->debug) ww::log::set_level(ww::log::Level::Debug);
    const ww::Result<void> done = run(*options);
    if (!done) {
        std::fputs(fmt::format("wwclient: {}\n", done.error().describe()).c_str(), stderr);
        return 255;
    }
    return 0;
}
