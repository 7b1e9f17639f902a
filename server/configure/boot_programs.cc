// SPDX-License-Identifier: BSD-3-Clause
#include "configure/boot_programs.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>

#include "base/confined_dir.h"
#include "base/path.h"
#include "image/shim_grub.h"

namespace ww::configure {

namespace {

// EL and SUSE, Debian; the network-only builds before those with drivers of their own.
constexpr std::array<const char*, 2> kBiosPrograms = {
    "/usr/share/ipxe/undionly.kpxe",
    "/usr/lib/ipxe/undionly.kpxe",
};
constexpr std::array<const char*, 4> kX64Programs = {
    "/usr/share/ipxe/ipxe-snponly-x86_64.efi",
    "/usr/share/ipxe/ipxe-x86_64.efi",
    "/usr/lib/ipxe/snponly.efi",
    "/usr/lib/ipxe/ipxe.efi",
};
constexpr std::array<const char*, 4> kArmPrograms = {
    "/usr/share/ipxe/arm64-efi/snponly.efi",
    "/usr/share/ipxe/snp-arm64.efi",
    "/usr/lib/ipxe/snponly-arm64.efi",
    "/usr/lib/ipxe/ipxe-arm64.efi",
};

struct Architecture {
    std::string_view code;
    std::string_view name;
    Software software;
    std::span<const char* const> programs;
};

// Source: reference/images-and-boot.md §2.9, the codes of IANA.
constexpr Architecture kArchitectures[] = {
    {"00:00", "BIOS", Software::BiosProgram, kBiosPrograms},
    {"00:07", "UEFI x86_64", Software::X64Program, kX64Programs},
    {"00:09", "UEFI x86_64", Software::X64Program, kX64Programs},
    {"00:0B", "UEFI aarch64", Software::ArmProgram, kArmPrograms},
};

const Architecture* architecture_with(std::string_view code) {
    for (const Architecture& each : kArchitectures)
        if (each.code == code) return &each;
    return nullptr;
}

bool is_file(const Machine& machine, std::string_view path) {
    struct stat status{};
    return ::stat(machine.at(path).c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::string first_of(const Machine& machine, std::span<const char* const> paths) {
    for (const char* path : paths)
        if (is_file(machine, path)) return path;
    return {};
}

}  // namespace

BootProgram find_boot_program(const Machine& machine,
                              const std::string& configured,
                              std::string_view code) {
    if (is_file(machine, configured)) return {configured, true};
    const Architecture* architecture = architecture_with(code);
    if (architecture == nullptr) return {};
    return {first_of(machine, architecture->programs), false};
}

std::string_view architecture_of(std::string_view code) {
    const Architecture* architecture = architecture_with(code);
    return architecture == nullptr ? "other" : architecture->name;
}

Software software_of(std::string_view code) {
    const Architecture* architecture = architecture_with(code);
    return architecture == nullptr ? Software::X64Program : architecture->software;
}

std::string find_shim(const Machine& machine) {
    const auto root = ConfinedDir::open(machine.at("/"));
    return root ? image::find_shim(*root) : std::string();
}

std::string find_grub(const Machine& machine) {
    const auto root = ConfinedDir::open(machine.at("/"));
    return root ? image::find_grub(*root) : std::string();
}

std::optional<GrubModules> modules_of(const Machine& machine, std::string_view grub) {
    const std::string_view name = base_name(grub);
    if (!name.starts_with("grubnet")) return std::nullopt;
    GrubModules modules{.platform = name.starts_with("grubnetaa64") ? "arm64-efi" : "x86_64-efi"};
    const std::string folder = "/usr/lib/grub/" + modules.platform;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(machine.at(folder), error)) {
        const std::string extension = entry.path().extension();
        // The second kind are lists of which module brings what.
        if (extension == ".mod" || extension == ".lst")
            modules.files.push_back(folder + "/" + entry.path().filename().string());
    }
    std::sort(modules.files.begin(), modules.files.end());
    return modules;
}

}  // namespace ww::configure
