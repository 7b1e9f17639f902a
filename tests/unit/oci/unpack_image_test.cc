// SPDX-License-Identifier: BSD-3-Clause
#include "oci/unpack_image.h"

#include <unistd.h>

#include "support/catch.h"
#include "support/shell.h"
#include "unit/oci/layout_maker.h"
#include "unit/oci/memory_source.h"
#include "unit/oci/tar_maker.h"

using namespace ww;
using namespace ww::oci;
using test::file;

namespace {

struct Unpacking {
    test::LayoutMaker maker;
    test::TempDir tree;

    Result<Unpacked> run(ImageUnpackOptions options = {}) const {
        WW_TRY(const Layout layout, Layout::open(maker.dir.path()));
        WW_TRY(const ImageDigest image, layout.find("", std::nullopt));
        WW_TRY(const ConfinedDir to, ConfinedDir::open(tree.path()));
        const auto open = [&](const Descriptor& what) -> Result<UniqueFd> {
            WW_TRY(UniqueFd fd, layout.blob(what));
            WW_TRY_VOID(verify_blob(fd.get(), what));
            return fd;
        };
        return unpack_image(image, open, to, options);
    }
    std::string path(const std::string& bytes) const {
        return maker.dir / ("blobs/sha256/" + sha256_hex(bytes));
    }
};

const std::string kLower = test::tar({file("a", "lower"), file("b")});
const std::string kUpper = test::tar({file("a", "upper"), file(".wh.b", "")});

}  // namespace

TEST_CASE("layers are unpacked one over the other") {
    const Unpacking unpacking;
    unpacking.maker.index({unpacking.maker.image({kLower, kUpper})});
    Progress last;
    ImageUnpackOptions options;
    options.progress = [&](const Progress& progress) { last = progress; };
    const auto done = unpacking.run(options);
    REQUIRE(done);
    CHECK(done->entries == 4);
    CHECK(read_file(unpacking.tree / "a").value() == "upper");
    CHECK_FALSE(exists(unpacking.tree / "b"));
    CHECK(last.total_bytes == kLower.size() + kUpper.size());
    CHECK(last.bytes == last.total_bytes);
}

TEST_CASE("nothing of a blob that was changed is used") {
    for (const std::string& bytes : {kLower, kUpper}) {
        const Unpacking unpacking;
        unpacking.maker.index({unpacking.maker.image({kLower, kUpper})});
        SECTION("a bit") {
            std::string spoilt = bytes;
            spoilt[600] ^= 1;
            unpacking.maker.write("blobs/sha256/" + sha256_hex(bytes), spoilt);
            const auto done = unpacking.run();
            REQUIRE_FALSE(done);
            CHECK(done.error().message().find("is damaged") != std::string::npos);
            CHECK(done.error().frames().at(0).starts_with("unpacking layer "));
            if (bytes == kLower) CHECK(test::output_of("ls " + unpacking.tree.path()).empty());
        }
        SECTION("its size") {
            for (const std::string& other : {bytes + "x", bytes.substr(1)}) {
                unpacking.maker.write("blobs/sha256/" + sha256_hex(bytes), other);
                const auto done = unpacking.run();
                REQUIRE_FALSE(done);
                CHECK(done.error().code() == ErrorCode::Unprocessable);
            }
        }
        SECTION("a link in its place") {
            const std::string path = unpacking.path(bytes);
            test::shell("mv " + path + " " + unpacking.tree.path() + "/elsewhere && ln -s " +
                        unpacking.tree.path() + "/elsewhere " + path);
            CHECK_FALSE(unpacking.run());
        }
        SECTION("it is not there") {
            ::unlink(unpacking.path(bytes).c_str());
            CHECK_FALSE(unpacking.run());
        }
    }
}

TEST_CASE("a layer that unpacks to something else than the image says is refused") {
    const Unpacking unpacking;
    using M = test::LayoutMaker;
    const M& maker = unpacking.maker;
    const std::string config = fmt::format(
        R"({{"os":"linux","architecture":"amd64","rootfs":{{"diff_ids":["sha256:{}"]}}}})",
        sha256_hex(kUpper));
    const std::string manifest = fmt::format(
        R"({{"schemaVersion":2,"config":{},"layers":[{}]}})",
        M::descriptor(
            "application/vnd.oci.image.config.v1+json", maker.blob(config), config.size()),
        M::descriptor("application/vnd.oci.image.layer.v1.tar", maker.blob(kLower), kLower.size()));
    maker.index({M::descriptor(
        "application/vnd.oci.image.manifest.v1+json", maker.blob(manifest), manifest.size())});
    const auto done = unpacking.run();
    REQUIRE_FALSE(done);
    CHECK(done.error().message().find("unpacks to sha256:" + sha256_hex(kLower)) !=
          std::string::npos);
}

TEST_CASE("a small blob that unpacks to more than the limit is stopped there") {
    const auto program = GENERATE("gzip -9", "bzip2 -9", "xz -0", "zstd -q", "lz4 -q");
    INFO(program);
    const std::string name = std::string(program).substr(0, std::string(program).find(' '));
    if (!test::have_program(name)) return;
    const test::TempDir dir;
    test::shell("cd " + dir.path() +
                " && head -c 40000000 /dev/zero > zeros && tar -cf - zeros | " + program +
                " > bomb");
    const std::string bomb = read_file(dir / "bomb").value();
    REQUIRE(bomb.size() < 200'000);
    REQUIRE(make_directories(dir / "tree"));
    const ConfinedDir tree = ConfinedDir::open(dir / "tree").value();
    ImageUnpackOptions options;
    options.limits.bytes = 10'000'000;
    test::MemorySource source(bomb);
    const auto done = unpack_tar(source, bomb.size(), tree, options);
    REQUIRE_FALSE(done);
    CHECK(done.error().code() == ErrorCode::TooLarge);
    CHECK(done.error().message() ==
          "the entry \"zeros\" is over the limit of 10000000 bytes in all");
    CHECK(test::output_of("du -sk " + (dir / "tree") + " | cut -f1 | tr -d '\\n'").size() < 6);
}

TEST_CASE("a tar of a root file system is unpacked as it is") {
    const Unpacking unpacking;
    test::MemorySource source(kUpper);
    const ConfinedDir tree = ConfinedDir::open(unpacking.tree.path()).value();
    const auto done = unpack_tar(source, 0, tree);
    REQUIRE(done);
    CHECK(done->entries == 2);
    CHECK(exists(unpacking.tree / ".wh.b"));
}
