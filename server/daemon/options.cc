// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/options.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <optional>

#include "base/site_files.h"

namespace ww::daemon {

namespace {

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

Error bad(std::string text) { return {ErrorCode::InvalidArgument, std::move(text)}; }

// Upstream's numbers: DEBUG 10, INFO 20, WARN 30, ERROR 40 (reference/http.md §4.4).
log::Level level_of(int number) {
    if (number < 20) return log::Level::Debug;
    if (number < 30) return log::Level::Info;
    return number < 40 ? log::Level::Warn : log::Level::Error;
}

// The words of the command line; "--name=value" is read as two.
class Words {
   public:
    explicit Words(const std::vector<std::string>& words) : words_(words) {}

    bool next(std::string& name) {
        if (at_ == words_.size()) return false;
        name = words_[at_++];
        attached_.reset();
        const size_t equals = name.find('=');
        if (name.starts_with("--") && equals != std::string::npos) {
            attached_ = name.substr(equals + 1);
            name.resize(equals);
        }
        return true;
    }
    Result<std::string> value(const std::string& name) {
        if (attached_) return *std::exchange(attached_, std::nullopt);
        if (at_ == words_.size()) return bad(fmt::format("{} needs a value", name));
        return words_[at_++];
    }
    Result<int> descriptor(const std::string& name) {
        WW_TRY(const std::string text, value(name));
        const auto fd = number(text);
        if (!fd) return bad(fmt::format("{} {}: not a file descriptor", name, text));
        return *fd;
    }
    bool value_left_over() const { return attached_.has_value(); }

   private:
    const std::vector<std::string>& words_;
    size_t at_ = 0;
    std::optional<std::string> attached_;
};

Result<void> set_limit(Options& options, const std::string& limit) {
    if (overlay::is_render_limit(limit)) return overlay::set_limit(options.renders, limit);
    http::Limits checked;
    WW_TRY_VOID(http::set_limit(checked, limit));
    options.limits.push_back(limit);
    return {};
}

}  // namespace

http::Limits Options::all_limits() const {
    http::Limits all;
    for (const std::string& limit : limits) (void)http::set_limit(all, limit);  // were checked
    return all;
}

std::vector<std::string> Options::level_arguments() const {
    switch (level) {
        case log::Level::Debug:
            return {"--debug"};
        case log::Level::Info:
            return {};
        default:
            return {"--quiet"};
    }
}

std::vector<std::string> Options::job_arguments() const {
    std::vector<std::string> words = level_arguments();
    for (const std::string& limit : limits) {
        words.emplace_back("--limits");
        words.push_back(limit);
    }
    return words;
}

Result<Options> parse_options(const std::vector<std::string>& arguments) {
    Options options;
    const char* config = std::getenv("WAREWULFCONF");
    options.config = config != nullptr && *config != '\0' ? config : default_config();

    Words words(arguments);
    std::string name;
    while (words.next(name)) {
        if (name == "--warewulfconf") {
            WW_TRY(options.config, words.value(name));
        } else if (name == "--front") {
            options.role = Role::Front;
            WW_TRY(options.fd, words.descriptor(name));
        } else if (name == "--private") {
            options.role = Role::Private;
            WW_TRY(options.fd, words.descriptor(name));
        } else if (name == "--job") {
            options.role = Role::Job;
            WW_TRY(options.fd, words.descriptor(name));
        } else if (name == "--front-socket") {
            WW_TRY(options.front_socket, words.value(name));
        } else if (name == "--job-socket") {
            WW_TRY(options.job_socket, words.value(name));
        } else if (name == "--limits") {
            WW_TRY(const std::string limit, words.value(name));
            WW_TRY_VOID(set_limit(options, limit));
        } else if (name == "-v" || name == "--verbose" || name == "-d" || name == "--debug") {
            options.level = log::Level::Debug;
        } else if (name == "-q" || name == "--quiet") {
            options.level = log::Level::Warn;
        } else if (name == "-h" || name == "--help") {
            options.role = Role::Help;
        } else if (name == "--version") {
            options.role = Role::Version;
        } else {
            return bad(fmt::format("unknown argument {}", name))
                .with_hint("wwd --help shows what there is");
        }
        if (words.value_left_over()) return bad(fmt::format("{} takes no value", name));
    }
    if (const char* level = std::getenv("WAREWULFD_LOGLEVEL"); level != nullptr) {
        if (const auto value = number(level)) options.level = level_of(*value);
    }
    return options;
}

std::string_view help_text() {
    return "usage: wwd [--warewulfconf FILE] [-d | -q]\n"
           "\n"
           "Serves a cluster's nodes in the foreground. SIGHUP reads nodes.conf again (so does a "
           "change of\n"
           "the file), SIGTERM ends after the transfers under way.\n"
           "\n"
           "  --warewulfconf FILE  the site's configuration (also: environment WAREWULFCONF)\n"
           "      --limits NAME=VALUE  another limit of the server; wwd(8) names them\n"
           "      --front-socket PATH, --job-socket PATH  where a connection starts one of wwd's "
           "other\n"
           "                       processes (wwd-front.socket, wwd-job.socket); else they are "
           "children\n"
           "  -d, --debug          log more (also -v, --verbose)\n"
           "  -q, --quiet          log warnings and errors only\n"
           "  -h, --help           this text\n"
           "      --version        the version\n"
           "\n"
           "Started by other programs only: --front FD, --private FD, --job FD.\n";
}

}  // namespace ww::daemon
