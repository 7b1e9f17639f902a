// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "ctl/completion.h"
#include "ctl/context.h"
#include "ctl/help.h"
#include "ctl/recorded.h"
#include "ctl/remote/settings.h"

namespace ww::ctl {

namespace {

/// Every failure of an upstream command ends with this. Source: reference/cli.md §1.5.
constexpr int kFailure = 255;

std::string config_path(const FlagValues& flags) {
    return flags.given("warewulfconf") ? flags.text("warewulfconf") : usual_config();
}

int threshold(const FlagValues& flags) {
    constexpr int kUsual = static_cast<int>(Level::Info);
    if (flags.given("loglevel") && flags.number("loglevel") != kUsual)
        return static_cast<int>(flags.number("loglevel"));
    if (flags.is_true("debug")) return static_cast<int>(Level::Debug);
    if (flags.is_true("verbose")) return static_cast<int>(Level::Verbose);
    return kUsual;
}

/// What a group says to a word that is no command of its. Compat: upstream says nothing, and it is
/// not an error: scripts know it like that.
std::string unknown_command(const Command& group, const std::string& word) {
    std::string text = fmt::format("unknown command \"{}\" for \"{}\"", word, group.path);
    if (const std::string hint = group.nearest_child(word); !hint.empty()) text += "; " + hint;
    return text;
}

/// The words the history and lists of jobs may show: not those of another program, which may hold
/// its secrets.
std::vector<std::string> shown_words(std::vector<std::string> words,
                                     const Command& command,
                                     const Parsed& parsed) {
    if (command.ours == 0 || parsed.arguments.size() < command.ours) return words;
    words.resize(words.size() - (parsed.arguments.size() - command.ours));
    return words;
}

int run_command(const std::vector<std::string>& words, Output& output) {
    if (!words.empty() && is_completion_request(words[0])) return complete(words, output);

    const Found found = find_command(command_tree(), words);
    const Command& command = *found.command;
    const auto parsed = parse_flags(known_flags(command, Help::Yes), found.words, command.ours);
    if (!parsed) {
        output.failure(parsed.error());
        return kFailure;
    }
    output.set_threshold(threshold(parsed->flags));
    for (const std::string& line : parsed->deprecations) output.print_error(line + "\n");
    if (command.is_group() || parsed->flags.is_true("help")) {
        if (command.is_group() && !parsed->arguments.empty())
            output.message(Level::Warn, unknown_command(command, parsed->arguments.front()));
        output.print(help_text(command));
        return 0;
    }
    const auto& arguments = parsed->arguments;
    const auto counted = check_arity(
        command, arguments.size(), arguments.empty() ? std::string_view() : arguments.front());
    if (!counted) {
        output.failure(counted.error());
        return kFailure;
    }

    auto server = find_server(parsed->flags);
    if (!server && command.needs != Needs::Nothing) {
        output.failure(server.error());
        return kFailure;
    }
    Context context(command,
                    *parsed,
                    config_path(parsed->flags),
                    recorded_command(shown_words(words, command, *parsed), parsed->flags),
                    output,
                    server ? *std::move(server) : std::nullopt);
    if (command.needs != Needs::Nothing && !parsed->flags.is_true("emptyconf")) {
        if (const auto connected = context.connect(); !connected) {
            output.failure(connected.error());
            return kFailure;
        }
    }
    if (const auto complete = check_required(command, parsed->flags); !complete) {
        output.failure(complete.error());
        return kFailure;
    }
    const Result<int> status = command.run(context);
    if (status) return *status;
    output.failure(status.error());
    return kFailure;
}

}  // namespace

Result<void> check_required(const Command& command, const FlagValues& flags) {
    std::string missing;
    for (const std::string& name : command.required)
        if (!flags.given(name))
            missing += fmt::format("{}\"{}\"", missing.empty() ? "" : ", ", name);
    if (missing.empty()) return {};
    return Error(ErrorCode::InvalidArgument, fmt::format("required flag(s) {} not set", missing));
}

int run(const std::vector<std::string>& words, Output& output) {
    const int status = run_command(words, output);
    // A full disk must not look like a finished export.
    const auto written = output.finish();
    if (written) return status;
    output.failure(written.error());
    return status == 0 ? kFailure : status;
}

}  // namespace ww::ctl
