// SPDX-License-Identifier: BSD-3-Clause
//
// Kernels, initramfs, shim and GRUB: what is found, what is chosen, and what is kept.
#include "image/boot_files.h"

#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "image/initramfs.h"
#include "image/shim_grub.h"
#include "unit/image/site.h"

using namespace ww;
using namespace ww::image;

namespace {

using Paths = std::vector<std::string>;

/// An image "os" with these files, each holding its own path.
struct ImageWith : Site {
    explicit ImageWith(const Paths& files) {
        REQUIRE(make_directories(images.rootfs("os")));
        for (const std::string& file : files) put("os/rootfs" + file, file);
    }
};

Paths kernel_paths(const Site& site) {
    Paths paths;
    for (const Kernel& kernel : find_kernels(site.open("os"))) paths.push_back(kernel.path);
    return paths;
}

std::string chosen(const Site& site, std::string_view wanted = {}) {
    const ConfinedDir rootfs = site.open("os");
    const auto kernel = choose_kernel(rootfs, find_kernels(rootfs), wanted);
    return kernel ? kernel->path : "none";
}

std::string initramfs(const Site& site, std::string_view wanted = {}) {
    const ConfinedDir rootfs = site.open("os");
    const BootFiles files = BootFiles::find(rootfs);
    const auto kernel = choose_kernel(rootfs, files.kernels, wanted);
    const std::string* path = kernel ? initramfs_for(*kernel, files.initramfs) : nullptr;
    return path != nullptr ? *path : "none";
}

/// Asks until the answer is kept: folders that changed just now are looked at again each time.
std::shared_ptr<const BootFiles> kept_answer(BootFilesCache& cache, const ConfinedDir& rootfs) {
    auto answer = cache.get(rootfs);
    for (auto next = cache.get(rootfs); next != answer; next = cache.get(rootfs)) answer = next;
    return answer;
}

}  // namespace

TEST_CASE("kernels are found in search order, each once") {
    const ImageWith site({"/boot/vmlinuz-6.1.0",
                          "/boot/vmlinuz-linux",
                          "/boot/Image-6.4.0",
                          "/boot/vmlinux-6.4.0",
                          "/boot/Image",
                          "/boot/vmlinuz",
                          "/boot/sub/vmlinuz-6.1.0",
                          "/vmlinuz-6.1.0",
                          "/lib/modules/6.6.0-1/vmlinuz.gz",
                          "/lib/modules/6.6.1-1/vmlinuz",
                          "/lib/modules/vmlinuz",
                          "/lib/modules/6.1.0/build/vmlinuz",
                          "/boot/Vmlinuz-6.1.0"});
    REQUIRE(make_directories(site.images.rootfs("os") + "/boot/vmlinuz-7.0.0-folder"));
    REQUIRE(kernel_paths(site) == Paths{"/boot/Image-6.4.0",
                                        "/boot/vmlinuz-linux",
                                        "/boot/vmlinuz-6.1.0",
                                        "/lib/modules/6.6.1-1/vmlinuz",
                                        "/lib/modules/6.6.0-1/vmlinuz.gz"});
}

TEST_CASE("the default kernel is the newest that is neither debug nor rescue") {
    struct Row {
        Paths files;
        std::string_view kernel;
    };
    const Row rows[] = {
        {{}, "none"},
        {{"/boot/vmlinuz-5.14.0-427.18.1", "/boot/vmlinuz-5.14.0-427.24.1"},
         "/boot/vmlinuz-5.14.0-427.24.1"},
        {{"/boot/vmlinuz-9.9.9-1", "/boot/vmlinuz-10.0.0-1", "/boot/vmlinuz-9.10.0-1"},
         "/boot/vmlinuz-10.0.0-1"},
        {{"/boot/vmlinuz-5.15.0-119-generic", "/boot/vmlinuz-5.15.0-generic"},
         "/boot/vmlinuz-5.15.0-generic"},
        {{"/boot/vmlinuz-5.14.0-503.el9", "/boot/vmlinuz-5.14.0-570.el9+debug"},
         "/boot/vmlinuz-5.14.0-503.el9"},
        {{"/boot/vmlinuz-5.14.0-1+debug"}, "none"},
        {{"/boot/vmlinuz-9.9.9-rescue-1", "/boot/vmlinuz-5.14.0-1"}, "/boot/vmlinuz-5.14.0-1"},
        {{"/boot/vmlinuz-0-rescue-aa", "/boot/vmlinuz-mine"}, "/boot/vmlinuz-mine"},
        {{"/boot/vmlinuz-mine", "/boot/vmlinuz-2.6.32-754"}, "/boot/vmlinuz-2.6.32-754"},
        {{"/boot/vmlinuz-linux", "/boot/vmlinuz-linux-lts"}, "/boot/vmlinuz-linux"},
        // Of equals the first in search order.
        {{"/boot/vmlinuz-5.14.0-1.el9", "/lib/modules/5.14.0-1.el9/vmlinuz"},
         "/boot/vmlinuz-5.14.0-1.el9"},
        {{"/boot/Image-6.4.0", "/boot/vmlinuz-6.4.0"}, "/boot/Image-6.4.0"},
        {{"/lib/modules/6.6.0-1/vmlinuz", "/lib/modules/6.6.1-1/vmlinuz.gz"},
         "/lib/modules/6.6.1-1/vmlinuz.gz"},
    };
    for (const Row& row : rows) {
        INFO(row.kernel);
        CHECK(chosen(ImageWith(row.files)) == row.kernel);
    }
}

TEST_CASE("a node may ask for a version or a path") {
    const ImageWith site({"/boot/vmlinuz-5.14.0-427.el9",
                          "/boot/vmlinuz-5.14.0-362.el9",
                          "/boot/vmlinuz-4.18.0-553.el8",
                          "/boot/vmlinuz-6.9.0-1+debug",
                          "/boot/vmlinuz-0-rescue-1",
                          "/opt/kernels/mine.bin",
                          "/lib/modules/5.14.0-427.el9/vmlinuz"});
    CHECK(chosen(site, "5.14.0-362") == "/boot/vmlinuz-5.14.0-362.el9");
    CHECK(chosen(site, "4.18") == "/boot/vmlinuz-4.18.0-553.el8");
    CHECK(chosen(site, "5.14.0") == "/boot/vmlinuz-5.14.0-362.el9");  // the first, not the newest
    CHECK(chosen(site, "5.14.0-427") == "/boot/vmlinuz-5.14.0-427.el9");
    CHECK(chosen(site, "6.6.6") == "none");
    CHECK(chosen(site, "6.9.0") == "none");  // debug only by its path
    CHECK(chosen(site, "/boot/vmlinuz-6.9.0-1+debug") == "/boot/vmlinuz-6.9.0-1+debug");
    CHECK(chosen(site, "boot/vmlinuz-0-rescue-1") == "/boot/vmlinuz-0-rescue-1");
    CHECK(chosen(site, "/opt/kernels/mine.bin") == "/opt/kernels/mine.bin");
    CHECK(chosen(site, "//opt/../opt/./kernels//mine.bin") == "/opt/kernels/mine.bin");
    CHECK(chosen(site, "../../opt/kernels/mine.bin") == "/opt/kernels/mine.bin");
    CHECK(chosen(site, "/boot/vmlinuz-9.9.9") == "none");
    CHECK(chosen(site, "/boot") == "none");
    CHECK(chosen(site, "/") == "none");
}

TEST_CASE("links in an image lead inside the image") {
    const ImageWith site({"/boot/real", "/usr/lib/modules/6.1.0/vmlinuz"});
    site.link("usr/lib", "os/rootfs/lib");
    site.link("real", "os/rootfs/boot/vmlinuz-6.2.0");
    site.link("/boot/real", "os/rootfs/boot/vmlinuz-6.3.0");
    // The server has such a file; the image has not.
    site.put_at(site.dir / "secret", "the server's");
    site.link(site.dir / "secret", "os/rootfs/boot/vmlinuz-6.4.0");
    site.link("../../../../../../../../../../../../" + (site.dir / "secret"),
              "os/rootfs/boot/vmlinuz-6.5.0");
    REQUIRE(kernel_paths(site) == Paths{"/boot/vmlinuz-6.2.0",
                                        "/boot/vmlinuz-6.3.0",
                                        "/boot/vmlinuz-6.4.0",
                                        "/boot/vmlinuz-6.5.0",
                                        "/lib/modules/6.1.0/vmlinuz"});
    const ConfinedDir rootfs = site.open("os");
    const auto content = [&](const std::string& path) {
        const auto fd = open_boot_file(rootfs, path);
        return fd ? read_fd(fd->get(), path).value() : std::string(to_string(fd.error().code()));
    };
    CHECK(content("/boot/vmlinuz-6.2.0") == "/boot/real");
    CHECK(content("/boot/vmlinuz-6.3.0") == "/boot/real");
    CHECK(content("/lib/modules/6.1.0/vmlinuz") == "/usr/lib/modules/6.1.0/vmlinuz");
    CHECK(open_boot_file(rootfs, "/boot/vmlinuz-6.4.0").error().code() == ErrorCode::NotFound);
    CHECK(open_boot_file(rootfs, "/boot/vmlinuz-6.5.0").error().code() == ErrorCode::NotFound);
}

TEST_CASE("only regular files are opened for sending") {
    const ImageWith site({});
    const std::string boot = site.images.rootfs("os") + "/boot";
    REQUIRE(make_directories(boot));
    REQUIRE(::mkfifo((boot + "/vmlinuz-6.1.0").c_str(), 0644) == 0);
    CHECK(open_boot_file(site.open("os"), "/boot/vmlinuz-6.1.0").error().code() ==
          ErrorCode::NotFound);
    CHECK(open_boot_file(site.open("os"), "/boot").error().code() == ErrorCode::NotFound);
}

TEST_CASE("the initramfs of a kernel") {
    struct Row {
        Paths files;
        std::string_view initramfs;
    };
    const Row rows[] = {
        {{"/boot/vmlinuz-1.1.1", "/boot/initramfs-1.1.1.aarch64.img"},
         "/boot/initramfs-1.1.1.aarch64.img"},
        {{"/boot/vmlinuz-1.1.1", "/boot/initrd-1.1.1.aarch64"}, "/boot/initrd-1.1.1.aarch64"},
        {{"/boot/vmlinuz-6.11.0-18-generic", "/boot/initrd.img-6.11.0-18-generic"},
         "/boot/initrd.img-6.11.0-18-generic"},
        {{"/boot/vmlinuz-1.1.2", "/boot/initramfs-1.1.1.img"}, "none"},
        {{"/boot/vmlinuz-1.1.1", "/boot/initrr-1.1.1"}, "none"},
        {{"/boot/vmlinuz-linux", "/boot/initramfs-linux.img"}, "none"},
        {{"/boot/initramfs-6.1.0.img"}, "none"},
        // One parser: the last number group of the name is not its version.
        {{"/boot/vmlinuz-5.14.0-687.10.1.el9_8.0.1.x86_64",
          "/boot/initramfs-5.14.0-687.10.1.el9_8.0.1.x86_64.img"},
         "/boot/initramfs-5.14.0-687.10.1.el9_8.0.1.x86_64.img"},
        {{"/lib/modules/6.4.0-1-x/vmlinuz", "/boot/initramfs-6.4.0-1-x.img"},
         "/boot/initramfs-6.4.0-1-x.img"},
        {{"/boot/vmlinuz-6.4.0-1-x",
          "/boot/initrd-6.4.0-1-x",
          "/boot/initrd.img-6.4.0-1-x",
          "/boot/initramfs-6.4.0-1-x.img"},
         "/boot/initramfs-6.4.0-1-x.img"},
        // The very release beats what merely sorts before it.
        {{"/boot/vmlinuz-5.14.0-1.el9.x86_64",
          "/boot/initramfs-5.14.0-1.el9.x86_64kdump.img",
          "/boot/initramfs-5.14.0-1.el9.x86_64.img",
          "/boot/initramfs-5.14.0-1.1.el9.x86_64.img"},
         "/boot/initramfs-5.14.0-1.el9.x86_64.img"},
        {{"/boot/vmlinuz-6.12.0-55.el10.aarch64",
          "/boot/initramfs-6.12.0-55.el10.aarch64+64k.img",
          "/boot/initramfs-6.12.0-55.el10.aarch64.img"},
         "/boot/initramfs-6.12.0-55.el10.aarch64.img"},
        // The same version beats a longer one.
        {{"/boot/vmlinuz-5.14.0-427.2",
          "/boot/initramfs-5.14.0-427.2-mine.img",
          "/boot/initramfs-5.14.0-427.24.img"},
         "/boot/initramfs-5.14.0-427.2-mine.img"},
        {{"/boot/vmlinuz-1.1.1", "/boot/initramfs-1.1.1-5.img"}, "/boot/initramfs-1.1.1-5.img"},
    };
    for (const Row& row : rows) {
        INFO(row.initramfs);
        CHECK(initramfs(ImageWith(row.files)) == row.initramfs);
    }
}

TEST_CASE("shim and GRUB: folder by folder, in each by name") {
    struct Row {
        Paths files;
        std::string_view shim;
        std::string_view grub;
    };
    const Row rows[] = {
        {{}, "", ""},
        {{"/boot/efi/EFI/rocky/shimx64.efi", "/boot/efi/EFI/rocky/grubx64.efi"},
         "/boot/efi/EFI/rocky/shimx64.efi",
         "/boot/efi/EFI/rocky/grubx64.efi"},
        {{"/usr/share/efi/aarch64/shim.efi",
          "/usr/share/efi/x86_64/shim.efi",
          "/usr/share/efi/aarch64/grub.efi"},
         "/usr/share/efi/aarch64/shim.efi",
         "/usr/share/efi/aarch64/grub.efi"},
        {{"/usr/share/efi/x86_64/shim-susesigned.efi",
          "/usr/lib64/efi/shim.efi",
          "/boot/efi/EFI/x/shim.efi"},
         "/usr/share/efi/x86_64/shim-susesigned.efi",
         ""},
        {{"/boot/efi/EFI/alpha/shimx64.efi", "/boot/efi/EFI/beta/shim.efi"},
         "/boot/efi/EFI/beta/shim.efi",
         ""},
        {{"/usr/lib64/efi/grubx64.efi",
          "/usr/share/efi/x86_64/grub-tpm.efi",
          "/usr/share/grub2/x86_64-efi/grub.efi"},
         "",
         "/usr/lib64/efi/grubx64.efi"},
        {{"/usr/share/grub2/x86_64-efi/grub.efi", "/usr/share/grub2/i386-pc/grub-tpm.efi"},
         "",
         "/usr/share/grub2/x86_64-efi/grub.efi"},
        {{"/boot/efi/EFI/os/grubx64.efi",
          "/boot/efi/EFI/os/grub.efi",
          "/boot/efi/EFI/os/grub-tpm.efi"},
         "",
         "/boot/efi/EFI/os/grub-tpm.efi"},
        {{"/boot/efi/EFI/rocky/shimaa64.efi", "/boot/efi/EFI/rocky/grubaa64.efi"},
         "/boot/efi/EFI/rocky/shimaa64.efi",
         "/boot/efi/EFI/rocky/grubaa64.efi"},
        {{"/usr/lib/shim/shimx64.efi.signed",
          "/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed",
          "/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed",
          "/usr/lib/grub/x86_64-efi/monolithic/grubx64.efi"},
         "/usr/lib/shim/shimx64.efi.signed",
         "/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed"},
        {{"/usr/lib/shim/shimaa64.efi.signed",
          "/usr/lib/grub/arm64-efi-signed/grubnetaa64.efi.signed",
          "/usr/lib/grub/arm64-efi-signed/grubaa64.efi.signed"},
         "/usr/lib/shim/shimaa64.efi.signed",
         "/usr/lib/grub/arm64-efi-signed/grubnetaa64.efi.signed"},
        {{"/boot/efi/EFI/debian/shimx64.efi",
          "/usr/lib/shim/shimx64.efi.signed",
          "/boot/efi/EFI/debian/grubx64.efi",
          "/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed"},
         "/boot/efi/EFI/debian/shimx64.efi",
         "/boot/efi/EFI/debian/grubx64.efi"},
        {{"/usr/share/grub2/arm64-efi/grub.efi"}, "", "/usr/share/grub2/arm64-efi/grub.efi"},
    };
    for (const Row& row : rows) {
        const ImageWith site(row.files);
        CHECK(find_shim(site.open("os")) == row.shim);
        CHECK(find_grub(site.open("os")) == row.grub);
    }
}

TEST_CASE("a shim that is a link into nowhere is passed over") {
    const ImageWith site({"/boot/efi/EFI/os/shimx64.efi"});
    site.link("none.efi", "os/rootfs/usr/lib64/efi/shim.efi");
    CHECK(find_shim(site.open("os")) == "/boot/efi/EFI/os/shimx64.efi");
}

TEST_CASE("what was found is kept until a folder changes") {
    const ImageWith site(
        {"/boot/vmlinuz-6.1.0", "/boot/initramfs-6.1.0.img", "/lib/modules/6.1.0/modules.dep"});
    const ConfinedDir rootfs = site.open("os");
    BootFilesCache cache;
    const auto first = kept_answer(cache, rootfs);
    REQUIRE(first->kernels.size() == 1);
    REQUIRE(cache.get(rootfs) == first);

    SECTION("a new kernel is seen at once") {
        site.put("os/rootfs/boot/vmlinuz-6.2.0");
        REQUIRE(default_kernel(cache.get(rootfs)->kernels)->path == "/boot/vmlinuz-6.2.0");
        REQUIRE(::unlink((site.images.rootfs("os") + "/boot/vmlinuz-6.2.0").c_str()) == 0);
        REQUIRE(default_kernel(cache.get(rootfs)->kernels)->path == "/boot/vmlinuz-6.1.0");
    }
    SECTION("also one among the modules") {
        site.put("os/rootfs/lib/modules/6.1.0/vmlinuz");
        REQUIRE(cache.get(rootfs)->kernels.size() == 2);
    }
    SECTION("a folder that was not there") {
        site.put("os/rootfs/usr/share/efi/x86_64/shim.efi");
        REQUIRE(cache.get(rootfs)->shim == "/usr/share/efi/x86_64/shim.efi");
    }
    SECTION("an image put in the place of another") {
        site.put("new/rootfs/boot/vmlinuz-7.0.0");
        std::filesystem::rename(site.images.source("os"), site.images.source("old"));
        std::filesystem::rename(site.images.source("new"), site.images.source("os"));
        REQUIRE(default_kernel(cache.get(site.open("os"))->kernels)->path == "/boot/vmlinuz-7.0.0");
    }
}

TEST_CASE("a change within a tick of the last one is not missed") {
    const ImageWith site({"/boot/vmlinuz-6.1.0"});
    const ConfinedDir rootfs = site.open("os");
    BootFilesCache cache;
    for (int i = 2; i < 200; ++i) {
        site.put("os/rootfs/boot/vmlinuz-6." + std::to_string(i) + ".0");
        REQUIRE(cache.get(rootfs)->kernels.size() == static_cast<size_t>(i));
    }
}

TEST_CASE("the cache may be used from several threads") {
    const ImageWith site({"/boot/vmlinuz-6.1.0"});
    BootFilesCache cache;
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            const ConfinedDir rootfs = site.open("os");
            for (int n = 0; n < 200; ++n) right += cache.get(rootfs)->kernels.size() == 1 ? 1 : 0;
        });
    for (std::thread& thread : threads) thread.join();
    REQUIRE(right == 800);
}
