// SPDX-License-Identifier: BSD-3-Clause
//
// What is left of a change that was killed between taking the place of nodes.conf and looking at
// what it took the place of.
#include "store/exchange.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/digest.h"
#include "store/database.h"
#include "store/nodes_file.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::store;

namespace {

const std::string kBefore = "nodes:\n  n1: {comment: old}\n";
const std::string kAfter = "nodes:\n  n1: {comment: new}\n";
const std::string kByHand = "nodes:\n  n1: {comment: old}\n  n2: {}\n";
const std::string kLater = "nodes:\n  n1: {comment: later}\n";

class Folder {
   public:
    void write(const std::string& file, std::string_view text) const {
        std::ofstream out(file, std::ios::binary | std::ios::trunc);
        out << text;
    }
    std::string text() const { return read_file(path).value_or("none"); }
    std::string kept() const { return read_file(path + "-old").value_or("none"); }
    /// Names other than that of the file.
    std::vector<std::string> others() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(etc))
            if (entry.path() != path) names.push_back(entry.path().filename());
        std::sort(names.begin(), names.end());
        return names;
    }
    /// As after a kill: the file says `now`, and what has changed places with a change `left`.
    void leave(std::string_view now, std::string_view left) const {
        for (const std::string& name : others()) ::unlink((etc + "/" + name).c_str());
        write(path, now);
        write(left_name, left);
    }

   private:
    test::TempDir folder_;

   public:
    std::string etc = folder_ / "etc";
    std::string path = etc + "/nodes.conf";
    std::string left_name = etc + "/.nodes.conf-" + sha256_hex(kBefore).substr(0, 16) + "-" +
                            sha256_hex(kAfter).substr(0, 16) + ".AbC123";
    std::string state = folder_ / "state";
    std::string lock = folder_ / "lock";

    Folder() { REQUIRE(make_directories(etc)); }
};

}  // namespace

TEST_CASE("what a change has replaced, and a change that replaced nothing, go",
          "[store][recovery]") {
    const Folder folder;
    for (const auto& [now, left] : {std::pair(kAfter, kBefore),
                                    std::pair(kBefore, kAfter),
                                    std::pair(kByHand, kAfter),
                                    std::pair(kLater, kBefore)}) {
        INFO(now << left);
        folder.leave(now, left);
        CHECK(needs_recovery(folder.path, folder.state));
        CHECK(recover_nodes_file(folder.path, folder.state));
        CHECK(folder.text() == now);
        CHECK(folder.others().empty());
        CHECK_FALSE(needs_recovery(folder.path, folder.state));
    }
}

TEST_CASE("an edit by hand that a change had replaced gets its place back", "[store][recovery]") {
    const Folder folder;
    folder.leave(kAfter, kByHand);
    CHECK(recover_nodes_file(folder.path, folder.state));
    CHECK(folder.text() == kByHand);
    CHECK(folder.others().empty());
}

TEST_CASE("it is kept beside the file if that was changed since, or it is no file any more",
          "[store][recovery]") {
    const Folder folder;
    for (const auto& [now, left] : {std::pair(kLater, kByHand),
                                    std::pair(kBefore, kByHand),
                                    std::pair(kAfter, std::string()),
                                    std::pair(kAfter, std::string(30, '\0'))}) {
        INFO(now << left);
        folder.leave(now, left);
        CHECK(recover_nodes_file(folder.path, folder.state));
        CHECK(folder.text() == now);
        CHECK(folder.kept() == left);
        CHECK(folder.others() == std::vector<std::string>{"nodes.conf-old"});
    }
    // Under a name that nothing has.
    folder.leave(kLater, kByHand);
    folder.write(folder.path + "-old", "another");
    CHECK(recover_nodes_file(folder.path, folder.state));
    CHECK(folder.kept() == "another");
    CHECK(read_file(folder.path + "-old.1").value_or("") == kByHand);
}

TEST_CASE("files of other names are nobody's exchange", "[store][recovery]") {
    const Folder folder;
    folder.write(folder.path, kAfter);
    const std::string name = folder.left_name;
    for (const std::string& other : {name + "4",
                                     name.substr(0, name.size() - 1),
                                     folder.etc + "/.nodes.conf.AbC123",
                                     folder.etc + "/" + name.substr(folder.etc.size() + 2)}) {
        folder.write(other, kByHand);
        CHECK_FALSE(has_left_exchange(folder.path));
    }
}

TEST_CASE("an edit by hand that a killed change had replaced is in the history, the change is not",
          "[store][recovery]") {
    const Folder folder;
    folder.write(folder.path, kBefore);
    const auto open = [&] { return Database::open(folder.path, folder.lock, folder.state); };
    REQUIRE(open()->record());
    folder.leave(kAfter, kByHand);
    const auto database = open();
    CHECK(folder.text() == kByHand);
    CHECK(database->snapshot()->find("n2") != nullptr);
    const auto revisions = database->journal()->revisions({});
    REQUIRE(revisions);
    REQUIRE_FALSE(revisions->empty());
    CHECK(revisions->front().author.via == "hand edit");
    CHECK(revisions->front().digest_after == sha256_hex(kByHand));
    // Whoever is running already learns of it with the next change.
    folder.leave(kAfter, kByHand);
    REQUIRE(database->commit([](nodes::Registry& registry) -> Result<void> {
        registry.nodes["n3"];
        return {};
    }));
    CHECK(folder.text().starts_with(kByHand));
    CHECK(folder.others().empty());
}
