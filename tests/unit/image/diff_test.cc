// SPDX-License-Identifier: BSD-3-Clause
#include "image/diff/diff.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "image/build.h"
#include "image/generations/rollback.h"
#include "image/import.h"
#include "unit/image/site.h"

using namespace ww;
using namespace ww::image;

namespace {

struct Compared {
    Site site;
    Images images{site.images.chroots(), site.dir / "provision", site.dir / "content"};

    void build() const {
        const auto built = build_image(images, "os", {.force = true});
        INFO((built ? "" : built.error().describe()));
        REQUIRE(built);
    }
    Difference difference(const std::string& before, const std::string& after) const {
        const auto a = open_side(images, before);
        INFO((a ? "" : a.error().describe()));
        REQUIRE(a);
        const auto b = open_side(images, after);
        INFO((b ? "" : b.error().describe()));
        REQUIRE(b);
        auto found = compare(images, **a, **b);
        INFO((found ? "" : found.error().describe()));
        REQUIRE(found);
        return std::move(*found);
    }
    /// "+path size", "-path size", "~path before after what"
    std::vector<std::string> files(const std::string& before, const std::string& after) const {
        std::vector<std::string> all;
        for (const FileChange& each : difference(before, after).files)
            all.push_back(
                !each.was ? fmt::format("+{} {}", each.path, each.after)
                : !each.is
                    ? fmt::format("-{} {}", each.path, each.before)
                    : fmt::format("~{} {} {} {}", each.path, each.before, each.after, each.what));
        return all;
    }
};

using Texts = std::vector<std::string>;

std::string package(const std::string& name, const std::string& version, bool several = false) {
    return "Package: " + name + "\nStatus: install ok installed\nArchitecture: amd64\n" +
           (several ? "Multi-Arch: same\n" : "") + "Version: " + version + "\nDescription: x\n" +
           " Package: of no account\n\n";
}

}  // namespace

TEST_CASE("trees, builds that are served and builds that are kept are compared alike") {
    const Compared os;
    os.site.put("os/rootfs/etc/same", "same");
    os.site.put("os/rootfs/etc/gone", "gone!");
    os.site.put("os/rootfs/etc/text", "one");
    os.site.put("os/rootfs/etc/mode", "x", 0644);
    os.site.put("os/rootfs/kind", "x");
    os.site.link("a", "os/rootfs/link");
    os.site.put("os/rootfs/big", std::string(700'000, 'a'));
    REQUIRE(::link((os.images.rootfs("os") + "/big").c_str(),
                   (os.images.rootfs("os") + "/hard").c_str()) == 0);
    REQUIRE(copy_image(os.images, "os", "old", {}));
    os.build();
    const std::string root = os.images.rootfs("os");
    os.site.put("os/rootfs/etc/text", "two");
    os.site.put("os/rootfs/etc/new/file", "12");
    os.site.put("os/rootfs/big", std::string(699'999, 'a') + "b");
    REQUIRE(::unlink((root + "/etc/gone").c_str()) == 0);
    REQUIRE(::unlink((root + "/kind").c_str()) == 0);
    REQUIRE(::mkdir((root + "/kind").c_str(), 0755) == 0);
    REQUIRE(::unlink((root + "/link").c_str()) == 0);
    REQUIRE(::symlink("b", (root + "/link").c_str()) == 0);
    REQUIRE(::chmod((root + "/etc/mode").c_str(), 0600) == 0);
    // A date alone is no change, and the same date hides none of these.
    for (const char* path : {"/etc/same", "/etc/text", "/big"}) {
        const std::array<timespec, 2> times{timespec{1'700'000'000, 0}, timespec{1'700'000'000, 0}};
        REQUIRE(::utimensat(AT_FDCWD, (root + path).c_str(), times.data(), 0) == 0);
    }
    const Texts expected{"~/big 700000 700000 content",
                         "-/etc/gone 5",
                         "~/etc/mode 1 1 mode 0644 -> 0600",
                         "+/etc/new 0",
                         "+/etc/new/file 2",
                         "~/etc/text 3 3 content",
                         "~/hard 700000 700000 content",
                         "~/kind 1 0 file -> folder",
                         "~/link 0 0 target a -> b"};
    CHECK(os.files("old", "os") == expected);
    CHECK(os.files("os@1", "os") == expected);  // the served build
    os.build();
    CHECK(os.files("os@1", "os@2") == expected);  // one that has to be unpacked
    CHECK(os.files("old", "os@2") == expected);
    CHECK(os.files("os@2", "os").empty());
    REQUIRE(roll_back(os.images, "os"));
    CHECK(os.files("os@1", "os@2") == expected);
    CHECK(ConfinedDir::open(os.images.content())->list("incoming").empty());
}

TEST_CASE("packages are compared by dpkg's database") {
    const Compared os;
    os.site.put("os/rootfs/var/lib/dpkg/status",
                package("bash", "5.2-1") + package("libc6", "2.36-9", true) + package("gone", "1") +
                    "Package: removed\nStatus: deinstall ok config-files\nVersion: 3\n\n");
    os.site.put("new/rootfs/var/lib/dpkg/status",
                package("bash", "5.2-2") + package("libc6", "2.36-9", true) + package("came", "2"));
    const Difference found = os.difference("os", "new");
    REQUIRE(found.packages.size() == 3);
    CHECK(found.packages[0].name == "bash");
    CHECK(found.packages[0].before == "5.2-1");
    CHECK(found.packages[0].after == "5.2-2");
    CHECK(found.packages[1].name == "came");
    CHECK(found.packages[1].before.empty());
    CHECK(found.packages[2].name == "gone");
    CHECK(found.packages[2].after.empty());
    CHECK(found.warnings.empty());
    const auto side = open_side(os.images, "os").value();
    CHECK(packages_of(os.images, *side)->contains("libc6:amd64"));
}

TEST_CASE("a database of rpm that cannot be read is a word, and no package came or went") {
    const Compared os;
    os.site.put("os/rootfs/etc/os-release", "EL");
    os.site.put("new/rootfs/usr/lib/sysimage/rpm/rpmdb.sqlite", "no database");
    const Difference found = os.difference("os", "new");
    CHECK(found.packages.empty());
    REQUIRE(found.warnings.size() == 1);
    INFO(found.warnings[0]);
    CHECK((found.warnings[0].starts_with("rpm cannot read the database of new: ") ||
           found.warnings[0] ==
               "packages of new are in a database of rpm, and rpm is not installed "
               "on this machine: install the package rpm"));
    // Nothing is left beside the trees.
    CHECK(ConfinedDir::open(os.images.chroots())->list(".") == Texts{"new", "os"});
}

TEST_CASE("what is left out of an image is left out of its comparison") {
    const Compared os;
    os.site.put("os/rootfs/etc/warewulf/excludes", "boot\n");
    os.site.put("os/rootfs/boot/vmlinuz-6.1.0");
    os.build();
    os.site.put("os/rootfs/boot/vmlinuz-6.1.1");
    CHECK(os.files("os@1", "os").empty());
}

TEST_CASE("what is not there cannot be compared, and is named") {
    const Compared os;
    os.site.put("os/rootfs/etc/issue");
    os.build();
    const auto refused = [&](const char* text) { return open_side(os.images, text).error(); };
    CHECK(refused("none").message() == "image does not exist: none");
    CHECK(refused("os@aarch64").message() == "image does not exist: os@aarch64");
    CHECK(refused("os@7").message() == "image os has no generation 7");
    CHECK(refused("os@7").hint() == "`wwctl image history os` lists those it has");
    // A kept build whose bytes are damaged.
    os.site.put("os/rootfs/etc/issue", "two");
    os.build();
    const History history = read_history(os.images.content(), "os").value();
    os.site.put_at(os.images.content() + "/sha256/" + history.generations[0].digest.hex(), "junk");
    CHECK(refused("os@1").code() == ErrorCode::Unprocessable);
}
