// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ctl/cmd/handlers.h"
#include "ctl/fixed_words.h"
#include "ctl/help.h"
#include "ctl/parser.h"
#include "ctl/remote/settings.h"
#include "ctl/session.h"
#include "ctl/warewulf3/words.h"

namespace ww::ctl {

namespace {

std::string_view kind_name(Complete kind) {
    switch (kind) {
        case Complete::Nodes:
            return "node";
        case Complete::Profiles:
            return "profile";
        case Complete::Entries:
            return "entry";
        case Complete::Images:
            return "image";
        case Complete::Jobs:
            return "job";
        case Complete::Overlays:
            return "overlay";
        case Complete::IpxeTemplates:
            return "ipxe";
        case Complete::NetworkDevices:
            return "network";
        case Complete::Tags:
            return "tag";
        case Complete::IpmiTags:
            return "ipmi tag";
        case Complete::NetTags:
            return "network tag";
        case Complete::Tokens:
            return "token";
        default:
            return "";
    }
}

/// What wwd knows of one kind; none if it cannot be asked, since Tab must not print errors.
std::vector<Candidate> known(Session& session, Complete kind, const std::string& of) {
    std::vector<Candidate> found;
    if (kind == Complete::OverlayFiles) {
        const auto reply = session.call(protocol::route::OverlayList{}, {{of}});
        if (!reply || reply->overlays.empty()) return found;
        for (const protocol::OverlayEntry& entry : reply->overlays.front().entries)
            if (!entry.path.ends_with('/')) found.push_back({entry.path, ""});
    } else if (kind == Complete::NodeFiles) {
        const auto reply = session.call(protocol::route::NameList{}, {"file of " + of});
        if (!reply) return found;
        for (const std::string& name : reply->names) found.push_back({name, ""});
    } else if (kind == Complete::SetFields) {
        const auto reply = session.call(protocol::route::Blame{}, {of, ""});
        if (!reply) return found;
        for (const protocol::BlameRow& row : reply->fields) found.push_back({row.field, row.value});
    } else if (kind == Complete::Revisions) {
        constexpr int64_t kNewest = 50;
        const auto reply = session.call(protocol::route::History{}, {.limit = kNewest});
        if (!reply) return found;
        for (const protocol::RevisionRow& row : reply->revisions)
            found.push_back({fmt::to_string(row.revision), row.command});
    } else {
        const auto reply =
            session.call(protocol::route::NameList{}, {std::string(kind_name(kind))});
        if (!reply) return found;
        for (const std::string& name : reply->names) found.push_back({name, ""});
    }
    return found;
}

Form form_of(const Flag& flag) {
    return flag.kind == FlagKind::Texts   ? Form::List
           : flag.kind == FlagKind::Pairs ? Form::Pair
                                          : Form::One;
}

/// "[1" of "n[1,2": there is no name to complete.
bool is_in_brackets(std::string_view typed) {
    const size_t open = typed.rfind('[');
    return open != std::string_view::npos && typed.find(']', open) == std::string_view::npos;
}

/// Of the words before the one that is typed, of which the last may be a flag without its value.
FlagValues flags_so_far(const Command& command, std::vector<std::string> words) {
    for (int i = 0; i < 2; ++i) {
        auto parsed = parse_flags(known_flags(command, Help::Yes), words);
        if (parsed) return std::move(parsed->flags);
        if (!words.empty()) words.pop_back();
    }
    return FlagValues({});
}

Candidates candidates(const std::vector<std::string>& before, const std::string& typed) {
    const Found found = find_command(command_tree(), before);
    // The words of another command are completed as that.
    if (found.command->run == cmd::plan) {
        const auto first = std::find_if(found.words.begin(),
                                        found.words.end(),
                                        [](const auto& word) { return !word.starts_with('-'); });
        if (first != found.words.end() || !typed.starts_with('-'))
            return candidates({first, found.words.end()}, typed);
    }
    const Command& command = *found.command;
    const FlagValues flags(known_flags(command, Help::Yes));
    const FlagValues typed_flags = flags_so_far(command, found.words);

    // The value of a flag: "--image=ro", or "ro" after "--image".
    if (typed.starts_with("--") && typed.find('=') != std::string::npos) {
        const size_t equals = typed.find('=');
        const Flag* flag = flags.find(std::string_view(typed).substr(2, equals - 2));
        if (flag == nullptr) return {};
        const Complete kind = has_optional_value(flag->kind) ? Complete::Booleans : flag->complete;
        return complete_value(
            kind, "", std::string_view(typed).substr(equals + 1), form_of(*flag), typed_flags);
    }
    if (typed.starts_with("-")) return complete_flag_name(known_flags(command, Help::Yes), typed);
    if (!found.words.empty() && found.words.back().size() > 1 && found.words.back()[0] == '-' &&
        found.words.back().find('=') == std::string::npos) {
        const std::string& last = found.words.back();
        const Flag* flag =
            last[1] == '-' ? flags.find(std::string_view(last).substr(2)) : flags.find(last.back());
        if (flag != nullptr && !has_optional_value(flag->kind))
            return complete_value(flag->complete, "", typed, form_of(*flag), typed_flags);
    }

    const auto parsed = parse_flags(known_flags(command, Help::Yes), found.words);
    if (!parsed) return {{}, kError};
    const std::vector<std::string>& arguments = parsed->arguments;
    if (command.is_group() || !command.children.empty()) {
        Candidates children;
        for (const Command& child : command.children)
            if (!child.hidden && child.name.starts_with(typed) && arguments.empty())
                children.list.push_back({child.name, help_page(child).summary});
        return children;
    }
    if (command.complete.empty()) return {};
    const Complete kind = command.complete[std::min(arguments.size(), command.complete.size() - 1)];
    const bool patterns = kind == Complete::Nodes || kind == Complete::Entries;
    return complete_value(kind,
                          arguments.empty() ? "" : arguments.front(),
                          typed,
                          patterns ? Form::List : Form::One,
                          typed_flags);
}

// ---- the scripts: each asks `wwctl __complete`, and is our own, small and without features we
// lack

constexpr std::string_view kBash = R"SCRIPT(# bash completion for wwctl
_wwctl() {
    local current=${COMP_WORDS[COMP_CWORD]} line directive=0 candidates=()
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == :* ]]; then directive=${line#:}; else candidates+=("${line%%$'\t'*}"); fi
    done < <("${COMP_WORDS[0]}" %REQUEST% "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    if ((${#candidates[@]})); then
        COMPREPLY=("${candidates[@]}")
        ((directive & 2)) && compopt -o nospace 2>/dev/null
    elif ((directive == 0)); then
        compopt -o default 2>/dev/null
    fi
    [[ $current == *=* && $COMP_WORDBREAKS == *=* ]] && COMPREPLY=("${COMPREPLY[@]#*=}")
    return 0
}
complete -F _wwctl %PROGRAMS%
)SCRIPT";

constexpr std::string_view kZsh = R"SCRIPT(#compdef %PROGRAMS%
# zsh completion for wwctl
_wwctl() {
    local line directive=0
    local -a candidates
    for line in "${(@f)$("${words[1]}" %REQUEST% "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        if [[ $line == :* ]]; then
            directive=${line#:}
        elif [[ -n $line ]]; then
            candidates+=("${${line//:/\\:}/$'\t'/:}")
        fi
    done
    if (( ${#candidates} )); then
        _describe 'wwctl' candidates
    elif (( directive == 0 )); then
        _files
    fi
}
compdef _wwctl %PROGRAMS%
)SCRIPT";

constexpr std::string_view kFish = R"SCRIPT(# fish completion for wwctl
function __wwctl_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] %REQUEST% $words[2..-1] 2>/dev/null | string match -v -r '^:'
end
for program in %PROGRAMS%
    complete -c $program -f -a '(__wwctl_complete)'
end
)SCRIPT";

constexpr std::string_view kPowershell = R"SCRIPT(# PowerShell completion for wwctl
Register-ArgumentCompleter -Native -CommandName %PROGRAM_LIST% -ScriptBlock {
    param($word, $ast, $position)
    $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
    if ($word -eq '') { $words += '' }
    & $ast.CommandElements[0].Value %REQUEST% @words 2>$null |
        Where-Object { $_ -notmatch '^:' } |
        ForEach-Object {
            $text, $description = $_ -split "`t", 2
            if (-not $description) { $description = $text }
            [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $description)
        }
}
)SCRIPT";

constexpr std::string_view kRequest = "__complete";
constexpr std::string_view kRequestPlain = "__completeNoDesc";

}  // namespace

bool is_completion_request(std::string_view word) {
    return word == kRequest || word == kRequestPlain;
}

Candidates complete_value(Complete kind,
                          const std::string& of,
                          std::string_view typed,
                          Form form,
                          const FlagValues& flags) {
    if (kind == Complete::Files) return {{}, kFiles};
    Candidates found;
    if (const auto words = fixed_words(kind); !words.empty()) {
        for (const std::string_view word : words)
            if (word.starts_with(typed)) found.list.push_back({std::string(word), ""});
        return found;
    }
    if (kind == Complete::Nothing || (form == Form::List && is_in_brackets(typed))) return found;
    Output quiet(static_cast<int>(Level::Error) + 1);
    const auto server = find_server(flags);
    if (!server) return found;
    auto session =
        *server ? Session::open_remote(**server, quiet) : Session::open(usual_config(), quiet);
    if (!session) return found;
    std::string kept;
    if (form == Form::List) kept = typed.substr(0, typed.rfind(',') + 1);
    // As it was begun, with the slash or without.
    if (kind == Complete::OverlayFiles && (typed.empty() || typed.starts_with('/'))) kept = "/";
    const std::string_view begun = typed.substr(std::min(kept.size(), typed.size()));
    if (form == Form::Pair) found.directive = static_cast<Directive>(kNoFiles | kNoSpace);
    for (Candidate& candidate : known(*session, kind, of)) {
        if (!candidate.text.starts_with(begun)) continue;
        candidate.text = kept + candidate.text + (form == Form::Pair ? "=" : "");
        std::replace(candidate.description.begin(), candidate.description.end(), '\n', ' ');
        found.list.push_back(std::move(candidate));
    }
    return found;
}

Candidates complete_flag_name(const std::vector<Flag>& flags, std::string_view typed) {
    Candidates found;
    for (const Flag& flag : flags) {
        if (flag.hidden || !flag.deprecated.empty()) continue;
        const std::string name = fmt::format("--{}", flag.name);
        if (name.starts_with(typed)) found.list.push_back({name, std::string(flag.usage)});
    }
    std::sort(found.list.begin(), found.list.end(), [](const Candidate& a, const Candidate& b) {
        return a.text < b.text;
    });
    return found;
}

int complete(const std::vector<std::string>& words, Output& output) {
    if (words.size() < 2) return 0;
    print_candidates(
        words[0], candidates({words.begin() + 1, words.end() - 1}, words.back()), output);
    return 0;
}

void print_candidates(std::string_view request, const Candidates& found, Output& output) {
    for (const Candidate& candidate : found.list) {
        output.print(candidate.text);
        if (request == kRequest && !candidate.description.empty())
            output.print("\t" + candidate.description);
        output.print("\n");
    }
    output.print(fmt::format(":{}\n", static_cast<int>(found.directive)));
    output.print_error(fmt::format(
        "Completion ended with directive: {}\n",
        found.directive == kFiles     ? "ShellCompDirectiveDefault"
        : found.directive == kError   ? "ShellCompDirectiveError"
        : found.directive == kNoFiles ? "ShellCompDirectiveNoFileComp"
                                      : "ShellCompDirectiveNoSpace, ShellCompDirectiveNoFileComp"));
}

std::string completion_script(std::string_view shell, bool descriptions) {
    std::string script(shell == "bash"         ? kBash
                       : shell == "zsh"        ? kZsh
                       : shell == "fish"       ? kFish
                       : shell == "powershell" ? kPowershell
                                               : std::string_view());
    std::vector<std::string> names = warewulf3::programs();
    names.insert(names.begin(), "wwctl");
    const auto fill = [&](std::string_view mark, const std::string& text) {
        for (size_t at = script.find(mark); at != std::string::npos; at = script.find(mark))
            script.replace(at, mark.size(), text);
    };
    fill("%REQUEST%", std::string(descriptions ? kRequest : kRequestPlain));
    fill("%PROGRAMS%", fmt::format("{}", fmt::join(names, " ")));
    fill("%PROGRAM_LIST%", fmt::format("{}", fmt::join(names, ", ")));
    return script;
}

}  // namespace ww::ctl
