// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/progress.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>

#include "base/file.h"
#include "support/catch.h"

using namespace ww::ctl;
using namespace std::chrono_literals;
using ww::protocol::Progress;

namespace {

constexpr int64_t kMiB = 1 << 20;

Progress halfway() {
    return {.job = 7,
            .phase = "copying",
            .bytes = 100 * kMiB,
            .total_bytes = 200 * kMiB,
            .files = 3000,
            .total_files = 7000};
}

}  // namespace

TEST_CASE("a bar fills the terminal and no more", "[ctl][progress]") {
    CHECK(progress_bar(halfway(), 10s, 200) ==
          "copying  50% [====================>                   ] 100.0 MiB of 200.0 MiB, 3000 "
          "files, 10.0 MiB/s, 10 s left");
    for (size_t columns = 0; columns < 130; ++columns) {
        CAPTURE(columns);
        CHECK(progress_bar(halfway(), 10s, columns).size() + 1 <= std::max<size_t>(columns, 1));
    }
    // Where there is no room for a bar, the words come first.
    CHECK(progress_bar(halfway(), 10s, 40) == "copying  50% 100.0 MiB of 200.0 MiB, 30");
    CHECK(progress_bar(halfway(), 10s, 90).size() == 89);
}

TEST_CASE("a bar says what it knows", "[ctl][progress]") {
    // No rate from a moment, no bar without a total.
    Progress progress = halfway();
    CHECK(progress_bar(progress, 10ms, 200).ends_with("] 100.0 MiB of 200.0 MiB, 3000 files"));
    progress.total_bytes = progress.total_files = 0;
    CHECK(progress_bar(progress, 10s, 200) == "copying 100.0 MiB, 3000 files");
    // By files, where bytes are not known beforehand.
    CHECK(
        progress_bar({.phase = "building", .bytes = kMiB, .files = 1, .total_files = 4}, 3s, 76) ==
        "building  25% [===>          ] 1.0 MiB, 1 of 4 files, 341.3 KiB/s, 9 s left");
    // Trees grow while they are copied.
    progress = halfway();
    progress.bytes = 300 * kMiB;
    CHECK(progress_bar(progress, 10s, 200).starts_with("copying 100% [====="));
    CHECK(progress_bar(progress, 10s, 200).find('>') == std::string::npos);
    // At the start nothing is known of the end.
    progress.bytes = 0;
    CHECK(progress_bar(progress, 10s, 200).ends_with("3000 files"));
    progress.bytes = 20 * kMiB;
    CHECK(progress_bar(progress, 100s, 200).ends_with("204.8 KiB/s, 15 min left"));
}

TEST_CASE("lines for a log, and the last one", "[ctl][progress]") {
    CHECK(progress_text(halfway()) == "job 7: copying 50%, 100.0 MiB of 200.0 MiB, 3000 files");
    CHECK(progress_text({.job = 7, .phase = "writing to disk", .bytes = kMiB, .files = 2}) ==
          "job 7: writing to disk, 1.0 MiB, 2 files");
    CHECK(summary_line({.job = 7,
                        .what = "image import of deb",
                        .bytes = 3 * kMiB,
                        .files = 1,
                        .milliseconds = 2345}) == "image import of deb: 3.0 MiB, 1 file, 2.3 s");
}

namespace {

/// What is written to stderr meanwhile.
class Stderr {
   public:
    Stderr() : kept_(::dup(STDERR_FILENO)), file_(::memfd_create("stderr", MFD_CLOEXEC)) {
        ::dup2(file_.get(), STDERR_FILENO);
    }
    std::string text() {
        std::fflush(stderr);
        ::lseek(file_.get(), 0, SEEK_SET);
        return *ww::read_fd(file_.get(), "stderr");
    }
    ~Stderr() {
        std::fflush(stderr);
        ::dup2(kept_.get(), STDERR_FILENO);
    }

   private:
    ww::UniqueFd kept_;
    ww::UniqueFd file_;
};

std::string shown(const Screen& screen, std::chrono::milliseconds step, int times) {
    Stderr captured;
    Output output;
    auto now = std::chrono::steady_clock::time_point(1h);
    {
        ProgressView view(output, [&] { return screen; }, [&] { return now; });
        for (int i = 0; i < times; ++i) {
            now += step;
            view.show(halfway());
        }
    }
    return captured.text();
}

}  // namespace

TEST_CASE("a terminal gets a bar that goes away at the end", "[ctl][progress]") {
    const std::string text = shown({40}, 100ms, 2);
    const std::string bar = "\rcopying  50% 100.0 MiB of 200.0 MiB, 30\x1b[K";
    CHECK(text == bar + bar + "\r\x1b[K");
}

TEST_CASE("anything else gets a line every few seconds", "[ctl][progress]") {
    CHECK(shown({}, 100ms, 49).empty());
    const std::string line = "job 7: copying 50%, 100.0 MiB of 200.0 MiB, 3000 files\n";
    CHECK(shown({}, 100ms, 60) == line);
    CHECK(shown({}, 100ms, 100) == line + line);
}
