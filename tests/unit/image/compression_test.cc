// SPDX-License-Identifier: BSD-3-Clause
#include "image/compression/compression.h"

#include <zstd.h>

#include "archive/gunzip.h"
#include "image/build.h"
#include "image/import.h"
#include "image/leftovers.h"
#include "image/record.h"
#include "unit/image/site.h"

using namespace ww;
using namespace ww::image;

namespace {

constexpr const char* kUnpacks = "CONFIG_RD_GZIP=y\nCONFIG_RD_ZSTD=y\nCONFIG_RD_XZ=y\n";
constexpr const char* kUnpacksNot = "CONFIG_RD_ZSTD=yes\n# CONFIG_RD_ZSTD is not set\n";

ZstdSupport support_of(const Site& site) {
    const ConfinedDir rootfs = site.open("os");
    return zstd_support(rootfs, find_kernels(rootfs));
}

BuildResult build(const Site& site, std::optional<Compression> compression = std::nullopt) {
    const auto result = build_image(site.images, "os", {.compression = compression});
    INFO((result ? "" : result.error().describe()));
    REQUIRE(result);
    return *result;
}

/// Of a single frame; empty for anything else.
std::string unzstd(const std::string& packed, size_t size) {
    if (::ZSTD_findFrameCompressedSize(packed.data(), packed.size()) != packed.size()) return {};
    std::string plain(size, '\0');
    const size_t got = ::ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size());
    return got == size ? plain : std::string();
}

bool has_zstd(const Site& site) { return open_zstd(site.images, "os").has_value(); }

struct stat status_of(const std::string& path) {
    struct stat status{};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status;
}

}  // namespace

TEST_CASE("a compression has one word") {
    for (const auto each : {Compression::Default,
                            Compression::Gzip,
                            Compression::Best,
                            Compression::Zstd,
                            Compression::None})
        CHECK(compression_from(to_string(each)) == each);
    for (const char* word : {"", "gz", "Gzip", "zst"}) CHECK_FALSE(compression_from(word));
}

TEST_CASE("whether kernels unpack zstd is in their configuration, else in their version") {
    const Site site;
    site.put("os/rootfs/etc/issue");
    CHECK(support_of(site).evidence == ZstdEvidence::None);  // no kernel at all
    site.put("os/rootfs/boot/vmlinuz-6.1.0-18-amd64");
    CHECK(support_of(site).evidence == ZstdEvidence::Version);
    site.put("os/rootfs/boot/config-6.1.0-18-amd64", kUnpacks);
    CHECK(support_of(site).evidence == ZstdEvidence::Config);
    site.put("os/rootfs/lib/modules/5.14.0-427.el9.x86_64/vmlinuz");
    site.put("os/rootfs/lib/modules/5.14.0-427.el9.x86_64/config", kUnpacks);
    CHECK(support_of(site).evidence == ZstdEvidence::Config);
    site.put("os/rootfs/boot/vmlinuz-5.9.0");
    CHECK(support_of(site).evidence == ZstdEvidence::Version);
    site.put("os/rootfs/boot/vmlinuz-5.8.18");
    CHECK(support_of(site).evidence == ZstdEvidence::None);
    CHECK(support_of(site).lacking == "/boot/vmlinuz-5.8.18");
    // What it was built with counts for more than its version.
    site.put("os/rootfs/boot/config-5.8.18", kUnpacks);
    CHECK(support_of(site).evidence == ZstdEvidence::Version);
    site.put("os/rootfs/boot/config-5.9.0", kUnpacksNot);
    CHECK(support_of(site).lacking == "/boot/vmlinuz-5.9.0");
}

TEST_CASE("a kernel whose name tells no version is trusted with gzip only") {
    const Site site;
    site.put("os/rootfs/boot/vmlinuz-linux");
    CHECK(support_of(site).evidence == ZstdEvidence::None);
    site.put("os/rootfs/boot/config-linux", kUnpacks);
    CHECK(support_of(site).evidence == ZstdEvidence::Config);
}

TEST_CASE("by itself zstd is chosen only where every configuration says so") {
    const Site site;
    site.put("os/rootfs/boot/vmlinuz-6.1.0");
    CHECK(build(site).zstd_size == 0);
    CHECK_FALSE(has_zstd(site));
    site.put("os/rootfs/boot/config-6.1.0", kUnpacks);
    const BuildResult both = build(site);
    CHECK(both.zstd_size > 0);
    REQUIRE(has_zstd(site));
    const std::string archive = read_file(site.images.built("os")).value();
    CHECK(unzstd(read_file(site.images.zstd("os")).value(), archive.size()) == archive);
    CHECK(
        archive::gunzip(read_file(site.images.compressed("os")).value(), archive.size()).value() ==
        archive);
    CHECK(status_of(site.images.zstd("os")).st_mode ==
          status_of(site.images.compressed("os")).st_mode);
    CHECK(build(site).current);
    // It belongs to what is built.
    REQUIRE(::unlink(site.images.zstd("os").c_str()) == 0);
    CHECK_FALSE(build(site).current);
    CHECK(has_zstd(site));
    site.put("os/rootfs/boot/vmlinuz-5.4.0");
    CHECK(build(site).zstd_lacking.empty());
    CHECK_FALSE(exists(site.images.zstd("os")));
}

TEST_CASE("what is asked for is built, and stays with the image") {
    const Site site;
    site.put("os/rootfs/boot/vmlinuz-6.1.0", read_file("/bin/bash").value().substr(0, 400'000));
    const time_t made = status_of(site.images.source("os")).st_mtim.tv_sec;
    const uint64_t quick = build(site).compressed_size;
    const uint64_t stored = build(site, Compression::None).compressed_size;
    CHECK(stored > 400'000);
    CHECK(build(site).current);
    CHECK(build(site, Compression::None).current);
    CHECK(read_record(site.images, "os")->compression == Compression::None);
    CHECK(status_of(site.images.source("os")).st_mtim.tv_sec == made);
    const BuildResult best = build(site, Compression::Best);
    CHECK_FALSE(best.current);
    CHECK(best.compressed_size < quick);
    // By its version alone it is believed, since somebody asked.
    CHECK(build(site, Compression::Zstd).zstd_size > 0);
    CHECK(has_zstd(site));
    CHECK(build(site, Compression::Gzip).compressed_size == quick);
    CHECK_FALSE(exists(site.images.zstd("os")));
    CHECK_FALSE(build(site, Compression::Default).current);
    CHECK(read_record(site.images, "os")->compression == Compression::Default);
}

TEST_CASE("zstd for a kernel that cannot unpack it is refused, and what was built stays") {
    const Site site;
    site.put("os/rootfs/boot/vmlinuz-5.4.0");
    build(site);
    const auto refused = build_image(site.images, "os", {.compression = Compression::Zstd});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::FailedPrecondition);
    CHECK(refused.error().message() ==
          "image os cannot be packed by zstd: its kernel /boot/vmlinuz-5.4.0 does not unpack it");
    CHECK(refused.error().hint() == "--compression best is the smallest for every kernel");
    CHECK(build(site).current);
    REQUIRE(::unlink((site.images.rootfs("os") + "/boot/vmlinuz-5.4.0").c_str()) == 0);
    CHECK(build_image(site.images, "os", {.compression = Compression::Zstd}).error().message() ==
          "image os cannot be packed by zstd: the image has no kernel");
    // One that comes when zstd has been chosen makes do with gzip.
    site.put("os/rootfs/boot/vmlinuz-6.1.0");
    CHECK(build(site, Compression::Zstd).zstd_size > 0);
    site.put("os/rootfs/boot/vmlinuz-5.4.0");
    CHECK(build(site).zstd_lacking == "its kernel /boot/vmlinuz-5.4.0 does not unpack it");
    CHECK_FALSE(has_zstd(site));
}

TEST_CASE("an import keeps how the image is packed, a rename and a delete take all files along") {
    const Site site;
    site.put("source/bin/sh");
    site.put("source/boot/vmlinuz-6.1.0");
    const std::string source = site.images.chroots() + "/source";
    REQUIRE(import_folder(site.images, source, "os", {}));
    build(site, Compression::Zstd);
    for (const IfExists mode : {IfExists::Replace, IfExists::Update}) {
        REQUIRE(import_folder(site.images, source, "os", {.if_exists = mode}));
        CHECK(read_record(site.images, "os")->compression == Compression::Zstd);
        CHECK(read_record(site.images, "os")->source == source);
    }
    REQUIRE(rename_image(site.images, "os", "new"));
    CHECK_FALSE(exists(site.images.zstd("os")));
    REQUIRE(rename_image(site.images, "new", "os"));
    build(site);
    REQUIRE(has_zstd(site));
    site.put_at(site.images.built_folder() + "/.os.img.zst.a1B2c3");
    remove_build_leftovers(site.images, "os");
    REQUIRE(delete_image(site.images, "os"));
    CHECK(ConfinedDir::open(site.images.built_folder())->list(".").empty());
}
