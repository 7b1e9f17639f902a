// SPDX-License-Identifier: BSD-3-Clause
#include "image/build.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <thread>

#include "archive/cpio_reader.h"
#include "archive/gunzip.h"
#include "image/import.h"
#include "image/source_lock.h"
#include "unit/image/site.h"

using namespace ww;
using namespace ww::image;

namespace {

std::vector<std::string> names_in(const std::string& folder) {
    return ConfinedDir::open(folder)->list(".");
}

/// "path" or "path=data" of every entry of the built image.
std::vector<std::string> built(const Site& site, bool with_data = false) {
    const std::string archive = read_file(site.images.built("os")).value();
    REQUIRE(archive.size() % 512 == 0);
    REQUIRE(
        archive::gunzip(read_file(site.images.compressed("os")).value(), archive.size()).value() ==
        archive);
    std::vector<std::string> all;
    archive::CpioReader reader(archive);
    archive::CpioRecord record;
    while (reader.next(record).value()) {
        std::string shown(record.path);
        if (with_data) shown += "=" + std::string(record.data);
        all.push_back(shown);
    }
    return all;
}

BuildResult build(const Site& site, const BuildOptions& options = {}) {
    const auto result = build_image(site.images, "os", options);
    INFO((result ? "" : result.error().describe()));
    REQUIRE(result);
    return *result;
}

struct stat status_of(const std::string& path) {
    struct stat status{};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status;
}

}  // namespace

TEST_CASE("an image holds its tree in order, and nothing beside it") {
    const Site site;
    for (const char* path :
         {"b/y", "b/x/q", "a", "a.d/z", "B", "b.x", "..data", ".config/x", "new\nline"})
        site.put(std::string("os/rootfs/") + path, path);
    site.link("b/y", "os/rootfs/link");
    site.put("os/readonly");
    const BuildResult result = build(site);
    REQUIRE_FALSE(result.current);
    REQUIRE(result.entries == 14);
    REQUIRE(built(site, true) == std::vector<std::string>{"..data=..data",
                                                          ".config=",
                                                          ".config/x=.config/x",
                                                          "B=B",
                                                          "a=a",
                                                          "a.d=",
                                                          "a.d/z=a.d/z",
                                                          "b=",
                                                          "b/x=",
                                                          "b/x/q=b/x/q",
                                                          "b/y=b/y",
                                                          "b.x=b.x",
                                                          "link=b/y",
                                                          "new\nline=new\nline"});
    REQUIRE(result.size == static_cast<uint64_t>(status_of(site.images.built("os")).st_size));
    REQUIRE(result.compressed_size ==
            static_cast<uint64_t>(status_of(site.images.compressed("os")).st_size));
}

TEST_CASE("an image without anything in it is one block") {
    const Site site;
    REQUIRE(make_directories(site.images.rootfs("os")));
    REQUIRE(build(site).size == 512);
    REQUIRE(built(site).empty());
}

TEST_CASE("excludes leave out what they name, at the top too") {
    const Site site;
    for (const char* path :
         {"boot/vmlinuz", "etc/motd", "motd", "usr/share/doc/a", "usr/share/man/b"})
        site.put(std::string("os/rootfs/") + path);
    site.put("os/rootfs/etc/warewulf/excludes", "/boot/\nmotd\nusr/share/*/\n");
    build(site);
    REQUIRE(built(site) ==
            std::vector<std::string>{
                "etc", "etc/motd", "etc/warewulf", "etc/warewulf/excludes", "usr", "usr/share"});
}

TEST_CASE("excludes that are no file exclude nothing") {
    const Site site;
    site.put("os/rootfs/etc/warewulf/excludes/x");
    build(site);
    REQUIRE(built(site).size() == 4);
}

TEST_CASE("excludes are read inside the image") {
    const Site site;
    site.put_at(site.dir / "excludes", "etc\n");
    site.put("os/rootfs/etc/x");
    site.link(site.dir / "excludes", "os/rootfs/etc/warewulf/excludes");
    build(site);
    REQUIRE(built(site).size() == 4);
}

TEST_CASE("hard links share a number and one content, whatever is left out") {
    const Site site;
    site.put("os/rootfs/bin/a", "same");
    site.put("os/rootfs/bin/other", "same");
    shell("cd " + site.images.rootfs("os") + " && mkdir opt && ln bin/a bin/b && ln bin/a opt/c");
    build(site);
    REQUIRE(built(site, true) ==
            std::vector<std::string>{
                "bin=", "bin/other=same", "opt=", "bin/b=", "bin/a=", "opt/c=same"});
    site.put("os/rootfs/etc/warewulf/excludes", "opt");
    build(site);
    REQUIRE(built(site, true) == std::vector<std::string>{"bin=",
                                                          "bin/other=same",
                                                          "etc=",
                                                          "etc/warewulf=",
                                                          "etc/warewulf/excludes=opt",
                                                          "bin/b=",
                                                          "bin/a=same"});
}

TEST_CASE("built files are not for everybody") {
    const Site site;
    site.put("os/rootfs/etc/shadow", "root:secret", 0);
    build(site);
    REQUIRE((status_of(site.images.built("os")).st_mode & 07) == 0);
    REQUIRE((status_of(site.images.compressed("os")).st_mode & 07) == 0);
    REQUIRE((status_of(site.images.built_folder()).st_mode & 0777) == 0755);
    REQUIRE(names_in(site.images.built_folder()) ==
            std::vector<std::string>{"os.img", "os.img.gz"});
}

TEST_CASE("a build of an unchanged tree does nothing, unless forced") {
    const Site site;
    site.put("os/rootfs/bin/sh");
    site.link("/proc/self/mounts", "os/rootfs/etc/mtab");  // changes all the time, on the server
    build(site);
    const std::string first = read_file(site.images.built("os")).value();
    REQUIRE(is_current(site.images, "os").value());
    REQUIRE(build(site).current);
    site.put("os/readonly");
    REQUIRE(build(site).current);
    BuildOptions forced;
    forced.force = true;
    REQUIRE_FALSE(build(site, forced).current);
    REQUIRE(read_file(site.images.built("os")).value() == first);
    REQUIRE(build(site).current);
}

TEST_CASE("every kind of change is noticed") {
    const Site site;
    site.put("os/rootfs/bin/sh");
    site.put("os/rootfs/etc/motd");
    site.put("os/rootfs/etc/warewulf/excludes", "tmp\n");
    site.put("os/rootfs/tmp/x");
    build(site);
    const std::string rootfs = site.images.rootfs("os");
    const std::string change = GENERATE(as<std::string>(),
                                        "echo y > bin/sh",
                                        "touch -d @86400 bin/sh",
                                        "chmod 700 bin/sh",
                                        "ln bin/sh bin/bash",
                                        "mkdir etc/d",
                                        "rm etc/motd",
                                        "ln -s x y",
                                        "echo etc >> etc/warewulf/excludes",
                                        "mv etc/motd etc/issue",
                                        "rm ../../../provision/images/os.img",
                                        "rm ../../../provision/images/os.img.gz",
                                        "touch -d @1000 ../../../provision/images/os.img.gz",
                                        "touch -d tomorrow ../../../provision/images/os.img*");
    INFO(change);
    shell("cd " + rootfs + " && " + change);
    REQUIRE_FALSE(is_current(site.images, "os").value());
    REQUIRE_FALSE(build(site).current);
    REQUIRE(build(site).current);
}

TEST_CASE("a change to what is left out is no change") {
    const Site site;
    site.put("os/rootfs/etc/warewulf/excludes", "tmp\n");
    site.put("os/rootfs/tmp/x");
    build(site);
    site.put("os/rootfs/tmp/x", "y");
    REQUIRE(build(site).current);
}

TEST_CASE("a build that fails leaves the old files and no others") {
    const Site site;
    site.put("os/rootfs/bin/sh");
    build(site);
    const std::string before = read_file(site.images.built("os")).value();
    shell("truncate -s 4G " + site.images.rootfs("os") + "/big");
    const auto result = build_image(site.images, "os");
    REQUIRE(result.error().code() == ErrorCode::TooLarge);
    REQUIRE(result.error().message().find("big") != std::string::npos);
    REQUIRE(read_file(site.images.built("os")).value() == before);
    REQUIRE(names_in(site.images.built_folder()) ==
            std::vector<std::string>{"os.img", "os.img.gz"});
}

TEST_CASE("a build can be stopped, and tells how far it is") {
    const Site site;
    for (int i = 0; i < 4; ++i)
        site.put("os/rootfs/" + std::to_string(i), std::string(10 << 20, 'x'));
    std::stop_source stop;
    BuildOptions options;
    options.stop = stop.get_token();
    uint64_t seen = 0;
    options.progress = [&](const Progress& progress) {
        seen = progress.bytes;
        if (seen >= 15 << 20) stop.request_stop();
    };
    REQUIRE(build_image(site.images, "os", options).error().code() == ErrorCode::Cancelled);
    // In the middle of a file, and not much later.
    REQUIRE(seen >= 15 << 20);
    REQUIRE(seen < 16 << 20);
    REQUIRE(names_in(site.images.built_folder()).empty());
}

TEST_CASE("what a killed builder left is cleared away, and nothing else") {
    const Site site;
    site.put("os/rootfs/bin/sh");
    for (const char* name :
         {".os.img.a1B2c3", ".os.img.gz.Zzzzzz", ".os.img.notsix0", ".other.img.a1B2c3"})
        site.put_at(site.images.built_folder() + "/" + name);
    build(site);
    REQUIRE(
        names_in(site.images.built_folder()) ==
        std::vector<std::string>{".os.img.notsix0", ".other.img.a1B2c3", "os.img", "os.img.gz"});
}

TEST_CASE("two builds of one image take turns") {
    const Site site;
    for (int i = 0; i < 50; ++i)
        site.put("os/rootfs/" + std::to_string(i), std::string(100'000, 'x'));
    std::vector<std::thread> threads;
    std::atomic<int> done = 0;
    std::atomic<int> skipped = 0;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            const auto result = build_image(site.images, "os");
            if (!result) return;
            ++done;
            if (result->current) ++skipped;
        });
    for (std::thread& thread : threads) thread.join();
    REQUIRE(done == 4);
    REQUIRE(skipped == 3);
}

TEST_CASE("waiting for another builder can be given up") {
    const Site site;
    site.put("os/rootfs/bin/sh");
    const auto other = SourceLock::take(site.images.source("os"));
    REQUIRE(other);
    std::stop_source stop;
    stop.request_stop();
    BuildOptions options;
    options.stop = stop.get_token();
    REQUIRE(build_image(site.images, "os", options).error().code() == ErrorCode::Cancelled);
}

TEST_CASE("an image's folder that anybody has locked keeps nobody") {
    const Site site;
    site.put("os/rootfs/bin/sh");
    const UniqueFd anybody(::open(site.images.source("os").c_str(), O_RDONLY | O_DIRECTORY));
    REQUIRE(::flock(anybody.get(), LOCK_EX | LOCK_NB) == 0);
    const std::string locks = site.images.chroots() + "/+locks";
    {
        const auto ours = SourceLock::take(site.images.source("os"));
        REQUIRE(ours);
        struct stat status{};
        REQUIRE(::stat(locks.c_str(), &status) == 0);
        REQUIRE((status.st_mode & 07777) == 0700);
    }
    REQUIRE(build_image(site.images, "os"));
    REQUIRE_FALSE(exists(locks));
    REQUIRE(SourceLock::take(site.images.source("none")).error().code() == ErrorCode::NotFound);
}

TEST_CASE("what is no image cannot be built") {
    const Site site;
    REQUIRE(make_directories(site.images.source("bare")));
    for (const char* name : {"none", "bare", "..", ".", "", "a/b", "../chroots/bare"}) {
        INFO(name);
        REQUIRE(build_image(site.images, name).error().code() == ErrorCode::NotFound);
    }
    REQUIRE_FALSE(exists(site.images.built_folder()));
}

TEST_CASE("digests are of the files") {
    const Site site;
    site.put("os/rootfs/bin/sh");
    BuildOptions options;
    options.digests = true;
    const BuildResult result = build(site, options);
    shell("test \"$(sha256sum < " + site.images.built("os") + ")\" = \"" + result.sha256 + "  -\"");
    shell("test \"$(sha256sum < " + site.images.compressed("os") + ")\" = \"" +
          result.compressed_sha256 + "  -\"");
}

TEST_CASE("extended attributes go along as a file, last, and only when there are any") {
    const Site site;
    site.put("os/rootfs/bin/ping");
    site.put("os/rootfs/zz");
    REQUIRE(build(site).entries == 3);
    const std::string ping = site.images.rootfs("os") + "/bin/ping";
    if (::setxattr(ping.c_str(), "user.origin", "x", 1, 0) != 0) return;
    const std::string list = "# file: bin/ping\nuser.origin=0x78\n\n";
    build(site);
    REQUIRE(built(site, true) ==
            std::vector<std::string>{
                "bin=", "bin/ping=x", "zz=x", "warewulf=", "warewulf/xattrs=" + list});
    // A file of that name in the tree is one of an earlier time.
    site.put("os/rootfs/warewulf/xattrs", "old");
    build(site);
    REQUIRE(built(site, true) ==
            std::vector<std::string>{
                "bin=", "bin/ping=x", "warewulf=", "zz=x", "warewulf/xattrs=" + list});
    site.put("os/rootfs/etc/warewulf/excludes", "bin/ping\netc\n");
    build(site);
    REQUIRE(built(site) == std::vector<std::string>{"bin", "warewulf", "zz"});
}

TEST_CASE("an image whose /warewulf is a file cannot bring attributes, and says so") {
    const Site site;
    site.put("os/rootfs/a");
    site.put("os/rootfs/warewulf");
    REQUIRE(build(site).entries == 2);
    if (::setxattr((site.images.rootfs("os") + "/a").c_str(), "user.a", "x", 1, 0) != 0) return;
    const auto refused = build_image(site.images, "os");
    REQUIRE(refused.error().code() == ErrorCode::FailedPrecondition);
    REQUIRE_THAT(refused.error().message(), Catch::Matchers::StartsWith("/warewulf of the image"));
}

TEST_CASE("a copy of the tree, made later elsewhere, gives the same bytes") {
    const Site site;
    for (const char* path : {"os/rootfs/b/y", "os/rootfs/a", "os/rootfs/c/link"}) site.put(path);
    const std::string rootfs = site.images.rootfs("os");
    REQUIRE(::link((rootfs + "/a").c_str(), (rootfs + "/c/hard").c_str()) == 0);
    BuildOptions options;
    options.digests = true;
    options.threads = 1;
    const BuildResult first = build(site, options);
    REQUIRE(copy_image(site.images, "os", "copy"));
    options.threads = 4;
    const auto second = build_image(site.images, "copy", options).value();
    REQUIRE(second.sha256 == first.sha256);
    REQUIRE(second.compressed_sha256 == first.compressed_sha256);
}
