// SPDX-License-Identifier: BSD-3-Clause
#include "image/architecture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "oci/decompress.h"

namespace ww::image {

namespace {

/// Little-endian, or 0 beyond the end.
uint32_t number_at(std::string_view bytes, size_t at, size_t width) {
    if (at > bytes.size() || width > bytes.size() - at) return 0;
    uint32_t value = 0;
    for (size_t i = width; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

std::optional<Architecture> architecture_of_pe_image(std::string_view head) {
    constexpr size_t kPeOffset = 0x3c;
    if (!head.starts_with("MZ")) return std::nullopt;
    const uint32_t at = number_at(head, kPeOffset, 4);
    constexpr std::string_view kSignature("PE\0\0", 4);
    if (at > head.size() || head.substr(at, kSignature.size()) != kSignature) return std::nullopt;
    return architecture_of_pe(static_cast<uint16_t>(number_at(head, at + 4, 2)));
}

/// The first bytes of a file of the tree. Empty for what is no file.
std::string head_of(const ConfinedDir& rootfs, std::string_view path) {
    const auto fd = rootfs.open_file(path, O_RDONLY);
    struct stat status{};
    if (!fd || ::fstat(fd->get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
    std::string head(kHeaderBytes, '\0');
    const ssize_t got = ::pread(fd->get(), head.data(), head.size(), 0);
    head.resize(got > 0 ? static_cast<size_t>(got) : 0);
    return head;
}

bool is_packed(std::string_view head) {
    return head.starts_with("\x1f\x8b") || head.starts_with("\x28\xb5\x2f\xfd") ||
           head.starts_with(std::string_view("\xfd\x37zXZ\0", 6));
}

}  // namespace

std::optional<Architecture> architecture_of_program(std::string_view head) {
    constexpr size_t kIdentBytes = 16;
    if (head.size() < kIdentBytes + 4 || !head.starts_with("\x7f"
                                                           "ELF"))
        return std::nullopt;
    const bool wide = head[4] == 2;
    const bool little = head[5] == 1;
    constexpr size_t kMachine = 18;
    const uint32_t machine = number_at(head, kMachine, 2);
    const auto swapped = static_cast<uint16_t>((machine & 0xff) << 8 | machine >> 8);
    return architecture_of_elf(little ? static_cast<uint16_t>(machine) : swapped, wide, little);
}

std::optional<Architecture> architecture_of_kernel(std::string_view head) {
    if (const auto found = architecture_of_pe_image(head)) return found;
    if (head.size() > 60 && head.substr(56, 4) == "ARM\x64") return Architecture::Aarch64;
    if (number_at(head, 0x24, 4) == 0x016f2818) return Architecture::Arm;      // zImage
    if (number_at(head, 0x38, 4) == 0x05435352) return Architecture::Riscv64;  // "RSC\x05"
    if (head.size() > 0x236 + 2 && head.substr(0x202, 4) == "HdrS") {
        constexpr uint32_t kKernel64 = 1;  // xloadflags, since protocol 2.12
        const bool wide =
            number_at(head, 0x206, 2) >= 0x20c && number_at(head, 0x236, 2) & kKernel64;
        return wide ? Architecture::X86_64 : Architecture::I386;
    }
    return architecture_of_program(head);  // a vmlinux
}

std::optional<Architecture> architecture_of_tree(const ConfinedDir& rootfs) {
    for (const char* path : {"sbin/init",
                             "usr/lib/systemd/systemd",
                             "lib/systemd/systemd",
                             "usr/bin/init",
                             "bin/sh",
                             "usr/bin/sh",
                             "bin/busybox"})
        if (const auto found = architecture_of_program(head_of(rootfs, path))) return found;
    return std::nullopt;
}

std::optional<Architecture> architecture_of_kernel_file(const ConfinedDir& rootfs,
                                                        std::string_view path) {
    const std::string head = head_of(rootfs, path);
    if (!is_packed(head)) return architecture_of_kernel(head);
    const auto fd = rootfs.open_file(path, O_RDONLY);
    if (!fd) return std::nullopt;
    oci::FileSource file(fd->get(), std::string(path));
    oci::Decompress plain(file);
    const auto first = plain.next();
    return first ? architecture_of_kernel(first->substr(0, kHeaderBytes)) : std::nullopt;
}

}  // namespace ww::image
