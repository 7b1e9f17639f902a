// SPDX-License-Identifier: BSD-3-Clause
//
// wwbootstrap and wwsh bootstrap. A bootstrap is a kernel of an image, so there is nothing to
// build; what bootstrap.conf says about modules goes into the chroot, for its dracut and systemd.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/file.h"
#include "base/path.h"
#include "ctl/warewulf3/options.h"
#include "ctl/warewulf3/site.h"

namespace ww::ctl::warewulf3 {

namespace {
constexpr std::string_view kBlanks = " \t\r";

std::string trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return std::string(text.substr(0, text.find_last_not_of(kBlanks) + 1));
}

/// "KEY += a, b", "KEY = a"; lines that begin with # are comments.
std::map<std::string, Words> read_settings(const std::string& text) {
    std::map<std::string, Words> settings;
    for (const std::string& line : cut(text, "\n")) {
        const size_t equals = line.find('=');
        if (equals == std::string::npos || trimmed(line).starts_with('#')) continue;
        const bool adds = equals > 0 && line[equals - 1] == '+';
        Words& values = settings[trimmed(line.substr(0, equals - (adds ? 1 : 0)))];
        if (!adds) values.clear();
        for (const std::string& value : cut(std::string_view(line).substr(equals + 1), ","))
            if (const std::string item = trimmed(value); !item.empty()) values.push_back(item);
    }
    return settings;
}

/// As dracut takes it: a module's name, or "=FOLDER" below one of the kernel's own folders.
std::string dracut_driver(std::string driver) {
    if (driver.find('/') == std::string::npos) return driver;
    for (const std::string_view top : {"kernel/", "updates/", "extra/"})
        if (driver.starts_with(top)) {
            driver.erase(0, top.size());
            break;
        }
    while (driver.ends_with('/')) driver.pop_back();
    return "=" + driver;
}

constexpr std::string_view kMadeOf = "# Made by wwbootstrap of {}.\n";

Plan::Step written(std::string root, std::string path, std::string text) {
    return {Plan::Step::Kind::Write, {}, std::move(root), std::move(path), std::move(text)};
}

void put_drivers(const std::string& chroot,
                 const std::string& configuration,
                 Plan& plan,
                 const std::string& text) {
    const auto settings = read_settings(text);
    const auto of = [&](const char* key) {
        const auto it = settings.find(key);
        return it == settings.end() ? Words() : it->second;
    };
    std::string dracut = fmt::format(fmt::runtime(kMadeOf), configuration);
    Words drivers;
    for (const std::string& driver : of("drivers")) drivers.push_back(dracut_driver(driver));
    if (!drivers.empty()) dracut += fmt::format("add_drivers+=\" {} \"\n", fmt::join(drivers, " "));
    Words modules;
    for (const std::string& line : of("modprobe"))
        modules.push_back(line.substr(0, line.find(' ')));
    if (!modules.empty())
        dracut += fmt::format("force_drivers+=\" {} \"\n", fmt::join(modules, " "));
    if (drivers.empty() && modules.empty()) return;
    plan.steps.push_back(written(chroot, "/etc/dracut.conf.d/wwbootstrap.conf", dracut));
    if (!modules.empty())
        plan.steps.push_back(written(chroot,
                                     "/etc/modules-load.d/wwbootstrap.conf",
                                     fmt::format("{}{}\n",
                                                 fmt::format(fmt::runtime(kMadeOf), configuration),
                                                 fmt::join(modules, "\n"))));
    if (!of("firmware").empty())
        plan.notes.emplace_back("firmware: dracut takes along what the drivers name");
}

Result<Plan> wwbootstrap(const Line& line, Site&) {
    Plan plan;
    WW_TRY_VOID(plain_flags(line, plan));
    const std::string& kernel = line.targets[0];
    std::string chroot = line.options.text("chroot");
    if (chroot.empty()) chroot = line.options.text("root");
    while (chroot.ends_with('/')) chroot.pop_back();
    bool found = false;
    for (const char* name : {"boot/vmlinuz-{}", "boot/Image-{}", "lib/modules/{}/vmlinuz"})
        found =
            found || exists(fmt::format("{}/{}", chroot, fmt::format(fmt::runtime(name), kernel)));
    if (!found)
        return Error(ErrorCode::NotFound,
                     fmt::format("no kernel {0} in {1}: there is no {1}/boot/vmlinuz-{0}",
                                 kernel,
                                 chroot.empty() ? "this machine" : chroot))
            .with_hint(
                "install the kernel's package there: yum --installroot=CHROOT install kernel");
    const std::string folder(folder_of(line.config));
    std::string configuration = folder + "/bootstrap.conf";
    if (const std::string name = line.options.text("config"); !name.empty())
        configuration = fmt::format("{}/bootstrap/{}", folder, name);
    plan.notes.push_back(fmt::format(
        "the kernel goes with the image: wwctl node set --kernelversion picks one of those that "
        "wwctl image kernels shows"));
    if (chroot.empty()) {
        plan.notes.push_back(fmt::format(
            "that is this machine's kernel; nodes boot {} where their image has it, too", kernel));
        return plan;
    }
    if (!exists(configuration)) {
        if (line.options.given("config"))
            return Error(ErrorCode::NotFound, fmt::format("there is no {}", configuration));
        return plan;
    }
    WW_TRY(const std::string text, read_file(configuration));
    put_drivers(chroot, configuration, plan, text);
    return plan;
}

/// Kernels that a bootstrap of this name is.
Result<std::vector<ImageKernel>> find_kernel(const std::string& name, Site& site) {
    WW_TRY(auto kernels, site.kernels({}));
    std::erase_if(kernels, [&](const ImageKernel& kernel) {
        return kernel.version != name && !base_name(kernel.path).ends_with("-" + name) &&
               base_name(parent_of(kernel.path)) != name;
    });
    if (!kernels.empty()) return kernels;
    return Error(ErrorCode::NotFound, fmt::format("no such bootstrap: {}", name))
        .with_hint("wwsh bootstrap list shows the kernels of all images");
}

Result<Plan> bootstrap_list(const Line& line, Site& site) {
    Plan plan;
    Words images;
    for (const std::string& name : line.targets) {
        WW_TRY(const auto kernels, find_kernel(name, site));
        for (const ImageKernel& kernel : kernels)
            if (std::find(images.begin(), images.end(), kernel.image) == images.end())
                images.push_back(kernel.image);
    }
    plan.wwctl(joined({"image", "kernels"}, images));
    return plan;
}

Result<Plan> bootstrap_set(const Line& line, Site&) {
    Plan plan;
    WW_TRY_VOID(plain_flags(line, plan));
    return plan;
}

Result<Plan> bootstrap_build(const Line&, Site&) {
    Plan plan;
    plan.notes.emplace_back("kernels are served as they are in the image: nothing to build");
    return plan;
}

}  // namespace

std::vector<Word> bootstrap_words() {
    using enum Becomes;
    const std::vector<Option> wwbootstrap_options = {
        {.name = "chroot",
         .letter = 'c',
         .usage = "Where the kernel is",
         .complete = Complete::Files},
        {.name = "root", .letter = 'r', .usage = "As --chroot", .complete = Complete::Files},
        {"config", 0, Own, {}, "A file of the folder bootstrap, in place of bootstrap.conf"},
        {"name", 'n', Nothing, "a kernel goes by its version"},
        {"output", 'o', Refused, "the kernel and dracut's initramfs are files of the image"},
        {"file", 'f', Refused, "the kernel and dracut's initramfs are files of the image"},
    };
    const std::vector<Option> set_options = {
        {"arch", 'a', Nothing, "it is that of the image, and found in its files"},
        {"name", 'n', Refused, "a kernel goes by its version"},
    };
    return {
        {"wwsh bootstrap list",
         "ls print",
         "[KERNEL ...]",
         {},
         "wwctl image kernels",
         bootstrap_list},
        {"wwsh bootstrap set",
         "",
         "KERNEL [KERNEL ...]",
         kSomeTargets,
         "nothing",
         bootstrap_set,
         set_options},
        {"wwsh bootstrap build", "rebuild", "[KERNEL ...]", {}, "nothing", bootstrap_build},
        {"wwsh bootstrap delete",
         "",
         "KERNEL",
         {},
         "remove the kernel's package: wwctl image exec IMAGE -- dnf remove kernel-VERSION"},
        {"wwsh bootstrap import",
         "",
         "FILE",
         {},
         "install the kernel's package: wwctl image exec IMAGE -- dnf install kernel"},
        {"wwsh bootstrap export",
         "",
         "KERNEL FILE",
         {},
         "copy the file that wwctl image kernels shows from the folder wwctl image show IMAGE"},
        {"wwbootstrap",
         "",
         "KERNEL",
         kOneTarget,
         "nothing: the kernel goes with the image; drivers of bootstrap.conf go into the chroot",
         wwbootstrap,
         wwbootstrap_options},
    };
}

}  // namespace ww::ctl::warewulf3
