// SPDX-License-Identifier: BSD-3-Clause
//
// The commands of Warewulf 3 as data: wwsh and its words, wwvnfs, wwbootstrap, wwinit, wwmkchroot,
// and what each is in words of wwctl. Finding them, their help, completion and manual pages come
// from the rows. Source: reference/images-and-boot.md §5.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ctl/command.h"
#include "ctl/editor.h"
#include "ctl/flag.h"

namespace ww::ctl::warewulf3 {

class Site;

using Words = std::vector<std::string>;

inline constexpr Arity kAnyTargets = {Arity::Rule::Any};
inline constexpr Arity kNoTargets = {Arity::Rule::None};
inline constexpr Arity kAtMostOneTarget = {Arity::Rule::Between, 0, 1};
inline constexpr Arity kOneTarget = {Arity::Rule::Exactly, 1};
inline constexpr Arity kTwoOrMoreTargets = {Arity::Rule::AtLeast, 2};
inline constexpr Arity kSomeTargets = {Arity::Rule::AtLeast, 1};
inline constexpr std::string_view kNodeTargets = "NODE [NODE ...]";

/// What becomes of an option of Warewulf 3.
enum class Becomes {
    Flag,     // `target` of wwctl, with the same value
    Own,      // the word's translation sees to it
    Nothing,  // goes without it: `target` says why
    Refused,  // `target` says what to do instead
};

struct Option {
    std::string_view name;  // "ipaddr"
    char letter = 0;
    Becomes becomes = Becomes::Own;
    std::string_view target = {};
    std::string_view usage = {};  // for Own; the others say it by their target
    FlagKind kind = FlagKind::Text;
    std::string_view harmless = {};  // a value of a refused one that needs no word
    bool secret = false;
    Complete complete = Complete::Nothing;
};

/// What a line of Warewulf 3 does here, in order.
struct Plan {
    struct Step {
        enum class Kind { Wwctl, Program, Write };
        Kind kind = Kind::Wwctl;
        std::vector<std::string> words;  // without "wwctl"
        std::string root = {};           // of Write: the folder that `path` cannot leave
        std::string path = {};
        std::string text = {};
    };
    std::vector<Step> steps;
    std::vector<std::string> notes;                 // what needs nothing, and why
    std::vector<std::string> warnings;              // what was left out
    std::vector<std::shared_ptr<EditedFile>> kept;  // files of ours that steps read
    std::string question = {};  // asked before all of it, but for -y; empty: nothing

    /// One command of wwctl.
    static Plan of(std::vector<std::string> words) {
        Plan plan;
        plan.wwctl(std::move(words));
        return plan;
    }

    void wwctl(std::vector<std::string> words) { steps.push_back({.words = std::move(words)}); }
};

struct Word;

/// One line, read.
struct Line {
    const Word& word;
    const FlagValues& options;
    const std::vector<std::string>& targets;
    bool yes = false;
    std::string config;  // path of warewulf.conf
};

using Translate = Result<Plan> (*)(const Line& line, Site& site);

/// A row.
struct Word {
    std::string_view path;       // "wwsh node new"
    std::string_view aliases;    // of its last word
    std::string_view arguments;  // for the usage line
    Arity arity;
    std::string_view stands_for;    // "wwctl node add"; with `translate` alone, what it does
    Translate translate = nullptr;  // nullptr: there is none, `stands_for` says what to do instead
    std::vector<Option> options = {};
    Complete complete = Complete::Nothing;
};

/// All rows: those of a program together, in the order of help.
const std::vector<Word>& all_words();

std::vector<Word> node_words();
std::vector<Word> provision_words();
std::vector<Word> file_words();
std::vector<Word> image_words();
std::vector<Word> bootstrap_words();
std::vector<Word> service_words();
std::vector<Word> chroot_words();

/// "wwsh", "wwvnfs", …, in the order of the rows.
std::vector<std::string> programs();
/// Whether a program of this name is one of them.
bool is_program(std::string_view name);

}  // namespace ww::ctl::warewulf3
