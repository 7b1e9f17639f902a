// SPDX-License-Identifier: BSD-3-Clause
#include "oci/layout.h"

#include <unistd.h>

#include "support/catch.h"
#include "support/shell.h"
#include "unit/oci/layout_maker.h"
#include "unit/oci/tar_maker.h"

using namespace ww;
using namespace ww::oci;
using test::LayoutMaker;

namespace {

Result<ImageDigest> find(const LayoutMaker& maker,
                         const std::string& ref = {},
                         const char* platform = nullptr) {
    WW_TRY(const Layout layout, Layout::open(maker.dir.path()));
    std::optional<Platform> wanted;
    if (platform != nullptr) wanted = Platform::parse(platform).value();
    return layout.find(ref, wanted);
}

std::string refusal(const LayoutMaker& maker,
                    const std::string& ref = {},
                    const char* platform = nullptr) {
    const auto found = find(maker, ref, platform);
    REQUIRE_FALSE(found);
    return found.error().message();
}

std::string layer(const std::string& name) { return test::tar({test::file(name)}); }

}  // namespace

TEST_CASE("the image of a layout is found by its name and platform") {
    const LayoutMaker maker;
    using M = LayoutMaker;
    const std::string both =
        M::index_of({maker.image({layer("x")}, "amd64", M::platform("amd64")),
                     maker.image({layer("a")}, "arm64", M::platform("arm64", R"(,"variant":"v8")")),
                     // What buildkit adds.
                     maker.image({layer("attest")},
                                 "unknown",
                                 R"(,"platform":{"os":"unknown","architecture":"unknown"})")});
    const std::string both_at = M::descriptor(
        "application/vnd.oci.image.index.v1+json", maker.blob(both), both.size(), M::named("9"));
    maker.index({both_at, maker.image({layer("one"), layer("two")}, "arm64", M::named("arm"))});

    for (const char* word : {"arm64", "aarch64", "linux/arm64", "linux/arm64/v8", "ARM64"}) {
        INFO(word);
        const auto found = find(maker, "9", word);
        REQUIRE(found);
        CHECK(found->platform.architecture == "arm64");
        CHECK(found->layers.at(0).digest == Digest::of(layer("a")));
    }
    CHECK(find(maker, "9", "x86_64")->layers.at(0).digest == Digest::of(layer("x")));
    // The only one there is needs no platform, several go by this machine's.
    CHECK(find(maker, "arm")->platform.architecture == "arm64");
    CHECK(find(maker, "arm")->layers.size() == 2);
    CHECK(find(maker, "9")->platform.machine() == own_architecture());

    CHECK(refusal(maker, "9", "riscv64") ==
          "the image is not for linux/riscv64; it is for linux/amd64, linux/arm64/v8");
    CHECK(refusal(maker, "9", "linux/arm64/v9") ==
          "the image is not for linux/arm64/v9; it is for linux/amd64, linux/arm64/v8");
    // Without an index, the configuration tells what an image is for.
    CHECK(refusal(maker, "arm", "amd64") ==
          "the image is not for linux/amd64; it is for linux/arm64");
    CHECK(refusal(maker, "10").ends_with("has no image named \"10\""));
    CHECK(refusal(maker).ends_with("has several images"));
}

TEST_CASE("a layout that lies is refused") {
    using M = LayoutMaker;
    const auto check = [](const std::string& wanted, auto&& spoil) {
        INFO(wanted);
        const LayoutMaker maker;
        const std::string manifest = maker.image({layer("a")});
        maker.index({manifest});
        REQUIRE(find(maker));
        spoil(maker, manifest);
        CHECK(refusal(maker).find(wanted) != std::string::npos);
    };
    const auto blob_of = [](const LayoutMaker& maker, const std::string& what) {
        return test::output_of("grep -l '" + what + "' " + maker.dir.path() +
                               "/blobs/sha256/* | tr -d '\\n'");
    };
    check("no file oci-layout", [](auto& m, auto&) { ::unlink((m.dir / "oci-layout").c_str()); });
    check("version we do not know",
          [](auto& m, auto&) { m.write("oci-layout", R"({"imageLayoutVersion":"2.0.0"})"); });
    check("index.json is no JSON object", [](auto& m, auto&) { m.write("index.json", "[]"); });
    check("schemaVersion is not 2",
          [](auto& m, auto&) { m.write("index.json", R"({"schemaVersion":1,"manifests":[]})"); });
    check("index is empty", [](auto& m, auto&) { m.index({}); });
    check("digest is no SHA-256 digest: \"sha256:..", [](auto& m, auto&) {
        m.index({M::descriptor(
            "application/vnd.oci.image.manifest.v1+json", "../../../etc/passwd", 3)});
    });
    check("size is no size", [](auto& m, const std::string& manifest) {
        std::string text = manifest;
        text.insert(text.rfind("\"size\":") + 7, "-");
        m.index({text});
    });
    check("bytes, not", [](auto& m, const std::string& manifest) {
        std::string text = manifest;
        text.insert(text.rfind("\"size\":") + 7, "1");
        m.index({text});
    });
    check("is no image but \"text/html\"",
          [](auto& m, auto&) { m.index({M::descriptor("text/html", m.blob("x"), 1)}); });
    check("is damaged: its content is", [&](auto& m, auto&) {
        test::shell("sed -i s/layers/LAYERS/ " + blob_of(m, "schemaVersion"));
    });
    check("is damaged: its content is",
          [&](auto& m, auto&) { test::shell("sed -i s/amd64/arm64/ " + blob_of(m, "diff_ids")); });
    check("No such file", [&](auto& m, auto&) { test::shell("rm " + blob_of(m, "diff_ids")); });
    check("is not a file", [&](auto& m, auto&) {
        const std::string blob = blob_of(m, "diff_ids");
        test::shell("rm " + blob + " && mkdir " + blob);
    });
    check("nested too deep", [](auto& m, const std::string& manifest) {
        std::string at = manifest;
        for (int i = 0; i < 6; ++i) {
            const std::string text = M::index_of({at});
            at =
                M::descriptor("application/vnd.oci.image.index.v1+json", m.blob(text), text.size());
        }
        m.index({at});
    });
    check("is larger than", [](auto& m, auto&) {
        m.index({M::descriptor("application/vnd.oci.image.manifest.v1+json", m.blob("x"), 1)
                     .replace(0, 0, "")});
        m.index({M::descriptor(
            "application/vnd.oci.image.manifest.v1+json", sha256_hex("x"), size_t{5} << 20)});
    });
    const auto many = [](const std::string& one, size_t count) {
        std::string text = one;
        for (size_t i = 1; i < count; ++i) text += "," + one;
        return text;
    };
    check("has more than 1000 items", [&](auto& m, const std::string& manifest) {
        m.index({many(manifest, kMaxManifests + 1)});
    });
    check("has more than 1000 items", [&](auto& m, auto&) {
        const std::string layer =
            M::descriptor("application/vnd.oci.image.layer.v1.tar", sha256_hex("x"), 1);
        const std::string text = fmt::format(
            R"({{"schemaVersion":2,"config":{},"layers":[{}]}})",
            M::descriptor("application/vnd.oci.image.config.v1+json", sha256_hex("x"), 1),
            many(layer, kMaxLayers + 1));
        m.index({M::descriptor(
            "application/vnd.oci.image.manifest.v1+json", m.blob(text), text.size())});
    });
    check("index.json is no JSON object", [](auto& m, auto&) {
        m.write("index.json",
                "{\"manifests\":" + std::string(40, '[') + std::string(40, ']') + "}");
    });
    check("is no layer of a root file system but \"application/vnd.cncf.helm\"",
          [](auto& m, auto&) {
              const std::string config =
                  R"({"os":"linux","architecture":"amd64","rootfs":{"diff_ids":[]}})";
              const std::string text = fmt::format(
                  R"({{"schemaVersion":2,"config":{},"layers":[{}]}})",
                  M::descriptor(
                      "application/vnd.oci.image.config.v1+json", m.blob(config), config.size()),
                  M::descriptor("application/vnd.cncf.helm", sha256_hex("x"), 1));
              m.index({M::descriptor(
                  "application/vnd.oci.image.manifest.v1+json", m.blob(text), text.size())});
          });
    check("has 0 layers, its configuration 1", [](auto& m, auto&) {
        const std::string config = fmt::format(
            R"({{"os":"linux","architecture":"amd64","rootfs":{{"diff_ids":["sha256:{}"]}}}})",
            sha256_hex("x"));
        const std::string text = fmt::format(
            R"({{"schemaVersion":2,"config":{},"layers":[]}})",
            M::descriptor(
                "application/vnd.oci.image.config.v1+json", m.blob(config), config.size()));
        m.index({M::descriptor(
            "application/vnd.oci.image.manifest.v1+json", m.blob(text), text.size())});
    });
}

TEST_CASE("no link in a layout leads to a file of the server") {
    const LayoutMaker maker;
    maker.index({maker.image({layer("a")})});
    const std::string secret = R"({"schemaVersion":2,"manifests":[]})";
    const test::TempDir other;
    REQUIRE(replace_file(other / "secret", secret));
    test::shell("cd " + maker.dir.path() + " && rm index.json && ln -s " + (other / "secret") +
                " index.json");
    CHECK(refusal(maker).find("No such file") != std::string::npos);
}

TEST_CASE("platforms are read in every spelling, and others refused") {
    CHECK(Platform::parse("aarch64")->text() == "linux/arm64");
    CHECK(Platform::parse("linux/x86_64")->text() == "linux/amd64");
    CHECK(Platform::parse("arm64/v8")->text() == "linux/arm64/v8");
    CHECK(Platform::parse("arm/v7")->machine() == Architecture::Arm);
    for (const char* word :
         {"", "linux", "windows/amd64", "linux/sparc", "linux/arm64/v8/x", "arm64/", "/"}) {
        INFO(word);
        CHECK_FALSE(Platform::parse(word));
    }
}
