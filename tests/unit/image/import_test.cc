// SPDX-License-Identifier: BSD-3-Clause
#include "image/import.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <set>
#include <thread>

#include "image/aside.h"
#include "image/build.h"
#include "unit/image/site.h"

using namespace ww;
using namespace ww::image;

namespace {

bool is_root() { return ::geteuid() == 0; }

std::vector<std::string> names_in(const std::string& folder) {
    return ConfinedDir::open(folder)->list(".");
}

/// Everything a copy keeps, one name a line.
std::string describe(const std::string& folder) {
    return output_of("cd " + folder +
                     " && find . -printf '%P %y %m %U:%G %n %s %T@ %l\\n' | LC_ALL=C sort && find "
                     ". -type f -exec sha256sum {} + | LC_ALL=C sort");
}

std::string source_in(const Site& site) {
    const std::string source = site.dir / "src";
    site.put_at(source + "/bin/sh", "a shell\n", 0755);
    site.put_at(source + "/etc/motd", "hello\n");
    return source;
}

ErrorCode failure(const Result<void>& result) {
    REQUIRE_FALSE(result);
    return result.error().code();
}

ImportOptions with(IfExists if_exists) {
    ImportOptions options;
    options.if_exists = if_exists;
    return options;
}

}  // namespace

TEST_CASE("a folder becomes an image, as it is") {
    const Site site;
    const std::string source = source_in(site);
    shell(
        "cd " + source +
        " && mkdir -p usr/bin usr/lib root opt/ro && touch usr/bin/su && chmod 4755 usr/bin/su && "
        "chmod 700 root && "
        "ln -s usr/lib lib && ln -s /proc/self/mounts etc/mtab && ln -s self self && ln usr/bin/su "
        "usr/bin/su2 && "
        "mkfifo -m 622 initctl && head -c 300001 /dev/urandom > big && truncate -s 100M sparse && "
        "printf end >> sparse && mkdir -m 1777 tmp && : > 'etc/with blank' && : > "
        "\"etc/new\nline\" && "
        "touch -h -d @86400 etc/mtab && touch -d @1700000000 etc/motd && chmod 555 opt/ro && "
        "touch -d @1700000009 opt && chmod 711 . && touch -d @1600000000 .");
    if (is_root())
        shell("cd " + source +
              " && chown 5:6 . && chown 70000:2000000000 big && chown -h 7:8 lib && chown 0:4 "
              "usr/bin/su && "
              "chmod 4755 usr/bin/su && mknod -m 666 null c 1 3 && mknod -m 660 loop b 7 0");
    const std::string before = describe(source);
    REQUIRE(import_folder(site.images, source, "os"));
    REQUIRE(describe(site.images.rootfs("os")) == before);
    REQUIRE(describe(source) == before);
    REQUIRE(output_of("stat -c '%a %h' " + site.images.source("os")).substr(0, 3) == "755");
    REQUIRE(names_in(site.images.chroots()) == std::vector<std::string>{"os"});
    if (is_root())
        REQUIRE(output_of("cd " + site.images.rootfs("os") + " && stat -c '%t:%T' null loop") ==
                "1:3\n7:0\n");
    // 100 MB of nothing stay nothing.
    struct stat sparse{};
    REQUIRE(::stat((site.images.rootfs("os") + "/sparse").c_str(), &sparse) == 0);
    REQUIRE(sparse.st_blocks < 1000);
}

TEST_CASE("attributes that nodes can use are copied") {
    const Site site;
    const std::string source = source_in(site);
    const std::string file = source + "/bin/sh";
    if (::setxattr(file.c_str(), "user.note", "kept", 4, 0) != 0) {
        WARN("no user attributes here: not tested");
        return;
    }
    // cap_net_raw+ep, as setcap writes it.
    const unsigned char capability[] = {1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0,
                                        0, 0, 0, 0, 0, 0,    0, 0, 0, 0};
    const bool capable =
        is_root() &&
        ::setxattr(file.c_str(), "security.capability", capability, sizeof capability, 0) == 0;
    REQUIRE(import_folder(site.images, source, "os"));
    const std::string copy = site.images.rootfs("os") + "/bin/sh";
    char value[64];
    REQUIRE(::getxattr(copy.c_str(), "user.note", value, sizeof value) == 4);
    if (capable)
        REQUIRE(::getxattr(copy.c_str(), "security.capability", value, sizeof value) ==
                sizeof capability);
}

TEST_CASE("labels of links, devices and pipes are copied") {
    const Site site;
    const std::string source = source_in(site);
    shell("ln -s sh " + source + "/bin/link && mkfifo " + source + "/pipe");
    if (::lsetxattr((source + "/bin/link").c_str(), "security.selinux", "label", 6, 0) != 0) {
        WARN("no labels here: not tested");
        return;
    }
    REQUIRE(::lsetxattr((source + "/pipe").c_str(), "security.selinux", "label", 6, 0) == 0);
    REQUIRE(import_folder(site.images, source, "os"));
    char value[64];
    for (const char* name : {"/bin/link", "/pipe"}) {
        const std::string copy = site.images.rootfs("os") + name;
        CHECK(::lgetxattr(copy.c_str(), "security.selinux", value, sizeof value) == 6);
    }
    CHECK(::lgetxattr((site.images.rootfs("os") + "/bin/sh").c_str(),
                      "security.selinux",
                      value,
                      sizeof value) < 0);
}

TEST_CASE("sockets are copied") {
    const Site site;
    const std::string source = source_in(site);
    REQUIRE(::mknod((source + "/log").c_str(), S_IFSOCK | 0644, 0) == 0);
    REQUIRE(import_folder(site.images, source, "os"));
    struct stat status{};
    REQUIRE(::lstat((site.images.rootfs("os") + "/log").c_str(), &status) == 0);
    REQUIRE(S_ISSOCK(status.st_mode));
}

TEST_CASE("what has no shell is no root file system") {
    const Site site;
    const std::string source = site.dir / "src";
    site.put_at(source + "/bin/bash");
    REQUIRE(failure(import_folder(site.images, source, "os")) == ErrorCode::InvalidArgument);
    REQUIRE(make_directories(source + "/bin/sh"));
    REQUIRE(failure(import_folder(site.images, source, "os")) == ErrorCode::InvalidArgument);
    REQUIRE(failure(import_folder(site.images, site.dir / "none", "os")) == ErrorCode::NotFound);
    REQUIRE_FALSE(exists(site.images.source("os")));

    // Through a link that counts inside the source, and one into nowhere.
    shell("cd " + source +
          " && rmdir bin/sh && rm -r bin && mkdir -p usr/bin && ln -s /usr/bin bin && ln -s gone "
          "usr/bin/sh");
    REQUIRE(import_folder(site.images, source, "os"));
}

TEST_CASE("names are checked before anything else") {
    const Site site;
    const std::string source = source_in(site);
    site.put("other/rootfs/x");
    for (const char* name : {".", "..", "", "a b", "../a", "a/b"}) {
        INFO(name);
        for (const IfExists if_exists : {IfExists::Refuse, IfExists::Replace, IfExists::Update})
            CHECK(failure(import_folder(site.images, source, name, with(if_exists))) ==
                  ErrorCode::InvalidArgument);
        CHECK(failure(copy_image(site.images, "other", name)) == ErrorCode::InvalidArgument);
        CHECK(failure(rename_image(site.images, "other", name)) == ErrorCode::InvalidArgument);
        CHECK(failure(delete_image(site.images, name)) == ErrorCode::NotFound);
    }
    REQUIRE(names_in(site.images.chroots()) == std::vector<std::string>{"other"});
}

TEST_CASE("an image that exists stays, whatever is wrong") {
    const Site site;
    const std::string source = source_in(site);
    site.put("os/rootfs/old", "old");
    site.put("os/readonly");
    site.put("plain");
    const std::string before = describe(site.images.chroots());
    CHECK(failure(import_folder(site.images, source, "os")) == ErrorCode::AlreadyExists);
    CHECK(failure(import_folder(site.images, source, "plain")) == ErrorCode::AlreadyExists);
    CHECK(failure(import_folder(site.images, site.dir / "none", "os")) == ErrorCode::AlreadyExists);
    for (const IfExists if_exists : {IfExists::Replace, IfExists::Update}) {
        CHECK(failure(import_folder(site.images, site.dir / "none", "os", with(if_exists))) ==
              ErrorCode::NotFound);
        std::stop_source stop;
        stop.request_stop();
        ImportOptions stopped = with(if_exists);
        stopped.stop = stop.get_token();
        CHECK(failure(import_folder(site.images, source, "os", stopped)) == ErrorCode::Cancelled);
    }
    // A plain file in the way of an update is not an image to update.
    CHECK_FALSE(import_folder(site.images, source, "plain", with(IfExists::Update)));
    // Only the times of the folder that images are put together in may differ.
    const auto strip = [](const std::string& text) { return text.substr(text.find('\n')); };
    REQUIRE(strip(describe(site.images.chroots())) == strip(before));
}

TEST_CASE("replacing takes the whole folder") {
    const Site site;
    const std::string source = source_in(site);
    site.put("os/rootfs/old");
    site.put("os/readonly");
    site.put("plain");
    site.put_at(site.images.built("os"), "built");
    REQUIRE(import_folder(site.images, source, "os", with(IfExists::Replace)));
    REQUIRE(names_in(site.images.source("os")) ==
            std::vector<std::string>{"rootfs", "rootfs.json"});
    REQUIRE(describe(site.images.rootfs("os")) == describe(source));
    REQUIRE(read_file(site.images.built("os")).value() == "built");
    REQUIRE(import_folder(site.images, source, "plain", with(IfExists::Replace)));
    REQUIRE(import_folder(site.images, source, "new", with(IfExists::Replace)));
    REQUIRE(names_in(site.images.chroots()) == std::vector<std::string>{"new", "os", "plain"});
}

TEST_CASE("updating puts the new tree over the old") {
    const Site site;
    const std::string source = source_in(site);
    site.put("os/rootfs/bin/sh", "old shell");
    site.put("os/rootfs/extra/file", "kept");
    site.put("os/readonly");
    const std::string rootfs = site.images.rootfs("os");
    // Every meeting of kinds.
    shell("cd " + rootfs +
          " && mkdir lib64 real && ln -s real link && echo x > real/x && mkdir -p dir/sub && "
          "echo f > file && ln extra/file hard");
    shell("cd " + source +
          " && ln -s usr/lib64 lib64 && mkdir link && echo y > link/y && echo d > dir && mkdir "
          "file && "
          "echo g > file/g && ln bin/sh bin/sh2");
    REQUIRE(import_folder(site.images, source, "os", with(IfExists::Update)));
    const auto is = [&](const char* test, const std::string& path) {
        shell(std::string("test ") + test + " " + rootfs + "/" + path);
    };
    REQUIRE(site.text("os/rootfs/bin/sh") == "a shell\n");
    REQUIRE(site.text("os/rootfs/extra/file") == "kept");
    REQUIRE(site.text("os/rootfs/hard") == "kept");
    is("-L", "lib64");
    is("! -L", "link");
    REQUIRE(site.text("os/rootfs/link/y") == "y\n");
    REQUIRE(site.text("os/rootfs/real/x") == "x\n");
    REQUIRE_FALSE(exists(rootfs + "/real/y"));
    REQUIRE(site.text("os/rootfs/dir") == "d\n");
    REQUIRE(site.text("os/rootfs/file/g") == "g\n");
    shell("test " + rootfs + "/bin/sh -ef " + rootfs + "/bin/sh2");
    REQUIRE(names_in(site.images.source("os")) ==
            std::vector<std::string>{"readonly", "rootfs", "rootfs.json"});
    REQUIRE(names_in(site.images.chroots()) == std::vector<std::string>{"os"});
}

TEST_CASE("updating what is not there imports it") {
    const Site site;
    const std::string source = source_in(site);
    site.put("bare/notes");
    REQUIRE(import_folder(site.images, source, "os", with(IfExists::Update)));
    REQUIRE(import_folder(site.images, source, "bare", with(IfExists::Update)));
    REQUIRE(site.images.list().value() == std::vector<std::string>{"bare", "os"});
    REQUIRE(names_in(site.images.source("bare")) ==
            std::vector<std::string>{"notes", "rootfs", "rootfs.json"});
}

TEST_CASE("a folder that holds the images can be imported") {
    const Site site;
    site.put_at(site.dir / "bin/sh");
    site.put("other/rootfs/x");
    REQUIRE(import_folder(site.images, site.dir.path(), "os"));
    REQUIRE(exists(site.images.rootfs("os") + "/chroots/other/rootfs/x"));
}

TEST_CASE("imports tell how far they are") {
    const Site site;
    const std::string source = source_in(site);
    shell("mkdir " + source + "/many && cd " + source + "/many && seq 1500 | xargs touch");
    ImportOptions options;
    Progress last;
    std::set<std::string> phases;
    options.progress = [&](const Progress& progress) {
        last = progress;
        phases.insert(progress.phase);
    };
    REQUIRE(import_folder(site.images, source, "os", options));
    CHECK(phases == std::set<std::string>{"copying", "writing to disk"});
    CHECK(last.files == 1505);
    CHECK(last.bytes == 14);
}

TEST_CASE("an import can be stopped in the middle of a file, and leaves nothing") {
    const Site site;
    const std::string source = source_in(site);
    shell("head -c 40M /dev/zero > " + source + "/large");
    std::stop_source stop;
    ImportOptions options;
    options.stop = stop.get_token();
    uint64_t seen = 0;
    options.progress = [&](const Progress& progress) {
        seen = progress.bytes;
        if (seen > 1 << 20) stop.request_stop();
    };
    REQUIRE(failure(import_folder(site.images, source, "os", options)) == ErrorCode::Cancelled);
    CHECK(seen < 20 << 20);
    CHECK(names_in(site.images.chroots()).empty());
    // At the last moment, too.
    std::stop_source late;
    options.stop = late.get_token();
    options.progress = [&](const Progress& progress) {
        if (progress.phase == "writing to disk") late.request_stop();
    };
    REQUIRE(failure(import_folder(site.images, source, "os", options)) == ErrorCode::Cancelled);
    CHECK(names_in(site.images.chroots()).empty());
}

TEST_CASE("what a killed import left is cleared away, what a running one makes is not") {
    const Site site;
    const std::string source = source_in(site);
    site.put("+wwd-abcdef/new/rootfs/x");
    const auto running = Aside::create(site.images.chroots());
    REQUIRE(running);
    REQUIRE_FALSE(exists(site.images.source("+wwd-abcdef")));
    REQUIRE(import_folder(site.images, source, "os"));
    REQUIRE(exists(running->path()));
    REQUIRE(site.images.list().value() == std::vector<std::string>{"os"});
}

TEST_CASE("a copy is a second image with the same rootfs") {
    const Site site;
    site.put("alpha/rootfs/bin/sh", "a shell\n", 0755);
    site.put("alpha/readonly");
    site.put("filled/notes");
    shell("cd " + site.images.rootfs("alpha") +
          " && ln bin/sh bin/dash && touch -d @1700000000 bin/sh bin");
    REQUIRE(copy_image(site.images, "alpha", "beta"));
    REQUIRE(describe(site.images.rootfs("beta")) == describe(site.images.rootfs("alpha")));
    REQUIRE(names_in(site.images.source("beta")) == std::vector<std::string>{"rootfs"});
    shell("! test " + site.images.rootfs("beta") + "/bin/sh -ef " + site.images.rootfs("alpha") +
          "/bin/sh");
    REQUIRE(copy_image(site.images, "alpha", "filled"));
    REQUIRE(names_in(site.images.source("filled")) == std::vector<std::string>{"notes", "rootfs"});
    CHECK(failure(copy_image(site.images, "alpha", "beta")) == ErrorCode::AlreadyExists);
    CHECK(failure(copy_image(site.images, "alpha", "alpha")) == ErrorCode::AlreadyExists);
    CHECK(failure(copy_image(site.images, "none", "gamma")) == ErrorCode::NotFound);
}

TEST_CASE("a renamed image takes its files along and leaves nothing built") {
    const Site site;
    site.put("alpha/rootfs/bin/sh");
    site.put("alpha/readonly");
    site.put("beta/rootfs/x");
    for (const char* name : {"alpha", "gamma"}) {
        site.put_at(site.images.built(name));
        site.put_at(site.images.compressed(name));
    }
    CHECK(failure(rename_image(site.images, "alpha", "beta")) == ErrorCode::AlreadyExists);
    CHECK(failure(rename_image(site.images, "alpha", "alpha")) == ErrorCode::AlreadyExists);
    CHECK(failure(rename_image(site.images, "none", "new")) == ErrorCode::NotFound);
    REQUIRE(exists(site.images.built("alpha")));
    REQUIRE(rename_image(site.images, "alpha", "gamma"));
    REQUIRE(site.images.list().value() == std::vector<std::string>{"beta", "gamma"});
    REQUIRE(names_in(site.images.source("gamma")) ==
            std::vector<std::string>{"readonly", "rootfs"});
    REQUIRE(names_in(site.images.built_folder()).empty());
}

TEST_CASE("a deleted image is gone with what was built of it") {
    const Site site;
    for (const char* name : {"alpha", "beta"}) site.put(std::string(name) + "/rootfs/bin/sh");
    site.put("bare/notes");
    site.put_at(site.images.built("alpha"));
    site.put_at(site.images.compressed("beta"));  // alone, as after a stopped build
    REQUIRE(delete_image(site.images, "alpha"));
    REQUIRE(delete_image(site.images, "beta"));
    CHECK(failure(delete_image(site.images, "alpha")) == ErrorCode::NotFound);
    CHECK(failure(delete_image(site.images, "bare")) == ErrorCode::NotFound);
    REQUIRE(names_in(site.images.chroots()) == std::vector<std::string>{"bare"});
    REQUIRE(names_in(site.images.built_folder()).empty());
}

TEST_CASE("deleting an image follows no link") {
    const Site site;
    site.put_at(site.dir / "tree/bin/sh");
    site.link(site.dir / "tree", "alpha/rootfs");
    site.put("beta/rootfs/x");
    site.link("beta", "zlink");
    REQUIRE(delete_image(site.images, "alpha"));
    REQUIRE(delete_image(site.images, "zlink"));
    REQUIRE(exists(site.dir / "tree/bin/sh"));
    REQUIRE(site.images.list().value() == std::vector<std::string>{"beta"});
}

TEST_CASE("an image with something mounted in it is not deleted") {
    const Site site;
    site.put("os/rootfs/bin/sh");
    site.put("os/rootfs/mnt dir/x");
    const std::string point = site.images.rootfs("os") + "/mnt dir";
    if (!is_root() || ::mount("none", point.c_str(), "tmpfs", 0, nullptr) != 0) {
        WARN("cannot mount here: not tested");
        return;
    }
    const std::string source = source_in(site);
    const Result<void> deleted = delete_image(site.images, "os");
    const Result<void> replaced = import_folder(site.images, source, "os", with(IfExists::Replace));
    site.put("os/rootfs/mnt dir/of the server");
    const auto built = build_image(site.images, "os");
    REQUIRE(::umount(point.c_str()) == 0);
    CHECK(failure(deleted) == ErrorCode::FailedPrecondition);
    CHECK(deleted.error().message().find("mnt dir") != std::string::npos);
    CHECK(failure(replaced) == ErrorCode::FailedPrecondition);
    REQUIRE(built);
    CHECK(built->entries == 2);  // neither the mount point nor what is mounted
    CHECK(site.text("os/rootfs/bin/sh") == "x");
}

TEST_CASE("a build and a replacement of one image take turns") {
    const Site site;
    const std::string source = source_in(site);
    for (int i = 0; i < 300; ++i)
        site.put("os/rootfs/" + std::to_string(i), std::string(20'000, 'x'));
    std::vector<Result<BuildResult>> built;
    std::thread builder([&] {
        BuildOptions options;
        options.force = true;
        for (int i = 0; i < 5; ++i) built.push_back(build_image(site.images, "os", options));
    });
    const Result<void> replaced = import_folder(site.images, source, "os", with(IfExists::Replace));
    builder.join();
    REQUIRE(replaced);
    for (const auto& result : built) {
        REQUIRE(result);
        REQUIRE((result->entries == 300 || result->entries == 4));
    }
}
