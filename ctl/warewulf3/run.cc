// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/warewulf3/run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/confined_dir.h"
#include "base/file.h"
#include "base/nearest.h"
#include "base/path.h"
#include "base/process.h"
#include "ctl/input.h"
#include "ctl/prompt.h"
#include "ctl/recorded.h"
#include "ctl/run.h"
#include "ctl/session.h"
#include "ctl/warewulf3/help.h"
#include "ctl/warewulf3/options.h"
#include "ctl/warewulf3/site.h"
#include "protocol/command_line.h"

namespace ww::ctl::warewulf3 {

namespace {

constexpr int kFailure = 255;

/// Options of a program with words, which stand before them. Source: reference/images-and-boot.md
/// §5.
struct Before {
    bool yes = false;
    bool help = false;
};

Result<Before> take_global_options(std::vector<std::string>& words) {
    Before before;
    while (!words.empty() && words.front().starts_with('-')) {
        const std::string& word = words.front();
        if (word == "-y" || word == "--yes" || word == "--noask")
            before.yes = true;
        else if (word == "-h" || word == "--help")
            before.help = true;
        else if (word != "-v" && word != "--verbose" && word != "-d" && word != "--debug" &&
                 word != "-q" && word != "--quiet" && word != "--nodhcp")
            return Error(ErrorCode::InvalidArgument, fmt::format("unknown flag: {}", word))
                .with_hint("options of a word stand after it");
        words.erase(words.begin());
    }
    return before;
}

/// Warewulf 3's reads lines from standard input. Errors: InvalidArgument, if there are any.
Result<void> check_no_script() {
    if (::isatty(STDIN_FILENO) == 1) return {};
    WW_TRY(const std::string text, read_input("-"));
    if (text.find_first_not_of(" \t\n") == std::string::npos) return {};
    return Error(ErrorCode::InvalidArgument, "wwsh takes no lines from standard input")
        .with_hint("a command for each: wwsh node list");
}

Error unknown_word(const std::string& path, const std::string& word) {
    std::vector<std::string> names;
    for (const auto& [name, text] : children(path)) names.push_back(name);
    const std::string nearest = nearest_hint(word, {names.begin(), names.end()});
    return Error(ErrorCode::InvalidArgument,
                 fmt::format("unknown word \"{}\" for \"{}\"", word, path))
        .with_hint(nearest.empty() ? fmt::format("{} --help lists them", path) : nearest);
}

Error refused(const Word& word) {
    return Error(ErrorCode::FailedPrecondition,
                 fmt::format("{} has no counterpart in wwd", word.path))
        .with_hint(std::string(word.stands_for));
}

/// What a step is to a reader: its words, secrets hidden.
std::string shown(const Plan::Step& step) {
    switch (step.kind) {
        case Plan::Step::Kind::Program:
            return protocol::join_command(step.words);
        case Plan::Step::Kind::Write:
            return fmt::format("writes {}{}", step.root, step.path);
        case Plan::Step::Kind::Wwctl:
            break;
    }
    const Found found = find_command(command_tree(), step.words);
    return "wwctl " +
           recorded_command(step.words, FlagValues(known_flags(*found.command, Help::Yes)));
}

Result<int> run_other(const std::vector<std::string>& words) {
    const auto ended = run_program(words);
    if (!ended && ended.error().code() == ErrorCode::NotFound)
        return Error(ErrorCode::FailedPrecondition, fmt::format("{} is not installed", words[0]))
            .with_hint(fmt::format("install the package {}", words[0]));
    if (!ended) return ended.error();
    if (ended->status() == 0) return 0;
    return Error(ErrorCode::FailedPrecondition, fmt::format("{}: {}", words[0], ended->describe()));
}

/// A link in a chroot must not lead to this machine's own files.
Result<void> write_beneath(const Plan::Step& step) {
    WW_TRY(const ConfinedDir root, ConfinedDir::open(step.root));
    const std::string folder(folder_of(step.path));
    WW_TRY(const UniqueFd above, root.open_file(folder_of(folder), O_RDONLY | O_DIRECTORY));
    if (::mkdirat(above.get(), std::string(base_name(folder)).c_str(), 0755) != 0 &&
        errno != EEXIST)
        return Error::from_errno(errno, fmt::format("mkdir {}{}", step.root, folder));
    WW_TRY(const UniqueFd file, root.open_file(step.path, O_WRONLY | O_CREAT | O_TRUNC, 0644));
    return write_all(file.get(), step.text, step.path);
}

Result<int> carry_out(const Plan::Step& step, Output& output) {
    switch (step.kind) {
        case Plan::Step::Kind::Wwctl:
            return ctl::run(step.words, output);
        case Plan::Step::Kind::Program:
            output.flush();
            return run_other(step.words);
        case Plan::Step::Kind::Write:
            WW_TRY_VOID(write_beneath(step));
            return 0;
    }
    return 0;
}

Result<int> carry_out(const std::string& program, const Plan& plan, bool yes, Output& output) {
    const auto say = [&](const std::string& line) {
        output.print_error(fmt::format("{}: {}\n", program, line));
    };
    for (const std::string& note : plan.notes) say(note);
    for (const std::string& warning : plan.warnings) output.message(Level::Warn, warning);
    if (plan.steps.empty() && plan.notes.empty() && plan.warnings.empty()) say("nothing to change");
    if (!plan.question.empty() && !yes && !confirm(plan.question)) return 0;
    for (const Plan::Step& step : plan.steps) {
        output.flush();
        say(shown(step));
        WW_TRY(const int status, carry_out(step, output));
        if (status != 0) return status;
    }
    return 0;
}

Result<int> run_line(const std::string& program, std::vector<std::string> words, Output& output) {
    Before before;
    if (!children(program).empty()) {
        WW_TRY(before, take_global_options(words));
    }
    std::string path = program;
    const Word* word = find_word(path, words);
    if (word == nullptr) {
        const bool asks =
            words.empty() || words[0] == "help" || words[0] == "--help" || words[0] == "-h";
        if (!asks) return unknown_word(path, words[0]);
        if (words.empty() && path == "wwsh") WW_TRY_VOID(check_no_script());
        output.print(group_help(path));
        return 0;
    }
    const auto parsed = parse_flags(flags_of(*word), words);
    if (before.help || (parsed && parsed->flags.is_true("help"))) {
        output.print(help_text(*word));
        return 0;
    }
    if (word->translate == nullptr) return refused(*word);
    if (!parsed) return parsed.error();
    Command counted;
    counted.path = word->path;
    counted.arity = word->arity;
    const auto& targets = parsed->arguments;
    WW_TRY_VOID(check_arity(
        counted, targets.size(), targets.empty() ? std::string_view() : targets.front()));
    const std::string config = usual_config();
    const bool yes = before.yes || parsed->flags.is_true("yes");
    Plan plan;
    {
        // Its connection ends before the words are run, each with one of its own.
        const auto site = live_site(config, output);
        WW_TRY(plan, word->translate({*word, parsed->flags, targets, yes, config}, *site));
    }
    return carry_out(program, plan, yes, output);
}

}  // namespace

int run(const std::string& program, std::vector<std::string> words, Output& output) {
    if (words.size() > 1 && is_completion_request(words[0])) {
        print_candidates(words[0], candidates(program, {words.begin() + 1, words.end()}), output);
        return output.finish() ? 0 : kFailure;
    }
    const Result<int> status = run_line(program, std::move(words), output);
    if (!status) output.failure(status.error());
    const auto written = output.finish();
    if (!written) output.failure(written.error());
    return status && written ? *status : kFailure;
}

}  // namespace ww::ctl::warewulf3
