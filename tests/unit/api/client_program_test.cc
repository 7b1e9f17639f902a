// SPDX-License-Identifier: BSD-3-Clause
#include "api/overlays/client_program.h"

#include <algorithm>

#include "site_fixture.h"
#include "support/elf.h"

using namespace ww;
using namespace ww::protocol;

namespace {

std::string program_of(Architecture architecture) {
    return test::elf_head(architecture == Architecture::X86_64 ? test::kElfX86 : test::kElfArm);
}

/// Two nodes with machines of different architectures, one image for either.
struct ClientSite : test::SiteFixture {
    explicit ClientSite(const std::string& overlays = "wwclient")
        : SiteFixture(
              "nodeprofiles: {}\nnodes:\n"
              "  a1: {tags: {arch: arm64}, image name: os, system overlay: [" +
              overlays +
              "]}\n"
              "  a2: {tags: {arch: arm64}, image name: os, system overlay: [" +
              overlays +
              "]}\n"
              "  x1: {tags: {arch: x86_64}, system overlay: [" +
              overlays + "]}\n  z1: {system overlay: [" + overlays + "]}\n") {
        put("chroots/os/rootfs/bin/sh", program_of(Architecture::Aarch64));
        client("wwclient/rootfs", Architecture::X86_64);
    }

    void put(const std::string& path, const std::string& text) const {
        const std::string full = root() / path;
        REQUIRE(make_directories(full.substr(0, full.rfind('/'))));
        REQUIRE(replace_file(full, text, 0755));
    }
    void client(const std::string& tree, Architecture architecture) const {
        put("overlays/" + tree + "/warewulf/wwclient", program_of(architecture));
    }
    Names warnings() const {
        Names found;
        for (const std::string& note : notes)
            if (note.find(" no-wwclient ") != std::string::npos ||
                note.find("wwclient for it") != std::string::npos)
                found.push_back(note);
        return found;
    }
};

}  // namespace

TEST_CASE("a build of overlays names the client that machines lack", "[api][overlay]") {
    ClientSite site;
    REQUIRE(site.ask(route::OverlayBuild{}, {}));
    CHECK(site.warnings() ==
          Names{"warn: Node a1 and 1 more are aarch64: there is no wwclient for it, " +
                (site.root() / "overlays/wwclient/rootfs.aarch64/warewulf/wwclient") +
                " is missing; it is in wwd's package for aarch64, as wwclient of the overlay "
                "wwclient"});
    // Of a node nobody knows the machine of, nothing is said.
    REQUIRE(site.ask(route::OverlayBuild{}, {.nodes = {"x1", "z1"}}));
    CHECK(site.warnings().empty());
    site.client("wwclient/rootfs.aarch64", Architecture::Aarch64);
    REQUIRE(site.ask(route::OverlayBuild{}, {}));
    CHECK(site.warnings().empty());
}

TEST_CASE("an overlay for one architecture, and one of the site's own, bring a client, too",
          "[api][overlay]") {
    ClientSite site("wwclient, wwclient.aarch64");
    site.put("overlays/wwclient.aarch64/rootfs/etc/motd", "hello");
    REQUIRE(site.ask(route::OverlayBuild{}, {.nodes = {"a1"}}));
    CHECK(site.warnings().size() == 1);
    site.client("wwclient.aarch64/rootfs", Architecture::Aarch64);
    REQUIRE(site.ask(route::OverlayBuild{}, {.nodes = {"a1"}}));
    CHECK(site.warnings().empty());

    ClientSite other("own");
    other.put("overlays/own/rootfs/etc/motd", "hello");
    REQUIRE(other.ask(route::OverlayBuild{}, {}));
    CHECK(other.warnings().empty());  // it is not meant to bring one
    other.put("overlays/own/rootfs/warewulf/wwclient", "#!/bin/sh\n");
    REQUIRE(other.ask(route::OverlayBuild{}, {}));
    CHECK(other.warnings().empty());  // whatever that is
}

TEST_CASE("builds and imports of images name the client that is missing", "[api][image]") {
    ClientSite site;
    REQUIRE(site.ask(route::ImageBuild{}, {.names = {"os"}}));
    CHECK(site.warnings().size() == 1);
    const std::string file = site.root() / "overlays/wwclient/rootfs.aarch64/warewulf/wwclient";
    CHECK(site.warnings().at(0).starts_with("warn: image os: no-wwclient " + file + ": "));
    site.put("source/bin/sh", program_of(Architecture::Aarch64));
    REQUIRE(site.ask(route::ImageImport{}, {.source = site.root() / "source", .name = "new"}));
    CHECK(site.warnings().size() == 1);
    CHECK(site.warnings().at(0).starts_with("warn: image new: no-wwclient " + file + ": "));
    site.client("wwclient.aarch64/rootfs", Architecture::Aarch64);
    REQUIRE(site.ask(route::ImageBuild{}, {.names = {"new"}, .force = true}));
    CHECK(site.warnings().empty());
}

TEST_CASE("nodes are listed with what they and their images are for", "[api][nodes]") {
    ClientSite site;
    const auto table = site.ask(route::NodeTable{}, {{}, "architecture"});
    REQUIRE(table);
    CHECK(table->columns == Names{"NODE NAME", "ARCH", "IMAGE", "IMAGE FOR"});
    CHECK(table->rows == std::vector<Names>{{"a1", "aarch64", "os", "aarch64"},
                                            {"a2", "aarch64", "os", "aarch64"},
                                            {"x1", "x86_64", "", ""},
                                            {"z1", "", "", ""}});
}

TEST_CASE("one image is shown with its trees and builds", "[api][image]") {
    ClientSite site;
    REQUIRE(site.ask(route::ImageBuild{}, {.names = {"os"}}));
    const auto shown = site.ask(route::ImageShow{}, {"os"});
    REQUIRE(shown);
    CHECK(shown->nodes == Names{"a1", "a2"});
    CHECK(shown->source_size == 64);
    REQUIRE(shown->variants.size() == 1);
    CHECK(shown->variants[0].architecture == "aarch64");
    CHECK(shown->variants[0].size > 0);
    REQUIRE(shown->variants[0].generations.size() == 1);
    CHECK(shown->variants[0].generations[0].served);
    const auto none = site.ask(route::ImageShow{}, {"oz"});
    REQUIRE_FALSE(none);
    CHECK(none.error().message() == "oz is not a valid image");
}

TEST_CASE("what is wrong with an image is told by its check, its import and its build",
          "[api][image]") {
    ClientSite site;
    site.put("chroots/os/rootfs/etc/machine-id", "0123456789abcdef\n");
    const auto checked = site.ask(route::ImageCheck{}, {"os"});
    REQUIRE(checked);
    Names words;
    for (const ImageFinding& each : checked->findings) words.push_back(each.finding);
    CHECK(words == Names{"no-init", "no-kernel", "no-wwclient", "machine-id"});
    CHECK(checked->findings[1].severity == "error");
    CHECK(checked->findings[1].next_step ==
          "wwctl image exec os -- apt-get install linux-image-ARCH, or dnf install kernel");
    REQUIRE(site.ask(route::ImageBuild{}, {.names = {"os"}}));
    CHECK(std::ranges::count_if(site.notes, [](const std::string& note) {
              return note.starts_with("warn: image os: ");
          }) == 4);
    // Once it is built there are figures, which no build tells.
    CHECK(site.ask(route::ImageCheck{}, {"os"})->findings.back().finding == "memory");
    site.put("chroots/data/rootfs/bin/sh", "no program\n");
    REQUIRE(site.ask(route::ImageBuild{}, {.names = {"data"}}));
    for (const std::string& note : site.notes) CHECK_FALSE(note.starts_with("warn: "));
    const auto none = site.ask(route::ImageCheck{}, {"dataa"});
    REQUIRE_FALSE(none);
    CHECK(none.error().message() == "image does not exist: dataa");
    CHECK(none.error().hint() == "did you mean \"data\"?");
}
