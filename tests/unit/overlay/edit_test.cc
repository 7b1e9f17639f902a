// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/edit.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/file.h"
#include "overlay/leftovers.h"
#include "support/catch.h"
#include "support/site.h"

using namespace ww::overlay;
using ww::test::Site;

namespace {

// The names that appeared in a folder since it was watched.
class Watched {
   public:
    explicit Watched(const std::string& folder) {
        REQUIRE(::inotify_add_watch(events_.get(), folder.c_str(), IN_CREATE | IN_MOVED_TO) >= 0);
    }
    std::vector<std::string> names() const {
        alignas(inotify_event) char bytes[4096];
        std::vector<std::string> out;
        const ssize_t size = ::read(events_.get(), bytes, sizeof bytes);
        for (ssize_t at = 0; at < size;) {
            const auto* event = reinterpret_cast<const inotify_event*>(bytes + at);
            out.emplace_back(event->name);
            at += static_cast<ssize_t>(sizeof *event + event->len);
        }
        return out;
    }

   private:
    ww::UniqueFd events_{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
};

struct Bench {
    Bench() { site.write("overlays/o/rootfs/etc/motd", "old"); }
    Site site{"nodes: {}\n"};
    Folders folders{site.path("overlays"), site.path("distribution"), site.path("built")};
    CopyTree copy = [](const std::string&, const std::string&) { return ww::Result<void>(); };
    Editor editor{folders, copy};
};

}  // namespace

TEST_CASE("what is being written is never in an overlay", "[overlay][edit]") {
    Bench bench;
    const Watched folder(bench.site.path("overlays/o/rootfs/etc"));
    REQUIRE(::chmod(bench.site.path("overlays/o/rootfs/etc/motd").c_str(), 0600) == 0);
    const FileContent content{.text = "new", .mode = 0644, .uid = ::geteuid(), .gid = ::getegid()};
    REQUIRE(bench.editor.write_file("o", "etc/motd", content, {.overwrite = true}));
    REQUIRE(bench.editor.write_file("o", "etc/issue", content, {}));
    CHECK(folder.names() == std::vector<std::string>{"motd", "issue"});
    CHECK(*ww::read_file(bench.site.path("overlays/o/rootfs/etc/motd"), 100) == "new");
    struct stat status{};
    REQUIRE(::stat(bench.site.path("overlays/o/rootfs/etc/motd").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    REQUIRE(::stat(bench.site.path("overlays/o/rootfs/etc/issue").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0644);
}

TEST_CASE("what a killed editor left is cleared, what one writes stays", "[overlay][edit]") {
    Bench bench;
    bench.site.write("overlays/.o.file.abc123", "half");
    bench.site.write("overlays/.o.fileabc1234", "somebody's");
    auto living = ww::AtomicFile::create(bench.site.path("overlays/o.file"), 0640);
    REQUIRE(living);
    clear_leftovers(bench.folders);
    CHECK_FALSE(ww::exists(bench.site.path("overlays/.o.file.abc123")));
    CHECK(ww::exists(bench.site.path("overlays/.o.fileabc1234")));
    CHECK(ww::exists(living->temporary()));
}
