// SPDX-License-Identifier: BSD-3-Clause
//
// The copy beside nodes.conf, with every byte of it changed, every end cut off, and more.
#include "store/recovery_copy.h"

#include <fstream>

#include "base/file.h"
#include "base/site_files.h"
#include "store/nodes_file.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::store;

namespace {

const RecoveryCopy kCopy{"nodes:\n  n1: {comment: old}\n", "nodes:\n  n1: {comment: newer}\n"};

std::vector<std::string> broken_copies() {
    const std::string whole = kCopy.to_text();
    std::vector<std::string> broken;
    for (size_t at = 0; at < whole.size(); ++at)
        for (const unsigned flip : {0x01U, 0x10U, 0x80U, 0xffU}) {
            std::string text = whole;
            text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ flip);
            broken.push_back(std::move(text));
        }
    for (size_t size = 0; size < whole.size(); ++size) broken.push_back(whole.substr(0, size));
    for (const char* more : {"\n", "x", " ", "wwd-recovery 1 0 0 "}) broken.push_back(whole + more);
    broken.push_back(whole + whole);
    broken.emplace_back(1 << 16, '\0');
    broken.push_back("wwd-recovery 1 18446744073709551615 18446744073709551615 x\n");
    broken.push_back("wwd-recovery 1 -1 1 x\n");
    return broken;
}

// nodes.conf and the copy, put there without waiting for a disk.
class Site {
   public:
    Site() { REQUIRE(ww::make_directories(state)); }
    void write(const std::string& file, std::string_view text) const {
        std::ofstream out(file, std::ios::binary | std::ios::trunc);
        out << text;
    }
    std::string text() const { return *ww::read_file(path); }

   private:
    ww::test::TempDir folder_;

   public:
    std::string path = folder_ / "nodes.conf";
    std::string state = folder_ / "state";
    std::string copy = ww::recovery_file(state);
    std::string aside = copy + ".old";
};

}  // namespace

TEST_CASE("a copy reads as it was written, and nothing else does", "[store][recovery]") {
    for (const RecoveryCopy& copy : {kCopy, RecoveryCopy{"", "x"}, RecoveryCopy{"x\n", ""}}) {
        const auto read = RecoveryCopy::parse(copy.to_text());
        REQUIRE(read);
        CHECK(read->before == copy.before);
        CHECK(read->after == copy.after);
    }
    for (const std::string& text : broken_copies()) {
        INFO(text);
        CHECK_FALSE(RecoveryCopy::parse(text));
    }
}

TEST_CASE("a copy explains what a crash leaves, and no edit by hand", "[store][recovery]") {
    const std::string& after = kCopy.after;
    for (size_t written = 0; written <= after.size(); ++written) {
        std::string text = kCopy.before;
        text.replace(0, std::min(written, text.size()), after.substr(0, written));
        CHECK(kCopy.explains(text));
        if (written < text.size()) text[written] = '\0';
        CHECK(kCopy.explains(text));
        if (written < text.size()) text[written] = '!';
        CHECK(kCopy.explains(text) == (written >= text.size()));
    }
    CHECK_FALSE(kCopy.explains(after + "\n"));
    CHECK_FALSE(kCopy.explains(kCopy.before.substr(1)));
}

TEST_CASE("a broken copy is set aside and nodes.conf stays", "[store][recovery]") {
    const Site site;
    const std::string half = "nodes:\n  n1: {comment: nld}\n";
    for (const std::string& text : broken_copies()) {
        INFO(text);
        site.write(site.path, half);
        site.write(site.copy, text);
        const auto recovered = recover_nodes_file(site.path, site.state);
        REQUIRE(recovered);
        CHECK_FALSE(*recovered);
        CHECK(site.text() == half);
        CHECK_FALSE(needs_recovery(site.path, site.state));
        CHECK(*ww::read_file(site.aside) == text);
    }
    // Not even a file.
    REQUIRE(ww::make_directories(site.copy));
    ::unlink(site.aside.c_str());
    CHECK(recover_nodes_file(site.path, site.state));
    CHECK_FALSE(needs_recovery(site.path, site.state));
}

TEST_CASE("a nodes.conf that the copy does not explain stays", "[store][recovery]") {
    const Site site;
    const auto recovered = [&](std::string_view text) {
        site.write(site.path, text);
        site.write(site.copy, kCopy.to_text());
        const auto done = recover_nodes_file(site.path, site.state);
        REQUIRE(done);
        CHECK_FALSE(needs_recovery(site.path, site.state));
        if (!*done) CHECK(site.text() == text);
        return *done;
    };
    const std::string half = "nodes:\n  n1: {comment: nld}\n";
    CHECK(recovered(half));
    CHECK(site.text() == kCopy.after);
    for (size_t at = 0; at < half.size(); ++at) {
        std::string text = half;
        text[at] = '!';
        CHECK_FALSE(recovered(text));
        CHECK_FALSE(recovered(half.substr(0, at)));
    }
    CHECK_FALSE(recovered(half + "# ours\n\n"));
    CHECK_FALSE(recovered(kCopy.before));
    CHECK_FALSE(recovered(kCopy.after));
    // Deleted since: nothing to complete, and no reason to stop.
    ::unlink(site.path.c_str());
    site.write(site.copy, kCopy.to_text());
    CHECK(recover_nodes_file(site.path, site.state));
    CHECK_FALSE(needs_recovery(site.path, site.state));
}
