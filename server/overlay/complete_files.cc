// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/complete_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "archive/pair_writer.h"
#include "base/disk/room.h"
#include "base/path.h"

namespace ww::overlay {

namespace {

constexpr mode_t kNodeFolderMode = 0750;

std::string mark_of(const std::string& path) { return path + ".keep-last-good"; }

/// Compares what is written to it with what is in a file.
class Comparison final : public archive::ByteSink {
   public:
    explicit Comparison(const std::string& path)
        : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {}

    /// Its error only says that there is a difference.
    Result<void> write(std::string_view bytes) override {
        buffer_.resize(std::min(bytes.size(), kCompared));
        while (!bytes.empty()) {
            const std::string_view part = bytes.substr(0, buffer_.size());
            const ssize_t got = ::pread(fd_.get(), buffer_.data(), part.size(), offset_);
            if (got <= 0 || !part.starts_with({buffer_.data(), static_cast<size_t>(got)}))
                return Error(ErrorCode::Conflict, "not the same");
            offset_ += got;
            bytes.remove_prefix(static_cast<size_t>(got));
        }
        return {};
    }

   private:
    static constexpr size_t kCompared = 256 << 10;

    UniqueFd fd_;
    off_t offset_ = 0;
    std::string buffer_;
};

bool holds(const std::string& path, const archive::Pieces& pieces) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
        static_cast<uint64_t>(status.st_size) != pieces.size)
        return false;
    Comparison same(path);
    return pieces.write(same).has_value();
}

Result<void> write_both(const archive::Pieces& plain,
                        const archive::Pieces& packed,
                        const std::string& path) {
    const std::string folder(folder_of(path));
    WW_TRY_VOID(make_directories(folder, kNodeFolderMode));
    WW_TRY_VOID(check_room(folder, plain.size + packed.size, "it takes"));
    WW_TRY(auto writer, archive::PairWriter::create(path, {.packing = archive::Packing::Given}));
    WW_TRY_VOID(plain.write(writer));
    WW_TRY_VOID(packed.write(writer.packed()));
    WW_TRY(const auto result, writer.commit());
    (void)result;
    return {};
}

}  // namespace

Result<void> write_complete(const archive::Pieces& plain, const std::string& path) {
    const archive::Pieces packed = archive::gzip(plain);
    if (holds(path, plain) && holds(path + ".gz", packed)) return {};
    const auto written = write_both(plain, packed, path);
    if (written) return {};
    return (written.error().code() == ErrorCode::Io
                ? written.error().with_code(ErrorCode::Unavailable)
                : written.error())
        .with_frame("writing " + path);
}

int64_t growth_by(const archive::Pieces& plain, const std::string& path) {
    int64_t growth = static_cast<int64_t>(plain.size + archive::gzip(plain).size);
    for (const std::string& file : {path, path + ".gz"}) {
        struct stat status{};
        if (::lstat(file.c_str(), &status) == 0) growth -= status.st_size;
    }
    return growth;
}

bool is_complete(const archive::Pieces& plain, const std::string& path) {
    return holds(path, plain) && holds(path + ".gz", archive::gzip(plain));
}

void remove_complete(const std::string& path) {
    ::unlink(path.c_str());
    ::unlink((path + ".gz").c_str());
}

Result<void> set_while_failing(const std::string& path, WhileFailing policy) {
    if (policy == WhileFailing::KeepLastGood) {
        WW_TRY_VOID(make_directories(std::string(folder_of(path)), kNodeFolderMode));
        return replace_file(mark_of(path), "", 0600);
    }
    if (::unlink(mark_of(path).c_str()) != 0 && errno != ENOENT)
        return Error::from_errno(errno, "unlink " + mark_of(path));
    return {};
}

bool keeps_last_good(const std::string& path) { return exists(mark_of(path)); }

}  // namespace ww::overlay
