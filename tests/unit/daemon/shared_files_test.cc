// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/link/shared_files.h"

#include <string>

#include "support/catch.h"

using namespace ww;
using namespace ww::daemon;

namespace {

SharedFd some_file() { return std::make_shared<const UniqueFd>(memory_file("t").value()); }

// What was said to the front.
struct Said {
    SharedFiles::Send send() {
        return {[this](const SharedFd&, uint32_t number) -> Result<void> {
                    if (fail) return Error(ErrorCode::Io, "no descriptor");
                    text += "+" + std::to_string(number);
                    return {};
                },
                [this](uint32_t number) { text += "-" + std::to_string(number); }};
    }
    std::string text;
    bool fail = false;
};

// The numbers of the pieces' files.
std::string refer(SharedFiles& files, const std::vector<SharedFd>& pieces, Said& said) {
    std::vector<FileSpan> spans;
    for (const SharedFd& file : pieces) spans.push_back({file, 7, 9});
    const auto refs = files.refer(spans, said.send());
    if (!refs) return refs.error().message();
    std::string numbers;
    for (const PieceRef& ref : *refs) {
        CHECK(ref.offset == 7);
        CHECK(ref.length == 9);
        numbers += std::to_string(ref.file) + " ";
    }
    return numbers;
}

}  // namespace

TEST_CASE("a file is passed once, and the one used longest ago gives way", "[daemon][shared]") {
    SharedFiles files(3);
    Said said;
    const SharedFd a = some_file();
    const SharedFd b = some_file();
    const SharedFd c = some_file();
    const SharedFd d = some_file();
    CHECK(refer(files, {a, nullptr, b, a}, said) == "1 0 2 1 ");
    CHECK(said.text == "+1+2");
    CHECK(refer(files, {c}, said) == "3 ");
    CHECK(refer(files, {a}, said) == "1 ");
    said.text.clear();
    CHECK(refer(files, {d}, said) == "4 ");
    CHECK(said.text == "-2+4");
    said.text.clear();
    // What this answer has pieces of does not give way to what else it has.
    CHECK(refer(files, {b, c, a}, said) == "5 3 1 ");
    CHECK(said.text == "-4+5");
}

TEST_CASE("an answer has pieces of no more files than a front may have", "[daemon][shared]") {
    SharedFiles files(2);
    Said said;
    CHECK(refer(files, {some_file(), some_file()}, said) == "1 2 ");
    CHECK(refer(files, {some_file(), some_file(), some_file()}, said) ==
          "an answer has pieces of 3 files, of at most 2");
    CHECK(said.text == "+1+2");
}

TEST_CASE("a file that could not be passed is passed the next time", "[daemon][shared]") {
    SharedFiles files(2);
    Said said;
    const SharedFd file = some_file();
    said.fail = true;
    CHECK(refer(files, {file}, said) == "no descriptor");
    said.fail = false;
    CHECK(refer(files, {file}, said) == "2 ");
    CHECK(said.text == "+2");
}
