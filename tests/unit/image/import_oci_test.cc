// SPDX-License-Identifier: BSD-3-Clause
#include "image/import/import_oci.h"

#include <unistd.h>

#include "support/elf.h"
#include "unit/image/site.h"
#include "unit/oci/layout_maker.h"
#include "unit/oci/tar_maker.h"

using namespace ww;
using namespace ww::image;
using test::file;
using test::LayoutMaker;
using test::link_to;

namespace {

const std::string kX86 = test::elf_head(test::kElfX86);
const std::string kArm = test::elf_head(test::kElfArm);

std::string root_layer(const std::string& shell) {
    return test::tar({test::folder("bin", 0755),
                      {.path = "bin/sh", .data = shell, .mode = 0755},
                      file("etc/old", "lower"),
                      file("etc/kept")});
}

struct Ground {
    Site site;
    content::Store store = content::Store::open(site.dir / "content").value();

    Result<Record> import(const std::string& typed,
                          const Variant& tree = "os",
                          const OciImport& how = {}) const {
        WW_TRY(const ImportSource source, import_source(typed));
        OciImport import = how;
        import.source = typed;
        return import_oci(site.images, store, source, tree, import);
    }
};

OciImport with(IfExists if_exists) {
    OciImport import;
    import.options.if_exists = if_exists;
    return import;
}

}  // namespace

TEST_CASE("an OCI layout becomes an image that knows where it came from") {
    const Ground ground;
    const LayoutMaker maker;
    maker.index({maker.image({root_layer(kArm), test::tar({file("etc/.wh.old", ""), file("new")})},
                             "arm64")});
    REQUIRE(ground.import("oci:" + maker.dir.path()));
    CHECK(ground.site.text("os/rootfs/new") == "x");
    CHECK_FALSE(exists(ground.site.images.rootfs("os") + "/etc/old"));
    const auto record = read_record(ground.site.images, "os");
    REQUIRE(record);
    CHECK(record->architecture == Architecture::Aarch64);
    CHECK(record->source == "oci:" + maker.dir.path());
    CHECK(record->platform == "linux/arm64");
    CHECK(record->blobs.size() == 4);
    CHECK(recorded_blobs(ground.site.images)->size() == 4);
    for (const content::Digest& blob : record->blobs) CHECK(ground.store.has(blob));
    // A folder with a layout in it is one, without a word before it.
    REQUIRE(ground.import(maker.dir.path(), "again"));
}

TEST_CASE("the same again is not copied again") {
    const Ground ground;
    const LayoutMaker maker;
    maker.index({maker.image({root_layer(kArm)}, "arm64")});
    std::vector<std::string> told;
    OciImport how;
    how.tell = [&](const std::string& text) { told.push_back(text); };
    REQUIRE(ground.import("oci:" + maker.dir.path(), "one", how));
    CHECK(told.at(0).starts_with("Fetched "));
    REQUIRE(ground.import("oci:" + maker.dir.path(), "two", how));
    CHECK(told.at(1).starts_with("Nothing to fetch: sha256:"));
}

TEST_CASE("who imports is told of attributes that are lost") {
    const Ground ground;
    std::vector<std::string> warnings;
    OciImport how;
    how.warn = [&](const std::string& text) { warnings.push_back(text); };
    test::Member shell = file("bin/sh");
    REQUIRE(replace_file(ground.site.dir / "whole.tar", test::tar({shell})));
    REQUIRE(ground.import(ground.site.dir / "whole.tar", "whole", how));
    CHECK(warnings.empty());
    shell.pax = {{"SCHILY.xattr.trusted.note", "lost"}};
    const std::string poorer = test::tar({shell});
    REQUIRE(replace_file(ground.site.dir / "poorer.tar", poorer));
    REQUIRE(ground.import(ground.site.dir / "poorer.tar", "tar", how));
    const LayoutMaker maker;
    maker.index({maker.image({poorer})});
    REQUIRE(ground.import("oci:" + maker.dir.path(), "layout", how));
    CHECK(warnings == std::vector<std::string>(
                          2,
                          "attributes of kinds that images do not keep are lost, the first of "
                          "them: \"trusted.note\" of \"bin/sh\""));
}

TEST_CASE("an update puts layers over the old tree, a replacement does not") {
    const Ground ground;
    const LayoutMaker lower, upper;
    lower.index({lower.image({root_layer(kArm)}, "arm64")});
    upper.index({upper.image({test::tar({file("etc/.wh.old", ""), file("bin/ls")})}, "arm64")});
    REQUIRE(ground.import("oci:" + lower.dir.path()));
    const auto refused = ground.import("oci:" + upper.dir.path());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::AlreadyExists);
    REQUIRE(ground.import("oci:" + upper.dir.path(), "os", with(IfExists::Update)));
    CHECK(output_of("cd " + ground.site.images.rootfs("os") +
                    " && find . -type f | LC_ALL=C sort") == "./bin/ls\n./bin/sh\n./etc/kept\n");
    REQUIRE(ground.import("oci:" + upper.dir.path(), "os", with(IfExists::Replace)));
    CHECK(output_of("cd " + ground.site.images.rootfs("os") +
                    " && find . -type f | LC_ALL=C sort") == "./bin/ls\n");
}

TEST_CASE("a tree for another architecture comes to lie beside the first, and both stay apart") {
    const Ground ground;
    const Images& images = ground.site.images;
    const LayoutMaker maker;
    using M = LayoutMaker;
    maker.index({maker.image({root_layer(kX86)}, "amd64", M::platform("amd64")),
                 maker.image({root_layer(kArm)}, "arm64", M::platform("arm64"))});
    const std::string source = "oci:" + maker.dir.path();
    OciImport for_arm;
    for_arm.platform = oci::Platform::parse("aarch64").value();
    for_arm.options.wanted = Architecture::Aarch64;
    OciImport for_x86;
    for_x86.platform = oci::Platform::parse("amd64").value();
    const Variant arm("os", Architecture::Aarch64);

    const auto alone = ground.import(source, arm, for_arm);
    REQUIRE_FALSE(alone);
    CHECK(alone.error().code() == ErrorCode::FailedPrecondition);
    REQUIRE(ground.import(source, "os", for_x86));
    REQUIRE(ground.import(source, arm, for_arm));
    CHECK(images.variants("os") == std::vector<Variant>{"os", arm});
    CHECK(architecture_of(images, "os") == Architecture::X86_64);
    CHECK(architecture_of(images, arm) == Architecture::Aarch64);
    CHECK(variant_for(images, "os", Architecture::Aarch64) == arm);
    CHECK(variant_for(images, "os", Architecture::X86_64) == Variant("os"));
    CHECK_FALSE(variant_for(images, "os", Architecture::Riscv64));

    CHECK_FALSE(ground.import(source, arm, for_arm));  // it is there
    for_arm.options.if_exists = IfExists::Replace;
    REQUIRE(ground.import(source, arm, for_arm));
    // Replacing the first leaves the one beside it.
    for_x86.options.if_exists = IfExists::Replace;
    REQUIRE(ground.import(source, "os", for_x86));
    CHECK(images.variants("os").size() == 2);
    CHECK(architecture_of(images, arm) == Architecture::Aarch64);
    // A copy has both, and their records.
    REQUIRE(copy_image(images, "os", "copy"));
    CHECK(images.variants("copy").size() == 2);
    CHECK(read_record(images, Variant("copy", Architecture::Aarch64))->source == source);
}

TEST_CASE("what is for another architecture than was asked for is refused") {
    const Ground ground;
    const LayoutMaker maker;
    // Its configuration lies.
    maker.index({maker.image({root_layer(kX86)}, "arm64")});
    OciImport how;
    how.platform = oci::Platform::parse("arm64").value();
    how.options.wanted = Architecture::Aarch64;
    const auto refused = ground.import("oci:" + maker.dir.path(), "os", how);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message() == "what was imported is for x86_64, not for aarch64");
    CHECK_FALSE(exists(ground.site.images.source("os")));
}

TEST_CASE("a tar of a root file system becomes an image; another tar does not") {
    const Ground ground;
    const auto put = [&](const std::string& bytes, const std::string& name = "x.tar") {
        ground.site.put_at(ground.site.dir / name, bytes);
        return ground.site.dir / name;
    };
    REQUIRE(ground.import(put(test::tar({test::folder("./"),
                                         test::folder("./etc"),
                                         link_to("./bin", "usr/bin"),
                                         {.path = "./usr/bin/sh", .data = kArm, .mode = 0755}}))));
    CHECK(read_record(ground.site.images, "os")->architecture == Architecture::Aarch64);
    const auto other = [&](const std::string& bytes) {
        const auto result = ground.import(put(bytes), "other");
        REQUIRE_FALSE(result);
        CHECK_FALSE(exists(ground.site.images.source("other")));
        return result.error().message();
    };
    CHECK(other(test::tar({file("etc/motd")})) == "the archive is no root file system: no /bin/sh");
    CHECK(other(test::tar({file("readme")})).find("neither a root file system nor") !=
          std::string::npos);
    CHECK(other(test::tar({file("etc/motd"), file("../x")})).find("leads out") !=
          std::string::npos);
    CHECK_FALSE(exists(ground.site.dir / "x"));
}

TEST_CASE("an image that is there stays whole, whatever an import over it is made of") {
    const LayoutMaker maker;
    const std::string layer = root_layer(kArm);
    const std::string upper = test::tar({file("upper")});
    maker.index({maker.image({layer, upper}, "arm64")});
    const std::vector<std::string> blobs = ConfinedDir::open(maker.dir / "blobs/sha256")->list(".");
    REQUIRE(blobs.size() == 4);
    for (const IfExists if_exists : {IfExists::Replace, IfExists::Update})
        for (const std::string& blob : blobs) {
            INFO(blob);
            const Ground ground;
            ground.site.put("os/rootfs/bin/sh", "old");
            ground.site.put("os/readonly");
            const std::string before = output_of("cd " + ground.site.images.chroots() +
                                                 " && find os -printf '%P %i %s %T@ %m\\n'");
            const std::string path = maker.dir / ("blobs/sha256/" + blob);
            const std::string good = read_file(path).value();
            for (const std::string& bad : {good.substr(0, good.size() / 2),
                                           std::string(good.size(), 'x'),
                                           good + "x",
                                           std::string()}) {
                ground.site.put_at(path, bad);
                CHECK_FALSE(ground.import("oci:" + maker.dir.path(), "os", with(if_exists)));
            }
            ground.site.put_at(path, good);
            CHECK(output_of("cd " + ground.site.images.chroots() +
                            " && find os -printf '%P %i %s %T@ %m\\n'") == before);
            CHECK(ConfinedDir::open(ground.site.images.chroots())->list(".") ==
                  std::vector<std::string>{"os"});
        }
}

TEST_CASE("a blob of the store that was damaged is fetched anew") {
    const Ground ground;
    const LayoutMaker maker;
    const std::string layer = root_layer(kArm);
    maker.index({maker.image({layer}, "arm64")});
    const std::string source = "oci:" + maker.dir.path();
    REQUIRE(ground.import(source, "one"));
    const std::string kept = ground.site.dir / ("content/sha256/" + sha256_hex(layer));
    ground.site.put_at(kept, std::string(layer.size(), 'x'));
    const auto refused = ground.import(source, "two");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().hint() == "import again: it will be fetched anew");
    REQUIRE(ground.import(source, "two"));
}

TEST_CASE("sources are told apart") {
    using Kind = ImportSource::Kind;
    const test::TempDir dir;
    REQUIRE(make_directories(dir / "folder"));
    const auto kind_of = [](const std::string& typed) { return import_source(typed)->kind; };
    CHECK(kind_of("docker://quay.io/x/y:9") == Kind::Registry);
    CHECK(import_source("docker://rocky:9")->reference == "docker://rocky:9");
    CHECK(import_source("docker-daemon://x:1")->reference == "docker-daemon:x:1");
    CHECK(import_source("containers-storage:[vfs@/a+/b]x:1")->reference ==
          "containers-storage:[vfs@/a+/b]x:1");
    CHECK(kind_of(dir / "folder") == Kind::Folder);
    CHECK(import_source("oci:/srv/layout:9")->path == "/srv/layout");
    CHECK(import_source("oci:/srv/layout:9")->name == "9");
    CHECK(import_source("docker-archive:/srv/a:b/c.tar")->path == "/srv/a:b/c.tar");
    CHECK(kind_of("https://example.org/a.tar") == Kind::TarUrl);
    CHECK_FALSE(import_source("docker://quay.io/x y").has_value());
    CHECK_FALSE(import_source("docker://--help").has_value());
    CHECK_FALSE(import_source("docker:x").has_value());
    CHECK_FALSE(import_source("https://user:secret@example.org/a.tar").has_value());
    CHECK_FALSE(import_source(dir / "none").has_value());
    CHECK_FALSE(import_source("file://" + (dir / "folder")).has_value());
    CHECK_FALSE(import_source("file://" + (dir / "none")).has_value());
}
