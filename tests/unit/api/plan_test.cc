// SPDX-License-Identifier: BSD-3-Clause
//
// A planned change tells what it would do, exactly what it then does, and does nothing.
#include <algorithm>

#include "protocol/json.h"
#include "site_fixture.h"

using namespace ww;
using namespace ww::protocol;

namespace {

constexpr const char* kNodes =
    "nodeprofiles:\n"
    "  default:\n"
    "    system overlay: [o]\n"
    "    runtime overlay: [r]\n"
    "nodes:\n"
    "  n1: {profiles: [default]}\n"
    "  n2: {profiles: [default]}\n"
    "  n3: {image name: rocky}\n";

struct PlanSite : test::SiteFixture {
    explicit PlanSite(const std::string& nodes = kNodes) : SiteFixture(nodes, History::Kept) {
        put("overlays/o/rootfs/etc/rack.ww", "rack {{.Tags.rack}}\n");
        put("overlays/r/rootfs/etc/hosts.ww", "{{range .AllNodes}}{{.Id}} {{.Tags.rack}}\n{{end}}");
        put("share/warewulf/overlays/d/rootfs/etc/dist.ww", "{{.Id}}\n");
        put("chroots/rocky/rootfs/etc/os", "x");
        REQUIRE(site().database.record());
    }
    void put(const std::string& path, const std::string& text) {
        const std::string file = root() / path;
        REQUIRE(make_directories(file.substr(0, file.rfind('/'))));
        REQUIRE(replace_file(file, text));
    }

    template <class Route>
    Result<JobReply> try_plan(const typename Route::Request& request) {
        return ask(route::Plan{},
                   {.path = std::string(Route::path), .body = Json<Route>::request(request)});
    }
    template <class Route>
    PlanReport plan(const typename Route::Request& request) {
        const std::string nodes = nodes_conf();
        const auto newest = site().database.journal()->reach()->newest;
        const auto reply = try_plan<Route>(request);
        if (!reply) FAIL(reply.error().describe());
        CHECK(nodes_conf() == nodes);
        CHECK(site().database.journal()->reach()->newest == newest);
        return *Report<PlanReport>::read(reply->report);
    }
};

SetRequest rack(const char* node, const char* value) {
    SetRequest request{.names = {node}};
    request.edit.tags["rack"] = value;
    return request;
}

std::string lines(const PlanReport& report) {
    std::string out;
    for (const FileDifference& file : report.files)
        out += file.context + " " + file.path + " " + file.what + " " + file.nodes + "\n";
    for (const PlannedNeed& need : report.needs) {
        out += need.need + " " + need.nodes + ":";
        for (const std::string& why : need.why) out += " " + why;
        out += "\n";
    }
    return out;
}

}  // namespace

TEST_CASE("a planned change of a node tells files of all nodes that change", "[api][plan]") {
    PlanSite site;
    const PlanReport report = site.plan<route::NodeSet>(rack("n1", "r7"));
    CHECK(lines(report) ==
          "runtime /etc/hosts changed n[1-2]\n"
          "system /etc/rack changed n1\n"
          "poll n[1-2]: /etc/hosts\n"
          "reboot n1: /etc/rack\n");
    CHECK(report.files[1].text == "@@ -1 +1 @@\n-rack <no value>\n+rack r7\n");
    CHECK(report.fields.find("tags[rack]") != std::string::npos);
    CHECK(report.nodes == 3);
    CHECK(report.changed == 2);
}

TEST_CASE("a plan is what the change does then", "[api][plan]") {
    PlanSite site;
    const PlanReport report = site.plan<route::NodeSet>(rack("n[1-2]", "r7"));
    REQUIRE(site.ask(route::NodeSet{}, rack("n[1-2]", "r7")));
    for (const char* node : {"n1", "n2"}) {
        const auto made = site.ask(route::OverlayDiff{}, {.node = node});
        REQUIRE(made);
        std::vector<std::string> planned;
        for (const FileDifference& file : report.files)
            if (file.nodes == node || file.nodes == "n[1-2]")
                planned.push_back(file.path + file.text);
        std::vector<std::string> done;
        for (const FileDifference& file : made->files) done.push_back(file.path + file.text);
        std::ranges::sort(planned);
        std::ranges::sort(done);
        CHECK(planned == done);
    }
}

TEST_CASE("a planned change of a profile tells what nodes inherit by it", "[api][plan]") {
    PlanSite site;
    SetRequest request{.names = {"default"}};
    request.edit.lists["kernelargs"] = {"quiet"};
    const PlanReport report = site.plan<route::ProfileSet>(request);
    CHECK(lines(report) == "reboot n[1-2]: kernel.kernelargs\n");
}

TEST_CASE("a new node and one that goes are told as such", "[api][plan]") {
    PlanSite site;
    const PlanReport added = site.plan<route::NodeAdd>({.names = {"n4"}});
    CHECK(lines(added).find("reboot n4: the node is new") != std::string::npos);
    CHECK(lines(added).find("runtime /etc/hosts changed n[1-2]") != std::string::npos);
    const PlanReport gone = site.plan<route::NodeDelete>({.names = {"n2"}});
    CHECK(lines(gone).find("reboot n2: the node is gone") != std::string::npos);
}

TEST_CASE("a planned change of an overlay is tried on a copy", "[api][plan]") {
    PlanSite site;
    const OverlayWriteRequest write{
        .overlay = "o", .path = "etc/rack.ww", .text = "row {{.Id}}\n", .overwrite = true};
    const PlanReport report = site.plan<route::OverlayWrite>(write);
    CHECK(lines(report) ==
          "system /etc/rack changed n1\n"
          "system /etc/rack changed n2\n"
          "reboot n[1-2]: /etc/rack\n");
    CHECK(*read_file(site.root() / "overlays/o/rootfs/etc/rack.ww") == "rack {{.Tags.rack}}\n");

    CHECK(lines(site.plan<route::OverlayDelete>({.overlay = "o", .path = "etc/rack.ww"})) ==
          "system /etc/rack removed n[1-2]\nreboot n[1-2]: /etc/rack\n");
    // Nodes that have the overlay could not be served then.
    const PlanReport gone = site.plan<route::OverlayDelete>({.overlay = "r", .force = true});
    CHECK(lines(gone).starts_with("runtime  fails n[1-2]\n"));
    // As the change itself would be refused.
    const auto refused = site.try_plan<route::OverlayWrite>({.overlay = "o", .path = "no/where"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::NotFound);
}

TEST_CASE("a planned template that fails is told, used or not", "[api][plan]") {
    PlanSite site;
    const auto fails = [&](const char* overlay, const char* text) {
        const PlanReport report =
            site.plan<route::OverlayWrite>({.overlay = overlay, .path = "etc/x.ww", .text = text});
        REQUIRE(report.files.size() == 1);
        CHECK(report.files[0].what == "fails");
        return report.files[0].nodes;
    };
    CHECK(fails("o", "{{.Nonsense}}") == "n[1-2]");
    CHECK(fails("o", "{{if}}") == "n[1-2]");
    CHECK(fails("d", "{{if}}") == "");
}

TEST_CASE("what is no change cannot be planned", "[api][plan]") {
    PlanSite site;
    CHECK(site.try_plan<route::Clean>({}).error().code() == ErrorCode::InvalidArgument);
    CHECK(site.ask(route::Plan{}, {.path = "/nowhere", .body = "{}"}).error().code() ==
          ErrorCode::InvalidArgument);
    CHECK_FALSE(site.ask(route::Plan{}, {.path = std::string(route::NodeSet::path), .body = "{"}));
}

TEST_CASE("planned changes of images tell who boots them", "[api][plan]") {
    PlanSite site;
    CHECK(lines(site.plan<route::ImageBuild>({.names = {"rocky"}})) == "reboot n3: image rocky\n");
    CHECK(lines(site.plan<route::ImageRename>({.from = "rocky", .to = "stone"})) ==
          "reboot n3: image\n");
    CHECK_FALSE(site.try_plan<route::ImageDelete>({.names = {"rocky"}}));
    CHECK_FALSE(site.try_plan<route::ImageBuild>({.names = {"none"}}));
}

TEST_CASE("undo can be planned, and a plan can be without texts", "[api][plan]") {
    PlanSite site;
    REQUIRE(site.ask(route::NodeSet{}, rack("n1", "r7")));
    CHECK(lines(site.plan<route::Undo>({})).find("system /etc/rack changed n1") !=
          std::string::npos);
    const auto reply = site.ask(route::Plan{},
                                {.path = std::string(route::NodeSet::path),
                                 .body = Json<route::NodeSet>::request(rack("n1", "r8")),
                                 .texts = false});
    REQUIRE(reply);
    const auto planned = Report<PlanReport>::read(reply->report);
    REQUIRE(planned);
    for (const FileDifference& file : planned->files) CHECK(file.text == "");
}

TEST_CASE("an overlay goes back to the distribution's version", "[api][plan]") {
    PlanSite site;
    const OverlayWriteRequest write{
        .overlay = "d", .path = "etc/dist.ww", .text = "of the site\n", .overwrite = true};
    REQUIRE(site.ask(route::OverlayWrite{}, write));
    REQUIRE(
        site.ask(route::OverlayWrite{}, {.overlay = "d", .path = "etc/mine", .text = "mine\n"}));
    const auto changes = site.ask(route::OverlayChanges{}, {.overlay = "d"});
    REQUIRE(changes);
    REQUIRE(changes->files.size() == 2);
    CHECK(changes->files[0].path == "/etc/dist.ww");
    CHECK(changes->files[0].text.find("+of the site") != std::string::npos);
    CHECK(changes->files[1].what == "added");

    const auto text = [&] {
        return site.ask(route::OverlayFile{}, {.overlay = "d", .path = "etc/dist.ww"})->text;
    };
    REQUIRE(site.ask(route::OverlayReset{}, {.overlay = "d", .path = "etc/dist.ww"}));
    CHECK(text() == "{{.Id}}\n");
    CHECK(exists(site.root() / "overlays/d/rootfs/etc/mine"));
    REQUIRE(site.ask(route::OverlayWrite{}, write));
    const auto shown = site.ask(route::OverlayReset{}, {.overlay = "d", .dry_run = true});
    REQUIRE(shown);
    CHECK(text() == "of the site\n");
    CHECK(site.ask(route::OverlayReset{}, {.overlay = "d", .state = "of another"}).error().code() ==
          ErrorCode::Conflict);
    REQUIRE(site.ask(route::OverlayReset{}, {.overlay = "d", .state = shown->state}));
    CHECK_FALSE(exists(site.root() / "overlays/d"));
    CHECK(text() == "{{.Id}}\n");
    REQUIRE(site.ask(route::Undo{}, {}));
    CHECK(text() == "of the site\n");
    CHECK_FALSE(site.ask(route::OverlayReset{}, {.overlay = "o"}));
}

TEST_CASE("of very many differences and findings so many are told", "[api][plan]") {
    constexpr size_t kMost = 1000;
    std::string nodes = "nodeprofiles:\n  default: {system overlay: [o]}\nnodes:\n";
    for (size_t i = 0; i <= kMost; ++i) nodes += fmt::format("  n{}: {{profiles: [default]}}\n", i);
    PlanSite site(nodes);
    site.put("overlays/o/rootfs/etc/rack.ww", "{{.Id}} {{.Tags.rack}}\n");
    const PlanReport report = site.plan<route::ProfileSet>(rack("default", "r1"));
    CHECK(report.files.size() == kMost);
    CHECK(report.shortened);
    CHECK(report.changed == kMost + 1);
    site.put("overlays/o/rootfs/etc/rack.ww", "{{fail .Id}}\n");
    const auto reply = site.ask(route::OverlayCheck{}, {});
    REQUIRE(reply);
    const auto checked = Report<OverlayCheckReport>::read(reply->report);
    CHECK(checked->findings.size() == kMost);
    CHECK(checked->shortened);
    CHECK(checked->errors == kMost + 1);
}
