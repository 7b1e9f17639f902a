// SPDX-License-Identifier: BSD-3-Clause
//
// wwsh provision. What it sets replaces what the node itself has; what it inherits stays, so lists
// are looked at first: files become overlays (files.h), kargs and console share the kernel's
// arguments.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/machine/architecture.h"
#include "base/path.h"
#include "ctl/warewulf3/by_node.h"
#include "ctl/warewulf3/files.h"
#include "ctl/warewulf3/options.h"
#include "ctl/warewulf3/site.h"

namespace ww::ctl::warewulf3 {

namespace {

constexpr std::string_view kOverlays = "RuntimeOverlay";
constexpr std::string_view kArguments = "Kernel.Args";
constexpr std::string_view kConsole = "console=";

bool contains(const Words& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// As the node's tag says it, spelled as wwd does; empty: nobody knows.
std::string architecture_of(const NodeFields& node) {
    const auto known = architecture_from(node.effective("Tags[arch]"));
    return known ? std::string(to_string(*known)) : std::string();
}

/// Translates one `provision set`, node by node.
class Setter {
   public:
    Setter(const Line& line, Site& site, Plan& plan) : line_(line), site_(site), plan_(plan) {}

    /// What is the same for all nodes. Errors: NotFound (no such vnfs, no such file).
    Result<void> prepare() {
        const std::string vnfs = line_.options.text("vnfs");
        if (!vnfs.empty() && !is_undef(vnfs)) {
            WW_TRY(trees_[vnfs], find_image(vnfs, site_));
        }
        WW_TRY(overlays_, site_.overlay_names());
        WW_TRY(files_, overlays_of("files"));
        WW_TRY(added_, overlays_of("fileadd"));
        WW_TRY(removed_, overlays_of("filedel"));
        return {};
    }

    /// Nothing: the node is left out, which a warning said.
    Result<std::optional<Words>> node(const NodeFields& node) {
        Words flags;
        WW_TRY(const bool fits, image(node, flags));
        if (!fits) return std::optional<Words>();
        WW_TRY_VOID(kernel(node, flags));
        set_list(flags, "--runtime-overlays", node.own_list(kOverlays), overlays(node));
        set_list(flags, "--kernelargs", node.own_list(kArguments), arguments(node));
        if (const std::string local = line_.options.text("bootlocal"); !local.empty())
            flags.insert(flags.end(), {"--ipxe", is_off(local) ? "UNDEF" : "localdisk"});
        return std::optional(std::move(flags));
    }

   private:
    static void set_list(Words& flags,
                         const std::string& flag,
                         const Words& before,
                         const Words& after) {
        if (before == after) return;
        flags.insert(flags.end(), {flag, after.empty() ? "UNDEF" : as_list(after)});
    }

    // ---- vnfs and bootstrap

    Result<bool> image(const NodeFields& node, Words& flags) {
        const std::string name = line_.options.text("vnfs");
        if (name.empty()) return true;
        if (is_undef(name)) {
            flags.insert(flags.end(), {"--image", "UNDEF"});
            return true;
        }
        const std::string wanted = architecture_of(node);
        const auto& trees = trees_[name];
        const bool fits =
            wanted.empty() || std::any_of(trees.begin(), trees.end(), [&](const ImageTree& tree) {
                return tree.architecture.empty() || tree.architecture == wanted;
            });
        if (!fits) {
            plan_.warnings.push_back(fmt::format(
                "node {} is {}, vnfs {} is {}: left out", node.name, wanted, name, kinds(trees)));
            return false;
        }
        flags.insert(flags.end(), {"--image", name});
        return true;
    }

    static std::string kinds(const std::vector<ImageTree>& trees) {
        Words found;
        for (const ImageTree& tree : trees) found.push_back(tree.architecture);
        return fmt::format("{}", fmt::join(found, ", "));
    }

    Result<void> kernel(const NodeFields& node, Words& flags) {
        const std::string wanted = line_.options.text("bootstrap");
        if (wanted.empty()) return {};
        if (is_undef(wanted)) {
            flags.insert(flags.end(), {"--kernelversion", "UNDEF"});
            return {};
        }
        std::string image = line_.options.text("vnfs");
        if (image.empty() || is_undef(image)) image = node.effective("ImageName");
        if (image.empty())
            return Error(ErrorCode::FailedPrecondition,
                         fmt::format("node {} has no vnfs, and its kernel comes from there",
                                     node.name))
                .with_hint("give --vnfs, too");
        WW_TRY(const std::string tree, tree_for(image, architecture_of(node)));
        WW_TRY(const std::string version, version_in(tree, wanted));
        flags.insert(flags.end(), {"--kernelversion", version});
        return {};
    }

    /// Name of the tree a node of this architecture boots.
    Result<std::string> tree_for(const std::string& image, const std::string& architecture) {
        if (trees_[image].empty()) {
            WW_TRY(trees_[image], find_image(image, site_));
        }
        for (const ImageTree& tree : trees_[image])
            if (tree.architecture == architecture) return tree.name;
        return trees_[image].front().name;
    }

    /// The bootstrap's kernel as nodes are told it: by version where that is one kernel's alone,
    /// else by its path.
    Result<std::string> version_in(const std::string& tree, const std::string& wanted) {
        if (!kernels_.contains(tree)) {
            WW_TRY(kernels_[tree], site_.kernels({tree}));
        }
        const auto& kernels = kernels_[tree];
        Words known;
        const ImageKernel* found = nullptr;
        for (const ImageKernel& kernel : kernels) {
            const bool by_name = base_name(kernel.path).ends_with("-" + wanted);
            const bool by_folder = base_name(parent_of(kernel.path)) == wanted;
            if (found == nullptr && (by_name || by_folder)) found = &kernel;
            known.push_back(kernel.path);
        }
        if (found == nullptr)
            return Error(ErrorCode::NotFound,
                         fmt::format("no bootstrap {}: vnfs {} has {}",
                                     wanted,
                                     tree,
                                     known.empty() ? std::string("no kernel")
                                                   : fmt::format("{}", fmt::join(known, ", "))))
                .with_hint("install that kernel into the chroot, then wwvnfs --chroot FOLDER " +
                           tree.substr(0, tree.find('@')));
        const auto same = std::count_if(kernels.begin(), kernels.end(), [&](const auto& kernel) {
            return kernel.version == found->version;
        });
        return found->version.empty() || same > 1 ? found->path : found->version;
    }

    // ---- files

    Result<Words> overlays_of(const std::string& option) {
        Words found;
        if (is_undef(line_.options.text(option))) return found;
        for (const std::string& name : cut(line_.options.text(option), ", ")) {
            const std::string overlay = overlay_of_file(name);
            const auto* stock = stock_file(name);
            if (contains(overlays_, overlay)) {
                found.push_back(overlay);
            } else if (stock != nullptr && !stock->overlay.empty()) {
                if (!contains(found, std::string(stock->overlay)))
                    found.emplace_back(stock->overlay);
            } else if (option == "filedel") {
                found.push_back(overlay);
            } else if (stock != nullptr) {
                plan_.warnings.push_back(fmt::format("file {}: {}", name, stock->advice));
            } else {
                return Error(ErrorCode::NotFound, fmt::format("no such file: {}", name))
                    .with_hint("wwsh file import FILE --name " + name);
            }
        }
        return found;
    }

    /// The node's own list as it is to be.
    Words overlays(const NodeFields& node) const {
        Words own = node.own_list(kOverlays);
        const Words all = cut(node.effective(kOverlays), ",");
        Words inherited = all;
        for (const std::string& overlay : own) std::erase(inherited, overlay);
        Words wanted = added_;
        if (line_.options.given("files")) {
            std::erase_if(own, [](const std::string& overlay) {
                return is_file_overlay(overlay.starts_with('~') ? overlay.substr(1) : overlay);
            });
            wanted = joined(files_, added_);
        }
        for (const std::string& overlay : wanted) {
            std::erase(own, "~" + overlay);
            if (!contains(own, overlay) && !contains(inherited, overlay)) own.push_back(overlay);
        }
        for (const std::string& overlay : removed_) {
            std::erase(own, overlay);
            const bool is_out = contains(own, "~" + overlay);
            if (contains(inherited, overlay) && !is_out) own.push_back("~" + overlay);
        }
        return own;
    }

    // ---- kargs and console

    Words arguments(const NodeFields& node) const {
        Words own = node.own_list(kArguments);
        const auto is_console = [](const std::string& argument) {
            return argument.starts_with(kConsole);
        };
        if (std::string kargs = line_.options.text("kargs"); line_.options.given("kargs")) {
            Words consoles;
            std::copy_if(own.begin(), own.end(), std::back_inserter(consoles), is_console);
            std::erase(kargs, '"');
            own = is_undef(kargs) ? Words() : cut(kargs, " \t");
            // The console is a field of its own in Warewulf 3.
            if (!std::any_of(own.begin(), own.end(), is_console)) own = joined(own, consoles);
        }
        if (const std::string console = line_.options.text("console"); !console.empty()) {
            std::erase_if(own, is_console);
            if (!is_undef(console)) own.push_back(std::string(kConsole) + console);
        }
        return own;
    }

    const Line& line_;
    Site& site_;
    Plan& plan_;
    std::map<std::string, std::vector<ImageTree>> trees_;
    std::map<std::string, std::vector<ImageKernel>> kernels_;
    Words overlays_;
    Words files_;
    Words added_;
    Words removed_;
};

Result<Plan> provision_set(const Line& line, Site& site) {
    Plan plan;
    WW_TRY(const Words flags, plain_flags(line, plan));
    WW_TRY(const auto nodes, find_nodes(line.targets, site));
    Setter setter(line, site, plan);
    WW_TRY_VOID(setter.prepare());
    ByNode by_node;
    size_t left_out = 0;
    for (const NodeFields& node : nodes) {
        WW_TRY(const auto own, setter.node(node));
        if (!own) {
            ++left_out;
            continue;
        }
        by_node.add(node.name, joined(*own, flags));
    }
    if (left_out == nodes.size())
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("no node is left: {}", fmt::join(plan.warnings, "; ")))
            .with_hint("wwctl image import --platform ARCHITECTURE SOURCE IMAGE adds a tree");
    by_node.put_into(plan, line.yes);
    return plan;
}

Result<Plan> provision_list(const Line& line, Site& site) {
    return with_targets({"node", "list", "--long"}, line, site);
}

Result<Plan> provision_print(const Line& line, Site& site) {
    return with_targets({"node", "list", "--all"}, line, site);
}

}  // namespace

std::vector<Word> provision_words() {
    using enum Becomes;
    std::vector<Option> values = {
        {.name = "vnfs", .letter = 'V', .usage = "--image", .complete = Complete::Images},
        {"bootstrap", 'b', Own, {}, "--kernelversion: a kernel of the image"},
        {"files", 0, Own, {}, "--runtime-overlays: in place of the files it has"},
        {"fileadd", 0, Own, {}, "More of them"},
        {"filedel", 0, Own, {}, "Fewer of them"},
        {"kargs", 0, Own, {}, "--kernelargs"},
        {"console", 0, Own, {}, "--kernelargs console=…"},
        {"bootlocal", 0, Own, {}, "--ipxe localdisk"},
    };
    for (const std::string_view name : {"preshell",
                                        "postshell",
                                        "postnetdown",
                                        "postreboot",
                                        "validate",
                                        "master",
                                        "pxelinux",
                                        "selinux",
                                        "bootloader"})
        values.push_back(lost_option(name));
    values.push_back(lost_option("filesystem", 'f'));
    values.push_back(lookup_option());
    const std::vector<Option> looked{lookup_option()};
    return {
        {"wwsh provision set",
         "",
         "NODE [NODE ...]",
         kSomeTargets,
         "wwctl node set",
         provision_set,
         values,
         Complete::Nodes},
        {"wwsh provision list",
         "ls",
         "[NODE ...]",
         {},
         "wwctl node list --long",
         provision_list,
         looked,
         Complete::Nodes},
        {"wwsh provision print",
         "",
         "[NODE ...]",
         {},
         "wwctl node list --all",
         provision_print,
         looked,
         Complete::Nodes},
    };
}

}  // namespace ww::ctl::warewulf3
