// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl power, node sensors, node identify, node console. wwd says what to run for each node; it is
// run here, with the rights and keys of the caller. From elsewhere there may be no way to the
// controllers: then a job of the server's asks them.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "base/json_text.h"
#include "ctl/cmd/handlers.h"
#include "ctl/cmd/power/end_signals.h"
#include "ctl/fixed_words.h"
#include "ctl/follow.h"
#include "ctl/interrupt.h"
#include "ctl/prompt.h"
#include "programs/fan_out.h"
#include "programs/waves.h"

namespace ww::ctl::cmd {

namespace {

using programs::Pace;
using protocol::Names;
using protocol::PowerCommand;
using protocol::PowerReply;

constexpr size_t kNamedFailures = 5;

Program program_for(const PowerCommand& command) {
    Program program{.words = {"/bin/sh", "-c", command.command}};
    // redfish.tmpl runs the wwctl that runs it, wherever that is.
    if (const auto self = own_program()) program.environment.push_back("WWCTL=" + *self);
    if (!command.variable.empty())
        program.environment.push_back(command.variable + "=" + command.password);
    return program;
}

/// What came of one node.
struct Outcome {
    const PowerCommand* command = nullptr;
    std::string output;
    std::string problem;  // empty: it is done
};

std::string to_json(const std::vector<Outcome>& outcomes) {
    std::vector<std::string> rows;
    for (const Outcome& outcome : outcomes)
        rows.push_back(
            fmt::format(R"({{"node":{},"address":{},"done":{},"output":{},"problem":{}}})",
                        json_quote(outcome.command->node),
                        json_quote(outcome.command->address),
                        outcome.problem.empty(),
                        json_quote(outcome.output),
                        json_quote(outcome.problem)));
    return fmt::format(R"({{"nodes":[{}]}})", fmt::join(rows, ","));
}

/// Nobody is asked in a script, or about one node.
bool may_go_on(Context& context, const PowerReply& reply) {
    const FlagValues& flags = context.flags();
    const auto chosen = static_cast<int64_t>(reply.commands.size());
    if (!reply.interrupts || chosen < 2 || flags.is_true("yes") || flags.is_true("show") ||
        ::isatty(STDIN_FILENO) == 0)
        return true;
    const int64_t percent = flags.given("ask-above") ? flags.number("ask-above") : reply.ask_above;
    if (chosen * 100 <= reply.nodes * percent && reply.seen == 0) return true;
    std::string seen;
    if (reply.seen > 0)
        seen = fmt::format(", {} of them here in the last {} minutes", reply.seen, reply.lately);
    return confirm(fmt::format(
        "Power {} {} of {} nodes{}", context.command().name, chosen, reply.nodes, seen));
}

/// The lines of a text without what stands before each of them.
std::string lines_without(std::string_view before, std::string_view text) {
    std::string out;
    while (true) {
        if (text.starts_with(before)) text.remove_prefix(before.size());
        const size_t end = std::min(text.find('\n'), text.size());
        out += text.substr(0, end);
        text.remove_prefix(end);
        if (text.empty()) return out;
        out += '\n';
        text.remove_prefix(1);
    }
}

/// What the command line says, else warewulf.conf.
Pace pace_for(const FlagValues& flags, const PowerReply& reply) {
    const auto of = [&](const char* flag, int64_t usual) {
        return flags.given(flag) ? flags.number(flag) : usual;
    };
    return programs::pace_of({.batch = static_cast<size_t>(of("batch", reply.batch)),
                              .per_group = static_cast<size_t>(of("per-group", reply.per_group))},
                             std::chrono::seconds(of("pause", reply.pause)),
                             reply.starts,
                             reply.grouped);
}

class Asking {
   public:
    Asking(Context& context, const PowerReply& reply)
        : context_(context),
          patience_(context.flags().number("timeout")),
          pace_(pace_for(context.flags(), reply)) {
        for (const PowerCommand& command : reply.commands) {
            if (command.problem.empty())
                commands_.push_back(&command);
            else
                tell({&command, "", command.problem});
        }
        order();
    }

    Result<int> show() {
        for (const PowerCommand* command : commands_)
            context_.output().print(fmt::format("{}: {}\n", command->address, command->shown));
        return end();
    }

    Result<int> run() {
        const FlagValues& flags = context_.flags();
        const EndSignals signals;
        std::vector<Program> all;
        for (const PowerCommand* command : commands_) all.push_back(program_for(*command));
        programs::FanOut how{.at_once = static_cast<size_t>(flags.number("fanout")),
                             .patience = patience_,
                             .pause = pace_.pause,
                             .waves = waves_,
                             .end = signals.fd()};
        if (pace_.in_waves) how.wave_begun = [this](size_t begun) { tell_progress(begun); };
        const auto ended = [this](size_t i, const Result<programs::Ended>& one) {
            tell({commands_[i], one ? one->output : "", programs::problem_of(one, patience_)});
            context_.output().flush();
        };
        WW_TRY(const programs::FannedOut how_far, programs::fan_out(std::move(all), how, ended));
        if (!how_far.whole) return interrupted(how_far.begun);
        return end();
    }

    /// By the server. `request`: all of it but the names.
    Result<int> run_there(protocol::PowerRunRequest request) {
        if (commands_.empty()) return end();
        for (const PowerCommand* command : commands_) request.names.push_back(command->node);
        WW_TRY_VOID(context_.connect());
        const Interrupt interrupt(context_.session().fd());
        ProgressView view(context_.output());
        const auto reply = context_.session().follow(
            protocol::route::PowerRun{}, request, view, [this](const protocol::Note& note) {
                take(note);
            });
        if (!reply && Interrupt::came()) return finish_job(context_, reply, true);
        // Of a job that was cut short, more is not known.
        if (!reply && outcomes_.size() < refused_ + commands_.size()) return reply.error();
        return end();
    }

   private:
    /// "n1: Chassis Power is on"
    void take(const protocol::Note& note) {
        const std::string node = note.text.substr(0, note.text.find(':'));
        const auto command = std::ranges::find(commands_, node, &PowerCommand::node);
        if (command == commands_.end()) return context_.output().note(note);
        const std::string said = lines_without(node + ": ", note.text);
        const bool is_done = note.level == "info";
        tell({*command, is_done ? said : "", is_done ? "" : said});
    }

    /// In the order in which they are begun.
    void order() {
        std::vector<std::string> groups;
        for (const PowerCommand* command : commands_) groups.push_back(command->group);
        std::vector<const PowerCommand*> ordered;
        for (const auto& wave : programs::in_waves(groups, pace_.rate)) {
            waves_.push_back(wave.size());
            for (const size_t i : wave) ordered.push_back(commands_[i]);
        }
        commands_ = std::move(ordered);
    }

    void tell_progress(size_t begun) {
        if (begun == commands_.size()) return;
        const std::string text = fmt::format(
            "begun {} of {} nodes, more in {} s", begun, commands_.size(), pace_.pause.count());
        context_.output().print_error(text + "\n");
    }

    int interrupted(size_t begun) {
        Names rest;
        for (size_t i = begun; i < commands_.size(); ++i) rest.push_back(commands_[i]->node);
        context_.output().message(
            Level::Error,
            fmt::format("interrupted: {} of {} nodes were not asked or did not answer{}{}",
                        commands_.size() + refused_ - outcomes_.size(),
                        commands_.size(),
                        rest.empty() ? "" : "; not begun: ",
                        fmt::join(rest, ",")));
        return kInterrupted;
    }

    void tell(Outcome outcome) {
        Output& output = context_.output();
        const PowerCommand& command = *outcome.command;
        const std::string& who = command.address.empty() ? command.node : command.address;
        refused_ += command.problem.empty() ? 0 : 1;
        if (!outcome.problem.empty()) {
            failed_.push_back(command.node);
            output.message(Level::Error, fmt::format("{}: {}", who, outcome.problem));
        } else if (!context_.flags().is_true("json")) {
            output.print(programs::each_line_of(who, outcome.output));
        }
        outcomes_.push_back(std::move(outcome));
    }

    Result<int> end() {
        if (context_.flags().is_true("json"))
            context_.output().print(indent_json(to_json(outcomes_)) + "\n");
        if (failed_.empty()) return 0;
        const size_t all = failed_.size();
        const bool cut = all > kNamedFailures;
        if (cut) failed_.resize(kNamedFailures);
        return Error(ErrorCode::Unavailable,
                     fmt::format("{} of {} nodes failed: {}{}",
                                 all,
                                 outcomes_.size(),
                                 fmt::join(failed_, ", "),
                                 cut ? ", ..." : ""));
    }

    Context& context_;
    const std::chrono::seconds patience_;
    const Pace pace_;
    std::vector<const PowerCommand*> commands_;
    std::vector<size_t> waves_;
    std::vector<Outcome> outcomes_;
    size_t refused_ = 0;
    Names failed_;
};

protocol::PowerRunRequest run_request(const FlagValues& flags,
                                      const protocol::PowerRequest& request) {
    const auto given = [&](const char* flag) {
        return flags.given(flag) ? flags.number(flag) : int64_t{-1};
    };
    return {.verb = request.verb,
            .persistent = request.persistent,
            .fanout = flags.number("fanout"),
            .timeout = flags.number("timeout"),
            .group_by = request.group_by,
            .batch = given("batch"),
            .per_group = given("per-group"),
            .pause = given("pause")};
}

Result<int> ask(Context& context, protocol::PowerRequest request) {
    const FlagValues& flags = context.flags();
    for (const char* flag : {"fanout", "timeout"})
        if (flags.number(flag) < 1)
            return Error(ErrorCode::InvalidArgument, fmt::format("--{} must be at least 1", flag));
    for (const char* flag : {"pause", "batch", "per-group", "ask-above"})
        if (flags.given(flag) && flags.number(flag) < 0)
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("--{} must not be negative", flag));
    request.only_shown = context.is_remote() || flags.is_true("show");
    WW_TRY(const PowerReply reply, context.call(protocol::route::PowerCommands{}, request));
    context.disconnect();
    if (!may_go_on(context, reply)) return 0;
    Asking asking(context, reply);
    if (flags.is_true("show")) return asking.show();
    return context.is_remote() ? asking.run_there(run_request(flags, request)) : asking.run();
}

}  // namespace

Result<int> power(Context& context) {
    return ask(context,
               {.names = context.arguments(),
                .verb = context.command().name,
                .group_by = context.flags().text("group-by")});
}

Result<int> power_bootdev(Context& context) {
    const Names& words = context.arguments();
    const auto devices = fixed_words(Complete::BootDevices);
    if (std::ranges::find(devices, words[0]) == devices.end())
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("nodes do not boot from \"{}\"", words[0]))
            .with_hint(fmt::format("there are {}", fmt::join(devices, ", ")));
    return ask(context,
               {.names = {words.begin() + 1, words.end()},
                .verb = "bootdev " + words[0],
                .persistent = context.flags().is_true("persistent")});
}

Result<int> node_identify(Context& context) {
    return ask(context,
               {.names = context.arguments(),
                .verb = context.flags().is_true("off") ? "identify off" : "identify"});
}

Result<int> node_sensors(Context& context) {
    return ask(context,
               {.names = context.arguments(),
                .verb = context.flags().is_true("full") ? "sensors full" : "sensors"});
}

Result<int> node_console(Context& context) {
    WW_TRY(const PowerReply reply,
           context.call(protocol::route::PowerCommands{},
                        {.names = context.arguments(), .verb = "console"}));
    context.disconnect();
    Names failed;
    for (const PowerCommand& command : reply.commands) {
        if (!command.problem.empty()) {
            context.output().message(Level::Error,
                                     fmt::format("{}: {}", command.node, command.problem));
            failed.push_back(command.node);
            continue;
        }
        context.output().flush();
        WW_TRY(Process process, Process::start(program_for(command)));
        const Exit exit = process.wait();
        if (exit.status() == 0) continue;
        context.output().message(
            Level::Error, fmt::format("{}: Console problem: {}", command.node, exit.describe()));
        failed.push_back(command.node);
    }
    if (failed.empty()) return 0;
    return Error(ErrorCode::Unavailable, fmt::format("no console of {}", fmt::join(failed, ", ")));
}

}  // namespace ww::ctl::cmd
