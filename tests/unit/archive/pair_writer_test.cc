// SPDX-License-Identifier: BSD-3-Clause
#include "archive/pair_writer.h"

#include <sys/stat.h>

#include "archive/gunzip.h"
#include "base/confined_dir.h"
#include "base/digest.h"
#include "base/file.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::archive;

namespace {

std::vector<std::string> names_in(const std::string& folder) {
    return ConfinedDir::open(folder)->list(".");
}

struct stat status_of(const std::string& path) {
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status;
}

}  // namespace

TEST_CASE("a pair appears whole, with what was asked for") {
    const test::TempDir dir;
    const std::string path = dir / "os.img";
    PairOptions options;
    options.access = {0640, ::getgid()};
    options.digests = PairOptions::Digests::Both;
    auto pair = PairWriter::create(path, options);
    REQUIRE(pair);
    std::string content;
    bool written = true;
    for (int i = 0; i < 300'000; ++i) {
        const std::string line = std::to_string(int64_t{i} * 7919) + "\n";
        content += line;
        written = written && pair->write(line).has_value();
    }
    REQUIRE(written);
    REQUIRE(pair->write(content));  // larger than any buffer
    content += content;
    REQUIRE_FALSE(exists(path));
    REQUIRE_FALSE(exists(path + ".gz"));

    const auto result = pair->commit();
    REQUIRE(result);
    const std::string packed = read_file(path + ".gz").value();
    REQUIRE(read_file(path).value() == content);
    REQUIRE(gunzip(packed, content.size()).value() == content);
    REQUIRE(result->size == content.size());
    REQUIRE(result->compressed_size == packed.size());
    REQUIRE(result->sha256 == sha256_hex(content));
    REQUIRE(result->compressed_sha256 == sha256_hex(packed));
    REQUIRE((status_of(path).st_mode & 07777) == 0640);
    REQUIRE((status_of(path + ".gz").st_mode & 07777) == 0640);
    REQUIRE(identity_of(path)->mtime_ns == identity_of(path + ".gz")->mtime_ns);
    REQUIRE(names_in(dir.path()) == std::vector<std::string>{"os.img", "os.img.gz"});
}

TEST_CASE("a pair that is not committed leaves the old one and nothing else") {
    const test::TempDir dir;
    const std::string path = dir / "os.img";
    REQUIRE(replace_file(path, "old"));
    {
        auto pair = PairWriter::create(path);
        REQUIRE(pair);
        REQUIRE(pair->write("new"));
    }
    REQUIRE(read_file(path).value() == "old");
    REQUIRE(names_in(dir.path()) == std::vector<std::string>{"os.img"});
}

TEST_CASE("a pair is never readable by everybody, even in place of one that was") {
    const test::TempDir dir;
    const std::string path = dir / "os.img";
    REQUIRE(replace_file(path, "old", 0666));
    auto pair = PairWriter::create(path);
    REQUIRE(pair);
    REQUIRE(pair->commit());
    REQUIRE((status_of(path).st_mode & 07) == 0);
    REQUIRE((status_of(path + ".gz").st_mode & 07) == 0);
}

TEST_CASE("a pair without its folder is an error") {
    const test::TempDir dir;
    REQUIRE(PairWriter::create(dir / "none/os.img").error().code() == ErrorCode::NotFound);
}
