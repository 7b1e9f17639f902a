// SPDX-License-Identifier: BSD-3-Clause
//
// A recorder sees what a template read, all of it and nothing else; its trace holds as long as that
// stays, for this node or another.
#include "render/recorder.h"

#include <functional>

#include "render/render.h"
#include "support/catch.h"
#include "support/site.h"
#include "tmpl/template.h"

using namespace ww::render;
using ww::test::Site;

namespace {

constexpr const char* kNodes =
    "nodeprofiles:\n"
    "  default:\n"
    "    tags: {rack: r0, row: a}\n"
    "nodes:\n"
    "  n1:\n"
    "    profiles: [default]\n"
    "    comment: first\n"
    "    kernel: {args: [quiet, ro]}\n"
    "    network devices:\n"
    "      default: {device: eth0, ipaddr: 10.0.1.1, netmask: 255.255.0.0}\n"
    "    disks: {/dev/sda: {partitions: {root: {number: '1'}}}}\n"
    "    resources: {mounts: [{path: /a}]}\n"
    "  n2:\n"
    "    profiles: [default]\n"
    "    comment: second\n"
    "    network devices:\n"
    "      default: {device: eth0, ipaddr: 10.0.1.2, netmask: 255.255.0.0}\n";

struct OneImage final : ImageFiles {
    std::string folder;
    std::string rootfs(const std::string& image) const override {
        return image == "rocky" ? folder : "";
    }
};

struct Bench {
    explicit Bench(const std::string& nodes = kNodes) : site(nodes.c_str()) {
        images.folder = site.path("chroots/rocky/rootfs");
    }

    RootData root(const char* id) {
        snapshot = site.snapshot();
        RootData data;
        data.conf = &site.conf();
        data.snapshot = snapshot.get();
        data.node = *snapshot->find(id);
        data.build_source = "t.ww";
        data.derive();
        return data;
    }

    Trace trace(const std::string& text, const char* id = "n1") {
        const RootData data = root(id);
        const auto source = ww::tmpl::parse(text, "t.ww", overlay_functions());
        REQUIRE(source);
        Inputs inputs;
        Recorder recorder(data);
        const auto recorded = render(*source, {data, images, inputs, &recorder});
        const auto plain = render(*source, {data, images, inputs});
        REQUIRE(recorded.has_value() == plain.has_value());
        if (plain && recorder.finish().unforeseeable.empty())
            CHECK(recorded->outputs.back().text == plain->outputs.back().text);
        return recorder.finish();
    }

    std::vector<std::string> reads(const std::string& text, const char* id = "n1") {
        std::vector<std::string> all;
        for (const Path& path : trace(text, id).reads) all.push_back(to_text(path));
        return all;
    }

    /// Whether a trace of node n1 still holds after the file was changed.
    bool survives(const std::string& text, const std::string& from, const std::string& to) {
        const Trace before = trace(text);
        std::string changed = kNodes;
        changed.replace(changed.find(from), from.size(), to);
        site.write("etc/warewulf/nodes.conf", changed);
        site.reload();
        const bool holds = before.holds(root("n1"));
        site.write("etc/warewulf/nodes.conf", kNodes);
        site.reload();
        CHECK(before.holds(root("n1")));
        return holds;
    }

    Site site;
    OneImage images;
    std::shared_ptr<const ww::nodes::Snapshot> snapshot;
};

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("fields of this node are seen, and no others", "[overlay][recorder]") {
    Bench bench;
    CHECK(bench.reads("plain text") == Paths{});
    CHECK(bench.reads("{{.Id}} {{if false}}{{.Comment}}{{end}}{{.Id}}") == Paths{".Id"});
    CHECK(bench.reads("{{.Kernel.Args}}{{.Warewulf.Port}}") ==
          Paths{".Kernel.Args", ".Warewulf.Port"});
    CHECK(bench.reads("{{.Tags.rack}}{{.Tags.none}}") ==
          Paths{".Tags[\"rack\"]", ".Tags[\"none\"]"});
    CHECK(bench.reads("{{.NetDevs.default.Ipaddr}}") ==
          Paths{".NetDevs[\"default\"]", ".NetDevs[\"default\"].Ipaddr"});
    CHECK(bench.reads("{{range $k, $v := .Tags}}{{$k}}{{$v}}{{end}}") == Paths{".Tags"});
    CHECK(bench.reads("{{.BuildTime}}{{.BuildTimeUnix}}") == Paths{});
    CHECK(bench.reads("{{range $k, $d := .NetDevs}}{{$k}}{{end}}") == Paths{".NetDevs#"});
    CHECK(bench.reads("{{.ThisNode.Id}}{{range .ThisNode.DiskList}}{{range "
                      ".PartitionList}}{{.Number}}{{end}}{{end}}") ==
          Paths{".ThisNode.Id()",
                ".ThisNode.DiskList()#",
                ".ThisNode.DiskList()[0].PartitionList()#",
                ".ThisNode.DiskList()[0].PartitionList()[0].Number"});
    CHECK(bench.reads("{{range .Resources.mounts}}{{.path}}{{end}}") ==
          Paths{".Resources[\"mounts\"]"});
    CHECK(bench.reads("{{IgnitionJson}}") == Paths{".IgnitionJson()"});
}

TEST_CASE("a trace holds until what was read changes", "[overlay][recorder]") {
    Bench bench;
    CHECK(bench.survives("{{.Id}}", "first", "other"));
    CHECK_FALSE(bench.survives("{{.Comment}}", "first", "other"));
    CHECK(bench.survives("{{.Tags.rack}}", "row: a", "row: b"));
    CHECK_FALSE(bench.survives("{{.Tags.rack}}", "rack: r0", "rack: r1"));
    CHECK_FALSE(bench.survives("{{.Tags.none}}", "rack: r0", "none: r0"));
    CHECK_FALSE(bench.survives("{{range $k, $v := .Tags}}{{$k}}{{end}}", "row: a", "rows: a"));
    CHECK_FALSE(bench.survives("{{.Kernel.Args}}", "quiet, ro", "quiet, rw"));
    CHECK_FALSE(bench.survives("{{.Kernel.Args}}", "quiet, ro", "quiet"));
    CHECK_FALSE(bench.survives("{{.NetDevs.default.IpCIDR}}", "10.0.1.1", "10.0.1.9"));
    CHECK_FALSE(
        bench.survives("{{.NetDevs.default.Device}}", "default: {device", "other: {device"));
    CHECK_FALSE(
        bench.survives("{{len .ThisNode.DiskList}}", "/dev/sda: {", "/dev/sdb: {}, /dev/sda: {"));
    CHECK_FALSE(
        bench.survives("{{range .ThisNode.DiskList}}{{.Id}}{{end}}", "/dev/sda", "/dev/sdb"));
    CHECK_FALSE(bench.survives("{{toJson .Resources.mounts}}", "/a", "/b"));
    CHECK_FALSE(
        bench.survives("{{if .NetDevs.default}}x{{end}}", "default: {device", "other: {device"));
    CHECK_FALSE(bench.survives("{{IgnitionJson}}", "number: '1'", "number: '2'"));
    CHECK(bench.survives("{{IgnitionJson}}", "first", "other"));
}

TEST_CASE("fields of one other node are that node's alone", "[overlay][recorder]") {
    Bench bench;
    const char* text = "{{range .AllNodes}}{{if eq .Id \"n2\"}}{{.Comment}}{{end}}{{end}}";
    CHECK(bench.reads(text) == Paths{".AllNodes#",
                                     ".AllNodes[\"n1\"].Id()",
                                     ".AllNodes[\"n2\"].Id()",
                                     ".AllNodes[\"n2\"].Comment"});
    CHECK(bench.survives(text, "first", "other"));
    CHECK_FALSE(bench.survives(text, "second", "other"));
    CHECK_FALSE(bench.survives(text, "  n2:", "  n0: {}\n  n2:"));
}

TEST_CASE("of all nodes there is one digest of what was used", "[overlay][recorder]") {
    std::string nodes = "nodes:\n";
    for (int i = 100; i < 200; ++i)
        nodes += fmt::format(
            "  n{0}: {{comment: c{0}, network devices: {{eth0: {{ipaddr: 10.0.0.{0}}}}}}}\n", i);
    Bench bench(nodes);
    const char* hosts = "{{range .AllNodes}}{{.Id}} {{range .NetDevs}}{{.Ipaddr}}\n{{end}}{{end}}";
    CHECK(bench.reads(hosts, "n100") == Paths{".AllNodes#",
                                              ".AllNodes[*].Id()",
                                              ".AllNodes[*].NetDevs#",
                                              ".AllNodes[*].NetDevs[\"eth0\"].Ipaddr"});
    // Rendered for one node, right for another; and for all until one of them has another address.
    const Trace trace = bench.trace(hosts, "n100");
    CHECK(trace.holds(bench.root("n150")));
    const auto change = [&](const std::string& from, const std::string& to) {
        std::string changed = nodes;
        changed.replace(changed.find(from), from.size(), to);
        bench.site.write("etc/warewulf/nodes.conf", changed);
        bench.site.reload();
        return trace.holds(bench.root("n150"));
    };
    CHECK(change("c123", "x"));
    CHECK_FALSE(change("10.0.0.123", "10.0.9.123"));
    CHECK_FALSE(change("  n199:", "  n200: {}\n  n199:"));
    CHECK(change("c124", "x"));
}

TEST_CASE("a trace holds for another node that has the same there", "[overlay][recorder]") {
    Bench bench;
    CHECK(bench.trace("{{.Tags.rack}}").holds(bench.root("n2")));
    CHECK_FALSE(bench.trace("{{.Id}}").holds(bench.root("n2")));
    CHECK_FALSE(bench.trace("{{.NetDevs.default.Ipaddr}}").holds(bench.root("n2")));
    CHECK(bench.trace("{{.NetDevs.default.Device}}").holds(bench.root("n2")));
}

TEST_CASE("files and files of images are seen", "[overlay][recorder]") {
    Bench bench;
    bench.site.write("srv/motd", "one\n");
    bench.site.write("chroots/rocky/rootfs/etc/os", "two\n");
    const auto survives = [&](const std::string& text, const std::function<void()>& change) {
        const Trace before = bench.trace(text);
        CHECK(before.files.size() > 0);
        CHECK(before.holds(bench.root("n1")));
        change();
        return before.holds(bench.root("n1"));
    };
    const std::string motd = "\"" + bench.site.path("srv/motd") + "\"";
    CHECK_FALSE(
        survives("{{Include " + motd + "}}", [&] { bench.site.write("srv/motd", "other"); }));
    CHECK_FALSE(survives("{{IncludeBlock " + motd + " \"x\"}}",
                         [&] { bench.site.write("srv/motd", "third"); }));
    CHECK_FALSE(survives("{{Include \"" + bench.site.path("srv/none") + "\"}}",
                         [&] { bench.site.write("srv/none", "x"); }));
    CHECK_FALSE(survives("{{IncludeFrom \"rocky\" \"/etc/os\"}}",
                         [&] { bench.site.write("chroots/rocky/rootfs/etc/os", "changed\n"); }));
    CHECK_FALSE(survives("{{IncludeFrom \"none\" \"/etc/os\"}}",
                         [&] { bench.site.write("chroots/none/rootfs/etc/os", "x"); }));
    CHECK(survives("{{readlink " + motd + "}}", [&] { bench.site.write("srv/another", "x"); }));
    CHECK(bench.trace("{{softlink \"/x\"}}{{file \"y\"}}").files.size() == 0);
}

TEST_CASE("after a function nobody can foresee no trace holds", "[overlay][recorder]") {
    Bench bench;
    const Trace trace = bench.trace("{{uuidv4 | len}}{{randAlpha 3 | len}}{{uuidv4 | len}}");
    CHECK(trace.unforeseeable == Paths{"uuidv4", "randAlpha"});
    CHECK_FALSE(trace.holds(bench.root("n1")));
    CHECK(bench.trace("{{upper \"a\"}}{{Include \"/nonexistent\"}}").unforeseeable.empty());
}

TEST_CASE("a recorder changes nothing a template can see", "[overlay][recorder]") {
    Bench bench;
    for (const char* text :
         {"{{toJson .ThisNode}}",
          "{{printf \"%v\" .Kernel}}{{printf \"%+v\" .Ipmi.Tags}}",
          "{{eq .Kernel .Kernel}}{{len .NetDevs}}{{index .AllNodes 1 | typeOf}}",
          "{{(index .NetDevs \"default\").Device}}{{index .Tags \"none\"}}{{.NetDevs.none.Device}}",
          "{{with first .AllNodes}}{{.Comment}}{{end}}",
          "{{range reverse .AllNodes}}{{.ClusterName}}{{end}}",
          "{{.ThisNode.Nope}}",
          "{{.NetDevs.default.OnBoot.Bool}}{{.NetDevs.default.Ipaddr.String}}",
          "{{range .Nfs.ExportsExtended}}{{.Path}}{{end}}{{.Dhcp.Enabled}}{{.Paths.NodesConf}}"}) {
        CAPTURE(text);
        bench.trace(text);
    }
}
