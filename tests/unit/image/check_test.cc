// SPDX-License-Identifier: BSD-3-Clause
#include "image/check/check.h"

#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "image/build.h"
#include "support/elf.h"
#include "unit/image/site.h"

using namespace ww;
using namespace ww::image;

namespace {

constexpr const char* kKey =
    "some words\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n";

/// A tree with which nodes come up.
struct Whole : Site {
    Whole() {
        put("os/rootfs/bin/sh", test::elf_head(test::kElfX86), 0755);
        put("os/rootfs/sbin/init", test::elf_head(test::kElfX86), 0755);
        put("os/rootfs/boot/vmlinuz-6.1.0-18-amd64", x86_kernel(0x7fffffff));
        put("os/rootfs/lib/modules/6.1.0-18-amd64/kernel/virtio.ko");
        put("os/rootfs/lib/modules/6.1.0-18-amd64/modules.dep");
        put("os/rootfs/etc/machine-id", "uninitialized\n");
        put("os/rootfs/etc/shadow", "root:*:::::::\n", 0640);
    }
    static std::string x86_kernel(uint32_t initrd_limit) {
        std::string head(4096, '\0');
        head.replace(0x202, 4, "HdrS");
        head[0x206] = 0x0f;
        head[0x207] = 2;
        head[0x236] = 1;
        for (int i = 0; i < 4; ++i)
            head[0x22c + static_cast<size_t>(i)] = static_cast<char>(initrd_limit >> 8 * i);
        return head;
    }
    /// "word path" each.
    std::vector<std::string> found(const CheckOptions& options = {}) const {
        const auto findings = check_tree(images, "os", options);
        INFO((findings ? "" : findings.error().describe()));
        REQUIRE(findings);
        std::vector<std::string> all;
        for (const Finding& each : *findings)
            all.push_back(fmt::format("{} {}", row_of(each.kind).word, each.path));
        return all;
    }
    void remove(const std::string& path) const {
        REQUIRE(::unlink((images.chroots() + "/os/rootfs/" + path).c_str()) == 0);
    }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("nothing is wrong with a whole image") {
    const Whole site;
    CHECK(site.found().empty());
    // Distributions have most of it behind links.
    site.remove("sbin/init");
    site.put("os/rootfs/usr/lib/systemd/systemd", test::elf_head(test::kElfX86), 0755);
    site.link("/usr/lib/systemd/systemd", "os/rootfs/sbin/init");
    CHECK(site.found().empty());
}

TEST_CASE("what nodes do not come up without is missed") {
    const Whole site;
    site.remove("sbin/init");
    site.put("os/rootfs/bin/init", "not to be run", 0644);
    CHECK(site.found() == Texts{"no-init /sbin/init"});
    site.link("/nowhere", "os/rootfs/sbin/init");
    site.remove("bin/sh");
    site.remove("boot/vmlinuz-6.1.0-18-amd64");
    CHECK(site.found() == Texts{"no-shell /bin/sh", "no-init /sbin/init", "no-kernel /boot"});
}

TEST_CASE("kernels are checked each with its modules") {
    const Whole site;
    site.put("os/rootfs/boot/vmlinuz-6.1.0-20-amd64", Whole::x86_kernel(0));
    site.put("os/rootfs/boot/vmlinuz-0-rescue-abc", Whole::x86_kernel(0));
    site.remove("lib/modules/6.1.0-18-amd64/modules.dep");
    CHECK(site.found() == Texts{"no-modules /lib/modules/6.1.0-20-amd64",
                                "no-module-list /lib/modules/6.1.0-18-amd64"});
    const auto findings = check_tree(site.images, "os").value();
    CHECK(findings[0].reason() ==
          "there are no modules for this kernel: network and disks may be missing "
          "(/boot/vmlinuz-6.1.0-20-amd64)");
    CHECK(findings[1].next("os") == "wwctl image exec os -- depmod 6.1.0-18-amd64");
    site.put("os/rootfs/bin/sh", test::elf_head(test::kElfArm), 0755);
    site.put("os/rootfs/sbin/init", test::elf_head(test::kElfArm), 0755);
    CHECK(site.found().front() == "wrong-kernel /boot/vmlinuz-6.1.0-18-amd64");
}

TEST_CASE("what the second stage needs is asked for only if there is one") {
    const Whole site;
    CHECK(site.found({.two_stage = true}) ==
          Texts{"no-dracut-module /usr/lib/dracut/modules.d/90wwinit",
                "no-initramfs /boot/initramfs-6.1.0-18-amd64.img"});
    site.put("os/rootfs/usr/lib/dracut/modules.d/90wwinit/module-setup.sh");
    site.put("os/rootfs/boot/initrd.img-6.1.0-18-amd64");
    CHECK(site.found({.two_stage = true}).empty());
}

TEST_CASE("what each node should have its own of is found") {
    const Whole site;
    site.put("os/rootfs/etc/ssh/ssh_host_rsa_key", kKey, 0600);
    site.put("os/rootfs/etc/ssh/ssh_host_rsa_key.pub");
    site.put("os/rootfs/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
    CHECK(site.found() ==
          Texts{"ssh-host-key /etc/ssh/ssh_host_rsa_key", "machine-id /etc/machine-id"});
    site.put("os/rootfs/etc/machine-id", "");
    site.remove("etc/ssh/ssh_host_rsa_key");
    CHECK(site.found().empty());
}

TEST_CASE("secrets that others may read or write are found where they are in use") {
    const Whole site;
    site.put("os/rootfs/etc/shadow", "root:*:::::::\n", 0644);
    site.put("os/rootfs/etc/munge/munge.key", "x", 0666);
    site.put("os/rootfs/opt/app/server.pem", kKey, 0644);
    site.put("os/rootfs/root/.ssh/id_ed25519", kKey, 0600);
    site.put("os/rootfs/usr/share/doc/app/example.pem", kKey, 0644);
    site.put("os/rootfs/etc/ssl/ca.pem", "-----BEGIN CERTIFICATE-----\n", 0644);
    site.put("os/rootfs/etc/large", std::string(70'000, 'x') + kKey, 0644);
    site.put("os/rootfs/srv/left-out", kKey, 0644);
    site.put("os/rootfs/etc/warewulf/excludes", "srv\n");
    site.link("/opt/app/server.pem", "os/rootfs/etc/key.pem");
    CHECK(site.found() == Texts{"readable-secret /etc/shadow",
                                "readable-secret /opt/app/server.pem",
                                "writable-secret /etc/munge/munge.key"});
    CHECK(check_tree(site.images, "os").value()[0].reason() ==
          "everybody on a node can read this secret (mode 0644)");
}

TEST_CASE("files without room in the archive are named, unless they are left out") {
    const Whole site;
    site.put("os/rootfs/srv/large");
    REQUIRE(::truncate((site.images.chroots() + "/os/rootfs/srv/large").c_str(), off_t{4} << 30) ==
            0);
    CHECK(site.found() == Texts{"file-too-large /srv/large"});
    site.put("os/rootfs/etc/warewulf/excludes", "srv/large\n");
    CHECK(site.found().empty());
}

TEST_CASE("what is built is compared with what loaders can load") {
    const Whole site;
    REQUIRE(build_image(site.images, "os"));
    const std::string built = site.images.built("os");
    CHECK(site.found() == Texts{"memory " + built});
    site.put("os/rootfs/boot/vmlinuz-6.1.0-18-amd64", Whole::x86_kernel(100));
    CHECK(site.found() == Texts{"over-initrd-limit " + built + ".gz", "memory " + built});
}

TEST_CASE("every finding has a word of its own, and a row in the documentation") {
    const std::string page = read_file(WW_SOURCE_DIR "/docs/images.md").value();
    std::set<std::string_view> words;
    for (const KindRow& row : kinds()) {
        CHECK(words.insert(row.word).second);
        INFO(row.word);
        CHECK(page.find(fmt::format("`{}`", row.word)) != std::string::npos);
        CHECK(&row_of(row.kind) == &row);
    }
}

TEST_CASE("what is no image cannot be checked") {
    const Site site;
    CHECK(check_tree(site.images, "os").error().code() == ErrorCode::NotFound);
}
