// SPDX-License-Identifier: BSD-3-Clause
#include "image/image.h"

#include "unit/image/site.h"

using namespace ww;
using namespace ww::image;

TEST_CASE("names an image can have") {
    for (const char* name : {"a", "rocky-9.4", "a:1", "a_1", ".x", "..x", "...", "-x", "x-", "0"}) {
        INFO(name);
        CHECK(valid_name(name));
    }
    for (const char* name : {"",
                             ".",
                             "..",
                             "a b",
                             "a/b",
                             "a+b",
                             "gr\u00fcn",
                             "a$b",
                             "../a",
                             "a,b",
                             "a\tb",
                             "a\\b",
                             "a\n"}) {
        INFO(name);
        CHECK_FALSE(valid_name(name));
    }
    CHECK_FALSE(valid_name(std::string_view("a\0b", 3)));
}

TEST_CASE("the name an import takes from its source") {
    CHECK(name_from_source("docker://ghcr.io/a/b:9") == "b:9");
    CHECK(name_from_source("/x/rocky.tar") == "rocky.tar");
    CHECK(name_from_source("./rocky-9/") == "rocky-9");
    CHECK(name_from_source("rocky//") == "rocky");
    CHECK(name_from_source(".") == ".");
    CHECK(name_from_source("/") == "");
    CHECK(name_from_source("") == "");
}

TEST_CASE("images are the folders with a rootfs, in byte order") {
    const Site site;
    for (const char* name : {"b", "B", "a-1", "a.1", "a:1", "10", "9", ".x"})
        site.put(std::string(name) + "/rootfs/bin/sh");
    site.put("bare/notes");
    site.put("note.txt");
    site.put("not an image/rootfs/x");
    site.put("file/rootfs");
    site.put_at(site.dir / "tree/bin/sh");
    site.link(site.dir / "tree", "linked/rootfs");
    site.link(site.dir / "none", "dangling/rootfs");
    site.link("b", "zlink");
    REQUIRE(site.images.list().value() ==
            std::vector<std::string>{
                ".x", "10", "9", "B", "a-1", "a.1", "a:1", "b", "linked", "zlink"});
    CHECK(site.images.exists("linked"));
    CHECK_FALSE(site.images.exists("bare"));
    CHECK_FALSE(site.images.exists("."));
    CHECK_FALSE(site.images.exists(""));
    CHECK_FALSE(site.images.exists("not an image"));
}

TEST_CASE("listing makes the folder of images") {
    const Site site;
    REQUIRE(site.images.list().value().empty());
    REQUIRE(is_directory(site.images.chroots()));
}

TEST_CASE("an image that is not there cannot be opened") {
    const Site site;
    site.put("os/rootfs/x");
    CHECK(site.images.open("os"));
    CHECK(site.images.open("..").error().code() == ErrorCode::NotFound);
    CHECK(site.images.open("../chroots/os").error().code() == ErrorCode::NotFound);
    CHECK(site.images.open("none").error().message() == "image does not exist: none");
}

TEST_CASE("what lists show of an image") {
    const Site site;
    site.put("os/rootfs/a", std::string(6000, 'x'));
    site.put("os/rootfs/b/c", "12345");
    site.link("../a", "os/rootfs/b/l");
    ImageFacts facts = image_facts(site.images, "os");
    CHECK(facts.built == 0);
    CHECK(facts.size == 0);
    CHECK(facts.compressed_size == 0);
    CHECK(facts.writable);
    CHECK(source_size(site.images, "os") == 6000 + 5 + 4);

    shell("cd " + site.images.rootfs("os") + " && ln a h");
    site.put("os/readonly", "");
    site.put_at(site.images.built("os"), std::string(700, 'x'));
    site.put_at(site.images.compressed("os"), "xyz");
    shell("touch -d @1709210040 " + site.images.built("os") + " && touch -d @946684800 " +
          site.images.source("os"));
    facts = image_facts(site.images, "os");
    CHECK(facts.created == 946684800);
    CHECK(facts.built == 1709210040);
    CHECK(facts.size == 700);
    CHECK(facts.compressed_size == 3);
    CHECK_FALSE(facts.writable);
    CHECK(source_size(site.images, "os") == 12000 + 5 + 4);
    CHECK(source_size(site.images, "none") == 0);
}

TEST_CASE("a folder named readonly is no mark") {
    const Site site;
    site.put("os/rootfs/x");
    site.put("os/readonly/x");
    CHECK_FALSE(site.images.readonly("os"));
}
