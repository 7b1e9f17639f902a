// SPDX-License-Identifier: BSD-3-Clause
#include "image/variant.h"

#include "image/build.h"
#include "image/import.h"
#include "unit/image/site.h"

using namespace ww;
using namespace ww::image;

TEST_CASE("a tree is named after its image, and its architecture where it is not the first") {
    CHECK(Variant("rocky:9").text() == "rocky:9");
    CHECK(Variant("rocky").folder() == "rootfs");
    const Variant arm("rocky", Architecture::Aarch64);
    CHECK(arm.text() == "rocky@aarch64");
    CHECK(arm.folder() == "rootfs.aarch64");
    CHECK(Variant::from("rocky@aarch64") == arm);
    CHECK(Variant::from("rocky@arm64") == arm);
    CHECK(Variant::from("rocky") == Variant("rocky"));
    CHECK_FALSE(Variant::from("rocky@17"));
    CHECK_FALSE(Variant::from("rocky@"));
    CHECK(architecture_of_folder("rootfs.aarch64") == Architecture::Aarch64);
    for (const char* other : {"rootfs", "rootfs.", "rootfs.arm64", "rootfs.old", "xrootfs.aarch64"})
        CHECK_FALSE(architecture_of_folder(other));
}

TEST_CASE("the trees of an image lie side by side") {
    const Site site;
    site.put("os/rootfs/bin/sh");
    site.put("os/rootfs.aarch64/bin/sh", "of arm");
    site.put("os/rootfs.old/x");
    site.put("alone/rootfs.aarch64/bin/sh");
    const Variant arm("os", Architecture::Aarch64);
    CHECK(site.images.variants("os") == std::vector<Variant>{"os", arm});
    CHECK(site.images.exists(arm));
    CHECK(site.images.open(arm)->read("bin/sh").value() == "of arm");
    CHECK_FALSE(site.images.exists(Variant("os", Architecture::Riscv64)));
    CHECK_FALSE(site.images.exists("alone"));
    CHECK(site.images.variants("alone").empty());
    CHECK(site.images.list().value() == std::vector<std::string>{"os"});
}

TEST_CASE("each tree is built into files of its own, which go with the image") {
    const Site site;
    site.put("os/rootfs/bin/sh");
    site.put("os/rootfs.aarch64/bin/sh");
    site.put("os2/rootfs/bin/sh");
    const Variant arm("os", Architecture::Aarch64);
    for (const Variant& tree : {Variant("os"), arm, Variant("os2")})
        REQUIRE(build_image(site.images, tree));
    CHECK(site.images.built(arm) == site.images.built_folder() + "/os@aarch64.img");
    const auto built = [&] { return ConfinedDir::open(site.images.built_folder())->list("."); };
    REQUIRE(
        built() ==
        std::vector<std::string>{
            "os.img", "os.img.gz", "os2.img", "os2.img.gz", "os@aarch64.img", "os@aarch64.img.gz"});
    REQUIRE(rename_image(site.images, "os", "new"));
    CHECK(built() == std::vector<std::string>{"os2.img", "os2.img.gz"});
    CHECK(site.images.variants("new").size() == 2);
    REQUIRE(build_image(site.images, Variant("new", Architecture::Aarch64)));
    REQUIRE(delete_image(site.images, "new"));
    CHECK(built() == std::vector<std::string>{"os2.img", "os2.img.gz"});
}
