// SPDX-License-Identifier: BSD-3-Clause
#include "base/lock_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;

namespace {

mode_t mode_of(const std::string& path) {
    struct stat info{};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_mode & 07777;
}

// Whether somebody without any right can open it, which is all a lock takes.
bool anybody_opens(const std::string& path) {
    const pid_t child = ::fork();
    if (child == 0) {
        constexpr uid_t kNobody = 65534;
        if (::setuid(kNobody) != 0) ::_exit(2);
        ::_exit(::open(path.c_str(), O_RDONLY) < 0 ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

}  // namespace

TEST_CASE("one holds a lock, and the others learn who", "[base][lock]") {
    const test::TempDir dir;
    auto first = LockFile::open(dir.path() + "/lock");
    REQUIRE(first);
    CHECK(first->try_lock().value());
    REQUIRE(first->write_holder("process 7"));
    {
        auto second = LockFile::open(dir.path() + "/lock");
        REQUIRE(second);
        CHECK_FALSE(second->try_lock().value());
        CHECK_FALSE(second->try_lock(LockKind::Shared).value());
        CHECK(second->holder() == "process 7");
    }
    const LockFile gone = std::move(*first);
    CHECK(gone.is_in_place());
    REQUIRE(::unlink(gone.path().c_str()) == 0);
    CHECK_FALSE(gone.is_in_place());
}

TEST_CASE("a lock is shared by those who say so", "[base][lock]") {
    const test::TempDir dir;
    auto one = LockFile::open(dir.path() + "/lock");
    auto two = LockFile::open(dir.path() + "/lock");
    REQUIRE((one && two));
    CHECK(one->try_lock(LockKind::Shared).value());
    CHECK(two->try_lock(LockKind::Shared).value());
    CHECK_FALSE(two->try_lock().value());
}

TEST_CASE("who may not write a lock's file cannot lock it", "[base][lock]") {
    const test::TempDir dir;
    REQUIRE(::chmod(dir.path().c_str(), 0755) == 0);
    const std::string path = dir.path() + "/lock";
    SECTION("a new one") {}
    SECTION("one that was open to all") {
        REQUIRE(replace_file(path, "old", 0644));
        if (::geteuid() == 0) CHECK(anybody_opens(path));
    }
    REQUIRE(LockFile::open(path));
    CHECK(mode_of(path) == 0600);
    if (::geteuid() == 0) CHECK_FALSE(anybody_opens(path));
}

TEST_CASE("a lock is a file, and no link to one", "[base][lock]") {
    const test::TempDir dir;
    const std::string path = dir.path() + "/lock";
    SECTION("link") { REQUIRE(::symlink("/etc/hostname", path.c_str()) == 0); }
    SECTION("pipe") { REQUIRE(::mkfifo(path.c_str(), 0600) == 0); }
    CHECK_FALSE(LockFile::open(path));
}
