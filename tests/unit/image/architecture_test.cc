// SPDX-License-Identifier: BSD-3-Clause
#include "image/architecture.h"

#include "image/record.h"
#include "unit/image/site.h"

using namespace ww;
using namespace ww::image;

namespace {

std::string elf(uint8_t machine, char width = 2, char order = 1) {
    std::string head(64, '\0');
    head.replace(0,
                 4,
                 "\x7f"
                 "ELF");
    head[4] = width;
    head[5] = order;
    head[order == 1 ? 18 : 19] = static_cast<char>(machine);
    return head;
}

std::string pe(const std::string& machine, size_t at = 0x80) {
    std::string head(4096, '\0');
    head.replace(0, 2, "MZ");
    head[0x3c] = static_cast<char>(at);
    head.replace(at, 4, std::string("PE\0\0", 4));
    head.replace(at + 4, 2, machine);
    return head;
}

}  // namespace

TEST_CASE("the architecture of a program is in its header") {
    CHECK(architecture_of_program(elf(62)) == Architecture::X86_64);
    CHECK(architecture_of_program(elf(static_cast<uint8_t>(183))) == Architecture::Aarch64);
    CHECK(architecture_of_program(elf(3, 1)) == Architecture::I386);
    CHECK(architecture_of_program(elf(22, 2, 2)) == Architecture::S390x);
    for (const std::string& other :
         {std::string(), std::string("#!/bin/sh\n"), elf(62).substr(0, 18), elf(99), elf(62, 1)})
        CHECK_FALSE(architecture_of_program(other));
}

TEST_CASE("the architecture of a kernel is in its header") {
    CHECK(architecture_of_kernel(pe("\x64\x86")) == Architecture::X86_64);
    CHECK(architecture_of_kernel(pe("\x64\xaa")) == Architecture::Aarch64);
    std::string image(128, '\0');
    image.replace(56, 4, "ARM\x64");
    CHECK(architecture_of_kernel(image) == Architecture::Aarch64);
    std::string bios(1024, '\0');
    bios.replace(0x202, 4, "HdrS");
    bios[0x206] = 0x0f;
    bios[0x207] = 2;
    CHECK(architecture_of_kernel(bios) == Architecture::I386);
    bios[0x236] = 1;
    CHECK(architecture_of_kernel(bios) == Architecture::X86_64);
    CHECK(architecture_of_kernel(elf(62)) == Architecture::X86_64);  // a vmlinux
    for (const std::string& other : {std::string(),
                                     std::string("MZ"),
                                     pe("\1\1"),
                                     std::string(4096, 'x'),
                                     pe("\x64\x86").substr(0, 0x82)})
        CHECK_FALSE(architecture_of_kernel(other));
}

TEST_CASE("the architecture of a tree is that of its init, links followed inside") {
    const Site site;
    site.put("os/rootfs/usr/lib/systemd/systemd", elf(static_cast<uint8_t>(183)));
    site.link("/usr/lib/systemd/systemd", "os/rootfs/sbin/init");
    CHECK(architecture_of_tree(site.open("os")) == Architecture::Aarch64);
    site.put("script/rootfs/sbin/init", "#!/bin/sh\n");
    CHECK_FALSE(architecture_of_tree(site.open("script")));
    site.put("script/rootfs/bin/sh", elf(62));
    CHECK(architecture_of_tree(site.open("script")) == Architecture::X86_64);
    // Not the server's own shell.
    site.link("/bin/sh", "bare/rootfs/sbin/init");
    CHECK_FALSE(architecture_of_tree(site.open("bare")));
    shell("mkfifo " + site.images.rootfs("bare") + "/fifo");
    site.link("/fifo", "bare/rootfs/bin/busybox");
    CHECK_FALSE(architecture_of_tree(site.open("bare")));
}

TEST_CASE("a packed kernel is looked into") {
    const Site site;
    site.put("os/rootfs/boot/Image", pe("\x64\xaa"));
    shell("gzip -k " + site.images.rootfs("os") + "/boot/Image");
    CHECK(architecture_of_kernel_file(site.open("os"), "/boot/Image.gz") == Architecture::Aarch64);
    CHECK(architecture_of_kernel_file(site.open("os"), "/boot/Image") == Architecture::Aarch64);
    CHECK_FALSE(architecture_of_kernel_file(site.open("os"), "/boot/none"));
}

TEST_CASE("a record is read as it was written; another one counts as none") {
    const Site site;
    site.put("os/rootfs/bin/sh", elf(62));
    CHECK_FALSE(read_record(site.images, "os"));
    CHECK(architecture_of(site.images, "os") == Architecture::X86_64);  // as found
    Record record;
    record.architecture = Architecture::Aarch64;
    record.source = "docker://quay.io/\"x\"";
    record.digest = content::Digest::of("m").text();
    record.platform = "linux/arm64/v8";
    record.created = "2026-01-01T00:00:00Z";
    record.imported = 1'764'490'000;
    record.files = 5;
    record.bytes = 1ULL << 40;
    record.blobs = {content::Digest::of("a"), content::Digest::of("b")};
    REQUIRE(write_record(record_path(site.images, "os"), record));
    const auto read = read_record(site.images, "os");
    REQUIRE(read);
    CHECK(record_text(*read) == record_text(record));
    CHECK(read->source == record.source);
    CHECK(read->blobs == record.blobs);
    CHECK(architecture_of(site.images, "os") == Architecture::Aarch64);
    for (const char* text :
         {"", "[]", "{}", "{\"version\": 2}", "{\"version\": 1, \"blobs\": [\"x\"]}"}) {
        INFO(text);
        site.put("os/rootfs.json", text);
        CHECK_FALSE(read_record(site.images, "os"));
        CHECK_FALSE(recorded_blobs(site.images));
        CHECK(architecture_of(site.images, "os") == Architecture::X86_64);
    }
}
