// SPDX-License-Identifier: BSD-3-Clause
//
// wwvnfs and wwsh vnfs. A VNFS is an image. Its chroot stays the master, as in Warewulf 3: each
// wwvnfs puts the folder as it is now in the place of the image's tree.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/machine/architecture.h"
#include "base/path.h"
#include "ctl/warewulf3/options.h"
#include "ctl/warewulf3/site.h"

namespace ww::ctl::warewulf3 {

namespace {

std::string absolute(const std::string& folder) {
    std::error_code error;
    const auto path = std::filesystem::absolute(folder, error).lexically_normal();
    std::string text = path.string();
    while (text.size() > 1 && text.ends_with('/')) text.pop_back();
    return text;
}

/// The folder an image is made of: its own tree needs no import.
Result<void> put_tree(
    const std::string& folder, const std::string& name, const Line& line, Site& site, Plan& plan) {
    WW_TRY(const auto trees, site.images());
    const bool is_tree = std::any_of(trees.begin(), trees.end(), [&](const ImageTree& tree) {
        return tree.image == name && tree.rootfs == folder;
    });
    if (is_tree) {
        plan.wwctl({"image", "build", name});
        return {};
    }
    Words words{"image", "import", "--force", "--build"};
    if (const std::string arch = line.options.text("arch"); !arch.empty())
        words = joined(words, {"--platform", arch});
    plan.wwctl(joined(words, {folder, name}));
    return {};
}

Result<Plan> wwvnfs(const Line& line, Site& site) {
    Plan plan;
    WW_TRY_VOID(plain_flags(line, plan));
    std::string folder = line.options.text("chroot");
    if (folder.empty()) folder = line.options.text("root");
    std::string name = line.targets.empty() ? "" : line.targets[0];
    if (folder.empty() && name.empty())
        return Error(ErrorCode::InvalidArgument, "which vnfs?")
            .with_hint("wwvnfs --chroot FOLDER [NAME], then wwvnfs NAME");
    if (!folder.empty()) {
        folder = absolute(folder);
        if (name.empty()) name = base_name(folder);
        if (!exists(folder))
            return Error(ErrorCode::NotFound, fmt::format("no such chroot: {}", folder))
                .with_hint("wwmkchroot TEMPLATE FOLDER makes one");
        WW_TRY_VOID(put_tree(folder, name, line, site, plan));
        return plan;
    }
    // As before: from the folder each tree was made of, if it is there still.
    WW_TRY(const auto trees, find_image(name, site));
    for (const ImageTree& tree : trees) {
        if (!tree.source.starts_with('/') || !std::filesystem::is_directory(tree.source)) continue;
        Words words{"image", "import", "--force", "--build"};
        if (trees.size() > 1) words = joined(words, {"--platform", tree.architecture});
        plan.wwctl(joined(words, {tree.source, name}));
    }
    if (plan.steps.empty()) plan.wwctl({"image", "build", name});
    return plan;
}

Result<Plan> vnfs_list(const Line& line, Site& site) {
    Plan plan;
    for (const std::string& name : line.targets) WW_TRY_VOID(find_image(name, site));
    plan.wwctl(joined({"image", "list", "--variants"}, line.targets));
    return plan;
}

Result<Plan> vnfs_print(const Line& line, Site& site) {
    Plan plan;
    for (const std::string& name : line.targets) {
        WW_TRY_VOID(find_image(name, site));
        plan.wwctl({"image", "show", "--all", name});
    }
    return plan;
}

Result<Plan> vnfs_delete(const Line& line, Site& site) {
    Plan plan;
    for (const std::string& name : line.targets) WW_TRY_VOID(find_image(name, site));
    Words words{"image", "delete"};
    if (line.yes) words.emplace_back("--yes");
    plan.wwctl(joined(words, line.targets));
    return plan;
}

/// The architecture of a tree is found, so it can only be confirmed.
Result<void> check_architecture(const std::string& name,
                                const std::string& word,
                                Site& site,
                                Plan& plan) {
    WW_TRY(const auto trees, find_image(name, site));
    const auto wanted = architecture_from(word);
    std::string known;
    for (const ImageTree& tree : trees) {
        if (wanted && tree.architecture == to_string(*wanted)) {
            plan.notes.push_back(
                fmt::format("vnfs {} is {}: that was found in its files", name, tree.architecture));
            return {};
        }
        known += (known.empty() ? "" : ", ") + tree.architecture;
    }
    return Error(ErrorCode::FailedPrecondition,
                 fmt::format("vnfs {} is {}, not {}", name, known, word))
        .with_hint(fmt::format("wwvnfs --arch {} --chroot FOLDER {} adds a tree", word, name));
}

Result<Plan> vnfs_set(const Line& line, Site& site) {
    Plan plan;
    WW_TRY_VOID(plain_flags(line, plan));
    for (const std::string& name : line.targets) {
        WW_TRY_VOID(find_image(name, site));
        if (const std::string arch = line.options.text("arch"); !arch.empty())
            WW_TRY_VOID(check_architecture(name, arch, site, plan));
        if (const std::string folder = line.options.text("chroot"); !folder.empty())
            WW_TRY_VOID(put_tree(absolute(folder), name, line, site, plan));
    }
    return plan;
}

std::vector<Option> wwvnfs_options() {
    using enum Becomes;
    constexpr std::string_view kExcludes = "list it in etc/warewulf/excludes of the chroot";
    constexpr std::string_view kHybrid =
        "move it to the server, and put a link to where nodes mount it into the chroot";
    return {
        {.name = "chroot",
         .letter = 'c',
         .usage = "Folder the image is made of",
         .complete = Complete::Files},
        {.name = "root", .letter = 'r', .usage = "As --chroot", .complete = Complete::Files},
        {"arch", 'a', Own, {}, "--platform: what the chroot is for, if it is not alone"},
        {"exclude", 'e', Refused, kExcludes},
        {"excludefile", 0, Refused, kExcludes},
        {"includefile",
         0,
         Refused,
         "all of the chroot is in the image, but for etc/warewulf/excludes"},
        {"hybridize", 0, Refused, kHybrid},
        {"hybridizefile", 0, Refused, kHybrid},
        {"hybridpath", 0, Refused, kHybrid},
        {"output",
         'o',
         Refused,
         "wwctl image build makes IMAGE.img.gz in the folder provision/images"},
    };
}

}  // namespace

std::vector<Word> image_words() {
    using enum Becomes;
    const std::vector<Option> set_options = {
        {"arch", 'a', Own, {}, "Checked: the architecture of an image is found in its files"},
        {.name = "chroot",
         .letter = 'c',
         .usage = "wwctl image import",
         .complete = Complete::Files},
        {"name", 'n', Refused, "wwctl image rename"},
    };
    return {
        {"wwsh vnfs list",
         "ls",
         "[VNFS ...]",
         {},
         "wwctl image list --variants",
         vnfs_list,
         {},
         Complete::Images},
        {"wwsh vnfs print",
         "",
         "VNFS [VNFS ...]",
         kSomeTargets,
         "wwctl image show --all",
         vnfs_print,
         {},
         Complete::Images},
        {"wwsh vnfs set",
         "",
         "VNFS [VNFS ...]",
         kSomeTargets,
         "wwctl image import",
         vnfs_set,
         set_options,
         Complete::Images},
        {"wwsh vnfs delete",
         "",
         "VNFS [VNFS ...]",
         kSomeTargets,
         "wwctl image delete",
         vnfs_delete,
         {},
         Complete::Images},
        {"wwsh vnfs import",
         "",
         "FILE",
         kOneTarget,
         "mkdir FOLDER; cd FOLDER; zcat FILE | cpio -id; wwvnfs --chroot FOLDER NAME"},
        {"wwsh vnfs export",
         "",
         "VNFS FILE",
         {},
         "copy the folder that wwctl image show VNFS prints"},
        {"wwvnfs",
         "",
         "[NAME]",
         kAtMostOneTarget,
         "wwctl image import --force --build",
         wwvnfs,
         wwvnfs_options(),
         Complete::Images},
    };
}

}  // namespace ww::ctl::warewulf3
