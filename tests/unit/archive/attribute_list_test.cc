// SPDX-License-Identifier: BSD-3-Clause
#include "archive/attribute_list.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "support/catch.h"
#include "support/shell.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::archive;

namespace {

std::string list_of(const std::vector<FileAttributes>& files) {
    std::string list;
    for (const FileAttributes& file : files) append_attributes(list, file);
    return list;
}

}  // namespace

TEST_CASE("a list of attributes reads back as it was, whatever is in it") {
    const std::vector<FileAttributes> files{
        {"usr/bin/ping", {{"security.capability", std::string("\x01\0\0\x02 \0", 6)}}},
        {"a\nb\\c\r", {{"user.a=b\n", "value\nwith = and \\"}, {"user.empty", ""}}},
        {"\xff\xfe", {{"user.\xff", std::string(65536, '\xff')}}},
    };
    REQUIRE(parse_attribute_list(list_of(files)).value() == files);
    REQUIRE(list_of({{"none", {}}}).empty());
    REQUIRE(parse_attribute_list("")->empty());
}

TEST_CASE("what is no list of attributes is refused with its line") {
    const std::string head = "# file: a\n";
    const std::pair<std::string, std::string> cases[] = {
        {head + "user.a=0x00", "line 2 of the list of attributes is cut off"},
        {"user.a=0x00\n", "line 1 of the list of attributes is no attribute of a file"},
        {head + "\nuser.a=0x00\n", "line 3 of the list of attributes is no attribute of a file"},
        {head + "user.a=0x0\n", "line 2 of the list of attributes is no attribute of a file"},
        {head + "user.a=0x0g\n", "line 2 of the list of attributes is no attribute of a file"},
        {head + "user.a=0x-1\n", "line 2 of the list of attributes is no attribute of a file"},
        {head + "user.a=\"text\"\n", "line 2 of the list of attributes is no attribute of a file"},
        {head + "=0x00\n", "line 2 of the list of attributes is no attribute of a file"},
        {head + "user.a\n", "line 2 of the list of attributes is no attribute of a file"},
        {head + "user.\\000=0x\n", "line 2 of the list of attributes is no attribute of a file"},
        {"# file: \n", "line 1 of the list of attributes has no path in it"},
        {"# file: a\\01\n", "line 1 of the list of attributes has no path in it"},
        {"# file: a\\\n", "line 1 of the list of attributes has no path in it"},
        {"# file: a\\000\n", "line 1 of the list of attributes has no path in it"},
        {"# file: a\\777\n", "line 1 of the list of attributes has no path in it"},
    };
    for (const auto& [list, message] : cases) {
        INFO(list);
        const auto parsed = parse_attribute_list(list);
        REQUIRE_FALSE(parsed);
        REQUIRE(parsed.error().message() == message);
    }
    REQUIRE(parse_attribute_list("# a comment\n" + head + "# another\nuser.a=0x\n")->size() == 1);
}

TEST_CASE("getfattr writes the same list, and setfattr reads it") {
    const test::TempDir dir;
    const std::string file = dir / "a b\\";
    REQUIRE(replace_file(file, "x"));
    if (::setxattr(file.c_str(), "user.one", "1", 1, 0) != 0) return;  // no place for any here
    REQUIRE(::setxattr(file.c_str(), "user.a=b", "\n\0", 2, 0) == 0);
    REQUIRE(::setxattr(file.c_str(), "user.other", "no", 2, 0) == 0);
    const UniqueFd folder(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const auto wanted = [](std::string_view name) { return name != "user.other"; };
    const auto found = read_attributes(folder.get(), "a b\\", "a b\\", wanted).value();
    REQUIRE(found ==
            std::vector<Attribute>{{"user.a=b", std::string("\n\0", 2)}, {"user.one", "1"}});
    const std::string list = list_of({{"a b\\", found}});
    if (!test::have_program("setfattr")) return;
    REQUIRE(test::output_of("cd " + dir.path() +
                            " && getfattr -d -e hex -m 'user.(one|a)' 'a b\\'") == list);
    REQUIRE(::removexattr(file.c_str(), "user.one") == 0);
    REQUIRE(replace_file(dir / "list", list));
    test::shell("cd " + dir.path() + " && setfattr -h --restore=list");
    REQUIRE(read_attributes(folder.get(), "a b\\", "a b\\", wanted).value() == found);
}

TEST_CASE("a link is asked for its own attributes, and what is not there has none") {
    const test::TempDir dir;
    REQUIRE(replace_file(dir / "target", "x"));
    if (::setxattr((dir / "target").c_str(), "user.one", "1", 1, 0) != 0) return;
    REQUIRE(::symlink("target", (dir / "link").c_str()) == 0);
    const UniqueFd folder(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const auto all = [](std::string_view) { return true; };
    REQUIRE(read_attributes(folder.get(), "link", "link", all)->empty());
    REQUIRE(read_attributes(folder.get(), "none", "none", all)->empty());
    REQUIRE(read_attributes(folder.get(), "target", "target", all)->size() == 1);
}

TEST_CASE("of attributes, those go along that are the tree's own") {
    for (const char* name : {"security.capability",
                             "security.ima",
                             "user.anything",
                             "system.posix_acl_access",
                             "system.posix_acl_default"}) {
        INFO(name);
        REQUIRE(portable_attributes(false)(name));
        REQUIRE(portable_attributes(true)(name));
    }
    for (const char* name : {"trusted.overlay.opaque", "security.evm", "system.nfs4_acl"})
        REQUIRE_FALSE(portable_attributes(false)(name));
    // Of this machine's policy, where it has one.
    REQUIRE(portable_attributes(false)("security.selinux"));
    REQUIRE_FALSE(portable_attributes(true)("security.selinux"));
}
