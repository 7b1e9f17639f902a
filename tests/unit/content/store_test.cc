// SPDX-License-Identifier: BSD-3-Clause
#include "content/store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "content/collect.h"
#include "content/incoming.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::content;

namespace {

struct Shelf {
    test::TempDir dir;
    std::string folder = dir / "state/content";
    Store store = Store::open(folder).value();

    Digest put(std::string_view bytes) const {
        Incoming incoming = Incoming::create(store).value();
        REQUIRE(incoming.write(bytes));
        return incoming.commit().value();
    }
    std::string get(const Digest& digest) const {
        const UniqueFd fd = store.open_verified(digest).value();
        return read_fd(fd.get(), "blob").value();
    }
    std::vector<std::string> names(const std::string& part) const {
        return ConfinedDir::open(folder)->list(part);
    }
    /// Spares nothing for its age.
    Result<Collected> collect(const Roots& roots) const {
        return content::collect(store, [&roots]() -> Result<Roots> { return roots; }, at_once());
    }
    static CollectOptions at_once() { return {.grace = std::chrono::seconds(0)}; }
    static std::stop_token stopped() {
        std::stop_source source;
        source.request_stop();
        return source.get_token();
    }
};

struct stat status_of(const std::string& path) {
    struct stat status{};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status;
}

}  // namespace

TEST_CASE("a digest is sha256 and 64 lower-case hex digits, nothing else") {
    const std::string hex(64, 'a');
    REQUIRE(Digest::parse("sha256:" + hex)->hex() == hex);
    REQUIRE(Digest::of("x").text() == Digest::parse(Digest::of("x").text())->text());
    const std::string upper(64, 'A');
    for (const std::string& wrong : {hex,
                                     "sha512:" + hex + hex,
                                     "sha256:" + upper,
                                     "sha256:" + hex + "a",
                                     "sha256:" + hex.substr(1),
                                     "sha256:../" + hex.substr(3),
                                     std::string("sha256:"),
                                     std::string()}) {
        INFO(wrong);
        REQUIRE(Digest::parse(wrong).error().code() == ErrorCode::InvalidArgument);
    }
}

TEST_CASE("what is put is found by its digest, once, by nobody but root") {
    const Shelf shelf;
    const Digest digest = shelf.put("hello");
    REQUIRE(digest == Digest::of("hello"));
    REQUIRE(shelf.put("hello") == digest);
    REQUIRE(shelf.get(digest) == "hello");
    REQUIRE(shelf.store.size(digest).value() == 5);
    REQUIRE(shelf.names("sha256") == std::vector<std::string>{digest.hex()});
    REQUIRE(shelf.names("incoming").empty());
    REQUIRE((status_of(shelf.folder).st_mode & 0777) == 0700);
    REQUIRE((status_of(shelf.folder + "/sha256/" + digest.hex()).st_mode & 0777) == 0400);
    REQUIRE_FALSE(shelf.store.has(Digest::of("other")));
    REQUIRE(shelf.store.open_blob(Digest::of("other")).error().code() == ErrorCode::NotFound);
}

TEST_CASE("what comes is what was said to come, in size and digest") {
    const Shelf shelf;
    struct Case {
        std::string name, bytes, error;
        Expected expected;
    };
    const Case cases[] = {
        {"right", "abc", "", {Digest::of("abc"), 3}},
        {"one byte more", "abcd", "more than the 3 bytes", {Digest::of("abc"), 3}},
        {"one byte less", "ab", "has 2 bytes; it was said to have 3", {Digest::of("abc"), 3}},
        {"another byte", "abX", "what came as sha256:", {Digest::of("abc"), 3}},
        {"nothing", "", "", {Digest::of(""), 0}},
    };
    for (const Case& row : cases) {
        INFO(row.name);
        Incoming incoming = Incoming::create(shelf.store, row.expected).value();
        const Result<void> written = incoming.write(row.bytes);
        const Result<Digest> digest = written ? incoming.commit() : Result<Digest>(written.error());
        REQUIRE(digest.has_value() == row.error.empty());
        if (digest) continue;
        REQUIRE(digest.error().code() == ErrorCode::Unprocessable);
        REQUIRE_THAT(digest.error().message(), Catch::Matchers::Contains(row.error));
    }
    REQUIRE(shelf.names("sha256").size() == 2);
}

TEST_CASE("a damaged blob is not given out as verified, and goes") {
    const Shelf shelf;
    const Digest digest = shelf.put("hello");
    const std::string path = shelf.folder + "/sha256/" + digest.hex();
    REQUIRE(::chmod(path.c_str(), 0600) == 0);
    REQUIRE(replace_file(path, "hellO"));
    REQUIRE(shelf.store.open_verified(digest).error().code() == ErrorCode::Unprocessable);
    REQUIRE_FALSE(shelf.store.has(digest));
    shelf.put("hello");
    REQUIRE(shelf.get(digest) == "hello");
}

TEST_CASE("a file can be a blob too, and a blob a file") {
    const Shelf shelf;
    const std::string served = shelf.dir / "served";
    REQUIRE(replace_file(served, "image", 0640));
    const Digest digest = Digest::of("image");
    REQUIRE(shelf.store.adopt(served, digest));
    REQUIRE(status_of(served).st_nlink == 2);
    REQUIRE(shelf.store.adopt(served, digest));  // again
    REQUIRE(status_of(served).st_nlink == 2);
    REQUIRE(shelf.names("incoming").empty());

    // Another file with the same bytes takes the place of the first.
    const std::string other = shelf.dir / "other";
    REQUIRE(replace_file(other, "image", 0640));
    REQUIRE(shelf.store.adopt(other, digest));
    REQUIRE(status_of(other).st_nlink == 2);
    REQUIRE(status_of(served).st_nlink == 1);

    const std::string lent = shelf.dir / "lent";
    REQUIRE(shelf.store.lend(digest, lent));
    REQUIRE(status_of(lent).st_ino == status_of(other).st_ino);
    REQUIRE(shelf.store.lend(digest, lent).error().code() == ErrorCode::AlreadyExists);
    REQUIRE(read_file(lent).value() == "image");
    REQUIRE(shelf.store.lend(Digest::of("none"), shelf.dir / "none").error().code() ==
            ErrorCode::NotFound);
}

TEST_CASE("on another file system a file becomes a blob by a copy") {
    struct stat shm{};
    const Shelf shelf;
    if (::stat("/dev/shm", &shm) != 0 || shm.st_dev == status_of(shelf.folder).st_dev) return;
    std::string away = "/dev/shm/ww-content-XXXXXX";
    const UniqueFd fd(::mkstemp(away.data()));
    REQUIRE(fd.valid());
    REQUIRE(write_all(fd.get(), "image", away));
    REQUIRE(::fchmod(fd.get(), 0640) == 0);
    const Digest digest = Digest::of("image");
    const Result<void> adopted = shelf.store.adopt(away, digest);
    const Result<void> lent = shelf.store.lend(digest, away + ".lent");
    const bool copied = exists(away + ".lent");
    ::unlink((away + ".lent").c_str());
    ::unlink(away.c_str());
    REQUIRE(adopted);
    REQUIRE(lent);
    REQUIRE(copied);
    REQUIRE(shelf.get(digest) == "image");
    REQUIRE((status_of(shelf.folder + "/sha256/" + digest.hex()).st_mode & 07777) == 0640);
}

TEST_CASE("collecting removes what no root names, and what was left half-written") {
    const Shelf shelf;
    const Digest kept = shelf.put("kept");
    const Digest gone = shelf.put("gone!");
    REQUIRE(replace_file(shelf.folder + "/incoming/old", "half"));
    REQUIRE(replace_file(shelf.folder + "/sha256/oci-put-blob12", "half"));
    CollectOptions look = Shelf::at_once();
    look.dry_run = true;
    const auto roots = [&]() -> Result<Roots> { return Roots{kept}; };
    REQUIRE(collect(shelf.store, roots, look)->removed == 2);
    REQUIRE(shelf.store.has(gone));

    const Collected collected = shelf.collect({kept}).value();
    REQUIRE(collected.removed == 2);
    REQUIRE(collected.freed == 9);
    REQUIRE(collected.kept == 1);
    REQUIRE(collected.kept_bytes == 4);
    REQUIRE(shelf.names("sha256") == std::vector<std::string>{kept.hex()});
    REQUIRE(shelf.names("incoming").empty());
}

TEST_CASE("collecting spares what is young, and everything if the roots cannot be told") {
    const Shelf shelf;
    const Digest digest = shelf.put("young");
    CollectOptions options = Shelf::at_once();
    options.grace = std::chrono::hours(1);
    REQUIRE(collect(shelf.store, []() -> Result<Roots> { return Roots{}; }, options)->kept == 1);
    const auto broken = []() -> Result<Roots> { return Error(ErrorCode::Io, "no roots"); };
    REQUIRE(collect(shelf.store, broken, Shelf::at_once()).error().message() == "no roots");
    REQUIRE(shelf.store.has(digest));
}

TEST_CASE("nothing is collected while somebody holds the store, and nobody can hold it meanwhile") {
    const Shelf shelf;
    const Digest digest = shelf.put("in use");
    {
        const Hold hold = shelf.store.hold().value();
        const Hold another = shelf.store.hold().value();
        CollectOptions trying = Shelf::at_once();
        trying.stop = Shelf::stopped();
        const auto none = []() -> Result<Roots> { return Roots{}; };
        REQUIRE(collect(shelf.store, none, trying).error().code() == ErrorCode::Cancelled);
        const Incoming incoming = Incoming::create(shelf.store).value();
    }
    const auto look = [&]() -> Result<Roots> {
        REQUIRE(shelf.store.hold(Shelf::stopped()).error().code() == ErrorCode::Cancelled);
        return Roots{};
    };
    REQUIRE(collect(shelf.store, look, Shelf::at_once())->removed == 1);
    REQUIRE_FALSE(shelf.store.has(digest));
}

TEST_CASE("a store of another format is moved aside, not written to") {
    for (const std::string format : {"2\n", "1", "", "rubbish\n", "11111111111111111111\n"}) {
        INFO(format);
        const Shelf shelf;
        const Digest digest = shelf.put("x");
        REQUIRE(replace_file(shelf.folder + "/format", format));
        REQUIRE(replace_file(shelf.folder + ".set-aside-1", "in the way"));
        const Store fresh = Store::open(shelf.folder).value();
        REQUIRE_FALSE(fresh.has(digest));
        REQUIRE(exists(shelf.folder + ".set-aside-2/sha256/" + digest.hex()));
        REQUIRE(read_file(shelf.folder + ".set-aside-2/format").value() == format);
        REQUIRE(read_file(shelf.folder + "/format").value() == "1\n");
    }
}

TEST_CASE("a folder that was deleted is made anew") {
    const Shelf shelf;
    shelf.put("x");
    REQUIRE(remove_tree(shelf.folder));
    REQUIRE(Incoming::create(shelf.store).error().code() == ErrorCode::NotFound);
    const Store again = Store::open(shelf.folder).value();
    Incoming incoming = Incoming::create(again).value();
    REQUIRE(incoming.commit().value() == Digest::of(""));
}

TEST_CASE("who is killed while it puts leaves whole blobs and no hold") {
    const Shelf shelf;
    int done[2];
    REQUIRE(::pipe(done) == 0);
    for (int round = 0; round < 20; ++round) {
        const pid_t child = ::fork();
        if (child == 0) {
            for (int i = 0;; ++i) {
                auto incoming = Incoming::create(shelf.store);
                const std::string text(100'000, static_cast<char>('a' + i % 26));
                if (!incoming || !incoming->write(text) || !incoming->commit()) ::_exit(1);
                if (::write(done[1], "x", 1) != 1) ::_exit(1);
                ::unlink((shelf.folder + "/sha256/" + Digest::of(text).hex()).c_str());
            }
        }
        char byte = 0;
        for (int i = 0; i <= round; ++i) REQUIRE(::read(done[0], &byte, 1) == 1);
        REQUIRE(::kill(child, SIGKILL) == 0);
        REQUIRE(::waitpid(child, nullptr, 0) == child);
        for (const std::string& name : shelf.names("sha256"))
            REQUIRE(shelf.store.open_verified(Digest::from_hex(name).value()));
        REQUIRE(shelf.collect({}));
        REQUIRE(shelf.names("incoming").empty());
        REQUIRE(shelf.names("sha256").empty());
    }
    ::close(done[0]);
    ::close(done[1]);
}
