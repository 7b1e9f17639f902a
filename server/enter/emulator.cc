// SPDX-License-Identifier: BSD-3-Clause
#include "enter/emulator.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/file.h"

namespace ww::enter {

namespace {

/// As much as a registered format looks at. Source: BINPRM_BUF_SIZE of the kernel.
constexpr size_t kMostMagic = 256;

/// Any image has one of these; scripts among them tell nothing.
constexpr const char* kPrograms[] = {
    "bin/sh", "bin/bash", "usr/lib/systemd/systemd", "sbin/init", "bin/busybox", "usr/bin/env"};

std::string first_bytes(int fd) {
    std::string bytes(kMostMagic, '\0');
    const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), 0);
    bytes.resize(got < 0 ? 0 : static_cast<size_t>(got));
    return bytes;
}

std::optional<Architecture> machine_in(std::string_view bytes) {
    if (bytes.size() < sizeof(Elf32_Ehdr) || !bytes.starts_with(ELFMAG)) return std::nullopt;
    const bool little_endian = bytes[EI_DATA] == ELFDATA2LSB;
    constexpr size_t kAt = offsetof(Elf32_Ehdr, e_machine);
    const auto first = static_cast<unsigned char>(bytes[kAt]);
    const auto second = static_cast<unsigned char>(bytes[kAt + 1]);
    const auto machine =
        static_cast<uint16_t>(little_endian ? second << 8 | first : first << 8 | second);
    return architecture_of_elf(machine, bytes[EI_CLASS] == ELFCLASS64, little_endian);
}

/// The beginning of a program of the image; empty if none is found.
std::string program_of(const ConfinedDir& rootfs) {
    for (const char* path : kPrograms) {
        const auto file = rootfs.open_file(path, O_RDONLY);
        if (!file) continue;
        std::string bytes = first_bytes(file->get());
        if (machine_in(bytes)) return bytes;
    }
    return {};
}

struct Format {
    bool enabled = false;
    std::string interpreter;
    std::string flags;
    size_t offset = 0;
    std::string magic;
    std::string mask;

    bool matches(std::string_view program) const {
        if (!enabled || magic.empty() || program.size() < offset + magic.size()) return false;
        for (size_t i = 0; i < magic.size(); ++i) {
            const char cares = i < mask.size() ? mask[i] : '\xff';
            if (((program[offset + i] ^ magic[i]) & cares) != 0) return false;
        }
        return true;
    }
};

std::string from_hex(std::string_view text) {
    std::string bytes;
    for (size_t i = 0; i + 1 < text.size(); i += 2) {
        unsigned char byte = 0;
        std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

Format read_format(std::string_view text) {
    Format format;
    while (!text.empty()) {
        const size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        const size_t blank = line.find(' ');
        const std::string_view key = line.substr(0, blank);
        const std::string value(blank == std::string_view::npos ? "" : line.substr(blank + 1));
        if (key == "enabled") format.enabled = true;
        if (key == "interpreter") format.interpreter = value;
        if (key == "flags:") format.flags = value;
        if (key == "offset")
            std::from_chars(value.data(), value.data() + value.size(), format.offset);
        if (key == "magic") format.magic = from_hex(value);
        if (key == "mask") format.mask = from_hex(value);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return format;
}

std::optional<Format> format_for(const std::string& program, const std::string& folder) {
    const auto formats = ConfinedDir::open(folder);
    if (!formats) return std::nullopt;
    for (const std::string& name : formats->list(".")) {
        if (name == "register" || name == "status") continue;
        const auto text = formats->read(name);
        if (!text) continue;
        Format format = read_format(*text);
        if (format.matches(program)) return format;
    }
    return std::nullopt;
}

/// What an administrator of this machine types.
std::string how_to_get(const std::string& architecture, const std::string& os_release) {
    const std::string emulator = architecture == "armv7l" ? "arm" : architecture;
    const std::string debian = "apt-get install qemu-user-static";
    const std::string fedora = fmt::format("dnf install qemu-user-static-{}", emulator);
    const std::string suse = "zypper install qemu-linux-user";
    const auto text = read_file(os_release);
    const auto is_like = [&](std::string_view word) {
        if (!text) return false;
        for (std::string_view rest = *text; !rest.empty();) {
            const size_t end = rest.find('\n');
            const std::string_view line = rest.substr(0, end);
            if ((line.starts_with("ID=") || line.starts_with("ID_LIKE=")) &&
                line.find(word) != std::string_view::npos)
                return true;
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
        return false;
    };
    if (is_like("debian")) return debian;
    if (is_like("suse")) return suse;
    if (is_like("rhel")) return fedora + " (from EPEL)";
    if (is_like("fedora")) return fedora;
    return fmt::format(
        "{} (Debian, Ubuntu), {} (Fedora; EL with EPEL) or {} (SUSE)", debian, fedora, suse);
}

/// Whether it needs nothing of the image to start.
bool is_static(const std::string& program) {
    const auto bytes = read_file(program);
    if (!bytes || bytes->size() < sizeof(Elf64_Ehdr)) return false;
    Elf64_Ehdr header{};
    std::memcpy(&header, bytes->data(), sizeof header);
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr part{};
        const size_t at = header.e_phoff + i * sizeof part;
        if (header.e_phoff > bytes->size() || at + sizeof part > bytes->size()) return false;
        std::memcpy(&part, bytes->data() + at, sizeof part);
        if (part.p_type == PT_INTERP) return false;
    }
    return true;
}

}  // namespace

Result<std::optional<Bind>> emulator_for(const ConfinedDir& rootfs, const Machine& machine) {
    const std::string program = program_of(rootfs);
    const auto theirs = machine_in(program);
    if (!theirs || runs(machine.own, *theirs)) return std::optional<Bind>();
    const std::string architecture(to_string(*theirs));
    const auto refuse = [&](const std::string& why) {
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("the image is for {}, this machine is {}, and {}",
                                 architecture,
                                 to_string(machine.own),
                                 why));
    };
    const auto format = format_for(program, machine.formats);
    if (!format)
        return refuse("no emulator is registered with the kernel")
            .with_hint(how_to_get(architecture, machine.os_release) +
                       "; if it is there already: systemctl restart systemd-binfmt");
    if (format->flags.find('F') != std::string::npos) return std::optional<Bind>();
    if (!exists(format->interpreter))
        return refuse(fmt::format("its emulator {} is not there", format->interpreter))
            .with_hint(how_to_get(architecture, machine.os_release));
    if (!is_static(format->interpreter))
        return refuse(fmt::format("its emulator {} does not run inside of it", format->interpreter))
            .with_hint(how_to_get(architecture, machine.os_release) + " brings one that does");
    return std::optional(
        Bind{.source = format->interpreter, .target = format->interpreter, .readonly = true});
}

}  // namespace ww::enter
