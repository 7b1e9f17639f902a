// SPDX-License-Identifier: BSD-3-Clause
//
// Files of nodes: where they come from, what became of them, what is wrong with them.
#include <sys/stat.h>

#include <algorithm>

#include "fields/field.h"
#include "protocol/json.h"
#include "site_fixture.h"

using namespace ww;
using namespace ww::protocol;

namespace {

constexpr const char* kNodes =
    "nodeprofiles:\n"
    "  default:\n"
    "    system overlay: [base, site]\n"
    "    runtime overlay: [poll]\n"
    "    tags: {rack: r0}\n"
    "  rack:\n"
    "    tags: {rack: r7}\n"
    "nodes:\n"
    "  n1:\n"
    "    profiles: [default]\n"
    "    ipmi: {password: hush-hush}\n"
    "  n2:\n"
    "    profiles: [default, rack]\n";

const api::Caller kAnybody{.is_admin = false};

struct OriginsSite : test::SiteFixture {
    OriginsSite() : SiteFixture(kNodes, History::Kept) {
        put("base", "etc/motd", "plain\n");
        put("base", "etc/bmc.ww", "{{.Ipmi.Password}}\n");
        put("site", "etc/rack.ww", "\nrack {{.Tags.rack}}\n", 0640);
        put("site", "etc/motd.ww", "welcome to {{.Id}}\n");
        put("poll", "etc/polled.ww", "{{range .AllNodes}}{{.Id}} {{.Comment}}\n{{end}}");
        put("spare", "etc/spare.ww", "{{.Id}}\n");
        REQUIRE(site().database.record());
    }

    void put(const std::string& overlay,
             const std::string& path,
             const std::string& text,
             mode_t mode = 0644) {
        const std::string file = root() / ("overlays/" + overlay + "/rootfs/" + path);
        REQUIRE(make_directories(file.substr(0, file.rfind('/'))));
        REQUIRE(replace_file(file, text, mode));
    }
    std::string source(const std::string& overlay, const std::string& path) const {
        return root() / ("overlays/" + overlay + "/rootfs/" + path);
    }

    OverlayExplainReply explain(const char* node,
                                const char* path,
                                const api::Caller& caller = {true, true}) {
        auto reply = ask(route::OverlayExplain{}, {node, path}, caller);
        if (!reply) FAIL(reply.error().describe());
        return *reply;
    }
    OverlayCheckReport check(const OverlayCheckRequest& request = {}) {
        const auto reply = ask(route::OverlayCheck{}, request);
        if (!reply) FAIL(reply.error().describe());
        return *Report<OverlayCheckReport>::read(reply->report);
    }
    void set(const char* node, const char* flag, const char* value) {
        SetRequest request{.names = {node}};
        request.edit.values[flag] = value;
        REQUIRE(ask(route::NodeSet{}, request));
    }
    void tag(const char* node, const char* name, const char* value) {
        SetRequest request{.names = {node}};
        request.edit.tags[name] = value;
        REQUIRE(ask(route::NodeSet{}, request));
    }
};

const ExplainedInput& input(const ExplainedFile& file, std::string_view read) {
    const auto found = std::ranges::find(file.inputs, read, &ExplainedInput::read);
    REQUIRE(found != file.inputs.end());
    return *found;
}

std::string found(const OverlayCheckReport& report, std::string_view word) {
    std::string out;
    for (const OverlayFinding& each : report.findings)
        if (each.word == word)
            out += each.level + " " + each.overlay + " " + each.nodes + ": " + each.text + "\n";
    return out;
}

}  // namespace

TEST_CASE("a file of a node is explained down to who set what it shows", "[api][origins]") {
    OriginsSite site;
    site.tag("n1", "rack", "r1");
    const auto reply = site.explain("n1", "/etc/rack");
    REQUIRE(reply.files.size() == 1);
    const ExplainedFile& file = reply.files[0];
    CHECK(file.context == "system");
    CHECK(file.overlay == "site");
    CHECK(file.source == site.source("site", "etc/rack.ww"));
    CHECK(file.line == 1);
    CHECK(file.mode == 0640);
    const ExplainedInput& rack = input(file, ".Tags[\"rack\"]");
    CHECK(rack.value == "r1");
    CHECK(rack.entry == "node n1");
    CHECK(rack.field == "tags[rack]");
    CHECK(rack.revision.revision > 1);

    const auto inherited = site.explain("n2", "/etc/rack");
    CHECK(input(inherited.files[0], ".Tags[\"rack\"]").value == "r7");
    CHECK(input(inherited.files[0], ".Tags[\"rack\"]").entry == "profile rack");
}

TEST_CASE("what a file hides is told, and the backup it leaves", "[api][origins]") {
    OriginsSite site;
    const ExplainedFile file = site.explain("n1", "etc/motd").files.at(0);
    CHECK(file.overlay == "site");
    REQUIRE(file.hidden.size() == 1);
    CHECK(file.hidden[0].overlay == "base");
    CHECK(site.explain("n1", "/etc/motd.wwbackup").files.at(0).is_backup);
}

TEST_CASE("secrets that a template read are for administrators", "[api][origins]") {
    OriginsSite site;
    const auto read = [&](const api::Caller& caller) {
        return input(site.explain("n1", "/etc/bmc", caller).files.at(0), ".Ipmi.Password").value;
    };
    CHECK(read({true, true}) == "hush-hush");
    CHECK(read(kAnybody) == fields::kMask);
}

TEST_CASE("of a file that is not there it is told why", "[api][origins]") {
    OriginsSite site;
    site.put("site", "etc/given-up.ww", "{{abort}}");
    const auto hint = [&](const char* path) {
        const auto reply = site.ask(route::OverlayExplain{}, {"n1", path});
        REQUIRE_FALSE(reply);
        CHECK(reply.error().code() == ErrorCode::NotFound);
        return reply.error().hint();
    };
    CHECK(hint("/etc/spare") == "overlay spare would bring it, and n1 does not have it");
    CHECK(hint("/etc/mot") == "did you mean \"/etc/motd\"?");
    CHECK(hint("/etc/given-up") ==
          site.source("site", "etc/given-up.ww") + " says `abort` for this node");
    CHECK_FALSE(site.ask(route::OverlayExplain{}, {"n9", "/etc/motd"}));
    CHECK_FALSE(site.ask(route::OverlayExplain{}, {"n1", "/../etc"}));
}

TEST_CASE("files of a node are compared with those at an earlier revision", "[api][origins]") {
    OriginsSite site;
    const int64_t since = site.site().database.journal()->reach()->newest;
    site.tag("n1", "rack", "r9");
    site.set("n2", "comment", "second");
    REQUIRE(site.ask(route::OverlayWrite{},
                     {.overlay = "base", .path = "etc/new.ww", .text = "{{.Id}}\n"}));
    const auto reply = site.ask(route::OverlayDiff{}, {.node = "n1", .since = since});
    REQUIRE(reply);
    std::string all;
    for (const FileDifference& file : reply->files)
        all += file.context + " " + file.path + " " + file.what + "\n" + file.text;
    CHECK(all ==
          "system /etc/rack changed\n@@ -1,2 +1,2 @@\n \n-rack r0\n+rack r9\n"
          "system /etc/new added\n@@ -0,0 +1 @@\n+n1\n"
          "runtime /etc/polled changed\n@@ -1,2 +1,2 @@\n n1 \n-n2 \n+n2 second\n");
    CHECK(site.ask(route::OverlayDiff{}, {.node = "n1"})->since + 1 ==
          site.site().database.journal()->reach()->newest);
    CHECK_FALSE(site.ask(route::OverlayDiff{}, {.node = "n1", .since = 999}));
}

TEST_CASE("a changed secret is seen to change, by who may not see it", "[api][origins]") {
    OriginsSite site;
    site.set("n1", "ipmipass", "other-hush");
    const auto text = [&](const api::Caller& caller) {
        const auto reply = site.ask(route::OverlayDiff{}, {.node = "n1"}, caller);
        REQUIRE(reply);
        REQUIRE(reply->files.size() == 1);
        CHECK(reply->files[0].path == "/etc/bmc");
        return reply->files[0].text;
    };
    CHECK(text({true, true}).find("+other-hush") != std::string::npos);
    CHECK(text(kAnybody) == "what changes is for administrators only\n");
    // Of a file that not everybody may read nothing is shown.
    site.tag("n1", "rack", "r5");
    CHECK(site.ask(route::OverlayDiff{}, {.node = "n1"}, kAnybody)->files.at(0).text ==
          "what changes is for administrators only\n");
}

TEST_CASE("a check finds what fails, and for whom", "[api][origins]") {
    OriginsSite site;
    CHECK(site.check().errors == 0);
    site.put("site", "etc/fails.ww", "{{if eq .Id \"n2\"}}{{fail \"no\"}}{{end}}");
    const OverlayCheckReport report = site.check();
    CHECK(report.nodes == 2);
    CHECK(report.errors == 1);
    CHECK(report.findings.at(0).word == "failure");
    CHECK(report.findings.at(0).nodes == "n2");
    CHECK(report.findings.at(0).place == site.source("site", "etc/fails.ww"));
    CHECK(site.check({.overlays = {"base"}}).errors == 0);
}

TEST_CASE("a check finds overlays that do not fit together", "[api][origins]") {
    OriginsSite site;
    site.put("site", "etc/motd/inside", "x");
    CHECK(site.check().errors > 0);
    CHECK(found(site.check(), "conflict").starts_with("error site n[1-2]: etc/motd"));
}

TEST_CASE("a check finds secrets that everybody can read", "[api][origins]") {
    OriginsSite site;
    const std::string text = found(site.check(), "secret");
    CHECK(text.find("warn base n1: /etc/bmc holds Ipmi.Password, and everybody on the node can "
                    "read it (mode 0644)\n") != std::string::npos);
    CHECK(text.find("whoever asks for the system overlay") != std::string::npos);
    // Nor does the finding say it.
    CHECK(text.find("hush") == std::string::npos);
    REQUIRE(::chmod(site.source("base", "etc/bmc.ww").c_str(), 0600) == 0);
    site.set("n1", "asset", "a-key");
    CHECK(found(site.check(), "secret") == "");
}

TEST_CASE("a check finds names that nothing sets, values that are missing, and chance",
          "[api][origins]") {
    OriginsSite site;
    site.put(
        "site", "etc/odd.ww", "{{.Tags.rak}} {{index .Tags \"unheard-of\"}} {{randAlpha 3}}\n");
    const OverlayCheckReport report = site.check();
    CHECK(found(report, "unset")
              .find("warn site n[1-2]: asks for tag rak, which nothing sets; did you mean "
                    "\"rack\"?\n") != std::string::npos);
    CHECK(found(report, "unset").find("info site n[1-2]: asks for tag unheard-of") !=
          std::string::npos);
    CHECK(found(report, "missing-value") ==
          "warn site n[1-2]: /etc/odd, line 1, holds <no value>: a key that is not there\n");
    CHECK(found(report, "unforeseeable").find("randAlpha") != std::string::npos);
}

TEST_CASE("overlays that no node uses are checked on demand", "[api][origins]") {
    OriginsSite site;
    site.put("spare", "etc/fails.ww", "{{.Nonsense}}");
    CHECK(site.check().errors == 0);
    CHECK(site.check({.all = true}).errors == 1);
    CHECK(site.check({.overlays = {"spare"}}).errors == 1);
    CHECK_FALSE(site.ask(route::OverlayCheck{}, {.overlays = {"none"}}));
}
