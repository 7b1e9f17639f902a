// SPDX-License-Identifier: BSD-3-Clause
#include <sys/stat.h>
#include <unistd.h>

#include "site_fixture.h"

using namespace ww;
using namespace ww::protocol;

namespace {

struct OverlaySite : test::SiteFixture {
    OverlaySite() : SiteFixture("nodeprofiles: {}\nnodes:\n  n1:\n    comment: first\n") {
        const std::string rootfs = root() / "overlays/o/rootfs";
        REQUIRE(make_directories(rootfs + "/etc"));
        REQUIRE(replace_file(rootfs + "/etc/motd", "hello\n", 0644));
        REQUIRE(replace_file(rootfs + "/etc/key", "secret\n", 0600));
        REQUIRE(replace_file(rootfs + "/etc/id.ww", "{{.Id}} {{.Comment}}\n", 0644));
    }
};

const api::Caller kAnybody{.is_admin = false};

}  // namespace

TEST_CASE("a file of an overlay is found by any spelling of its path", "[api][overlay]") {
    OverlaySite site;
    for (const char* path : {"etc/motd", "/etc/motd", "etc//./motd", "/etc/x/../motd/"}) {
        CAPTURE(path);
        const auto file = site.ask(route::OverlayFile{}, {.overlay = "o", .path = path});
        REQUIRE(file);
        CHECK(file->text == "hello\n");
    }
}

TEST_CASE("what is no file of an overlay is told by where it would be", "[api][overlay]") {
    OverlaySite site;
    const auto said = [&](const char* path) {
        return site.ask(route::OverlayFile{}, {.overlay = "o", .path = path}).error().message();
    };
    const std::string rootfs = site.root() / "overlays/o/rootfs";
    CHECK(said("etc/none") == "o: " + rootfs + "/etc/none not found");
    CHECK(said("/etc") == "o: " + rootfs + "/etc not found");
    // Nothing is said about what lies outside.
    CHECK(said("../../../etc/warewulf/nodes.conf") == "o:  not found");
    CHECK(said("etc/../../o/rootfs/etc/motd") == "o:  not found");
}

TEST_CASE("files that not everybody may read are for administrators", "[api][overlay]") {
    OverlaySite site;
    const OverlayFileRequest key{.overlay = "o", .path = "etc/key"};
    CHECK(site.ask(route::OverlayFile{}, key)->text == "secret\n");
    CHECK(site.ask(route::OverlayFile{}, key, kAnybody).error().code() ==
          ErrorCode::PermissionDenied);
    const OverlayFileRequest motd{.overlay = "o", .path = "etc/motd"};
    CHECK(site.ask(route::OverlayFile{}, motd, kAnybody));
    REQUIRE(::chmod((site.root() / "overlays/o/rootfs/etc").c_str(), 0700) == 0);
    CHECK_FALSE(site.ask(route::OverlayFile{}, motd, kAnybody));
}

TEST_CASE("folders on the way to a file of an overlay count, links or not", "[api][overlay]") {
    OverlaySite site;
    const std::string rootfs = site.root() / "overlays/o/rootfs";
    REQUIRE(make_directories(rootfs + "/closed"));
    REQUIRE(replace_file(rootfs + "/closed/file", "inside\n", 0644));
    REQUIRE(::symlink("../closed/file", (rootfs + "/etc/link").c_str()) == 0);
    REQUIRE(::symlink("closed", (rootfs + "/folder").c_str()) == 0);
    const auto seen = [&](const char* path) {
        return site.ask(route::OverlayFile{}, {.overlay = "o", .path = path}, kAnybody).has_value();
    };
    CHECK(seen("etc/link"));
    CHECK(seen("folder/file"));
    REQUIRE(::chmod((rootfs + "/closed").c_str(), 0700) == 0);
    CHECK_FALSE(seen("closed/file"));
    CHECK_FALSE(seen("etc/link"));
    CHECK_FALSE(seen("folder/file"));
    CHECK(seen("etc/motd"));
    REQUIRE(::chmod((site.root() / "overlays/o").c_str(), 0700) == 0);
    CHECK_FALSE(seen("etc/motd"));
}

TEST_CASE("a template is rendered with or without its suffix", "[api][overlay]") {
    OverlaySite site;
    for (const char* path : {"etc/id.ww", "etc/id", "/etc//id"}) {
        CAPTURE(path);
        const auto shown =
            site.ask(route::OverlayRender{}, {.overlay = "o", .path = path, .node = "n1"});
        REQUIRE(shown);
        REQUIRE(shown->files.size() == 1);
        CHECK(shown->files[0].text == "n1 first\n");
        CHECK(shown->files[0].name.ends_with("/id"));
        CHECK(site.notes.empty());
    }
    CHECK(site.ask(route::OverlayRender{}, {.overlay = "o", .path = "etc/motd", .node = "n1"}));
    CHECK(site.notes == std::vector<std::string>{
                            "warn: etc/motd is not a template: its name does not end in .ww"});
    CHECK_FALSE(site.ask(route::OverlayRender{}, {.overlay = "o", .path = "etc/none"}));
}

TEST_CASE("archives are built for the nodes named, each once", "[api][overlay]") {
    OverlaySite site;
    REQUIRE(site.ask(route::OverlayBuild{}, {.nodes = {"n1,n1", "n1"}}));
    CHECK(std::ranges::count(site.notes, "info: Building system overlay image for n1") == 1);
    const auto unknown = site.ask(route::OverlayBuild{}, {.nodes = {"n2"}});
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code() == ErrorCode::NotFound);
}

TEST_CASE("an archive is handed over in parts, all of the same making", "[api][overlay]") {
    OverlaySite site;
    site.write_nodes("nodes:\n  n1: {system overlay: [o]}\n");
    REQUIRE(replace_file(site.root() / "overlays/o/rootfs/large", std::string(1'500'000, 'l')));
    REQUIRE(replace_file(site.root() / "overlays/o/rootfs/once.ww", "{{uuidv4}}"));
    const auto sizes = site.ask(route::OverlayBuild{}, {.nodes = {"n1"}, .sizes = true});
    REQUIRE(sizes);
    const auto report = Report<OverlaySizesReport>::read(sizes->report);
    REQUIRE(report);
    CHECK_FALSE(report->failure);
    REQUIRE(report->archives.size() == 2);
    CHECK(report->archives[1].context == "system");

    OverlayArchiveRequest wanted{.node = "n1", .context = "system", .digest = {}};
    std::string whole;
    int64_t size = 1;
    while (std::ssize(whole) < size) {
        const auto part = site.ask(route::OverlayArchive{}, wanted);
        REQUIRE(part);
        REQUIRE_FALSE(part->bytes.empty());
        whole += part->bytes;
        size = part->size;
        wanted.digest = part->digest;
        wanted.offset = std::ssize(whole);
    }
    CHECK(size == report->archives[1].plain);
    CHECK(whole.find(std::string(1'500'000, 'l')) != std::string::npos);
    const auto end = site.ask(route::OverlayArchive{}, wanted);
    REQUIRE(end);
    CHECK(end->bytes.empty());
    // Somebody else had it made anew.
    REQUIRE(site.ask(route::OverlayArchive{}, {.node = "n1", .context = "system", .digest = {}}));
    const auto another = site.ask(route::OverlayArchive{}, wanted);
    REQUIRE_FALSE(another);
    CHECK(another.error().code() == ErrorCode::Conflict);
}

TEST_CASE("what is no archive, or no part of one, is refused", "[api][overlay]") {
    OverlaySite site;
    const auto refused = [&](const OverlayArchiveRequest& wanted) {
        const auto part = site.ask(route::OverlayArchive{}, wanted);
        REQUIRE_FALSE(part);
        return part.error().code();
    };
    CHECK(refused({.node = "n2", .context = "system"}) == ErrorCode::NotFound);
    CHECK(refused({.node = "n1", .context = "host"}) == ErrorCode::InvalidArgument);
    CHECK(refused({.node = "n1", .context = "runtime", .offset = -1}) ==
          ErrorCode::InvalidArgument);
    CHECK(refused({.node = "n1", .context = "runtime", .offset = 1 << 20}) ==
          ErrorCode::InvalidArgument);
    CHECK(refused({.node = "n1", .context = "runtime", .digest = "x"}) == ErrorCode::Conflict);
    CHECK(refused({.node = "../n1", .context = "runtime", .digest = "x"}) == ErrorCode::Conflict);
}
