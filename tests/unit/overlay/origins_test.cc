// SPDX-License-Identifier: BSD-3-Clause
//
// Where files of nodes come from: the same files as an archive has, each with who brings it.
#include "overlay/origins/origins.h"

#include <sys/stat.h>

#include <map>

#include "archive/cpio_reader.h"
#include "overlay/builder.h"
#include "support/catch.h"
#include "support/site.h"

using namespace ww::overlay;
using ww::test::Site;

namespace {

constexpr const char* kNodes =
    "nodeprofiles:\n"
    "  default:\n"
    "    system overlay: [a, b]\n"
    "    tags: {rack: r0}\n"
    "nodes:\n"
    "  n1: {profiles: [default]}\n"
    "  n2: {profiles: [default], tags: {rack: r2}}\n";

struct NoImages final : ww::render::ImageFiles {
    std::string rootfs(const std::string&) const override { return {}; }
};

struct Bench {
    Bench()
        : site(kNodes), builder({site.conf(), images, [](const auto&) { return std::string(); }}) {
        write("a", "etc/plain", "plain\n");
        write("a", "etc/both", "of a\n", 0600);
        write("a", "etc/id.ww", "{{.Id}} {{.Tags.rack}}\n", 0640);
        write("b", "etc/both", "of b\n");
        write("b", "etc/plain.ww", "rendered for {{.Id}}\n");
        write("b",
              "etc/many.ww",
              "{{range $n := list \"x\" \"y\"}}\n"
              "{{file (printf \"%s.conf\" $n)}}\n"
              "{{$n}}\n"
              "{{end}}\n");
        write("b", "etc/far.ww", "{{file \"/opt/new/far\"}}far\n");
        write("b", "etc/link.ww", "\n{{softlink \"/etc/id\"}}");
        write("b", "etc/none.ww", "{{abort}}");
        write("b", "etc/nobackup.ww", "{{nobackup}}new\n");
        write("a", "etc/nobackup", "old\n");
    }

    void write(const std::string& overlay,
               const std::string& path,
               std::string_view text,
               mode_t mode = 0644) {
        site.write("overlays/" + overlay + "/rootfs/" + path, text, mode);
    }
    std::string source(const std::string& overlay, const std::string& path) const {
        return site.path("overlays/" + overlay + "/rootfs/" + path);
    }
    Origins find(const char* node = "n1", const OtherFiles& others = {}) {
        snapshot = site.snapshot();
        OriginFinder finder(builder.materials(), others);
        ww::render::RootData root = builder.root_for(*snapshot, *snapshot->find(node));
        return finder.find(root.node.system_overlay, root);
    }

    struct Packed {
        uint32_t mode;
        std::string text;
    };
    /// What a node gets.
    std::map<std::string, Packed> archive(const char* node) {
        snapshot = site.snapshot();
        const auto path = builder.build(snapshot, *snapshot->find(node), Context::System);
        if (!path) FAIL(path.error().describe());
        const std::string archive = *ww::read_file(*path);
        std::map<std::string, Packed> out;
        ww::archive::CpioReader reader(archive);
        ww::archive::CpioRecord record;
        while (*reader.next(record))
            out[std::string(record.path)] = {record.mode, std::string(record.data)};
        return out;
    }

    Site site;
    NoImages images;
    Builder builder;
    std::shared_ptr<const ww::nodes::Snapshot> snapshot;
};

}  // namespace

TEST_CASE("origins are those of the files an archive has", "[overlay][origins]") {
    Bench bench;
    const Origins origins = bench.find();
    REQUIRE(origins.failures.empty());
    REQUIRE(origins.conflicts.empty());
    const OriginFinder finder(bench.builder.materials());
    const auto entries = bench.archive("n1");
    REQUIRE(origins.files.size() == entries.size());
    for (const auto& [path, entry] : entries) {
        CAPTURE(path);
        const Brought* brought = origins.at(path);
        REQUIRE(brought != nullptr);
        CHECK(brought->meta.mode == (entry.mode & kPermissions));
        CHECK((brought->kind == Kind::Folder) == S_ISDIR(entry.mode));
        CHECK((brought->kind == Kind::Link) == S_ISLNK(entry.mode));
        if (brought->kind != Kind::Folder) CHECK(*finder.text_of(*brought) == entry.text);
    }
}

TEST_CASE("a file is told with its template, the line that began it, and what it hides",
          "[overlay][origins]") {
    Bench bench;
    const Origins origins = bench.find();
    const auto* both = origins.at("etc/both");
    REQUIRE(both != nullptr);
    CHECK(both->overlay == "b");
    CHECK(both->line == 0);
    const auto& hidden = origins.files.at("etc/both").hidden;
    REQUIRE(hidden.size() == 1);
    CHECK(origins.brought[hidden[0]].source == bench.source("a", "etc/both"));

    CHECK(origins.at("etc/id")->line == 1);
    CHECK(origins.at("etc/x.conf")->line == 2);
    CHECK(origins.at("etc/x.conf")->source == bench.source("b", "etc/many.ww"));
    CHECK(origins.at("etc/link")->line == 2);
    CHECK(origins.at("etc/none") == nullptr);
    CHECK(origins.at("etc/plain.wwbackup")->overlay == "a");
    CHECK(origins.files.at("etc/plain.wwbackup").is_backup);
    CHECK(origins.at("etc/nobackup.wwbackup") == nullptr);
}

TEST_CASE("a template that fails hides nothing of the others", "[overlay][origins]") {
    Bench bench;
    bench.write("b", "etc/bad.ww", "{{.Nonsense}}\n");
    bench.write("b", "etc/odd/inside", "x");
    bench.write("a", "etc/odd", "a file where the other has a folder");
    const Origins origins = bench.find();
    REQUIRE(origins.failures.size() == 1);
    CHECK(origins.failures[0].source == bench.source("b", "etc/bad.ww"));
    CHECK(origins.failures[0].error.message().find("Nonsense") != std::string::npos);
    CHECK_FALSE(origins.conflicts.empty());
    CHECK(origins.at("etc/id") != nullptr);
}

TEST_CASE("other files stand in place of those on disk", "[overlay][origins]") {
    Bench bench;
    const auto text = [&](const OtherFiles& others, const char* path) -> std::string {
        const Origins origins = bench.find("n2", others);
        const Brought* brought = origins.at(path);
        if (brought == nullptr) return "not there";
        return *OriginFinder(bench.builder.materials()).text_of(*brought);
    };
    OtherFiles others;
    others["a"].files["etc/id.ww"] = OtherFile{.text = "now {{.Tags.rack}}\n"};
    CHECK(text(others, "etc/id") == "now r2\n");
    others["b"].files["etc/both"] = std::nullopt;
    CHECK(text(others, "etc/both") == "of a\n");
    others["b"].files["etc/new/file"] = OtherFile{.text = "new\n"};
    others["b"].files["etc/new"] = OtherFile{.kind = Kind::Folder, .meta = {0755, 0, 0}};
    CHECK(text(others, "etc/new/file") == "new\n");
    others["b"].base = OtherOverlay::Base::Nothing;
    CHECK(text(others, "etc/x.conf") == "not there");
    CHECK(text({}, "etc/id") == "n2 r2\n");
}

TEST_CASE("the site's overlay can be looked through to the distribution's", "[overlay][origins]") {
    Bench bench;
    bench.site.write("usr/share/warewulf/overlays/a/rootfs/etc/dist", "of the distribution\n");
    OtherFiles others;
    others["a"].base = OtherOverlay::Base::Distribution;
    const Origins origins = bench.find("n1", others);
    CHECK(origins.at("etc/dist") != nullptr);
    CHECK(origins.at("etc/id") == nullptr);
}

TEST_CASE("what reads about all nodes is rendered once for those with the same",
          "[overlay][origins]") {
    Bench bench;
    bench.write("a", "etc/hosts.ww", "{{range .AllNodes}}{{.Id}}\n{{end}}");
    bench.snapshot = bench.site.snapshot();
    OriginFinder finder(bench.builder.materials());
    const auto find = [&](const char* node) {
        auto root = bench.builder.root_for(*bench.snapshot, *bench.snapshot->find(node));
        return finder.find({"a"}, root);
    };
    const Origins first = find("n1");
    const Origins second = find("n2");
    CHECK(first.at("etc/hosts")->text == second.at("etc/hosts")->text);  // the very same
    CHECK(*first.at("etc/id")->text == "n1 r0\n");
    CHECK(*second.at("etc/id")->text == "n2 r2\n");
}
