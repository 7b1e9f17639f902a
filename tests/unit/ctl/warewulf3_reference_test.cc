// SPDX-License-Identifier: BSD-3-Clause
//
// The last section of docs/warewulf3.md and the manual pages of Warewulf 3's commands are written
// from their rows: WW_ACCEPT=1 replaces them.
#include <fmt/format.h>

#include <set>

#include "ctl/warewulf3/help.h"
#include "ctl/warewulf3/options.h"
#include "support/made_document.h"
#include "support/roff.h"

using namespace ww::ctl::warewulf3;

namespace {

constexpr std::string_view kWordsBegin =
    R"(## Word by word

<!-- Made from the rows in ctl/warewulf3: WW_ACCEPT=1 build/dev/bin/ctl_test "[reference]" -->

Options of a word stand below it, once for each group. `--yes` (`-y`) goes with all of them: `wwsh -y …`, or behind the word.

| Warewulf 3 | here |
|---|---|
)";

struct Program {
    std::string name;
    std::string summary;
    std::string text;
};

const Program kPrograms[] = {
    {"wwsh",
     "nodes, files, images and services in the words of Warewulf 3",
     "Takes a line of Warewulf 3's wwsh, shows the words of `wwctl`(1) it stands for on standard "
     "error, and runs them. What has no counterpart is refused, with what to do instead."},
    {"wwvnfs",
     "make an image of a folder, as Warewulf 3 did",
     "Puts the folder, as it is now, in the place of the image's tree, and builds it. Without "
     "--chroot, the folder is the one the image was made of the last time."},
    {"wwbootstrap",
     "look for a kernel of a node's image, as Warewulf 3 did",
     "Nodes boot the kernel of their image, so there is nothing to build. It has to be in the "
     "chroot, to which the drivers of bootstrap.conf are taken: into "
     "etc/dracut.conf.d/wwbootstrap.conf and etc/modules-load.d/wwbootstrap.conf."},
    {"wwinit",
     "set up the head node, as Warewulf 3 did",
     "Configures a service, or all of them, as `wwctl-configure`(1) does."},
    {"wwmkchroot",
     "make a root file system in a folder, as Warewulf 3 did",
     "Runs dnf or mmdebstrap, with the repositories of this machine, or those that YUM_MIRROR and "
     "DEB_MIRROR in the environment name."},
};

std::string name_of(const Option& option) {
    if (option.letter == 0) return fmt::format("--{}", option.name);
    return fmt::format("--{}, -{}", option.name, option.letter);
}

std::string group_of(const Word& word) {
    return std::string(word.path.substr(0, word.path.rfind(' ')));
}

std::string answer(const Word& word) {
    if (word.translate == nullptr) return fmt::format("not here: {}", word.stands_for);
    return std::string(word.stands_for);
}

std::string table_rows() {
    std::string rows;
    std::set<std::string> told;  // options of the group
    std::string group;
    const auto cell = [](std::string text) {
        for (size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
            text.insert(at, "\\");
        return text;
    };
    for (const Word& word : all_words()) {
        if (group_of(word) != group) told.clear();
        group = group_of(word);
        rows += fmt::format("| `{}` | {} |\n", word.path, cell(answer(word)));
        for (const Option& option : word.options)
            if (told.insert(name_of(option) + explained(option)).second)
                rows += fmt::format("| … `{}` | {} |\n", name_of(option), cell(explained(option)));
    }
    return rows;
}

std::string manual(const Program& program) {
    std::string upper = program.name;
    for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
    std::string page = fmt::format(
        ".\\\" SPDX-License-Identifier: BSD-3-Clause\n"
        ".\\\" Made from the rows in ctl/warewulf3: WW_ACCEPT=1 build/dev/bin/ctl_test "
        "\"[reference]\"\n"
        ".TH {} 8\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n",
        upper,
        program.name,
        ww::test::roff(program.summary));
    std::string words;
    std::string synopsis;
    for (const Word& word : all_words()) {
        if (word.path != program.name && !word.path.starts_with(program.name + " ")) continue;
        const std::string usage =
            fmt::format("{}{}{}", word.path, word.arguments.empty() ? "" : " ", word.arguments);
        if (word.path == program.name)
            synopsis =
                fmt::format(".B {} [OPTIONS] {}\n", program.name, ww::test::roff(word.arguments));
        else
            words +=
                fmt::format(".SS {}\n{}\n", ww::test::roff(usage), ww::test::roff(answer(word)));
        for (const Option& option : word.options)
            words += fmt::format(".TP\n.B {}\n{}\n",
                                 ww::test::roff(name_of(option)),
                                 ww::test::roff(explained(option)));
    }
    if (synopsis.empty())
        synopsis = fmt::format(".B {} [\\-y] WORD [OPTIONS] [TARGET ...]\n", program.name);
    page += synopsis + ".SH DESCRIPTION\n" + ww::test::roff(program.text) + "\n";
    page += (words.starts_with(".SS") ? ".SH COMMANDS\n" : ".SH OPTIONS\n") + words;
    page +=
        ".SH ENVIRONMENT\n.TP\n.B WAREWULFCONF\nThe configuration, without it that of the "
        "installation.\n.SH EXIT STATUS\n0, or 255 for every failure.\n.SH SEE ALSO\n"
        ".BR wwctl (1)";
    for (const Program& other : kPrograms)
        if (other.name != program.name) page += fmt::format(",\n.BR {} (8)", other.name);
    return page + "\n";
}

}  // namespace

TEST_CASE("docs/warewulf3.md lists every word of Warewulf 3", "[ctl][warewulf3][reference]") {
    const std::string path = "docs/warewulf3.md";
    auto page = ww::read_file(WW_SOURCE_DIR "/" + path);
    REQUIRE(page);
    const size_t at = page->find(kWordsBegin.substr(0, kWordsBegin.find('\n') + 1));
    const std::string prose = page->substr(0, at);
    ww::test::check_made(path, prose + std::string(kWordsBegin) + table_rows(), "ctl_test");
}

TEST_CASE("manual pages of Warewulf 3's commands", "[ctl][warewulf3][reference]") {
    for (const Program& program : kPrograms) {
        CAPTURE(program.name);
        CHECK(is_program(program.name));
        ww::test::check_made(
            fmt::format("packaging/man/{}.8", program.name), manual(program), "ctl_test");
    }
    CHECK(programs().size() == std::size(kPrograms));
}
