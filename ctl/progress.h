// SPDX-License-Identifier: BSD-3-Clause
//
// How far a job is, for whoever waits at the prompt: a bar where there is a terminal, else a line
// every few seconds, and a line of what was done at the end. All of it on stderr.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "ctl/output.h"
#include "protocol/job.h"

namespace ww::ctl {

/// What stderr is.
struct Screen {
    /// Columns of a terminal that can move its cursor; nothing: it is none (a file, TERM=dumb).
    std::optional<size_t> columns;

    static Screen of_stderr();
};

/// "copying  42% [====>     ] 1.2 GiB of 2.8 GiB, 3100 files, 105.0 MiB/s, 15 s left": as much of
/// it as there is room for. Plain ASCII without colours. `elapsed`: of this phase.
std::string progress_bar(const protocol::Progress& progress,
                         std::chrono::milliseconds elapsed,
                         size_t columns);
/// The same for a log: "job 7: copying 42%, 1.2 GiB of 2.8 GiB, 3100 files".
std::string progress_text(const protocol::Progress& progress);
/// "image import of deb: 2.8 GiB, 7000 files, 27.3 s"
std::string summary_line(const protocol::JobReply& reply);

class ProgressView {
   public:
    using Clock = std::function<std::chrono::steady_clock::time_point()>;

    explicit ProgressView(
        Output& output, std::function<Screen()> screen = Screen::of_stderr, Clock clock = [] {
            return std::chrono::steady_clock::now();
        });
    /// Takes the bar away.
    ~ProgressView();
    ProgressView(const ProgressView&) = delete;
    ProgressView& operator=(const ProgressView&) = delete;

    void show(const protocol::Progress& progress);
    /// Before anything else is written.
    void clear();

   private:
    Output& output_;
    const std::function<Screen()> screen_;
    const Clock clock_;
    bool drawn_ = false;
    std::string phase_;
    std::chrono::steady_clock::time_point phase_began_;
    std::chrono::steady_clock::time_point last_line_;
};

}  // namespace ww::ctl
