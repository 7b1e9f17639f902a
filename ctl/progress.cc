// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace ww::ctl {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kBetweenLines(5);
constexpr size_t kWidestBar = 40;
constexpr size_t kNarrowestBar = 8;
/// A rate taken over less time says nothing.
constexpr milliseconds kFirstRate(1000);

std::string size_of(int64_t bytes) { return format_size(static_cast<uint64_t>(bytes)); }

/// Of the whole, by bytes if their total is known, else by files.
std::optional<double> fraction(const protocol::Progress& progress) {
    const auto part = [](int64_t done, int64_t total) {
        return std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
    };
    if (progress.total_bytes > 0) return part(progress.bytes, progress.total_bytes);
    if (progress.total_files > 0) return part(progress.files, progress.total_files);
    return std::nullopt;
}

std::string amounts(const protocol::Progress& progress) {
    std::string text = size_of(progress.bytes);
    if (progress.total_bytes > 0) text += fmt::format(" of {}", size_of(progress.total_bytes));
    text += fmt::format(", {}", progress.files);
    if (progress.total_files > 0 && progress.total_bytes == 0)
        text += fmt::format(" of {}", progress.total_files);
    return text + (progress.files == 1 && progress.total_files <= 1 ? " file" : " files");
}

std::string duration_text(double seconds) {
    const auto whole = std::llround(seconds);
    if (whole < 100) return fmt::format("{} s", whole);
    if (whole < 6000) return fmt::format("{} min", (whole + 30) / 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

/// ", 105.0 MiB/s, 15 s left"
std::string pace(const protocol::Progress& progress,
                 std::optional<double> done,
                 milliseconds elapsed) {
    if (elapsed < kFirstRate || !done) return {};
    const double seconds = std::chrono::duration<double>(elapsed).count();
    std::string text;
    if (progress.bytes > 0) {
        const double rate = static_cast<double>(progress.bytes) / seconds;
        text += fmt::format(", {}/s", format_size(static_cast<uint64_t>(rate)));
    }
    if (*done > 0) text += fmt::format(", {} left", duration_text(seconds / *done * (1 - *done)));
    return text;
}

std::string percent(double done) { return fmt::format("{}%", static_cast<int>(done * 100)); }

}  // namespace

Screen Screen::of_stderr() {
    const char* terminal = std::getenv("TERM");
    if (terminal != nullptr && std::string_view(terminal) == "dumb") return {};
    if (::isatty(STDERR_FILENO) == 0) return {};
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    constexpr size_t kUsual = 80;
    return {known ? size.ws_col : kUsual};
}

std::string progress_bar(const protocol::Progress& progress, milliseconds elapsed, size_t columns) {
    // The last column is left alone: some terminals go to the next line there.
    const size_t room = columns > 0 ? columns - 1 : 0;
    const std::optional<double> done = fraction(progress);
    std::string text = progress.phase;
    const std::string behind = amounts(progress) + pace(progress, done, elapsed);
    if (done) text += fmt::format(" {:>4}", percent(*done));
    // " [", "] "
    const size_t taken = text.size() + 4 + behind.size();
    if (done && taken + kNarrowestBar <= room) {
        const size_t width = std::min(kWidestBar, room - taken);
        const auto filled = static_cast<size_t>(*done * static_cast<double>(width));
        std::string bar(filled, '=');
        if (filled < width) bar += '>';
        bar.resize(width, ' ');
        text += fmt::format(" [{}]", bar);
    }
    text += " " + behind;
    text.resize(std::min(text.size(), room));
    return text;
}

std::string progress_text(const protocol::Progress& progress) {
    const std::optional<double> done = fraction(progress);
    return fmt::format("job {}: {}{}, {}",
                       progress.job,
                       progress.phase,
                       done ? " " + percent(*done) : "",
                       amounts(progress));
}

std::string summary_line(const protocol::JobReply& reply) {
    return fmt::format("{}: {}, {} {}, {:.1f} s",
                       reply.what,
                       size_of(reply.bytes),
                       reply.files,
                       reply.files == 1 ? "file" : "files",
                       static_cast<double>(reply.milliseconds) / 1000);
}

ProgressView::ProgressView(Output& output, std::function<Screen()> screen, Clock clock)
    : output_(output), screen_(std::move(screen)), clock_(std::move(clock)), last_line_(clock_()) {}

ProgressView::~ProgressView() { clear(); }

void ProgressView::show(const protocol::Progress& progress) {
    const auto now = clock_();
    if (progress.phase != phase_) {
        phase_ = progress.phase;
        phase_began_ = now;
    }
    // Asked each time: windows change.
    if (const auto columns = screen_().columns) {
        const auto elapsed = std::chrono::duration_cast<milliseconds>(now - phase_began_);
        output_.print_error(fmt::format("\r{}\x1b[K", progress_bar(progress, elapsed, *columns)));
        drawn_ = true;
    } else if (now - last_line_ >= kBetweenLines) {
        last_line_ = now;
        output_.print_error(progress_text(progress) + "\n");
    }
}

void ProgressView::clear() {
    if (std::exchange(drawn_, false)) output_.print_error("\r\x1b[K");
}

}  // namespace ww::ctl
