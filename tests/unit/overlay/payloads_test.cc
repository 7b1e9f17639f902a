// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/payloads.h"

#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <thread>
#include <vector>

#include "content/collect.h"
#include "content/notes.h"
#include "overlay/complete_files.h"
#include "overlay/pack.h"
#include "overlay/static_contents.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::overlay;

namespace {

struct Room {
    test::TempDir dir;
    std::string content = dir / "content";
    Payloads payloads{content};

    /// A plain file of an overlay.
    Entry file(const std::string& name, const std::string& text) const {
        REQUIRE(replace_file(dir / name, text));
        Entry entry;
        entry.data = std::make_shared<const std::string>(text);
        entry.origin.file = std::make_shared<const StaticFile>(
            StaticFile{dir / name, identity_of(dir / name).value()});
        return entry;
    }
    std::vector<std::string> blobs() const {
        const auto folder = ConfinedDir::open(content);
        return folder ? folder->list("sha256") : std::vector<std::string>();
    }
    void collect() const {
        const auto none = []() -> Result<content::Roots> { return content::Roots(); };
        REQUIRE(content::collect(
            content::Store::open(content).value(), none, {.grace = std::chrono::seconds(0)}));
    }
};

std::string content_of(const archive::PayloadPtr& payload) {
    std::string text(payload->shape.size, '\0');
    REQUIRE(::pread(payload->file->get(), text.data(), text.size(), 0) ==
            static_cast<ssize_t>(text.size()));
    return text;
}

Entry rendered(const std::string& text) {
    Entry entry;
    entry.data = std::make_shared<const std::string>(text);
    return entry;
}

ino_t inode_of(const archive::PayloadPtr& payload) {
    struct stat status{};
    REQUIRE(::fstat(payload->file->get(), &status) == 0);
    return status.st_ino;
}

}  // namespace

TEST_CASE("a large file is kept once, and found by who comes after a restart",
          "[overlay][payloads]") {
    Room room;
    const Entry entry = room.file("client", std::string(100'000, 'c'));
    const auto first = room.payloads.of(entry);
    REQUIRE(first);
    CHECK(content_of(*first) == *entry.data);
    CHECK(room.payloads.of(entry).value() == *first);
    // The same bytes in another overlay are the same blob.
    const auto twin = room.payloads.of(room.file("twin", *entry.data));
    REQUIRE(twin);
    CHECK((*twin)->digest == (*first)->digest);
    CHECK(room.blobs() == std::vector<std::string>{(*first)->digest});
    const ino_t blob = inode_of(*first);
    Payloads later(room.content);
    CHECK(inode_of(later.of(entry).value()) == blob);
}

TEST_CASE("a file that changed is another content, and the old one can go", "[overlay][payloads]") {
    Room room;
    const Entry before = room.file("client", "before");
    const auto old = room.payloads.of(before);
    REQUIRE(old);
    const Entry after = room.file("client", "after");
    CHECK(content_of(room.payloads.of(after).value()) == "after");
    CHECK(room.blobs().size() == 2);
    room.collect();
    CHECK(room.blobs().size() == 1);
    CHECK(content_of(*old) == "before");  // who sends it goes on

    REQUIRE(::unlink(after.origin.file->path.c_str()) == 0);
    room.collect();
    CHECK(room.blobs().size() == 1);
    room.payloads.drop_unused();
    room.collect();
    CHECK(room.blobs().empty());
}

TEST_CASE("a file that is not what was read is taken from what was read", "[overlay][payloads]") {
    Room room;
    const Entry before = room.file("client", "before");
    (void)room.file("client", "somebody was faster");
    CHECK(content_of(room.payloads.of(before).value()) == "before");
    CHECK(room.blobs().empty());
}

TEST_CASE("a large file that nobody read is packed from where it is", "[overlay][payloads]") {
    Room room;
    const std::string text(kLargeContent, 'c');
    Entry entry = room.file("client", text);
    entry.data = nullptr;
    CHECK(entry.size() == text.size());
    SECTION("to the store") {
        CHECK(content_of(room.payloads.of(entry).value()) == text);
        CHECK(room.blobs().size() == 1);
    }
    SECTION("where there is none, to memory, once") {
        Payloads nowhere("");
        const auto payload = nowhere.of(entry);
        REQUIRE(payload);
        CHECK(content_of(*payload) == text);
        CHECK(nowhere.of(entry).value() == *payload);
    }
    SECTION("one that changed meanwhile is what it is now") {
        (void)room.file("client", "somebody was faster");
        CHECK(content_of(room.payloads.of(entry).value()) == "somebody was faster");
        CHECK(room.blobs().empty());
    }
    SECTION("one that is gone is an error") {
        REQUIRE(::unlink(entry.origin.file->path.c_str()) == 0);
        const auto gone = room.payloads.of(entry);
        REQUIRE_FALSE(gone);
        CHECK(gone.error().code() == ErrorCode::NotFound);
    }
}

TEST_CASE("small files are kept in memory, as many as fit", "[overlay][payloads]") {
    Room room;
    const auto file = [&](const std::string& name, size_t size) {
        return *room.file(name, std::string(size, 'x')).origin.file;
    };
    StaticContents contents(2500);
    const StaticFile a = file("a", 1000);
    const auto first = contents.get(a).value();
    CHECK(first->size() == 1000);
    CHECK(contents.get(a).value() == first);
    (void)contents.get(file("b", 1000)).value();
    CHECK(contents.get(a).value() == first);
    CHECK(contents.bytes() == 2000);
    // The third is in the place of what was used longest ago.
    (void)contents.get(file("c", 1000)).value();
    CHECK(contents.bytes() == 2000);
    CHECK(contents.get(a).value() == first);
    // The file is another one.
    const StaticFile later = file("a", 1100);
    CHECK(contents.get(later).value()->size() == 1100);
    CHECK(contents.bytes() <= 2500);
    // Large ones are none of its business.
    CHECK(contents.get(file("d", kLargeContent)).value() == nullptr);
    CHECK(contents.get(file("d", kLargeContent - 1)).value()->size() == kLargeContent - 1);
}

TEST_CASE("a damaged blob or note is made again", "[overlay][payloads]") {
    Room room;
    const Entry entry = room.file("client", std::string(100'000, 'c'));
    const std::string digest = room.payloads.of(entry).value()->digest;
    const std::string blob = room.content + "/sha256/" + digest;
    SECTION("the blob") {
        REQUIRE(::chmod(blob.c_str(), 0600) == 0);
        REQUIRE(replace_file(blob, "damaged"));
    }
    SECTION("no blob") { REQUIRE(::unlink(blob.c_str()) == 0); }
    SECTION("the note") {
        const content::Store store = content::Store::open(room.content).value();
        const content::Digest name = content::Digest::of(entry.origin.file->path);
        REQUIRE(
            content::write_note(store, name, {content::Digest::of("x"), "overlay payload 9\n"}));
    }
    SECTION("everything") { REQUIRE(remove_tree(room.content)); }
    Payloads later(room.content);
    const auto again = later.of(entry);
    REQUIRE(again);
    CHECK((*again)->digest == digest);
    CHECK(content_of(*again) == *entry.data);
    CHECK(room.blobs() == std::vector<std::string>{digest});
}

TEST_CASE("where nothing can be kept, memory does", "[overlay][payloads]") {
    Room room;
    REQUIRE(replace_file(room.dir / "file", ""));
    Payloads nowhere(room.dir / "file/content");
    const Entry entry = room.file("client", "content");
    const auto payload = nowhere.of(entry);
    REQUIRE(payload);
    CHECK(content_of(*payload) == "content");
    CHECK(nowhere.of(entry).value() == *payload);
}

TEST_CASE("what many nodes were rendered alike is one payload, while there is room",
          "[overlay][payloads]") {
    Room room;
    const Entry hosts = rendered(std::string(50'000, 'h'));
    const auto first = room.payloads.of(hosts);
    CHECK(room.payloads.of(hosts).value() == first.value());
    CHECK(room.blobs().empty());
    // One that fills all the room there is.
    const std::string noise(kPayloadsInMemory, 'n');
    CHECK(room.payloads.of(rendered(noise)));
    CHECK(room.payloads.of(hosts).value() != first.value());
    CHECK(content_of(*first) == *hosts.data);
}

TEST_CASE("many who want a large file at once have it made once", "[overlay][payloads]") {
    Room room;
    const Entry entry = room.file("client", std::string(3'000'000, 'c'));
    std::vector<archive::PayloadPtr> got(8);
    std::vector<std::thread> threads;
    for (archive::PayloadPtr& one : got)
        threads.emplace_back([&] { one = room.payloads.of(entry).value(); });
    for (std::thread& thread : threads) thread.join();
    for (const archive::PayloadPtr& one : got) CHECK(one == got.front());
    CHECK(room.blobs().size() == 1);
}

TEST_CASE("an archive has so many payloads, the largest ones", "[overlay][pack]") {
    Room room;
    FileTree files;
    for (size_t i = 0; i < kMaxPayloads + 20; ++i) {
        // The first ones are the smallest.
        Entry entry = rendered(std::string(kLargeContent + i, 'x'));
        REQUIRE(files.add_file("f" + std::to_string(i), {0644, 0, 0}, entry.data, Backup::No));
    }
    const auto plain = describe(files, room.payloads);
    REQUIRE(plain);
    size_t payloads = 0;
    uint64_t smallest = UINT64_MAX;
    for (const archive::Piece& piece : plain->list)
        if (piece.payload) {
            ++payloads;
            smallest = std::min(smallest, piece.length);
        }
    CHECK(payloads == kMaxPayloads);
    CHECK(smallest == kLargeContent + 20);
    // Equal ones beyond the number: none of them.
    FileTree equal;
    const Entry one = rendered(std::string(kLargeContent, 'x'));
    for (size_t i = 0; i <= kMaxPayloads; ++i)
        REQUIRE(equal.add_file("f" + std::to_string(i), {0644, 0, 0}, one.data, Backup::No));
    CHECK(describe(equal, room.payloads)->list.size() == 1);
}

TEST_CASE("a content's time is in the hour before, and its own", "[overlay][pack]") {
    constexpr int64_t kNow = 1'700'000'123;
    std::set<int64_t> times;
    for (uint32_t crc = 0xffffffff - 3599; crc != 0; ++crc) {
        const int64_t time = time_of_content(crc, kNow);
        CHECK(time <= kNow);
        CHECK(time > kNow - 3600);
        CHECK(time_of_content(crc, time) == time);
        CHECK(time_of_content(crc, time + 3599) == time);
        times.insert(time);
    }
    CHECK(times.size() == 3600);
}

TEST_CASE("complete files are written once, and not over what is the same", "[overlay][pack]") {
    Room room;
    FileTree files;
    REQUIRE(files.add_file(
        "large", {0644, 0, 0}, rendered(std::string(kLargeContent, 'l')).data, Backup::No));
    REQUIRE(files.add_file("small", {0600, 1, 2}, rendered("s").data, Backup::No));
    const archive::Pieces plain = describe(files, room.payloads).value();
    const std::string path = room.dir / "archive.img";
    CHECK_FALSE(is_complete(plain, path));
    CHECK(growth_by(plain, path) == static_cast<int64_t>(plain.size + archive::gzip(plain).size));
    REQUIRE(write_complete(plain, path));
    CHECK(is_complete(plain, path));
    archive::StringSink bytes;
    CHECK(growth_by(plain, path) == 0);
    REQUIRE(plain.write(bytes));
    CHECK(read_file(path).value() == bytes.text());
    const FileIdentity before = identity_of(path).value();
    REQUIRE(write_complete(plain, path));
    CHECK(identity_of(path).value() == before);
    REQUIRE(::unlink((path + ".gz").c_str()) == 0);
    CHECK_FALSE(is_complete(plain, path));
    REQUIRE(write_complete(plain, path));
    CHECK(is_complete(plain, path));
    // One byte is another.
    std::string changed = bytes.text();
    changed[changed.size() / 2] ^= 1;
    REQUIRE(replace_file(path, changed));
    CHECK_FALSE(is_complete(plain, path));
    remove_complete(path);
    CHECK_FALSE(exists(path));
    CHECK_FALSE(exists(path + ".gz"));
}
