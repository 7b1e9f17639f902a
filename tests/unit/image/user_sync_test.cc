// SPDX-License-Identifier: BSD-3-Clause
#include "image/user_sync.h"

#include <sys/xattr.h>

#include "image/user_database.h"
#include "site.h"

namespace ww::image {

namespace {

constexpr const char* kHostUsers =
    "root:x:0:0::/root:/bin/sh\nmunge:x:990:980::/:\nslurm:x:450:450::/:\n";
constexpr const char* kHostGroups = "root:x:0:\nmunge:x:980:\nslurm:x:450:\n";

struct TwoSides : Site {
    TwoSides(std::string_view users, std::string_view groups) {
        put_at(dir / "passwd", kHostUsers);
        put_at(dir / "group", kHostGroups);
        put("os/rootfs/etc/passwd", users);
        put("os/rootfs/etc/group", groups);
    }
    Result<UserSyncResult> sync(bool write = true) const {
        return sync_users(
            images, "os", {.passwd = dir / "passwd", .group = dir / "group", .write = write});
    }
    std::string owners(const std::string& paths) const {
        return output_of("cd " + images.rootfs("os") + " && stat -c '%n %u:%g %a' " + paths);
    }
    void in_root(const std::string& command) const {
        shell("cd " + images.rootfs("os") + " && " + command);
    }
};

bool as_root() { return ::geteuid() == 0; }

}  // namespace

TEST_CASE("numbers of users that differ, and lines only the image has") {
    std::vector<std::string> warnings;
    const auto found = compare_users(kHostUsers,
                                     "root:x:0:0::/:\nmunge:x:201:1::/:\n+::::::\nlocal:x:7:7::/:\n"
                                     "munge:x:5:5::/:\nodd\nbad:x:ten:1::/:\n",
                                     warnings);
    REQUIRE(found);
    REQUIRE(found->differs);
    REQUIRE(found->targets == std::map<uint32_t, uint32_t>{{201, 990}});
    REQUIRE(found->merged ==
            std::string(kHostUsers) + "+::::::\nlocal:x:7:7::/:\nodd\nbad:x:ten:1::/:\n");
    REQUIRE(warnings.size() == 2);
    REQUIRE(warnings[0].find("\"bad\"") != std::string::npos);
    REQUIRE(warnings[1].find("Ignoring image id(5) for munge") != std::string::npos);
}

TEST_CASE("a number that is one's here and another's there") {
    std::vector<std::string> warnings;
    const auto found = compare_users(kHostUsers, "local:x:450:1::/:\n", warnings);
    REQUIRE(!found);
    REQUIRE(found.error().code() == ErrorCode::FailedPrecondition);
    REQUIRE(found.error().message() == "id(450) collision: host(slurm) image(local)");
    REQUIRE(found.error().hint().find("local") != std::string::npos);
}

TEST_CASE("users that change places, and what is no file") {
    if (!as_root()) return;
    const TwoSides site("root:x:0:0::/:\nmunge:x:450:450::/:\nslurm:x:990:980::/:\n",
                        "root:x:0:\nmunge:x:450:\nslurm:x:980:\n");
    site.in_root(
        "mkdir d && touch a b && ln a a2 && ln -s nowhere l && mkfifo p && mknod c c 1 3 && "
        "chown -h 450:450 a l p && chown 990:980 b c d && chown 450:980 p");
    const auto done = site.sync();
    REQUIRE(done);
    REQUIRE(done->files == 6);
    REQUIRE(done->moves == std::vector<std::string>{"user munge: 450 becomes 990",
                                                    "user slurm: 990 becomes 450",
                                                    "group munge: 450 becomes 980",
                                                    "group slurm: 980 becomes 450"});
    REQUIRE(site.owners("a a2 b c d l p") ==
            "a 990:980 644\na2 990:980 644\nb 450:450 644\nc 450:450 644\nd 450:450 755\n"
            "l 990:980 777\np 990:450 644\n");
    REQUIRE(site.text("os/rootfs/etc/passwd") == kHostUsers);
    REQUIRE(site.text("os/rootfs/etc/group") == kHostGroups);
    const auto again = site.sync();
    REQUIRE(again);
    REQUIRE(!again->differs);
    REQUIRE(again->files == 0);
}

TEST_CASE("links are not followed, neither by owners nor by passwd") {
    if (!as_root()) return;
    const TwoSides site("munge:x:201:202::/:\n", "munge:x:202:\n");
    site.put_at(site.dir / "outside/file");
    site.put_at(site.dir / "outside/passwd", "ours\n");
    site.in_root("ln -s " + (site.dir / "outside/file") +
                 " out && chown -h 201:202 out && "
                 "mv etc/passwd real && ln -s " +
                 (site.dir / "outside/passwd") + " etc/passwd");
    // Inside, the link leads nowhere.
    REQUIRE(!site.sync());
    site.in_root("rm etc/passwd && ln -s /real etc/passwd");
    REQUIRE(site.sync());
    REQUIRE(output_of("stat -c '%u:%g' " + (site.dir / "outside/file")) == "0:0\n");
    REQUIRE(site.text("../outside/passwd") == "ours\n");
    REQUIRE(site.owners("out") == "out 990:980 777\n");
    REQUIRE(site.text("os/rootfs/etc/passwd") == kHostUsers);
}

TEST_CASE("set-user-id and capabilities survive a new owner") {
    if (!as_root()) return;
    const TwoSides site("munge:x:201:202::/:\n", "munge:x:202:\n");
    site.in_root("touch a b && chown 201:202 a b && chmod 6755 a && chmod 755 b");
    // cap_net_raw+ep, as setcap writes it.
    const unsigned char capability[] = {1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0,
                                        0, 0, 0, 0, 0, 0,    0, 0, 0, 0};
    const std::string file = site.images.rootfs("os") + "/b";
    const bool capable =
        ::setxattr(file.c_str(), "security.capability", capability, sizeof capability, 0) == 0;
    REQUIRE(site.sync());
    REQUIRE(site.owners("a b") == "a 990:980 6755\nb 990:980 755\n");
    char value[64];
    if (capable)
        REQUIRE(::getxattr(file.c_str(), "security.capability", value, sizeof value) ==
                sizeof capability);
}

TEST_CASE("one that was killed is finished by the next") {
    if (!as_root()) return;
    // As after the first step, with passwd old still; and after passwd, with group old.
    for (const bool passwd_new : {false, true}) {
        INFO(passwd_new);
        const TwoSides site(passwd_new ? kHostUsers : "munge:x:450:1::/:\nslurm:x:990:1::/:\n",
                            "munge:x:450:\nslurm:x:980:\n");
        site.in_root(
            "touch done todo && chown $((0xE0000000 + 990)):$((0xE0000000 + 980)) done && chown " +
            std::string(passwd_new ? "$((0xE0000000 + 990))" : "450") + ":450 todo");
        const auto finished = site.sync();
        REQUIRE(finished);
        REQUIRE(finished->files == 2);
        REQUIRE(site.owners("done todo") == "done 990:980 644\ntodo 990:980 644\n");
    }
}

TEST_CASE("looking changes nothing") {
    const TwoSides site("munge:x:201:202::/:\n", "munge:x:202:\n");
    const auto found = site.sync(/*write=*/false);
    REQUIRE(found);
    REQUIRE(found->differs);
    REQUIRE(found->files == 0);
    REQUIRE(site.text("os/rootfs/etc/passwd") == "munge:x:201:202::/:\n");
}

TEST_CASE("a number too large to be moved") {
    const TwoSides site("munge:x:201:202::/:\n", "munge:x:202:\n");
    site.put_at(site.dir / "passwd", "munge:x:4294967294:1::/:\n");
    const auto done = site.sync();
    REQUIRE(!done);
    REQUIRE(done.error().code() == ErrorCode::Unprocessable);
    REQUIRE(site.text("os/rootfs/etc/passwd") == "munge:x:201:202::/:\n");
}

}  // namespace ww::image
