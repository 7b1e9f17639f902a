// SPDX-License-Identifier: BSD-3-Clause
//
// wwsh file: overlays with one file each (files.h). Warewulf 3 remembered where a file came from;
// here its path says so.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>

#include "base/file.h"
#include "base/path.h"
#include "ctl/editor.h"
#include "ctl/warewulf3/by_node.h"
#include "ctl/warewulf3/files.h"
#include "ctl/warewulf3/options.h"
#include "ctl/warewulf3/site.h"
#include "ctl/warewulf3/variables.h"

namespace ww::ctl::warewulf3 {

namespace {

/// Whether one of the machine's own files is brought by an overlay of ours.
bool is_stock(const std::string& name, const std::string& origin) {
    const auto* stock = stock_file(name);
    return stock != nullptr && !stock->overlay.empty() && origin == "/etc/" + name;
}

Result<OverlayFile> file_of(const std::string& name, Site& site) {
    WW_TRY(const auto files, site.overlay_files(overlay_of_file(name)));
    if (!files.empty()) return files.front();
    const auto* stock = stock_file(name);
    return Error(ErrorCode::NotFound, fmt::format("no such file: {}", name))
        .with_hint(stock != nullptr ? std::string(stock->advice)
                                    : "wwsh file import FILE --name " + name);
}

void set_attributes(const Line& line,
                    const std::string& overlay,
                    const std::string& path,
                    Plan& plan) {
    if (const std::string mode = line.options.text("mode"); !mode.empty() && !is_undef(mode))
        plan.wwctl({"overlay", "chmod", overlay, path, mode});
    const std::string uid = line.options.text("uid");
    const std::string gid = line.options.text("gid");
    const bool owner = !uid.empty() && !is_undef(uid);
    const bool group = !gid.empty() && !is_undef(gid);
    if (owner || group)
        plan.wwctl({"overlay",
                    "chown",
                    overlay,
                    path,
                    fmt::format("{}{}", owner ? uid : "", group ? ":" + gid : "")});
}

constexpr std::string_view kTemplate = ".ww";

void put_file(const std::string& overlay,
              const std::string& source,
              const std::string& path,
              bool replace,
              Plan& plan) {
    Words words{"overlay", "import", "--parents"};
    if (replace) words.emplace_back("--overwrite");
    plan.wwctl(joined(words, {overlay, source, path}));
}

/// A file of this machine, which becomes a template if it names fields of nodes. Gives the path it
/// has in the overlay. Errors: those of reading it and of as_template().
Result<std::string> put_own_file(const std::string& overlay,
                                 const std::string& source,
                                 std::string path,
                                 bool replace,
                                 Plan& plan) {
    WW_TRY(const std::string text, read_file(source));
    WW_TRY(const auto made, as_template(text, source));
    if (!made) {
        put_file(overlay, source, path, replace, plan);
        return path;
    }
    struct stat status{};
    if (::stat(source.c_str(), &status) != 0) return Error::from_errno(errno, "stat " + source);
    WW_TRY(EditedFile file, EditedFile::create("wwsh-", "", *made));
    constexpr mode_t kPermissions = 0777;
    if (::chmod(file.path().c_str(), status.st_mode & kPermissions) != 0 ||
        (::geteuid() == 0 && ::chown(file.path().c_str(), status.st_uid, status.st_gid) != 0))
        return Error::from_errno(errno, "mode and owner of " + file.path());
    if (!path.ends_with(kTemplate)) path += kTemplate;
    plan.notes.push_back(fmt::format("%{{…}} of {} become {{{{ … }}}}, in a template", source));
    put_file(overlay, file.path(), path, replace, plan);
    plan.kept.push_back(std::make_shared<EditedFile>(std::move(file)));
    return path;
}

Result<Plan> file_import(const Line& line, Site& site) {
    Plan plan;
    WW_TRY_VOID(plain_flags(line, plan));
    const bool one_name = line.options.given("name") || line.options.given("path");
    if (one_name && line.targets.size() > 1)
        return Error(ErrorCode::InvalidArgument, "--name and --path are for one file");
    WW_TRY(const Words known, site.overlay_names());
    for (const std::string& target : line.targets) {
        std::error_code error;
        const std::string origin = std::filesystem::absolute(target, error).lexically_normal();
        std::string name = line.options.text("name");
        if (name.empty()) name = base_name(origin);
        if (is_stock(name, origin)) {
            plan.notes.push_back(fmt::format("file {}: {}", name, stock_file(name)->advice));
            continue;
        }
        std::string path = line.options.text("path");
        if (path.empty()) path = origin;
        const std::string overlay = overlay_of_file(name);
        if (std::find(known.begin(), known.end(), overlay) == known.end())
            plan.wwctl({"overlay", "create", overlay});
        WW_TRY(const auto before, site.overlay_files(overlay));
        if (!before.empty()) plan.question = fmt::format("Replace the file {}", name);
        WW_TRY(path, put_own_file(overlay, origin, path, !before.empty(), plan));
        set_attributes(line, overlay, path, plan);
        for (const OverlayFile& old : before)
            if (old.path != path) plan.wwctl({"overlay", "delete", "--parents", overlay, old.path});
    }
    return plan;
}

Result<Plan> file_set(const Line& line, Site& site) {
    Plan plan;
    WW_TRY_VOID(plain_flags(line, plan));
    for (const std::string& name : line.targets) {
        WW_TRY(const OverlayFile file, file_of(name, site));
        const std::string overlay = overlay_of_file(name);
        std::string path = line.options.text("path");
        if (path.empty()) path = file.path;
        if (file.path.ends_with(kTemplate) && !path.ends_with(kTemplate))
            path += kTemplate;  // stays one
        const bool moves = path != file.path;
        if (moves) put_file(overlay, file.real, path, false, plan);
        set_attributes(line, overlay, path, plan);
        if (moves) plan.wwctl({"overlay", "delete", "--parents", overlay, file.path});
    }
    return plan;
}

/// Overlays of all files, or of those named.
Result<Words> overlays_of(const Line& line, Site& site) {
    Words overlays;
    for (const std::string& name : line.targets) {
        WW_TRY_VOID(file_of(name, site));
        overlays.push_back(overlay_of_file(name));
    }
    if (!line.targets.empty()) return overlays;
    WW_TRY(overlays, site.overlay_names());
    std::erase_if(overlays,
                  [](const std::string& name) { return !name.starts_with(kFileOverlay); });
    return overlays;
}

Result<Plan> file_list(const Line& line, Site& site) {
    Plan plan;
    WW_TRY(const Words overlays, overlays_of(line, site));
    if (overlays.empty())
        plan.notes.emplace_back("there are no files yet: wwsh file import FILE");
    else
        plan.wwctl(joined({"overlay", "list", "--long"}, overlays));
    return plan;
}

Result<Plan> file_show(const Line& line, Site& site) {
    Plan plan;
    for (const std::string& name : line.targets) {
        WW_TRY(const OverlayFile file, file_of(name, site));
        plan.wwctl({"overlay", "show", "--quiet", overlay_of_file(name), file.path});
    }
    return plan;
}

Result<Plan> file_edit(const Line& line, Site& site) {
    Plan plan;
    WW_TRY(const OverlayFile file, file_of(line.targets[0], site));
    plan.wwctl({"overlay", "edit", overlay_of_file(line.targets[0]), file.path});
    return plan;
}

Result<Plan> file_delete(const Line& line, Site& site) {
    Plan plan;
    WW_TRY(const Words overlays, overlays_of(line, site));
    for (const std::string& overlay : overlays)
        plan.wwctl({"overlay", "delete", "--force", overlay});
    plan.question = fmt::format("Delete {}", fmt::join(line.targets, ", "));
    return plan;
}

Result<Plan> file_sync(const Line& line, Site& site) {
    Plan plan;
    if (line.targets.empty()) {
        plan.notes.emplace_back(
            "files are sent as they were imported: name those to be read from this machine again");
        plan.wwctl({"overlay", "build"});
    }
    for (const std::string& name : line.targets) {
        const auto* stock = stock_file(name);
        WW_TRY(const auto files, site.overlay_files(overlay_of_file(name)));
        if (files.empty() && stock != nullptr && !stock->overlay.empty()) {
            plan.notes.push_back(fmt::format("file {}: {}, always current", name, stock->advice));
            continue;
        }
        WW_TRY(const OverlayFile file, file_of(name, site));
        std::string origin = file.path;
        if (!exists(origin) && origin.ends_with(kTemplate))
            origin.resize(origin.size() - kTemplate.size());
        if (!exists(origin))
            return Error(ErrorCode::FailedPrecondition,
                         fmt::format("file {}: this machine has no {}", name, origin))
                .with_hint(
                    fmt::format("wwsh -y file import FILE --name {} --path {}", name, origin));
        WW_TRY_VOID(put_own_file(overlay_of_file(name), origin, file.path, true, plan));
    }
    return plan;
}

std::vector<Option> file_values(bool importing) {
    using enum Becomes;
    return {
        {"path", 'D', Own, {}, "Where nodes have it; without it, where it is here"},
        {"mode", 'm', Own, {}, "wwctl overlay chmod"},
        {"uid", 'u', Own, {}, "wwctl overlay chown"},
        {"gid", 'g', Own, {}, "wwctl overlay chown"},
        importing
            ? Option{"name", 'n', Own, {}, "What it is called; without it, as the file"}
            : Option{"name", 'n', Refused, "import it under the other name, and delete this one"},
        {"origin", 'o', Nothing, "the path tells where wwsh file sync looks"},
        {"interpreter", 0, Refused, "templates are files with .ww at the end of their path"},
    };
}

}  // namespace

std::vector<Word> file_words() {
    constexpr std::string_view kFiles = "NAME [NAME ...]";
    return {
        {"wwsh file import",
         "",
         "FILE [FILE ...]",
         kSomeTargets,
         "wwctl overlay import",
         file_import,
         file_values(true),
         Complete::Files},
        {"wwsh file set",
         "",
         kFiles,
         kSomeTargets,
         "wwctl overlay chmod, chown, import",
         file_set,
         file_values(false)},
        {"wwsh file list", "ls", "[NAME ...]", {}, "wwctl overlay list --long", file_list},
        {"wwsh file print", "", "[NAME ...]", {}, "wwctl overlay list --long", file_list},
        {"wwsh file show", "", kFiles, kSomeTargets, "wwctl overlay show", file_show},
        {"wwsh file edit", "", "NAME", kOneTarget, "wwctl overlay edit", file_edit},
        {"wwsh file delete", "", kFiles, kSomeTargets, "wwctl overlay delete", file_delete},
        {"wwsh file sync",
         "resync",
         "[NAME ...]",
         {},
         "wwctl overlay import; all files: wwctl overlay build",
         file_sync},
        {"wwsh file new", "", "NAME", {}, "wwsh file import FILE --name NAME --path PATH"},
        {"wwsh file export",
         "",
         "NAME FILE",
         {},
         "wwctl overlay show --quiet wwsh-NAME PATH > FILE"},
    };
}

}  // namespace ww::ctl::warewulf3
