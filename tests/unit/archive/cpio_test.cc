// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/cpio_reader.h"
#include "archive/cpio_writer.h"
#include "archive/tree.h"
#include "support/catch.h"
#include "support/shell.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::archive;

namespace {

CpioEntry file(std::string path, uint32_t mode = 0100644) {
    CpioEntry entry;
    entry.path = std::move(path);
    entry.mode = mode;
    return entry;
}

CpioEntry linked(std::string path, uint64_t inode, uint32_t links) {
    CpioEntry entry = file(std::move(path));
    entry.device = 1;
    entry.inode = inode;
    entry.links = links;
    return entry;
}

/// A file in a folder of its own that says `text`.
struct Content {
    explicit Content(std::string_view text) : path(dir / "content") {
        REQUIRE(replace_file(path, text));
    }
    CpioWriter::Opener opener() const {
        return [name = path]() -> Result<UniqueFd> {
            return UniqueFd(::open(name.c_str(), O_RDONLY));
        };
    }
    test::TempDir dir;
    std::string path;
};

struct Seen {
    std::string path;
    uint32_t inode;
    std::string data;
    bool operator==(const Seen&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
    return out << seen.path << '#' << seen.inode << '=' << seen.data;
}

std::vector<Seen> read_all(std::string_view archive) {
    std::vector<Seen> all;
    CpioReader reader(archive);
    CpioRecord record;
    for (;;) {
        const Result<bool> more = reader.next(record);
        REQUIRE(more);
        if (!*more) return all;
        all.push_back({std::string(record.path), record.inode, std::string(record.data)});
    }
}

/// The whole of `folder` as the image builder lays it out.
std::string archive_of(const std::string& folder) {
    StringSink out;
    CpioWriter cpio(out);
    const UniqueFd top(::open(folder.c_str(), O_RDONLY | O_DIRECTORY));
    const auto visit = [&](const TreeEntry& entry) -> Result<Walk> {
        const CpioEntry head = CpioEntry::from(entry.path, entry.status);
        if (S_ISREG(head.mode)) {
            const std::string full = folder + "/" + entry.path;
            WW_TRY_VOID(cpio.add_file(
                head, static_cast<uint64_t>(entry.status.st_size), [full]() -> Result<UniqueFd> {
                    return UniqueFd(::open(full.c_str(), O_RDONLY));
                }));
        } else if (S_ISLNK(head.mode)) {
            WW_TRY(const std::string target, entry.link_target());
            WW_TRY_VOID(cpio.add(head, target));
        } else {
            WW_TRY_VOID(cpio.add(head));
        }
        return Walk::Enter;
    };
    REQUIRE(walk_tree(top.get(), visit));
    REQUIRE(cpio.finish());
    return std::move(out).text();
}

/// Device numbers are the server's in GNU's archives and 0 in ours.
std::string without_devices(std::string archive) {
    CpioReader reader(archive);
    CpioRecord record;
    while (reader.next(record).value())
        std::fill_n(archive.begin() + (record.path.data() - archive.data()) - 110 + 62, 16, '0');
    return archive;
}

}  // namespace

TEST_CASE("one empty file makes 512 bytes") {
    StringSink out;
    CpioWriter cpio(out);
    REQUIRE(cpio.add(file("file")));
    REQUIRE(cpio.finish());
    REQUIRE(out.text().size() == 512);
    REQUIRE(cpio.bytes() == 512);
    REQUIRE(cpio.entries() == 1);
}

TEST_CASE("an entry at hand comes back as it went in") {
    StringSink out;
    CpioWriter cpio(out);
    CpioEntry entry = file("etc/a\nb", 0104755);
    entry.uid = 4'000'000'000;
    entry.gid = 7;
    entry.mtime = 1'700'000'000;
    CpioEntry device = file("dev/null", 0020666);
    device.rdev_major = 1;
    device.rdev_minor = 3;
    REQUIRE(cpio.add(entry, "12345"));
    REQUIRE(cpio.add(file("bin", 0120777), "usr/bin"));
    REQUIRE(cpio.add(device));
    REQUIRE(cpio.finish());

    CpioReader reader(out.text());
    CpioRecord record;
    REQUIRE(reader.next(record).value());
    CHECK(record.path == "etc/a\nb");
    CHECK(record.data == "12345");
    CHECK(record.mode == 0104755);
    CHECK(record.uid == 4'000'000'000);
    CHECK(record.gid == 7);
    CHECK(record.mtime == 1'700'000'000);
    REQUIRE(reader.next(record).value());
    CHECK(record.data == "usr/bin");
    REQUIRE(reader.next(record).value());
    CHECK(record.rdev_major == 1);
    CHECK(record.rdev_minor == 3);
    REQUIRE_FALSE(reader.next(record).value());
    REQUIRE_FALSE(reader.next(record).value());
}

TEST_CASE("times the format cannot hold are clamped") {
    for (const auto& [given, written] :
         {std::pair<int64_t, uint32_t>{-86'400, 0}, {5'000'000'000, 0xffffffff}}) {
        StringSink out;
        CpioWriter cpio(out);
        CpioEntry entry = file("x");
        entry.mtime = given;
        REQUIRE(cpio.add(entry));
        REQUIRE(cpio.finish());
        CpioRecord record;
        REQUIRE(CpioReader(out.text()).next(record).value());
        CHECK(record.mtime == written);
    }
}

TEST_CASE("hard links are written where the last of them stands") {
    const Content same("same");
    const Content other("other");
    StringSink out;
    CpioWriter cpio(out);
    REQUIRE(cpio.add_file(linked("a", 10, 3), 4, same.opener()));
    REQUIRE(cpio.add_file(file("b"), 5, other.opener()));
    REQUIRE(cpio.add_file(linked("c", 10, 3), 4, same.opener()));
    REQUIRE(cpio.add(file("d")));
    REQUIRE(cpio.add_file(linked("e", 10, 3), 4, same.opener()));
    REQUIRE(cpio.finish());
    REQUIRE(read_all(out.text()) ==
            std::vector<Seen>{
                {"b", 1, "other"}, {"d", 2, ""}, {"c", 0, ""}, {"a", 0, ""}, {"e", 0, "same"}});
}

TEST_CASE("names of a file that has more of them outside come at the end, with content") {
    const Content same("same");
    StringSink out;
    CpioWriter cpio(out);
    REQUIRE(cpio.add_file(linked("a", 10, 3), 4, same.opener()));
    REQUIRE(cpio.add_file(linked("b", 11, 2), 4, same.opener()));
    REQUIRE(cpio.add_file(linked("c", 10, 3), 4, same.opener()));
    REQUIRE(cpio.add(file("d")));
    REQUIRE(cpio.finish());
    REQUIRE(read_all(out.text()) ==
            std::vector<Seen>{{"d", 2, ""}, {"c", 0, ""}, {"b", 1, "same"}, {"a", 0, "same"}});
    REQUIRE(cpio.entries() == 4);
}

TEST_CASE("folders never share a number, whatever their link count") {
    StringSink out;
    CpioWriter cpio(out);
    CpioEntry folder = file("a", 0040755);
    folder.links = 2;
    REQUIRE(cpio.add(folder));
    folder.path = "b";
    REQUIRE(cpio.add(folder));
    REQUIRE(cpio.finish());
    REQUIRE(read_all(out.text()) == std::vector<Seen>{{"a", 0, ""}, {"b", 1, ""}});
}

TEST_CASE("what cannot be in an archive is refused by name") {
    StringSink out;
    CpioWriter cpio(out);
    const auto never = []() -> Result<UniqueFd> { return Error(ErrorCode::Internal, "opened"); };
    const Result<void> large = cpio.add_file(file("var/big"), uint64_t{1} << 32, never);
    REQUIRE(large.error().code() == ErrorCode::TooLarge);
    REQUIRE(large.error().message().find("var/big") != std::string::npos);
    REQUIRE(cpio.add(file(std::string(kMaxCpioPath + 1, 'x'))).error().code() ==
            ErrorCode::TooLarge);
    REQUIRE(cpio.add(file(std::string(kMaxCpioPath, 'x'))));
    for (const std::string& path :
         {std::string(), std::string("/etc"), std::string("a\0b", 3), std::string("TRAILER!!!")})
        REQUIRE(cpio.add(file(path)).error().code() == ErrorCode::InvalidArgument);
}

TEST_CASE("a file that is shorter than announced is an error, a longer one is cut") {
    const Content content("12345");
    StringSink out;
    CpioWriter cpio(out);
    REQUIRE(cpio.add_file(file("a"), 3, content.opener()));
    REQUIRE(cpio.add_file(file("b"), 6, content.opener()).error().code() == ErrorCode::Conflict);
}

TEST_CASE("the bytes are GNU cpio's") {
    if (!test::have_program("cpio")) {
        WARN("no cpio here: not compared");
        return;
    }
    const test::TempDir dir;
    const std::string make =
        "cd " + dir.path() +
        " && umask 022 && mkdir -p a/b etc z && echo one > a/one && ln a/one etc/two && "
        "ln a/one z/three && echo x > a/b/x && ln -s ../a/one etc/link && : > empty && "
        "mkfifo fifo && head -c 70001 /dev/urandom > big && touch -d @86400 empty && "
        "echo out > outside && ln outside a/inside && touch -d @1700000000.5 a/b";
    test::shell(make);
    // "outside" is left out of the list, so one name of its file waits in vain.
    const auto gnu = [&](const std::string& filter) {
        return test::output_of("cd " + dir.path() + " && find . -mindepth 1 | sed 's,^./,,' | " +
                               filter +
                               "LC_ALL=C sort | cpio --quiet -o -H newc --renumber-inodes");
    };
    const std::string all = gnu("");
    REQUIRE(without_devices(archive_of(dir.path())) == without_devices(all));

    REQUIRE(replace_file(dir / "list", "x"));
    REQUIRE(::unlink((dir / "list").c_str()) == 0);
    test::TempDir away;
    REQUIRE(::link((dir / "outside").c_str(), (away / "outside").c_str()) == 0);
    REQUIRE(without_devices(archive_of(dir.path())) == without_devices(gnu("")));
}

TEST_CASE("the reader refuses every cut of an archive") {
    StringSink out;
    CpioWriter cpio(out);
    REQUIRE(cpio.add(file("a"), "content"));
    REQUIRE(cpio.add(file("bb"), "x"));
    REQUIRE(cpio.finish());
    const std::string& whole = out.text();
    const size_t trailer_end = whole.find("TRAILER!!!") + 11;
    for (size_t length = 0; length < trailer_end; ++length) {
        INFO("length " << length);
        // Its own buffer, so that a sanitizer sees any read beyond the cut.
        const std::string cut(whole, 0, length);
        CpioReader reader(cut);
        CpioRecord record;
        Result<bool> more = true;
        while (more && *more) more = reader.next(record);
        REQUIRE_FALSE(more);
        REQUIRE(more.error().code() == ErrorCode::Unprocessable);
    }
}

TEST_CASE("the reader survives damage anywhere") {
    StringSink out;
    CpioWriter cpio(out);
    REQUIRE(cpio.add(file("etc/hostname"), "n1\n"));
    REQUIRE(cpio.add(file("bin", 0120777), "usr/bin"));
    REQUIRE(cpio.finish());
    for (size_t at = 0; at < out.text().size(); ++at) {
        for (const char damage : {'\0', 'F', '/', '\xff'}) {
            std::string bytes = out.text();
            bytes[at] = damage;
            CpioReader reader(bytes);
            CpioRecord record;
            int count = 0;
            for (Result<bool> more = true; more && *more; ++count) more = reader.next(record);
            REQUIRE(count < 10);
        }
    }
}

TEST_CASE("paths of an archive are made safe or refused") {
    CHECK(safe_cpio_path("etc/hosts").value() == "etc/hosts");
    CHECK(safe_cpio_path("./etc/hosts").value() == "etc/hosts");
    CHECK(safe_cpio_path("/etc/hosts").value() == "etc/hosts");
    CHECK(safe_cpio_path("././/etc").value() == "etc");
    CHECK(safe_cpio_path(".").value().empty());
    CHECK(safe_cpio_path("/").value().empty());
    CHECK(safe_cpio_path("..data").value() == "..data");
    for (const std::string_view bad : {"..", "../x", "a/../b", "a/..", "a//b", "a/", "a/./b"}) {
        INFO(bad);
        CHECK(safe_cpio_path(bad).error().code() == ErrorCode::Unprocessable);
    }
    CHECK_FALSE(safe_cpio_path(std::string_view("a\0b", 3)).has_value());
}
