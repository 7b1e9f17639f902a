// SPDX-License-Identifier: BSD-3-Clause
#include "render/follow.h"

#include "fields/table.h"
#include "support/catch.h"
#include "support/rendering.h"
#include "support/site.h"

using namespace ww::render;

namespace {

constexpr const char* kNodes =
    "nodeprofiles: {}\n"
    "nodes:\n"
    "  n1:\n"
    "    image name: rocky\n"
    "    tags: {rack: r1}\n"
    "    ipmi: {password: hush, tags: {vlan: '7'}}\n"
    "    network devices:\n"
    "      default: {device: eth0, ipaddr: 10.0.1.1, netmask: 255.255.0.0}\n"
    "    resources: {fstab: [{spec: a}]}\n"
    "  n2: {}\n";

struct Seen {
    std::string path;
    std::string name;
    std::string value;
    bool is_secret;

    bool operator==(const Seen&) const = default;
};

/// What a template reads for n1, and what that is to people.
std::vector<Seen> reads_of(const std::string& text) {
    const ww::test::Site site(kNodes);
    const ww::test::NoImages images;
    const auto snapshot = site.snapshot();
    RootData data;
    data.conf = &site.conf();
    data.snapshot = snapshot.get();
    data.node = *snapshot->find("n1");
    data.derive();
    const auto source = ww::tmpl::parse(text, "t.ww", overlay_functions());
    REQUIRE(source);
    Inputs inputs;
    Recorder recorder(data);
    REQUIRE(render(*source, {data, images, inputs, &recorder}));
    std::vector<Seen> seen;
    for (const Path& path : recorder.finish().reads) {
        const auto field = field_read(path);
        const char* of = !field                             ? ""
                         : field->of == FieldRead::Of::This ? ""
                         : field->of == FieldRead::Of::All  ? "all "
                                                            : "one ";
        seen.push_back({to_text(path),
                        field ? of + field->node + field->name : "-",
                        value_text(data, path).value_or("-"),
                        field && field->is_secret});
    }
    return seen;
}

}  // namespace

TEST_CASE("what is the server's is told from what is the node's", "[render][follow]") {
    const auto path = [](std::string first) {
        return Path{{.kind = Step::Kind::Field, .number = 0, .name = std::move(first)}};
    };
    for (const char* name : {"Ipaddr", "BuildHost", "Paths", "Network"}) {
        CAPTURE(name);
        CHECK(is_of_server(path(name)));
    }
    for (const char* name : {"NetDevs", "Id", "Kernel", "Tags", "AllNodes", "Container", "Ipmi"}) {
        CAPTURE(name);
        CHECK_FALSE(is_of_server(path(name)));
    }
}

TEST_CASE("reads are told as the fields behind them, with their values", "[render][follow]") {
    const auto one = [](const std::string& text) {
        const std::vector<Seen> seen = reads_of(text);
        REQUIRE(!seen.empty());
        return seen.back();
    };
    CHECK(one("{{.Tags.rack}}") == Seen{".Tags[\"rack\"]", "Tags[rack]", "r1", false});
    CHECK(one("{{.Ipmi.Password}}") == Seen{".Ipmi.Password", "Ipmi.Password", "hush", true});
    CHECK(one("{{.Ipmi.Tags.vlan}}").name == "Ipmi.Tags[vlan]");
    CHECK(one("{{.NetDevs.default.Device}}") ==
          Seen{".NetDevs[\"default\"].Device", "NetDevs[default].Device", "eth0", false});
    CHECK(one("{{.NetDevs.default.IpCIDR}}").name == "NetDevs[default].Ipaddr");
    CHECK(one("{{.Container}}").name == "ImageName");
    CHECK(one("{{.ThisNode.ImageName}}") ==
          Seen{".ThisNode.ImageName", "ImageName", "rocky", false});
    CHECK(one("{{(index .Resources.fstab 0).spec}}").name == "Resources[fstab]");
    CHECK(one("{{.Warewulf.Port}}").name == "-");
    CHECK(one("{{.Discoverable.Bool}}").name == "Discoverable");
    CHECK(one("{{range .Tags}}{{end}}").name.starts_with("Tags"));
    const auto all = reads_of("{{range .AllNodes}}{{.ImageName}}{{end}}");
    CHECK(std::ranges::any_of(all,
                              [](const Seen& each) { return each.name.ends_with("ImageName"); }));
}
