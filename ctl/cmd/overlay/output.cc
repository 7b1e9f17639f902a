// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/cmd/overlay/output.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <utility>
#include <vector>

#include "base/disk/room.h"
#include "base/file.h"
#include "base/path.h"
#include "ctl/follow.h"

namespace ww::ctl::cmd {

namespace {

using protocol::OverlayArchiveSize;
using protocol::OverlaySizesReport;

// As below provision/overlays: there are secrets in them.
constexpr mode_t kNodeFolder = 0750;
constexpr mode_t kArchive = 0640;
// An archive may become another one while it is fetched.
constexpr int kTries = 5;

struct ArchiveFile {
    std::string path;
    std::string node;
    std::string context;
    bool packed = false;
    int64_t size = 0;  // bytes
};

/// What wwd says becomes names of files: it may be one of another machine.
Result<std::string> path_below(const std::string& folder, const OverlayArchiveSize& archive) {
    const std::string& node = archive.node;
    if (node.empty() || node == "." || node == ".." || node.find('/') != std::string::npos)
        return Error(ErrorCode::InvalidArgument, fmt::format("no name for a folder: {}", node));
    for (const auto& [context, file] :
         {std::pair("system", "__SYSTEM__.img"), std::pair("runtime", "__RUNTIME__.img")})
        if (archive.context == context) return fmt::format("{}/{}/{}", folder, node, file);
    return Error(ErrorCode::InvalidArgument, fmt::format("no archive: {}", archive.context));
}

Result<std::vector<ArchiveFile>> files_below(const std::string& folder,
                                             const OverlaySizesReport& report) {
    std::vector<ArchiveFile> files;
    for (const OverlayArchiveSize& each : report.archives) {
        WW_TRY(const std::string path, path_below(folder, each));
        files.push_back({path, each.node, each.context, false, each.plain});
        files.push_back({path + ".gz", each.node, each.context, true, each.packed});
    }
    return files;
}

Result<void> look_for_room(const std::string& folder, const std::vector<ArchiveFile>& files) {
    int64_t growth = 0;
    for (const ArchiveFile& file : files) {
        struct stat old{};
        growth += file.size - (::stat(file.path.c_str(), &old) == 0 ? old.st_size : 0);
    }
    if (growth <= 0) return {};
    return check_room(
        folder, static_cast<uint64_t>(growth), fmt::format("these {} files take", files.size()));
}

class Fetching {
   public:
    Fetching(Context& context, const protocol::JobReply& job, const std::vector<ArchiveFile>& files)
        : context_(context), files_(files), view_(context.output()) {
        progress_ = {.job = job.job, .phase = "writing"};
        progress_.total_files = std::ssize(files);
        for (const ArchiveFile& file : files) progress_.total_bytes += file.size;
    }

    /// Errors: Cancelled (Ctrl-C).
    Result<void> run() {
        for (const ArchiveFile& file : files_) {
            const auto written = write(file);
            if (Interrupt::came()) return Error(ErrorCode::Cancelled, "interrupted");
            if (!written) return written.error().with_frame("writing " + file.path);
            ++progress_.files;
            view_.clear();
            context_.output().message(Level::Info,
                                      fmt::format("{} image for {} {} overlay: {}",
                                                  file.packed ? "Compressed" : "Created",
                                                  file.node,
                                                  file.context,
                                                  file.path));
        }
        return {};
    }
    const protocol::Progress& progress() const { return progress_; }

   private:
    Result<void> write(const ArchiveFile& file) {
        WW_TRY_VOID(make_directories(std::string(folder_of(file.path)), kNodeFolder));
        const int64_t before = progress_.bytes;
        for (int tries = 1;; ++tries) {
            WW_TRY(AtomicFile out, AtomicFile::create(file.path, kArchive));
            const auto fetched = fetch(file, out);
            if (fetched) return out.commit();
            if (fetched.error().code() != ErrorCode::Conflict || tries == kTries)
                return fetched.error();
            progress_.bytes = before;
        }
    }

    Result<void> fetch(const ArchiveFile& file, const AtomicFile& out) {
        protocol::OverlayArchiveRequest wanted{
            .node = file.node, .context = file.context, .packed = file.packed, .digest = {}};
        while (true) {
            WW_TRY(const auto part, context_.call(protocol::route::OverlayArchive{}, wanted));
            WW_TRY_VOID(write_all(out.fd(), part.bytes, file.path));
            wanted.digest = part.digest;
            wanted.offset += std::ssize(part.bytes);
            progress_.bytes += std::ssize(part.bytes);
            view_.show(progress_);
            if (wanted.offset >= part.size) return {};
            if (part.bytes.empty())
                return Error(ErrorCode::Internal, "wwd sent less than it had announced");
        }
    }

    Context& context_;
    const std::vector<ArchiveFile>& files_;
    ProgressView view_;
    protocol::Progress progress_;
};

Result<int> fetch_all(Context& context,
                      protocol::JobReply job,
                      const std::vector<ArchiveFile>& files) {
    const Interrupt interrupt(context.session().fd());
    const auto started = std::chrono::steady_clock::now();
    Fetching fetching(context, job, files);
    const auto done = fetching.run();
    const protocol::Progress& progress = fetching.progress();
    if (Interrupt::came()) {
        context.output().print_error(
            fmt::format("left; {} of {} files are written\n", progress.files, files.size()));
        return kInterrupted;
    }
    if (!done) return done.error();
    job.bytes = progress.bytes;
    job.files = progress.files;
    job.milliseconds += std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::steady_clock::now() - started)
                            .count();
    context.output().print_error(summary_line(job) + "\n");
    return 0;
}

}  // namespace

Result<int> build_into(Context& context, const std::string& folder) {
    const protocol::OverlayBuildRequest request{
        .nodes = context.arguments(), .workers = context.flags().number("workers"), .sizes = true};
    if (context.is_planning()) return context.keep_planned<protocol::route::OverlayBuild>(request);
    const auto reply = wait_for_job(context, protocol::route::OverlayBuild{}, request);
    if (!reply) return finish_job(context, reply, Interrupt::came());
    WW_TRY(const auto report, protocol::Report<OverlaySizesReport>::read(reply->report));
    WW_TRY(const std::vector<ArchiveFile> files, files_below(folder, report));
    WW_TRY_VOID(look_for_room(folder, files));
    WW_TRY(const int status, fetch_all(context, *reply, files));
    if (status == 0 && report.failure) return protocol::to_error(*report.failure);
    return status;
}

}  // namespace ww::ctl::cmd
