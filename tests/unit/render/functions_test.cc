// SPDX-License-Identifier: BSD-3-Clause
//
// Warewulf's template functions where they read files of the server or of an image: above all what
// upstream got wrong. What they do with text is in text_functions_test.cc and the vectors.
#include <unistd.h>

#include "render/render.h"
#include "support/catch.h"
#include "support/site.h"
#include "tmpl/template.h"

using namespace ww::render;
using ww::test::Site;

namespace {

struct OneImage final : ImageFiles {
    std::string folder;
    std::string rootfs(const std::string& image) const override {
        return image == "rocky" ? folder : "";
    }
};

struct Bench {
    Bench() : site("nodes: {n1: {}}\n") { images.folder = site.path("chroots/rocky/rootfs"); }

    Rendered rendered(const std::string& text) {
        const auto snapshot = site.snapshot();
        RootData data;
        data.conf = &site.conf();
        data.snapshot = snapshot.get();
        data.node = *snapshot->find("n1");
        data.build_source = "/overlays/o/t.ww";
        data.derive();
        const auto source = ww::tmpl::parse(text, "t.ww", overlay_functions());
        REQUIRE(source);
        Inputs inputs;
        auto done = render(*source, {data, images, inputs});
        if (!done) FAIL(done.error().describe());
        return std::move(*done);
    }

    Site site;
    OneImage images;
};

}  // namespace

TEST_CASE("a missing file is an empty text, and somebody hears of it", "[overlay][functions]") {
    Bench bench;
    for (const char* call : {"Include \"/nonexistent\"",
                             "IncludeFrom \"rocky\" \"/nonexistent\"",
                             "IncludeFrom \"none\" \"/etc/x\""}) {
        CAPTURE(call);
        const Rendered done = bench.rendered("a{{" + std::string(call) + "}}b");
        CHECK(done.outputs[0].text == "ab");
        REQUIRE(done.warnings.size() == 1);
        CHECK_THAT(done.warnings[0], Catch::Contains("/overlays/o/t.ww"));
    }
}

TEST_CASE("a file of an image is resolved inside the image", "[overlay][functions]") {
    Bench bench;
    bench.site.write("chroots/rocky/rootfs/etc/os", "image\n");
    bench.site.write("secret", "server\n");
    const std::string link = bench.site.path("chroots/rocky/rootfs/etc/link");
    REQUIRE(::symlink(bench.site.path("secret").c_str(), link.c_str()) == 0);
    REQUIRE(::symlink("/etc/os", (link + "2").c_str()) == 0);
    const auto read = [&](const std::string& path) {
        return bench.rendered("{{IncludeFrom \"rocky\" \"" + path + "\"}}").outputs[0].text;
    };
    CHECK(read("etc/os") == "image");
    CHECK(read("/etc/link2") == "image");
    CHECK(read("/etc/link").empty());
    CHECK(read("../../../secret").empty());
    CHECK(read("etc/../../../../secret").empty());
}

TEST_CASE("a long line does not cut a block short", "[overlay][functions]") {
    Bench bench;
    const std::string line(100'000, 'x');
    bench.site.write("hosts", line + "\nlast\n# end\nrest\n");
    const Rendered done =
        bench.rendered("{{IncludeBlock \"" + bench.site.path("hosts") + "\" \"# end\"}}");
    CHECK(done.outputs[0].text == line + "\nlast\n# end");
}
