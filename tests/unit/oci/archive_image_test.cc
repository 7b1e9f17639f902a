// SPDX-License-Identifier: BSD-3-Clause
#include "oci/archive_image.h"

#include "support/catch.h"
#include "support/shell.h"
#include "unit/oci/layout_maker.h"
#include "unit/oci/memory_source.h"
#include "unit/oci/tar_maker.h"

using namespace ww;
using namespace ww::oci;
using test::file;
using test::link_to;
using test::Member;

namespace {

const std::string kLayer = test::tar({file("a")});
const std::string kOther = test::tar({file("b")});

std::string config_of(const std::vector<std::string>& layers, const char* architecture = "arm64") {
    std::string ids;
    for (const std::string& layer : layers)
        ids += fmt::format("{}\"sha256:{}\"", ids.empty() ? "" : ",", sha256_hex(layer));
    return fmt::format(
        R"({{"os":"linux","architecture":"{}","rootfs":{{"type":"layers","diff_ids":[{}]}}}})",
        architecture,
        ids);
}

Result<ImageDigest> read(const std::vector<Member>& members,
                         const std::string& name = {},
                         ArchiveOptions options = {}) {
    const test::TempDir dir;
    const content::Store store = content::Store::open(dir / "content").value();
    test::MemorySource source(test::tar(members));
    auto image = read_archive(source, store, name, options);
    if (image)
        for (const std::vector<Descriptor>& list : {image->layers, image->documents})
            for (const Descriptor& blob : list) CHECK(store.open_verified(blob.digest));
    return image;
}

Error refusal(const std::vector<Member>& members,
              const std::string& name = {},
              ArchiveOptions options = {}) {
    const auto image = read(members, name, options);
    REQUIRE_FALSE(image);
    return image.error();
}

std::vector<Member> saved() {
    return {file("x/layer.tar", kLayer),
            file("c.json", config_of({kLayer})),
            file("manifest.json",
                 R"([{"Config":"c.json","RepoTags":["os:9"],"Layers":["x/layer.tar"]}])")};
}

}  // namespace

TEST_CASE("what docker save wrote is read, its parts in any order") {
    std::vector<Member> members = saved();
    const auto image = read(members);
    REQUIRE(image);
    CHECK(image->platform.text() == "linux/arm64");
    CHECK(image->layers.at(0).digest.hex() == sha256_hex(kLayer));
    std::swap(members[0], members[2]);
    CHECK(read(members)->manifest == image->manifest);  // the same content, the same name
    CHECK(read(members, "os:9"));
    CHECK(refusal(members, "os:8").code() == ErrorCode::NotFound);
    CHECK(refusal(members, "os:8").hint() == "it has: os:9");
    CHECK(refusal(members, {}, {.wanted = Platform::parse("amd64").value()}).message() ==
          "the image is not for linux/amd64; it is for linux/arm64");
}

TEST_CASE("a layer that came twice may be a link to the first") {
    for (const Member& twice : {link_to("y/layer.tar", "../x/layer.tar"),
                                test::hard_link("y/layer.tar", "x/layer.tar")}) {
        const auto image =
            read({file("x/layer.tar", kLayer),
                  twice,
                  file("c.json", config_of({kLayer, kLayer})),
                  file("manifest.json",
                       R"([{"Config":"c.json","Layers":["x/layer.tar","y/layer.tar"]}])")});
        REQUIRE(image);
        CHECK(image->layers.at(0).digest == image->layers.at(1).digest);
    }
}

TEST_CASE("an archive that lacks something says what") {
    const auto without = [](size_t which) {
        std::vector<Member> members = saved();
        members.erase(members.begin() + static_cast<long>(which));
        return refusal(members).message();
    };
    CHECK(without(0) == "the archive's manifest.json names \"x/layer.tar\", which is not in it");
    CHECK(without(1) == "the archive's manifest.json names \"c.json\", which is not in it");
    CHECK(without(2).starts_with("the archive has neither manifest.json nor"));
    std::vector<Member> members = saved();
    members.push_back(link_to("loop", "loop"));
    members[2].data = R"([{"Config":"c.json","Layers":["loop"]}])";
    CHECK(refusal(members).code() == ErrorCode::Unprocessable);
    members[2].data = R"([{"Config":"c.json","Layers":["../../x/layer.tar"]}])";
    CHECK(read(members));  // counted from the archive's root
    members[2].data = R"([{"Config":"c.json","Layers":["x/layer.tar","x/layer.tar"]}])";
    CHECK(refusal(members).message().find("has 2 layers, its configuration 1") !=
          std::string::npos);
    for (const char* text : {"{}", "[]", "[1]", "[{}]", "", R"([{"Config":1}])"}) {
        INFO(text);
        members[2].data = text;
        CHECK(refusal(members).code() == ErrorCode::Unprocessable);
    }
    members[2].data =
        R"([{"Config":"c.json","RepoTags":["a"]},{"Config":"c.json","RepoTags":["b"]}])";
    CHECK(refusal(members).code() == ErrorCode::InvalidArgument);
    CHECK(refusal(members).hint().ends_with("a, b"));
}

TEST_CASE("an OCI layout in an archive is read, and what is not its digest is missing") {
    const test::LayoutMaker maker;
    maker.index({maker.image({kLayer, kOther}, "amd64")});
    const auto archive = [&] {
        test::shell("tar -C " + maker.dir.path() + " -cf " + maker.dir.path() + ".tar .");
        std::string bytes = read_file(maker.dir.path() + ".tar").value();
        test::shell("rm " + maker.dir.path() + ".tar");
        return bytes;
    };
    const auto read_bytes = [&] {
        const test::TempDir dir;
        const content::Store store = content::Store::open(dir / "content").value();
        test::MemorySource source(archive());
        return read_archive(source, store, "");
    };
    REQUIRE(read_bytes());
    CHECK(read_bytes()->layers.size() == 2);
    maker.write("blobs/sha256/" + sha256_hex(kLayer), kOther);
    // The layer itself is looked for when it is unpacked.
    REQUIRE(read_bytes());
    test::shell("cd " + maker.dir.path() +
                "/blobs/sha256 && sed -i s/amd64/arm64/ $(grep -l diff_ids *)");
    CHECK_FALSE(read_bytes());
}

TEST_CASE("archives have limits") {
    CHECK(refusal(saved(), {}, {.max_bytes = 1000}).message() ==
          "the archive has more than 1000 bytes");
    std::vector<Member> many = saved();
    for (uint64_t i = many.size(); i <= kMaxArchiveEntries; ++i) many.push_back(test::folder("d"));
    CHECK(refusal(many).message() == "the archive has more than 10000 entries");
    std::stop_source stop;
    stop.request_stop();
    CHECK(refusal(saved(), {}, {.stop = stop.get_token()}).code() == ErrorCode::Cancelled);
}
