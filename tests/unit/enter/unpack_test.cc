// SPDX-License-Identifier: BSD-3-Clause
#include "enter/unpack.h"

#include <unistd.h>

#include "support/catch.h"
#include "support/shell.h"
#include "support/temp_dir.h"

namespace ww::enter {

using test::output_of;
using test::shell;

TEST_CASE("an archive goes over a root as on a node") {
    if (::geteuid() != 0) return;
    const test::TempDir dir;
    shell("cd " + dir.path() +
          " && mkdir -p over/usr/lib over/etc root/lib64 root/etc && ln -s lib64 root/usr && "
          "printf old > root/etc/motd && printf new > over/etc/motd && chown 5:6 over/etc/motd && "
          "chmod 4755 over/etc/motd && ln over/etc/motd over/etc/second && ln -s motd "
          "over/etc/link && "
          "mkfifo over/etc/fifo && mknod over/etc/null c 1 3 && chmod 700 over/etc && "
          "touch -d @1000 over/usr/lib && "
          "cd over && find . | LC_ALL=C sort | cpio -o -H newc --quiet > ../archive");
    const auto root = ConfinedDir::open(dir / "root");
    REQUIRE(root);
    // cpio has "usr" as a folder; the root has it as a link, which stays one.
    REQUIRE(unpack(dir / "archive", *root));
    REQUIRE(
        output_of("cd " + (dir / "root") +
                  " && stat -c '%n %a %u:%g %h %F' etc etc/* usr lib64/lib && cat etc/second") ==
        "etc 700 0:0 2 directory\n"
        "etc/fifo 644 0:0 1 fifo\n"
        "etc/link 777 0:0 1 symbolic link\n"
        "etc/motd 4755 5:6 2 regular file\n"
        "etc/null 644 0:0 1 character special file\n"
        "etc/second 4755 5:6 2 regular file\n"
        "usr 777 0:0 1 symbolic link\n"
        "lib64/lib 755 0:0 2 directory\n"
        "new");
}

TEST_CASE("nothing of an archive leaves the root") {
    const test::TempDir dir;
    shell("cd " + dir.path() +
          " && mkdir -p over/way root outside && printf x > over/way/file && ln -s " +
          (dir / "outside") +
          " root/way && cd over && printf 'way\\nway/file\\n' | cpio -o -H newc --quiet > "
          "../archive && "
          "cd .. && printf '../outside/up\\n' > list && mkdir -p in && cd in && printf y > "
          "../outside/up && "
          "cpio -o -H newc --quiet < ../list > ../climber && rm ../outside/up");
    const auto root = ConfinedDir::open(dir / "root");
    REQUIRE(root);
    // The link counts from the root, where there is no such folder.
    REQUIRE(!unpack(dir / "archive", *root));
    const auto climbed = unpack(dir / "climber", *root);
    REQUIRE(!climbed);
    REQUIRE(climbed.error().code() == ErrorCode::Unprocessable);
    REQUIRE(output_of("ls " + (dir / "outside")).empty());
}

}  // namespace ww::enter
