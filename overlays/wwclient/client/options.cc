// SPDX-License-Identifier: BSD-3-Clause
#include "client/options.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "base/site_files.h"

namespace ww::client {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

Result<Options> parse_options(const std::vector<std::string>& arguments) {
    Options options;
    options.server_address = environment("WW_IPADDR");
    options.config_file = environment("WAREWULFCONF");

    for (size_t i = 0; i < arguments.size(); ++i) {
        std::string_view word = arguments[i];
        std::string_view name = word.substr(0, word.find('='));
        std::string* value = nullptr;
        if (name == "-p" || name == "--pidfile") value = &options.pid_file;
        if (name == "--apply-attributes") value = &options.attributes;
        if (name == "--copy-root") value = &options.copy_root;
        if (name == "--warewulfconf") value = &options.config_file;
        if (value && name.size() < word.size()) {
            *value = word.substr(name.size() + 1);
        } else if (value) {
            if (++i == arguments.size()) {
                return Error(ErrorCode::InvalidArgument, fmt::format("{} needs a value", name));
            }
            *value = arguments[i];
        } else if (word == "--once") {
            options.once = true;
        } else if (word == "-d" || word == "--debug") {
            options.debug = true;
        } else if (word == "-h" || word == "--help") {
            options.help = true;
        } else {
            return Error(ErrorCode::InvalidArgument, fmt::format("unknown argument {}", word))
                .with_hint("wwclient --help lists them");
        }
    }
    if (options.config_file.empty()) options.config_file = kPackagedConfig;
    return options;
}

std::string usage() {
    return "usage: wwclient [--once] [-d|--debug] [-p|--pidfile FILE] [--warewulfconf FILE]\n"
           "       wwclient --apply-attributes FILE\n"
           "       wwclient --copy-root FOLDER\n"
           "\n"
           "Fetches this node's runtime overlay from its Warewulf server, again and again, and "
           "replaces\n"
           "the files that differ. SIGHUP: fetch now. Environment: WW_IPADDR (another server),\n"
           "WAREWULFCONF.\n"
           "\n"
           "--apply-attributes: gives the files listed in FILE (as getfattr prints them) their "
           "extended\n"
           "attributes and ends; part of a node's boot.\n"
           "--copy-root: copies the root file system to FOLDER, without what is mounted in it, and "
           "ends;\n"
           "part of a node's boot.\n";
}

}  // namespace ww::client
